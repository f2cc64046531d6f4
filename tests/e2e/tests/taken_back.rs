//! Words that are taken back: deleted by who may, reworded by their author, and what happens to what others did with
//! them meanwhile.

use std::collections::BTreeSet;

use footbridge_testkit::{Needle, Phone, Programme, files_with, pages};
use serde_json::{Value, json};

/// Another phone of somebody who is there.
fn second_phone(programme: &Programme, name: &str) -> Phone {
    let answer = programme.server.ask(&["invite", &programme.id, "--person", &programme.person(name)]);
    let mut phone = Phone::new(name);
    phone.join(&programme.server, answer["url"].as_str().expect("a link"));
    phone.sync();
    phone
}

fn reword(phone: &Phone, id: &str, fields: &Value) {
    phone.ask_with(&["reword", id], &fields.to_string());
}

fn taken_back(phone: &Phone) -> Vec<(String, bool)> {
    let status = phone.ask(&["status"]);
    let items = status["taken_back"].as_array().expect("a list").iter();
    items
        .map(|item| (item["record"].as_str().expect("a kind").to_owned(), item["unsent"].as_bool().expect("yes or no")))
        .collect()
}

#[test]
fn a_visit_that_a_coordinator_deletes_goes_everywhere_with_what_is_on_it_and_late_edits_are_told() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"place": "vid grinden"}));
    let other = amina.visit(&json!({}));
    let note = amina.note(&visit, "Hon heter Blåklocka.");
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "work"}));
    amina.sync();
    kari.sync();
    assert!(kari.has(&note) && kari.has(&follow_up));

    // Amina goes on with it, far from any network.
    amina.edit(&visit, &json!({"minutes": 25}));
    let late = amina.note(&visit, "Ring henne på tisdag.");
    assert_eq!(kari.ask(&["delete", &visit])["waiting"], true);
    assert_eq!(kari.ids(&["list", "visit"]), std::slice::from_ref(&other));
    assert_eq!(kari.ids(&["list", "note"]), Vec::<String>::new());
    assert_eq!(kari.ids(&["search", "Blåklocka"]), Vec::<String>::new());
    assert_eq!(kari.show(&visit)["deleting"], true, "it waits for the server");
    kari.refused(&["edit", &visit], "{\"minutes\": 5}");
    kari.sync();
    for gone in [&visit, &note, &follow_up] {
        assert!(!kari.has(gone));
    }
    assert_eq!(taken_back(&kari), [], "she did it herself");

    amina.sync();
    for gone in [&visit, &note, &follow_up, &late] {
        assert!(!amina.has(gone));
    }
    assert!(amina.has(&other));
    let status = amina.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])));
    let told = taken_back(&amina);
    assert!(told.contains(&("visit".to_owned(), true)), "{told:?}");
    assert!(!status.to_string().contains("grinden") && !status.to_string().contains("tisdag"));
    let read = amina.read(&["--lang", "sv", "status"]);
    assert!(read.contains("raderad") && read.contains("skickat"), "{read}");
    amina.ask(&["status", "--dismiss"]);
    assert_eq!(taken_back(&amina), []);
    amina.sync();
    assert_eq!(taken_back(&amina), []);
}

#[test]
fn a_record_that_another_took_away_is_told_for_thirty_days() {
    let programme = Programme::start();
    let (mut amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({}));
    amina.sync();
    kari.sync();
    kari.ask(&["delete", &visit]);
    kari.sync();
    amina.sync();
    assert_eq!(taken_back(&amina), [("visit".to_owned(), false)]);
    amina.live_days_later(29);
    assert_eq!(taken_back(&amina), [("visit".to_owned(), false)]);
    amina.live_days_later(31);
    assert_eq!(taken_back(&amina), []);
}

#[test]
fn an_author_deletes_her_note_but_withdraws_her_visit_and_lets_it_count_again() {
    let programme = Programme::start();
    let (amina, leila) = (programme.volunteer("Amina", &["Dalhem"]), programme.volunteer("Leila", &["Närlunda"]));
    let kari = programme.coordinator("Kari");
    let visit = amina.visit(&json!({}));
    let note = amina.note(&visit, "Hon vill jobba.");
    amina.sync();
    kari.sync();
    assert_eq!(amina.refused(&["delete", &visit], "").error, "forbidden");
    assert_eq!(leila.refused(&["delete", &note], "").error, "not_found");
    let person = programme.person("Amina");
    assert_eq!(kari.refused(&["delete", &person], "").error, "forbidden", "who leaves is not deleted but revoked");
    assert_eq!(amina.ask(&["delete", &note])["waiting"], true);
    amina.sync();
    kari.sync();
    assert!(!amina.has(&note) && !kari.has(&note) && kari.has(&visit));
    assert_eq!(taken_back(&kari), [], "nobody is told of each note that goes");

    amina.ask(&["withdraw", &visit]);
    amina.sync();
    kari.sync();
    assert_eq!(kari.show(&visit)["state"], "withdrawn");
    assert_eq!(kari.refused(&["withdraw", &visit, "--undo"], "").error, "forbidden");
    amina.ask(&["withdraw", &visit, "--undo"]);
    assert_eq!(amina.refused(&["withdraw", &visit, "--undo"], "").field.as_deref(), Some("state"));
    amina.sync();
    kari.sync();
    assert_eq!(kari.show(&visit)["state"], "done");
}

