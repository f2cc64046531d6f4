//! Drafts: saved as typed, their author's alone, and what was deleted from one is nowhere.

use footbridge_testkit::{Needle, Programme, files_with};
use serde_json::{Value, json};

#[test]
fn a_draft_is_seen_by_nobody_but_its_author() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let draft = amina.visit(&json!({"state": "draft", "topics": ["health"]}));
    let note = amina.note(&draft, "Ett första utkast.");
    let follow_up = amina.add("follow_up", &json!({"about": draft, "what": "studies"}));
    for phone in [&amina, &leila, &kari] {
        phone.sync();
    }
    assert_eq!(amina.show(&draft)["state"], json!("draft"));
    assert_eq!(amina.ids(&["list", "visit", "--state", "draft"]), [draft.as_str()]);
    for phone in [&leila, &kari] {
        for id in [&draft, &note, &follow_up] {
            assert!(!phone.has(id), "{}", phone.name());
        }
        assert_eq!(phone.items(&["list", "visit"]), Vec::<Value>::new());
        assert_eq!(phone.items(&["search", "utkast"]), Vec::<Value>::new());
    }
}

#[test]
fn a_draft_that_is_done_reaches_the_coordinator_with_what_is_on_it() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let draft = amina.visit(&json!({"state": "draft"}));
    let note = amina.note(&draft, "Ett första utkast.");
    let follow_up = amina.add("follow_up", &json!({"about": draft, "what": "studies"}));
    amina.sync();
    amina.edit(&draft, &json!({"minutes": 25}));
    amina.edit(&note, &json!({"text": "Färdigt nu."}));
    amina.ask(&["done", &draft]);
    amina.sync();
    kari.sync();
    let shown = kari.show(&draft);
    assert_eq!((&shown["state"], &shown["minutes"]), (&json!("done"), &json!(25)));
    assert_eq!(kari.show(&note)["text"], json!("Färdigt nu."));
    assert_eq!(kari.show(&follow_up)["state"], json!("open"));
    assert_eq!(amina.ids(&["list", "visit", "--state", "draft"]), Vec::<String>::new());
}

#[test]
fn keystrokes_of_a_draft_are_no_history() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let draft = amina.visit(&json!({"state": "draft", "minutes": 1}));
    for minutes in 2..8 {
        amina.edit(&draft, &json!({"minutes": minutes}));
        amina.sync();
    }
    amina.ask(&["done", &draft]);
    amina.sync();
    let kari = programme.coordinator("Kari");
    let timeline = kari.items(&["timeline", &draft]);
    let minutes: Vec<&Value> =
        timeline.iter().filter(|said| said["field"] == json!("minutes")).map(|said| &said["value"]).collect();
    assert_eq!(minutes, [&json!(7)]);
}

#[test]
fn words_deleted_from_a_draft_are_found_in_no_file_of_the_server_and_on_no_other_phone() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let needles = [Needle::new("Blåklocka"), Needle::new("Vintergröna"), Needle::new("lungört vid grinden")];
    let draft = amina.visit(&json!({"state": "draft", "place": "lungört vid grinden"}));
    let note = amina.note(&draft, "Blåklocka berättade om sin syster Vintergröna.");
    for phone in [&amina, &leila, &kari] {
        phone.sync();
    }
    amina.edit(&draft, &json!({"place": "library"}));
    amina.edit(&note, &json!({"text": "Hon berättade om sin syster."}));
    amina.sync();
    amina.ask(&["done", &draft]);
    for phone in [&amina, &leila, &kari] {
        phone.sync();
    }
    assert_eq!(kari.show(&note)["text"], json!("Hon berättade om sin syster."));
    for phone in [&leila, &kari] {
        for word in ["Blåklocka", "Vintergröna", "lungört"] {
            assert_eq!(phone.items(&["search", word]), Vec::<Value>::new(), "{}", phone.name());
        }
        let timeline = kari.items(&["timeline", &note]);
        assert!(!timeline.iter().any(|said| said.to_string().contains("klocka")), "{timeline:?}");
    }
    programme.server.stop();
    assert_eq!(files_with(&programme.server.data(), &needles), []);
    for phone in [&leila, &kari] {
        assert_eq!(files_with(phone.folder(), &needles), []);
    }
}

#[test]
fn a_draft_written_while_the_server_was_away_survives_the_phone_being_killed() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.link().cut();
    let draft = amina.visit(&json!({"state": "draft"}));
    for minutes in 1..6 {
        // Each is a process that ends the moment it has answered.
        amina.edit(&draft, &json!({"minutes": minutes}));
        assert_eq!(amina.show(&draft)["minutes"], json!(minutes));
    }
}
