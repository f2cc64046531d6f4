//! Processes killed in the middle: what was answered is kept, what was not is asked again.

use std::collections::BTreeSet;

use footbridge_testkit::Programme;
use serde_json::json;

#[test]
fn what_the_phone_said_it_has_it_has_after_being_killed() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visits: String = (0..2000).map(|n| format!("{}\n", json!({"kind": "street", "minutes": n % 600}))).collect();
    let file = amina.folder().join("visits.jsonl");
    std::fs::write(&file, visits).expect("a file");
    let mut adding = amina.start(&["add", "visit", &file.to_string_lossy()]);
    let mut said = BTreeSet::new();
    for _ in 0..50 {
        said.insert(adding.value()["id"].as_str().expect("an id").to_owned());
    }
    adding.kill();
    let kept: BTreeSet<String> = amina.ids(&["list", "visit", "--limit", "5000"]).into_iter().collect();
    assert!(said.is_subset(&kept), "each was durable when it was printed");
    let synced = amina.sync();
    assert_eq!(synced["pushed"], json!(kept.len()), "{synced}");
}

#[test]
fn a_phone_killed_in_the_middle_of_a_sync_finishes_the_next_time() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visits: String = (0..1500).map(|n| format!("{}\n", json!({"kind": "street", "minutes": n % 600}))).collect();
    amina.lines(&["add", "visit"], &visits);
    for _ in 0..3 {
        let up = amina.link().up();
        let syncing = amina.start(&["sync"]);
        while amina.link().up() < up + 2000 {
            std::thread::yield_now();
        }
        syncing.kill();
    }
    amina.sync();
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.ids(&["list", "visit", "--limit", "5000"]).len(), 1500);
}

#[test]
fn a_server_killed_in_the_middle_of_a_push_has_all_that_it_acknowledged() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visits: String = (0..1500).map(|n| format!("{}\n", json!({"kind": "street", "minutes": n % 600}))).collect();
    amina.lines(&["add", "visit"], &visits);
    for _ in 0..3 {
        let up = amina.link().up();
        let syncing = amina.start(&["sync"]);
        while amina.link().up() < up + 2000 {
            std::thread::yield_now();
        }
        programme.server.kill();
        syncing.kill();
        programme.server.serve();
    }
    let on_the_server: BTreeSet<String> = amina
        .items(&["list", "visit", "--limit", "5000"])
        .into_iter()
        .filter(|visit| visit["receipt"] == json!("server"))
        .map(|visit| visit["id"].as_str().expect("an id").to_owned())
        .collect();
    let kari = programme.coordinator("Kari");
    let arrived: BTreeSet<String> = kari.ids(&["list", "visit", "--limit", "5000"]).into_iter().collect();
    assert!(on_the_server.is_subset(&arrived), "what the phone was told is true");
    amina.sync();
    kari.sync();
    assert_eq!(kari.ids(&["list", "visit", "--limit", "5000"]).len(), 1500, "none is missing, none is there twice");
}

#[test]
fn a_push_whose_answer_was_lost_is_sent_again_and_counts_once() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({"minutes": 5}));
    for bytes in [400, 600, 800, 1000] {
        amina.link().mend_for(bytes);
        amina.run(&["sync"], "");
    }
    amina.link().mend();
    amina.sync();
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.ids(&["list", "visit"]), [visit.as_str()]);
    let timeline = kari.items(&["timeline", &visit]);
    let minutes = timeline.iter().filter(|said| said["field"] == json!("minutes")).count();
    assert_eq!(minutes, 1, "{timeline:?}");
}