#[test]
fn a_draft_goes_at_once_and_from_her_other_phone_too_but_not_what_she_typed_on_there() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let other = second_phone(&programme, "Amina");
    let draft = amina.visit(&json!({"state": "draft", "place": "Blåklockan"}));
    let note = amina.note(&draft, "Vintergröna.");
    let kept = amina.visit(&json!({"state": "draft", "place": "vid ån"}));
    amina.sync();
    other.sync();
    assert!(other.has(&draft) && other.has(&note));
    // On her other phone, without network, she goes on with one of them.
    other.edit(&kept, &json!({"place": "vid bron"}));
    for id in [&draft, &kept] {
        assert_eq!(amina.ask(&["delete", id])["waiting"], false);
        assert!(!amina.has(id));
    }
    assert!(!amina.has(&note));
    amina.sync();
    other.sync();
    assert!(!other.has(&draft) && !other.has(&note));
    let places: Vec<_> = other.items(&["list", "visit"]).iter().map(|item| item["place"].clone()).collect();
    assert_eq!(places, ["vid bron"], "what she typed there is not lost");
    amina.sync();
    assert!(!amina.has(&draft));
}

#[test]
fn what_is_deleted_before_any_network_never_travels() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    let note = amina.note(&visit, "Hon heter Blåklocka.");
    amina.ask(&["delete", &note]);
    amina.sync();
    assert!(!amina.has(&note) && amina.has(&visit));
    assert_eq!(amina.ask(&["status"])["unsent"], 0);
    programme.server.kill();
    assert_eq!(files_with(&programme.server.data(), &[Needle::new("Blåklocka")]), [], "nor in its log");
}

#[test]
fn rewording_keeps_what_reached_the_server_before_and_takes_the_earlier_words_from_everybody() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"place": "hos Blåklocka", "minutes": 10}));
    amina.sync();
    kari.sync();
    assert_eq!(kari.refused(&["reword", &visit], "{\"place\": \"library\"}").error, "forbidden");
    kari.edit(&visit, &json!({"minutes": 20, "topics": {"add": ["health"]}}));
    kari.sync();
    // Amina has not seen that yet; she has an edit of her own that was not sent either.
    amina.edit(&visit, &json!({"reached": 3}));
    reword(&amina, &visit, &json!({"place": "library"}));
    assert!(!amina.ask(&["timeline", &visit]).to_string().contains("klocka"), "gone here at once");
    amina.sync();
    kari.sync();
    for phone in [&amina, &kari] {
        let shown = phone.show(&visit);
        let said = [&shown["place"], &shown["minutes"], &shown["reached"], &shown["topics"]];
        assert_eq!(said, [&json!("library"), &json!(20), &json!(3), &json!(["health"])], "{}", phone.name());
        assert!(!phone.ask(&["timeline", &visit]).to_string().contains("klocka"), "{}", phone.name());
        assert_eq!(phone.ask(&["status"])["set_aside"], json!([]));
        assert_eq!(phone.ids(&["search", "Blåklocka"]), Vec::<String>::new());
    }
    // It can be gone on with, by both.
    kari.edit(&visit, &json!({"minutes": 30}));
    kari.sync();
    amina.edit(&visit, &json!({"reached": 4}));
    amina.sync();
    kari.sync();
    assert_eq!((&kari.show(&visit)["minutes"], &kari.show(&visit)["reached"]), (&json!(30), &json!(4)));
}

