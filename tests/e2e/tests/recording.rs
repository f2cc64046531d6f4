//! What is recorded: every kind with its fields and limits, as it is entered on a phone and as it arrives
//! on another.

use std::collections::BTreeSet;

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

/// The members of a set, whatever their order.
fn members(value: &Value) -> BTreeSet<String> {
    let members = value.as_array().unwrap_or_else(|| panic!("a set, not {value}"));
    members.iter().map(|member| member.as_str().expect("a word").to_owned()).collect()
}

/// Asserts that a record shows these values, sets in any order.
#[track_caller]
fn assert_shows(shown: &Value, expected: &Value) {
    for (name, value) in expected.as_object().expect("fields") {
        match value {
            Value::Array(_) => assert_eq!(members(&shown[name]), members(value), "{name} of {shown}"),
            _ => assert_eq!(&shown[name], value, "{name} of {shown}"),
        }
    }
}

#[test]
fn a_visit_shows_every_field_as_it_was_recorded_on_the_phone_and_on_the_tablet() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let contact = amina.add("contact", &json!({"handle": "blue scarf, library"}));
    let given = json!({
        "happened_at": "2026-03-02T10:15:00+01:00",
        "kind": "service",
        "district": "Dalhem",
        "place": "employment_service",
        "arose": "neighbour",
        "languages": ["ti", "ar", "pt-BR"],
        "topics": ["work", "housing"],
        "help": ["came_along", "form"],
        "with": ["employment_service", "social_services"],
        "reached": 3,
        "reached_estimated": true,
        "minutes": 45,
        "minutes_estimated": false,
        "contact": contact,
        "next_step": "studies",
        "state": "done",
    });
    let id = amina.add("visit", &given);
    amina.sync();
    let kari = programme.coordinator("Kari");
    for reader in [&amina, &kari] {
        let shown = reader.show(&id);
        assert_shows(&shown, &given);
        assert_eq!(shown["id"], json!(id));
        assert_eq!(shown["author"], json!(programme.person("Amina")));
        assert_eq!(shown["disagreements"], json!([]));
        assert!(shown["recorded_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{shown}");
    }
}

#[test]
fn a_day_stays_a_day_and_a_time_without_offset_is_the_programmes() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    for (given, kept) in [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T10:15", "2026-03-02T10:15:00+01:00"),
        ("2026-07-02T10:15", "2026-07-02T10:15:00+02:00"),
        ("2026-07-02T10:15:00+05:00", "2026-07-02T10:15:00+05:00"),
    ] {
        let id = amina.visit(&json!({"happened_at": given}));
        assert_eq!(amina.show(&id)["happened_at"], json!(kept), "{given}");
    }
}

#[test]
fn how_many_were_reached_may_be_unknown() {
    let amina = Phone::new("Amina");
    let id = amina.visit(&json!({"reached": null, "minutes": null}));
    assert_shows(&amina.show(&id), &json!({"reached": null, "minutes": null}));
    for (field, value) in [("reached", json!(-1)), ("minutes", json!(1.5)), ("reached", json!("3"))] {
        let visit = json!({"kind": "street", field: value});
        let refusal = amina.refused(&["add", "visit"], &visit.to_string());
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)), "{value}");
    }
}

#[test]
fn a_place_of_ones_own_has_at_most_sixty_characters() {
    let amina = Phone::new("Amina");
    let longest = "ä".repeat(60);
    let id = amina.visit(&json!({"place": longest}));
    assert_eq!(amina.show(&id)["place"], json!(longest));
    let refusal = amina.refused(&["add", "visit"], &json!({"kind": "street", "place": "ä".repeat(61)}).to_string());
    assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some("place")));
}

#[test]
fn a_visit_has_no_room_for_prose() {
    let amina = Phone::new("Amina");
    for field in ["text", "note", "comment"] {
        let refusal = amina.refused(&["add", "visit"], &json!({"kind": "street", field: "words"}).to_string());
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)));
    }
    assert_eq!(amina.items(&["list", "visit"]), Vec::<Value>::new(), "nothing was written");
}

