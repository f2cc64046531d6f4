//! What was put aside: what a revoked phone handed over, and what the server would not take of one's own.

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

/// A phone that was revoked with these records unsent, and has handed them over.
fn handed_over(programme: &Programme, kari: &Phone, record: impl FnOnce(&Phone)) {
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    kari.sync();
    amina.link().cut();
    record(&amina);
    assert_eq!(kari.ask(&["revoke", "--person", "Amina"])["sent"], json!(true));
    amina.link().mend();
    assert_eq!(amina.refused(&["sync"], "").whole["code"], json!("revoked"));
}

fn entry(quarantine: &[Value], record: &str) -> String {
    let found = quarantine.iter().find(|item| item["record"] == json!(record));
    let found = found.unwrap_or_else(|| panic!("a {record} is in {quarantine:?}"));
    found["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_coordinator_takes_over_what_is_good_and_throws_the_rest_away() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let (mut visit, mut contact) = (String::new(), String::new());
    handed_over(&programme, &kari, |amina| {
        visit = amina.visit(&json!({"minutes": 25}));
        amina.note(&visit, "Hon vill läsa svenska.");
        contact = amina.add("contact", &json!({"handle": "blå sjal"}));
    });
    let quarantine = kari.items(&["quarantine"]);
    for record in ["visit", "note"] {
        assert_eq!(kari.ask(&["take", &entry(&quarantine, record)])["sent"], json!(true), "{record}");
    }
    assert_eq!(kari.ask(&["discard", &entry(&quarantine, "contact")])["sent"], json!(true));
    kari.sync();
    let shown = kari.show(&visit);
    assert_eq!((&shown["minutes"], &shown["author"]), (&json!(25), &json!(programme.person("Amina"))));
    assert_eq!(kari.items(&["search", "svenska"]).len(), 1);
    assert!(!kari.has(&contact));
    assert_eq!(kari.items(&["quarantine"]), Vec::<Value>::new());
    // What is taken over reaches whoever may see it, here another coordinator.
    assert!(programme.coordinator("Eva").has(&visit));
}

#[test]
fn what_is_asked_about_the_quarantine_without_network_is_done_at_the_next_sync() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let mut visit = String::new();
    handed_over(&programme, &kari, |amina| visit = amina.visit(&json!({"minutes": 25})));
    let taken = entry(&kari.items(&["quarantine"]), "visit");
    kari.link().cut();
    assert_eq!(kari.refused(&["quarantine"], "").error, "offline");
    assert_eq!(kari.ask(&["take", &taken])["sent"], json!(false));
    assert_eq!(kari.ask(&["status"])["commands"], json!(1));
    kari.link().mend();
    kari.sync();
    assert_eq!(kari.show(&visit)["minutes"], json!(25));
    // Once more is told, and leaves nothing behind.
    assert_eq!(kari.refused(&["take", &taken], "").error, "refused");
    let status = kari.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])));
}

#[test]
fn what_the_server_would_not_take_is_thrown_away_by_whoever_wrote_it() {
    let programme = Programme::start();
    programme.coordinator("Eva");
    let kari = programme.coordinator("Kari");
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({"minutes": 5}));
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "studies", "due": "2026-05-01"}));
    amina.ask(&["give", &follow_up, "--open", "Dalhem"]);
    amina.sync();
    kari.sync();
    kari.link().cut();
    kari.edit(&visit, &json!({"minutes": 6}));
    for day in ["2026-06-01", "2026-07-01"] {
        kari.edit(&follow_up, &json!({"due": day}));
    }
    let code = kari.add("code", &json!({"list": "place", "code": "harbour", "labels": {"sv": "Hamnen"}}));
    let person = programme.person("Kari");
    programme.server.ask(&["role", &programme.id, "--person", &person, "volunteer", "--district", "Dalhem"]);
    kari.link().mend();
    kari.sync();
    let aside = kari.ask(&["status"])["set_aside"].clone();
    assert_eq!(aside.as_array().map(Vec::len), Some(4), "{aside}");
    assert_eq!(kari.refused(&["discard", &person], "").error, "not_found", "nothing of it was set aside");
    kari.ask(&["discard", &follow_up]);
    assert_eq!(kari.show(&follow_up)["due"], json!("2026-05-01"), "as the server has it");
    kari.ask(&["discard", &visit]);
    assert!(!kari.has(&visit), "it is no longer hers to read");
    kari.ask(&["discard", &code]);
    assert!(!kari.has(&code), "the server never had it");
    let status = kari.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])));
    assert_eq!(kari.sync()["pushed"], json!(0));
    assert_eq!(kari.show(&follow_up)["due"], json!("2026-05-01"));
}