#[test]
fn an_edit_that_comes_after_a_rewording_stands_beside_it_and_brings_no_other_word_back() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"minutes": 10}));
    let note = amina.note(&visit, "Hon heter Blåklocka och bor vid torget.");
    amina.sync();
    kari.sync();
    kari.edit(&note, &json!({"text": "Ring komvux."}));
    kari.edit(&visit, &json!({"minutes": 20}));
    reword(&amina, &note, &json!({"text": "Hon vill jobba."}));
    reword(&amina, &visit, &json!({"minutes": 15}));
    amina.sync();
    kari.sync();
    amina.sync();
    for phone in [&amina, &kari] {
        assert!(!phone.ask(&["timeline", &note]).to_string().contains("klocka"));
        // To one question there are two answers now.
        assert_eq!(phone.show(&visit)["disagreements"], json!(["minutes"]), "{}", phone.name());
        assert_eq!(phone.show(&note)["disagreements"], json!(["text"]), "{}", phone.name());
        assert!(!pages(&phone.store()).windows(6).any(|window| window == b"klocka"), "{}", phone.name());
    }
    let conflicts = kari.items(&["conflicts"]);
    let values: BTreeSet<String> = conflicts
        .iter()
        .flat_map(|conflict| conflict["answers"].as_array().expect("answers"))
        .map(|answer| answer["value"].to_string())
        .collect();
    assert_eq!(values, ["\"Hon vill jobba.\"", "\"Ring komvux.\"", "15", "20"].map(str::to_owned).into());
}

#[test]
fn two_answers_that_wait_for_a_choice_still_wait_after_a_rewording() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"minutes": 10, "place": "Blåklockan"}));
    amina.sync();
    kari.sync();
    amina.edit(&visit, &json!({"minutes": 15}));
    kari.edit(&visit, &json!({"minutes": 20}));
    amina.sync();
    kari.sync();
    amina.sync();
    assert_eq!(amina.show(&visit)["disagreements"], json!(["minutes"]));
    reword(&amina, &visit, &json!({"place": "library"}));
    assert_eq!(amina.show(&visit)["disagreements"], json!(["minutes"]));
    amina.sync();
    kari.sync();
    assert_eq!(kari.show(&visit)["disagreements"], json!(["minutes"]));
    kari.ask(&["settle", &visit, "minutes", "20"]);
    kari.sync();
    amina.sync();
    for phone in [&amina, &kari] {
        let shown = phone.show(&visit);
        assert_eq!((&shown["minutes"], &shown["disagreements"]), (&json!(20), &json!([])), "{}", phone.name());
        assert_eq!(shown["place"], "library");
    }
}

#[test]
fn what_is_reworded_before_any_network_travels_in_its_new_words_alone() {
    let mut programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"place": "hos Blåklocka"}));
    let note = amina.note(&visit, "Vintergröna heter hon.");
    amina.edit(&visit, &json!({"minutes": 10}));
    reword(&amina, &visit, &json!({"place": "library"}));
    reword(&amina, &note, &json!({"text": "Hon vill studera."}));
    reword(&amina, &note, &json!({"text": "Hon vill jobba."}));
    amina.edit(&visit, &json!({"minutes": 12}));
    amina.sync();
    kari.sync();
    let shown = kari.show(&visit);
    assert_eq!((&shown["place"], &shown["minutes"]), (&json!("library"), &json!(12)));
    assert_eq!(kari.show(&note)["text"], "Hon vill jobba.");
    assert_eq!(amina.ask(&["status"])["set_aside"], json!([]));
    programme.server.kill();
    let words = ["Blåklocka", "Vintergröna", "studera"].map(Needle::new);
    assert_eq!(files_with(&programme.server.data(), &words), [], "nor in its log");
}

#[test]
fn what_another_answered_stands_beside_an_edit_of_what_was_reworded_meanwhile() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"place": "hos Blåklocka"}));
    amina.sync();
    kari.sync();
    kari.edit(&visit, &json!({"place": "bus"}));
    kari.sync();
    reword(&amina, &visit, &json!({"place": "library"}));
    amina.edit(&visit, &json!({"place": "school"}));
    amina.sync();
    kari.sync();
    for phone in [&amina, &kari] {
        let conflicts = phone.items(&["conflicts"]);
        let answers = conflicts[0]["answers"].as_array().expect("answers");
        let values: BTreeSet<_> = answers.iter().map(|answer| answer["value"].as_str().expect("a place")).collect();
        assert_eq!(values, BTreeSet::from(["bus", "school"]));
    }
}

#[test]
fn a_phone_whose_clock_is_ahead_hides_notes_and_takes_none_away() {
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let visit = amina.visit(&json!({}));
    let note = amina.note(&visit, "Hon heter Blåklocka.");
    amina.sync();
    kari.sync();
    amina.live_days_later(400);
    assert!(!amina.has(&note) && amina.has(&visit));
    assert_eq!(amina.ids(&["list", "note"]), Vec::<String>::new());
    assert_eq!(amina.ids(&["search", "Blåklocka"]), Vec::<String>::new());
    assert!(!amina.read(&["export", "--format", "jsonl", "note"]).contains("klocka"));
    amina.sync();
    kari.sync();
    assert!(kari.has(&note), "nobody else lost anything by it");
    amina.live_days_later(0);
    assert_eq!(amina.show(&note)["text"], "Hon heter Blåklocka.");
}