#[test]
fn a_wrong_value_is_refused_with_its_field_and_what_is_allowed() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    for (field, value, allowed) in [
        ("kind", json!("bus"), "street"),
        ("district", json!("Månen"), "Närlunda"),
        ("arose", json!("by magic"), "by_chance"),
        ("topics", json!(["housing", "weather"]), "health"),
        ("help", json!(["money"]), "form"),
        ("with", json!(["king"]), "municipality"),
        ("next_step", json!("nothing"), "come_to_cafe"),
        ("happened_at", json!("2026-02-30"), "YYYY-MM-DD"),
        ("reached", json!(-3), "0"),
        ("state", json!("maybe"), "done"),
    ] {
        let mut visit = json!({"kind": "street"});
        visit[field] = value;
        let refusal = amina.refused(&["add", "visit"], &visit.to_string());
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)));
        assert!(refusal.whole.to_string().contains(allowed), "{allowed} is named: {}", refusal.whole);
    }
    assert_eq!(amina.items(&["list", "visit"]), Vec::<Value>::new(), "nothing was written");
}

#[test]
fn a_visit_is_withdrawn_by_its_author_alone() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let id = amina.visit(&json!({"topics": ["health"]}));
    amina.sync();
    kari.sync();
    assert_eq!(kari.refused(&["withdraw", &id], "").error, "forbidden");
    amina.ask(&["withdraw", &id]);
    amina.sync();
    kari.sync();
    for reader in [&amina, &kari] {
        assert_eq!(reader.show(&id)["state"], json!("withdrawn"));
        assert_eq!(reader.ids(&["list", "visit", "--state", "withdrawn"]), [id.as_str()]);
        assert_eq!(reader.ids(&["list", "visit", "--state", "done"]), Vec::<String>::new());
    }
}

#[test]
fn a_note_holds_ten_thousand_characters_of_any_script_on_a_visit_or_a_contact() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    let contact = amina.add("contact", &json!({"handle": "blue scarf, library"}));
    let text = "ብዛዕባ ቤት ትምህርቲ 🙂 می‌خواهد\n".repeat(400).chars().take(9_999).collect::<String>() + "x";
    for on in [&visit, &contact] {
        let id = amina.note(on, &text);
        amina.sync();
        let kari = programme.coordinator("Kari");
        assert_eq!(kari.show(&id)["text"], json!(text));
        assert_eq!(kari.show(&id)["on"], json!(on));
    }
    let refusal = amina.refused(&["add", "note"], &json!({"on": visit, "text": format!("{text}x")}).to_string());
    assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some("text")));
}

#[test]
fn a_contact_has_a_handle_of_sixty_characters_and_neither_name_nor_number() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let given = json!({
        "handle": "ö".repeat(60),
        "languages": ["so"],
        "district": "Närlunda",
        "needs": ["language_course", "work"],
    });
    let id = amina.add("contact", &given);
    amina.sync();
    assert_shows(&programme.coordinator("Kari").show(&id), &given);
    let too_long = amina.refused(&["add", "contact"], &json!({"handle": "ö".repeat(61)}).to_string());
    assert_eq!((too_long.error.as_str(), too_long.field.as_deref()), ("invalid", Some("handle")));
    for field in ["name", "national_number", "personnummer", "phone"] {
        let refusal = amina.refused(&["add", "contact"], &json!({"handle": "x", field: "1212121212"}).to_string());
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)));
    }
}

#[test]
fn a_coordinator_changes_the_programme_for_everyone() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let shown = kari.show(&programme.id);
    assert_shows(
        &shown,
        &json!({
            "name": "Stadsdelsmammor", "country": "SE", "time_zone": "Europe/Stockholm",
            "languages": ["sv", "nb", "en"], "note_days": 180,
            "districts": ["Dalhem", "Drottninghög", "Fredriksdal", "Närlunda"],
        }),
    );
    kari.edit(&programme.id, &json!({"name": "Stadsdelsmammor 3.0", "note_days": 90, "districts": {"add": ["Söder"]}}));
    kari.sync();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let shown = amina.show(&programme.id);
    assert_shows(&shown, &json!({"name": "Stadsdelsmammor 3.0", "note_days": 90}));
    assert!(members(&shown["districts"]).contains("Söder"), "{shown}");
    amina.visit(&json!({"district": "Söder"}));
    let refusal = amina.refused(&["edit", &programme.id], &json!({"name": "Mine"}).to_string());
    assert_eq!(refusal.error, "forbidden");
}

