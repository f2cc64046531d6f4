//! Two people edit one visit without a network, and come back.

use std::collections::BTreeSet;

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

/// Amina's visit on her phone and on Kari's tablet, both without a network from now on.
fn on_two_devices() -> (Programme, Phone, Phone, String) {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let id = amina.visit(&json!({"minutes": 20, "topics": ["health"]}));
    amina.sync();
    kari.sync();
    amina.link().cut();
    kari.link().cut();
    (programme, amina, kari, id)
}

/// The devices come back one by one; the first once more, to hear of the second.
fn come_back(first: &Phone, second: &Phone) {
    for phone in [first, second] {
        phone.link().mend();
        phone.sync();
    }
    first.sync();
}

fn answers(phone: &Phone) -> BTreeSet<String> {
    let conflicts = phone.items(&["conflicts"]);
    conflicts
        .iter()
        .flat_map(|item| item["answers"].as_array().cloned().unwrap_or_default())
        .map(|answer| answer["value"].to_string())
        .collect()
}

#[test]
fn edits_of_different_fields_are_both_kept() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"reached": 4}));
    kari.edit(&id, &json!({"next_step": "studies"}));
    come_back(&amina, &kari);
    for phone in [&amina, &kari] {
        let shown = phone.show(&id);
        assert_eq!((&shown["reached"], &shown["next_step"]), (&json!(4), &json!("studies")), "{}", phone.name());
        assert_eq!(shown["disagreements"], json!([]));
        assert_eq!(phone.items(&["conflicts"]), Vec::<Value>::new());
    }
}

#[test]
fn edits_of_a_set_are_both_in() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"topics": {"add": ["housing"]}}));
    kari.edit(&id, &json!({"topics": {"add": ["work"], "remove": ["health"]}}));
    come_back(&kari, &amina);
    for phone in [&amina, &kari] {
        let shown = phone.show(&id);
        let topics: BTreeSet<_> = shown["topics"].as_array().expect("a set").iter().filter_map(Value::as_str).collect();
        assert_eq!(topics, BTreeSet::from(["housing", "work"]), "{}", phone.name());
        assert_eq!(shown["disagreements"], json!([]));
    }
}

#[test]
fn a_member_removed_by_one_and_added_again_by_another_stays() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"topics": {"remove": ["health"]}}));
    kari.edit(&id, &json!({"topics": {"remove": ["health"]}}));
    kari.edit(&id, &json!({"topics": {"add": ["health"]}}));
    come_back(&amina, &kari);
    for phone in [&amina, &kari] {
        assert_eq!(phone.show(&id)["topics"], json!(["health"]), "{}", phone.name());
    }
}

#[test]
fn the_same_answer_from_two_people_is_no_disagreement() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"minutes": 30}));
    kari.edit(&id, &json!({"minutes": 30}));
    come_back(&amina, &kari);
    for phone in [&amina, &kari] {
        assert_eq!(phone.show(&id)["minutes"], json!(30));
        assert_eq!(phone.items(&["conflicts"]), Vec::<Value>::new());
    }
}

#[test]
fn two_answers_for_one_field_are_both_shown_with_who_and_when() {
    let (programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"minutes": 30}));
    kari.edit(&id, &json!({"minutes": 45}));
    come_back(&amina, &kari);
    for phone in [&amina, &kari] {
        assert_eq!(phone.show(&id)["disagreements"], json!(["minutes"]));
        let conflicts = phone.items(&["conflicts"]);
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert_eq!(
            (&conflicts[0]["id"], &conflicts[0]["kind"], &conflicts[0]["field"]),
            (&json!(id), &json!("visit"), &json!("minutes"))
        );
        let answers = conflicts[0]["answers"].as_array().expect("answers");
        let said: BTreeSet<(String, String)> = answers
            .iter()
            .map(|answer| (answer["value"].to_string(), answer["author"].as_str().unwrap_or_default().to_owned()))
            .collect();
        let expected = [("30".to_owned(), programme.person("Amina")), ("45".to_owned(), programme.person("Kari"))];
        assert_eq!(said, BTreeSet::from(expected), "{}", phone.name());
        assert!(answers.iter().all(|answer| answer["at"].as_str().is_some_and(|at| at.starts_with("20"))));
    }
}

