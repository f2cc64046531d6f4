//! A store copied to a second folder, as a phone's backup does: both go on recording, nothing is lost.

use std::collections::BTreeSet;

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

fn minutes(phone: &Phone) -> BTreeSet<i64> {
    let visits = phone.items(&["list", "visit", "--limit", "100"]);
    visits.iter().filter_map(|visit| visit["minutes"].as_i64()).collect()
}

#[test]
fn both_copies_go_on_recording_and_nothing_is_lost() {
    let programme = Programme::start();
    let first = programme.volunteer("Amina", &["Dalhem"]);
    let shared = first.visit(&json!({"minutes": 1}));
    first.sync();
    let second = first.copied();
    for (phone, minutes) in [(&first, 10), (&second, 20)] {
        phone.visit(&json!({"minutes": minutes}));
        phone.edit(&shared, &json!({"reached": minutes}));
    }
    for phone in [&first, &second, &first, &second] {
        phone.sync();
    }
    for (phone, minutes) in [(&first, 11), (&second, 21)] {
        phone.visit(&json!({"minutes": minutes}));
    }
    for phone in [&second, &first, &second] {
        phone.sync();
    }
    let kari = programme.coordinator("Kari");
    for phone in [&first, &second, &kari] {
        assert_eq!(minutes(phone), BTreeSet::from([1, 10, 11, 20, 21]), "{}", phone.name());
        let conflicts = phone.items(&["conflicts"]);
        let answers: BTreeSet<String> = conflicts[0]["answers"]
            .as_array()
            .expect("answers")
            .iter()
            .map(|answer| answer["value"].to_string())
            .collect();
        assert_eq!(answers, BTreeSet::from(["10".to_owned(), "20".to_owned()]), "both edits of one visit");
    }
    for phone in [&first, &second] {
        let status = phone.ask(&["status"]);
        assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])), "{status}");
    }
}

#[test]
fn a_copy_made_before_unsent_work_was_sent_loses_nothing_either() {
    let programme = Programme::start();
    let first = programme.volunteer("Amina", &["Dalhem"]);
    first.visit(&json!({"minutes": 1}));
    let second = first.copied();
    first.visit(&json!({"minutes": 10}));
    first.sync();
    second.visit(&json!({"minutes": 20}));
    second.sync();
    first.visit(&json!({"minutes": 11}));
    first.sync();
    second.sync();
    let kari = programme.coordinator("Kari");
    for phone in [&first, &second, &kari] {
        assert_eq!(minutes(phone), BTreeSet::from([1, 10, 11, 20]), "{}", phone.name());
        assert_eq!(phone.ids(&["list", "visit"]).len(), 4, "nothing is there twice");
    }
}

#[test]
fn a_store_put_back_from_an_older_copy_goes_on() {
    let programme = Programme::start();
    let first = programme.volunteer("Amina", &["Dalhem"]);
    let visit = first.visit(&json!({"minutes": 1}));
    first.sync();
    let restored = first.copied();
    first.edit(&visit, &json!({"minutes": 2}));
    first.visit(&json!({"minutes": 10}));
    first.sync();
    drop(first);
    // The phone was lost; what is left is yesterday's copy, whose actor the server knows to be further.
    restored.visit(&json!({"minutes": 20}));
    restored.edit(&visit, &json!({"reached": 3}));
    restored.sync();
    restored.sync();
    let kari = programme.coordinator("Kari");
    for phone in [&restored, &kari] {
        assert_eq!(minutes(phone), BTreeSet::from([2, 10, 20]), "{}", phone.name());
        let shown = phone.show(&visit);
        assert_eq!((&shown["minutes"], &shown["reached"]), (&json!(2), &json!(3)));
        assert_eq!(phone.items(&["conflicts"]), Vec::<Value>::new());
    }
}