#[test]
fn a_list_grows_by_a_code_that_a_coordinator_adds_and_phones_take_it_without_an_update() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = json!({"kind": "street", "topics": ["driving_licence"]});
    assert_eq!(amina.refused(&["add", "visit"], &visit.to_string()).field.as_deref(), Some("topics"));
    let code = kari.add(
        "code",
        &json!({"list": "topics", "code": "driving_licence", "order": 50, "labels": {"sv": "körkort", "nb": "førerkort"}}),
    );
    kari.sync();
    amina.sync();
    assert_shows(
        &amina.show(&code),
        &json!({
            "list": "topics", "code": "driving_licence", "order": 50, "on": true,
            "labels": {"sv": "körkort", "nb": "førerkort"},
        }),
    );
    let id = amina.add("visit", &visit);
    kari.edit(&code, &json!({"on": false}));
    kari.sync();
    amina.sync();
    assert_eq!(amina.refused(&["add", "visit"], &visit.to_string()).field.as_deref(), Some("topics"));
    assert_eq!(amina.show(&id)["topics"], json!(["driving_licence"]), "what was recorded keeps its code");
    assert_eq!(amina.show(&code)["on"], json!(false), "a code is turned off, never deleted");
    assert_eq!(amina.refused(&["add", "code"], &json!({"list": "topics", "code": "x"}).to_string()).error, "forbidden");
}

#[test]
fn the_starter_lists_are_there_with_labels_in_three_languages() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let codes = kari.items(&["list", "code", "--limit", "500"]);
    let count = |list: &str| codes.iter().filter(|code| code["list"] == json!(list)).count();
    let counts = ["arose", "topics", "help", "with", "place", "next_step", "outcome"].map(count);
    assert_eq!(counts, [6, 13, 7, 8, 13, 10, 4]);
    for code in &codes {
        for language in ["nb", "sv", "en"] {
            assert!(code["labels"][language].as_str().is_some_and(|label| !label.is_empty()), "{language} of {code}");
        }
    }
}

#[test]
fn two_coordinators_who_add_the_same_code_meet_in_one() {
    let programme = Programme::start();
    let (kari, noor) = (programme.coordinator("Kari"), programme.coordinator("Noor"));
    let code = |label: &str| json!({"list": "topics", "code": "cycling", "labels": {"sv": label}});
    let ids = [kari.add("code", &code("cykla")), noor.add("code", &code("cykling"))];
    assert_eq!(ids[0], ids[1]);
    for phone in [&kari, &noor, &kari] {
        phone.sync();
    }
    assert_eq!(kari.show(&ids[0])["labels"], noor.show(&ids[0])["labels"]);
    assert_eq!(kari.show(&ids[0])["disagreements"], json!(["labels/sv"]));
}

#[test]
fn a_person_says_her_own_name_and_languages_and_nobody_elses() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let id = programme.person("Amina");
    amina.edit(&id, &json!({"name": "Amina A.", "languages": ["so", "sv"]}));
    amina.sync();
    leila.sync();
    assert_shows(
        &leila.show(&id),
        &json!({"name": "Amina A.", "languages": ["so", "sv"], "role": "volunteer", "districts": ["Dalhem"]}),
    );
    assert_eq!(leila.refused(&["edit", &id], &json!({"name": "Anna"}).to_string()).error, "forbidden");
    for field in ["role", "districts"] {
        let refusal = amina.refused(&["edit", &id], &json!({field: "coordinator"}).to_string());
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)), "by command only");
    }
}
