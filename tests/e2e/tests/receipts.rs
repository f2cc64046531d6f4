//! Receipts: a coordinator has opened a record, and its author learns it.

use footbridge_testkit::{Phone, Programme};
use serde_json::json;

fn receipt(phone: &Phone, id: &str) -> String {
    phone.show(id)["receipt"].as_str().expect("a receipt").to_owned()
}

#[test]
fn what_a_coordinator_opened_is_seen_until_it_is_edited() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({}));
    amina.visit(&json!({}));
    assert_eq!(receipt(&amina, &visit), "device");
    amina.sync();
    kari.sync();
    amina.sync();
    assert_eq!(receipt(&amina, &visit), "server", "that it lies in a list is not seen");
    assert_eq!(amina.show(&visit)["seen"], json!([]));

    kari.show(&visit);
    kari.items(&["list", "visit"]);
    let status = kari.ask(&["status"]);
    assert_eq!(status["unsent"], 0, "a receipt is nothing that could be lost");
    let listed = kari.items(&["list", "visit"]);
    let listed = listed.iter().find(|item| item["id"] == visit).expect("it is in the list");
    assert_eq!(listed["receipt"], "server", "nor does it make a record wait");
    kari.sync();
    amina.sync();
    assert_eq!(receipt(&amina, &visit), "seen");
    let seen = amina.show(&visit)["seen"].clone();
    assert_eq!(seen[0]["by"], programme.person("Kari"));
    assert!(seen[0]["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{seen}");
    assert_eq!(amina.ask(&["status"])["receipts"], json!({"device": 0, "server": 1, "seen": 1}));
    let read = amina.read(&["--lang", "nb", "show", &visit]);
    assert!(read.contains("Sett av en koordinator") && read.contains("Kari"), "{read}");

    amina.edit(&visit, &json!({"minutes": 15}));
    assert_eq!(receipt(&amina, &visit), "device");
    amina.sync();
    assert_eq!(receipt(&amina, &visit), "server", "an edit makes it unseen again");
    // What Kari saw was the visit before the edit.
    kari.show(&visit);
    kari.sync();
    amina.sync();
    assert_eq!(receipt(&amina, &visit), "server");
    kari.show(&visit);
    kari.sync();
    amina.sync();
    assert_eq!(receipt(&amina, &visit), "seen");
}

#[test]
fn a_volunteer_leaves_no_receipt_and_a_coordinator_none_on_her_own_and_no_receipt_holds_anybody_back() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({}));
    amina.sync();
    amina.show(&visit);
    let own = kari.visit(&json!({}));
    kari.sync();
    kari.show(&own);
    kari.sync();
    assert_eq!((receipt(&amina, &visit), receipt(&kari, &own)), ("server".to_owned(), "server".to_owned()));
    kari.show(&visit);
    kari.ask(&["leave"]);
    amina.sync();
    assert_eq!(receipt(&amina, &visit), "server");
}

#[test]
fn a_receipt_for_what_was_deleted_meanwhile_bothers_nobody() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let (kari, siv) = (programme.coordinator("Kari"), programme.coordinator("Siv"));
    let visit = amina.visit(&json!({}));
    amina.sync();
    kari.sync();
    siv.sync();
    siv.show(&visit);
    kari.ask(&["delete", &visit]);
    kari.sync();
    siv.sync();
    let status = siv.ask(&["status"]);
    assert_eq!((&status["set_aside"], &status["taken_back"]), (&json!([]), &json!([])));
    assert!(!siv.has(&visit));
}
