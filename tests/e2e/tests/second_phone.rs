//! A person with two phones: they show the same, her drafts too; and what a lost one had sent is on the other.

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

/// A further phone of somebody who is there, invited by the coordinator from her device.
fn further(programme: &Programme, kari: &Phone, name: &str) -> Phone {
    kari.sync();
    let made = kari.ask(&["invite", "--person", name]);
    let mut phone = Phone::new(name);
    phone.join(&programme.server, made["url"].as_str().expect("a link"));
    phone.sync();
    phone
}

#[test]
fn a_second_phone_of_the_same_person_has_her_drafts_and_what_she_types_reaches_the_first() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let first = programme.volunteer("Amina", &["Dalhem"]);
    let visit = first.visit(&json!({"minutes": 5}));
    let draft = first.visit(&json!({"state": "draft", "minutes": 7}));
    let note = first.note(&draft, "Hon vill läsa svenska.");
    first.sync();
    let second = further(&programme, &kari, "Amina");
    assert_eq!(second.ask(&["status"])["person"], first.ask(&["status"])["person"]);
    assert_eq!((&second.show(&visit)["minutes"], &second.show(&draft)["minutes"]), (&json!(5), &json!(7)));
    assert_eq!(second.show(&note)["text"], json!("Hon vill läsa svenska."));
    second.edit(&draft, &json!({"minutes": 8}));
    second.sync();
    first.sync();
    assert_eq!(first.show(&draft)["minutes"], json!(8));
    first.ask(&["done", &draft]);
    first.sync();
    second.sync();
    assert_eq!((&second.show(&draft)["state"], &second.show(&draft)["minutes"]), (&json!("done"), &json!(8)));
    assert_eq!(second.ids(&["list", "visit", "--state", "draft"]), Vec::<String>::new());
    assert_eq!(programme.people().len(), 2, "it is one person");
}

#[test]
fn a_draft_that_is_done_on_one_phone_while_the_other_went_on_with_it_keeps_the_words_of_both() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let first = programme.volunteer("Amina", &["Dalhem"]);
    let draft = first.visit(&json!({"state": "draft", "minutes": 7}));
    first.sync();
    let second = further(&programme, &kari, "Amina");
    first.edit(&draft, &json!({"minutes": 8}));
    first.ask(&["done", &draft]);
    second.edit(&draft, &json!({"minutes": 9}));
    second.sync();
    first.sync();
    second.sync();
    for phone in [&first, &second] {
        assert_eq!((&phone.show(&draft)["state"], &phone.show(&draft)["minutes"]), (&json!("done"), &json!(8)));
        let beside = phone.items(&["list", "visit", "--state", "draft"]);
        assert_eq!(beside.iter().map(|item| &item["minutes"]).collect::<Vec<_>>(), [&json!(9)]);
    }
}

#[test]
fn a_draft_that_was_done_and_reworded_without_network_arrives_as_it_was_reworded() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let draft = amina.visit(&json!({"state": "draft", "place": "på torget"}));
    amina.sync();
    amina.ask(&["done", &draft]);
    amina.ask_with(&["reword", &draft], &json!({"place": "library"}).to_string());
    amina.sync();
    kari.sync();
    assert_eq!(kari.show(&draft)["place"], json!("library"));
    assert_eq!(amina.ask(&["status"])["set_aside"], json!([]));
    assert_eq!(amina.ids(&["list", "visit", "--state", "draft"]), Vec::<String>::new());
}

#[test]
fn a_lost_phone_loses_nothing_that_had_met_a_network_and_the_other_goes_on() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let lost = programme.volunteer("Amina", &["Dalhem"]);
    let visit = lost.visit(&json!({"minutes": 5}));
    let draft = lost.visit(&json!({"state": "draft", "minutes": 7}));
    lost.sync();
    let devices = programme.server.ask(&["devices", &programme.id]);
    let hers = devices["items"].as_array().expect("items").iter().find(|device| device["name"] == json!("Amina"));
    let device = hers.expect("her phone")["device"].as_str().expect("an id").to_owned();
    let found = further(&programme, &kari, "Amina");
    let asked = kari.ask(&["revoke", "--person", "Amina", "--device", &device, "--wipe"]);
    assert_eq!(asked["sent"], json!(true));
    assert_eq!(lost.refused(&["sync"], "").whole["code"], json!("revoked"));
    assert_eq!(lost.items(&["list", "visit"]), Vec::<Value>::new());
    found.edit(&draft, &json!({"minutes": 9}));
    found.ask(&["done", &draft]);
    found.sync();
    kari.sync();
    assert_eq!((&kari.show(&visit)["minutes"], &kari.show(&draft)["minutes"]), (&json!(5), &json!(9)));
    assert_eq!(found.ask(&["status"])["revoked"], Value::Null);
}
