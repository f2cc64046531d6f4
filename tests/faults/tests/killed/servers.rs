//! A server, killed while it is set up and while devices push to it.

use std::collections::BTreeSet;
use std::time::Duration;

use footbridge_testkit::{Faults, Phone, Programme, Server};
use serde_json::json;

use crate::hits::{Chance, Hits, everywhere};
use crate::looking::{ids, sound_server};

/// What a phone was told that the server has.
pub fn acknowledged(phone: &Phone) -> BTreeSet<String> {
    let visits = phone.items(&["list", "visit", "--limit", "5000"]).into_iter();
    let visits = visits.filter(|visit| visit["receipt"] != json!("device"));
    visits.map(|visit| visit["id"].as_str().expect("an id").to_owned()).collect()
}

/// What a phone sends in a round: a visit with a note, an edit, and that a note of before is to be deleted.
pub fn record(phone: &Phone, before: Option<String>) -> [String; 2] {
    let visit = phone.visit(&json!({"minutes": 5}));
    let note = phone.note(&visit, "Hon vill börja på kursen.");
    phone.edit(&visit, &json!({"minutes": 10}));
    if let Some(before) = before {
        phone.ask(&["delete", &before]);
    }
    [visit, note]
}

/// A programme whose server is stopped and starts over faults the next time, with a volunteer and a coordinator.
pub fn stopped_office() -> (Programme, Phone, Phone, Faults) {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let faults = Faults::over(&programme.server.data());
    programme.server.stop();
    programme.server.surround_with(faults.environment());
    (programme, amina, kari, faults)
}

#[test]
fn a_server_killed_while_it_takes_a_push_has_all_that_it_acknowledged() {
    let (mut programme, amina, kari, faults) = stopped_office();
    programme.server.serve();
    let mut chance = Chance(6);
    let mut hits = Hits::default();
    let [first, note] = record(&amina, None);
    amina.sync();
    faults.plan("list");
    let [second, mut last] = record(&amina, Some(note));
    let mut expected = BTreeSet::from([first, second]);
    amina.sync();
    // Words went with what was deleted: the file is laid out anew at the end.
    programme.server.stop();
    faults.rest();
    programme.server.serve();
    let told = faults.told();
    for (round, plan) in (0_u64..).zip(everywhere(&told, 48, &mut chance)) {
        let [visit, note] = record(&amina, Some(std::mem::take(&mut last)));
        expected.insert(visit);
        let is_random = round % 6 == 5;
        if is_random {
            let syncing = amina.start(&["sync"]);
            std::thread::sleep(Duration::from_micros(chance.up_to(60_000)));
            programme.server.kill();
            hits.count_moment(true);
            syncing.killed();
        } else {
            faults.plan(&plan);
            amina.run(&["sync"], "");
            let was_killed = !programme.server.stop_unless_killed();
            faults.rest();
            hits.count(was_killed, &faults);
        }
        let told = acknowledged(&amina);
        programme.server.serve();
        sound_server(&programme.server);
        kari.sync();
        let there = ids(&kari, "visit");
        let missing: Vec<_> = told.difference(&there).collect();
        assert!(missing.is_empty(), "{plan}: {missing:?} was acknowledged");
        amina.sync();
        kari.sync();
        assert_eq!(ids(&kari, "visit"), expected, "{plan}");
        assert_eq!(ids(&kari, "note"), BTreeSet::from([note.clone()]), "{plan}");
        let status = amina.ask(&["status"]);
        assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])), "{plan}: {status}");
        last = note;
    }
    hits.told("pushing", 40);
}

#[test]
fn a_server_killed_while_it_is_set_up_is_set_up_by_the_next_call() {
    let mut chance = Chance(7);
    let mut hits = Hits::default();
    let create =
        ["programme", "create", "Stadsdelsmammor", "--country", "SE", "--language", "sv", "--district", "Dalhem"];
    let mut plans = vec!["list".to_owned()];
    let mut is_first = true;
    while let Some(plan) = plans.pop() {
        let mut server = Server::stopped();
        let folder = server.data().parent().expect("a folder").to_owned();
        let faults = Faults::over(&folder);
        server.surround_with(faults.environment());
        faults.plan(&plan);
        let ended = server.run(&create);
        faults.rest();
        if std::mem::take(&mut is_first) {
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            plans = everywhere(&faults.told(), 40, &mut chance);
            continue;
        }
        hits.count_ended(&ended, &faults);
        let key = std::fs::read(server.data().join("identity.key")).ok();
        let id = Programme::create(&server, "Drottninghög");
        let listed = server.ask(&["programme", "list"]);
        let listed: Vec<_> =
            listed["items"].as_array().expect("programmes").iter().map(|it| &it["programme"]).collect();
        assert!(listed.contains(&&json!(id)) && listed.len() <= 2, "{plan}: {listed:?}");
        if ended.stdout.contains("programme") {
            assert_eq!(listed.len(), 2, "{plan}: what was said to be made is there");
        }
        if let Some(key) = key {
            assert_eq!(std::fs::read(server.data().join("identity.key")).expect("a key"), key, "{plan}");
        }
        sound_server(&server);
    }
    hits.told("setting up a server", 35);
}