#[test]
fn a_disagreement_that_one_settles_is_settled_for_all() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"minutes": 30}));
    kari.edit(&id, &json!({"minutes": 45}));
    come_back(&amina, &kari);
    kari.ask(&["settle", &id, "minutes", "30"]);
    kari.sync();
    amina.sync();
    for phone in [&amina, &kari] {
        assert_eq!(phone.show(&id)["minutes"], json!(30));
        assert_eq!(phone.show(&id)["disagreements"], json!([]));
        assert_eq!(phone.items(&["conflicts"]), Vec::<Value>::new());
    }
    let timeline = amina.items(&["timeline", &id]);
    let said: Vec<&Value> =
        timeline.iter().filter(|said| said["field"] == json!("minutes")).map(|said| &said["value"]).collect();
    assert_eq!(said.len(), 4, "first value, two answers and the choice: {timeline:?}");
}

#[test]
fn a_third_answer_that_comes_in_meanwhile_is_shown_and_settled_again() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"minutes": 30}));
    kari.edit(&id, &json!({"minutes": 45}));
    come_back(&amina, &kari);
    amina.link().cut();
    kari.link().cut();
    kari.ask(&["settle", &id, "minutes", "45"]);
    amina.edit(&id, &json!({"minutes": 60}));
    come_back(&kari, &amina);
    for phone in [&amina, &kari] {
        assert_eq!(answers(phone), BTreeSet::from(["45".to_owned(), "60".to_owned()]), "{}", phone.name());
    }
    amina.ask(&["settle", &id, "minutes", "50"]);
    amina.sync();
    kari.sync();
    for phone in [&amina, &kari] {
        assert_eq!(phone.show(&id)["minutes"], json!(50), "a third answer may be the one");
        assert_eq!(phone.items(&["conflicts"]), Vec::<Value>::new());
    }
}

#[test]
fn three_people_who_disagree_see_three_answers() {
    let (programme, amina, kari, id) = on_two_devices();
    let noor = programme.coordinator("Noor");
    noor.link().cut();
    for (phone, kind) in [(&amina, "home"), (&kari, "phone"), (&noor, "cafe")] {
        phone.edit(&id, &json!({"kind": kind}));
    }
    for phone in [&amina, &kari, &noor, &amina, &kari] {
        phone.link().mend();
        phone.sync();
    }
    for phone in [&amina, &kari, &noor] {
        let expected = ["\"cafe\"", "\"home\"", "\"phone\""].map(str::to_owned);
        assert_eq!(answers(phone), BTreeSet::from(expected), "{}", phone.name());
    }
}

#[test]
fn two_texts_of_one_note_are_shown_side_by_side_until_a_person_writes_a_third() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.link().mend();
    kari.link().mend();
    let note = amina.note(&id, "Ring 070-111 22 33");
    amina.sync();
    kari.sync();
    amina.link().cut();
    kari.link().cut();
    amina.edit(&note, &json!({"text": "Ring 070-111 22 44"}));
    kari.edit(&note, &json!({"text": "Ring 073-555 22 33"}));
    come_back(&amina, &kari);
    for phone in [&amina, &kari] {
        let conflicts = phone.items(&["conflicts"]);
        let answers = conflicts[0]["answers"].as_array().expect("answers");
        let texts: BTreeSet<_> = answers.iter().map(|answer| answer["value"].as_str().expect("a text")).collect();
        assert_eq!(texts, BTreeSet::from(["Ring 070-111 22 44", "Ring 073-555 22 33"]), "{}", phone.name());
        let told = phone.read(&["conflicts"]);
        assert!(told.contains("1. ") && told.contains("2. ") && told.contains("070-111 22 44"), "{told}");
    }
    kari.ask(&["settle", &note, "text", "Ring 073-555 22 44"]);
    come_back(&kari, &amina);
    for phone in [&amina, &kari] {
        let shown = phone.show(&note);
        assert_eq!((&shown["text"], &shown["disagreements"]), (&json!("Ring 073-555 22 44"), &json!([])));
    }
}

#[test]
fn a_cleared_field_stays_cleared_beside_an_edit_of_another() {
    let (_programme, amina, kari, id) = on_two_devices();
    amina.edit(&id, &json!({"minutes": null}));
    kari.edit(&id, &json!({"reached": 2}));
    come_back(&amina, &kari);
    for phone in [&amina, &kari] {
        let shown = phone.show(&id);
        assert_eq!((&shown["minutes"], &shown["reached"]), (&Value::Null, &json!(2)), "{}", phone.name());
    }
}
