//! A disk that is full or fails, at every point where something is written: a clear error, everything as before, and
//! recording and serving go on once there is room.

use std::collections::BTreeSet;

use footbridge_testkit::{Ended, Faults, Phone, Programme, Server};
use serde_json::{Value, json};

use crate::hits::{Chance, Hits, counted};
use crate::looking::{ids, said, sound_phone, sound_server};
use crate::servers::{acknowledged, record, stopped_office};

const ACTIONS: [&str; 4] = ["full-once", "full-from", "failing-once", "failing-from"];

/// Each way in which the disk can fail, at each point of a run that was told.
fn at_each(told: &[String], chance: &mut Chance) -> Vec<String> {
    let points = counted(told);
    let plans = points.iter().flat_map(|(point, count)| ACTIONS.map(|action| (action, chance.up_to(*count), *point)));
    plans.map(|(action, number, point)| format!("{action} {number} {point}")).collect()
}

/// The last error that a call said, as scripts read it.
fn error(ended: &Ended) -> Value {
    let mut values = ended.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    values.rfind(|value| value.get("error").is_some()).unwrap_or_default()
}

/// Sees that a phone's call did what it was asked to, or said in the documented way that the disk is at fault.
#[track_caller]
fn clear(ended: &Ended, plan: &str) {
    let error = error(ended);
    match ended.code {
        Some(0) => {}
        Some(18) => assert_eq!((&error["error"], &error["what"]), (&json!("storage"), &json!("disk_full")), "{plan}"),
        Some(3) => assert_eq!(error["error"], json!("file"), "{plan}"),
        _ => panic!("{plan}: {ended:?}"),
    }
}

#[test]
fn a_phone_whose_disk_is_full_or_fails_says_so_and_goes_on_once_there_is_room() {
    let mut amina = Phone::new("Amina");
    let visit = amina.visit(&json!({"minutes": 5}));
    let faults = Faults::over(amina.folder());
    amina.surround_with(faults.environment());
    let notes = |round: usize| -> String {
        (0..2).map(|n| format!("{}\n", json!({"on": visit, "text": format!("ord{round}x{n} om kursen")}))).collect()
    };
    faults.plan("list");
    let mut there = said(&amina.run(&["add", "note"], &notes(0)));
    let mut hits = Hits::default();
    for (round, plan) in (1..).zip(at_each(&faults.told(), &mut Chance(12))) {
        faults.plan(&plan);
        let ended = amina.run(&["add", "note"], &notes(round));
        faults.rest();
        hits.count_failure(&faults);
        clear(&ended, &plan);
        assert!(ended.code != Some(0) || said(&ended).len() == 2, "{plan}: {ended:?}");
        there.extend(said(&ended));
        let now = ids(&amina, "note");
        assert!(there.is_subset(&now), "{plan}: what was said to be saved is");
        // What a disk that fails from here on has kept of the write in which it began to fail, nobody can know.
        let unknown = usize::from(plan.starts_with("failing-from"));
        assert!(now.len() <= there.len() + unknown, "{plan}: what was refused is not there");
        let found = (0..2).filter(|n| amina.ids(&["search", &format!("ord{round}x{n}")]).len() == 1).count();
        assert_eq!(found, said(&ended).len() + now.len() - there.len(), "{plan}");
        there = now;
        sound_phone(&amina);
        there.insert(amina.note(&visit, "det finns plats igen"));
    }
    assert_eq!(amina.ask(&["status"])["unsent"], json!(there.len() + 1));
    hits.told("recording on a failing disk", 40);
}

#[test]
fn a_phone_whose_disk_is_full_or_fails_while_it_is_set_up_or_syncs_loses_nothing() {
    let mut hits = Hits::default();
    let mut chance = Chance(13);
    let visit = json!({"kind": "street", "district": "Dalhem"}).to_string();
    let fresh = || {
        let mut phone = Phone::new("Amina");
        let faults = Faults::over(phone.folder());
        phone.surround_with(faults.environment());
        (phone, faults)
    };
    let (phone, faults) = fresh();
    faults.plan("list");
    phone.lines(&["add", "visit"], &visit);
    for plan in at_each(&faults.told(), &mut chance) {
        let (phone, faults) = fresh();
        faults.plan(&plan);
        let ended = phone.run(&["add", "visit"], &visit);
        faults.rest();
        hits.count_failure(&faults);
        clear(&ended, &plan);
        let next = phone.visit(&json!({}));
        let mut expected = said(&ended);
        expected.insert(next);
        let now = ids(&phone, "visit");
        assert!(expected.is_subset(&now), "{plan}: {ended:?}");
        assert!(now.len() <= expected.len() + usize::from(plan.starts_with("failing-from")), "{plan}: {ended:?}");
        sound_phone(&phone);
    }
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let faults = Faults::over(amina.folder());
    amina.surround_with(faults.environment());
    record(&amina, None);
    faults.plan("list");
    amina.sync();
    let kari = programme.coordinator("Kari");
    for plan in at_each(&faults.told(), &mut chance) {
        record(&amina, None);
        faults.plan(&plan);
        let ended = amina.run(&["sync"], "");
        faults.rest();
        hits.count_failure(&faults);
        clear(&ended, &plan);
        amina.sync();
        sound_phone(&amina);
        assert_eq!(amina.ask(&["status"])["unsent"], json!(0), "{plan}");
    }
    kari.sync();
    assert_eq!(ids(&kari, "visit"), ids(&amina, "visit"));
    assert_eq!(ids(&kari, "note"), ids(&amina, "note"));
    hits.told("setting up and syncing on a failing disk", 100);
}

#[test]
fn a_server_whose_disk_is_full_or_fails_says_so_and_serves_on_once_there_is_room() {
    let (mut programme, amina, kari, faults) = stopped_office();
    programme.server.serve();
    let [first, note] = record(&amina, None);
    amina.sync();
    faults.plan("list");
    let [second, mut last] = record(&amina, Some(note));
    let mut expected = BTreeSet::from([first, second]);
    amina.sync();
    let mut hits = Hits::default();
    let mut refused = 0;
    for plan in at_each(&faults.told(), &mut Chance(14)) {
        let [visit, note] = record(&amina, Some(std::mem::take(&mut last)));
        expected.insert(visit);
        last = note;
        faults.plan(&plan);
        let ended = amina.run(&["sync"], "");
        faults.rest();
        hits.count_failure(&faults);
        assert!(programme.server.is_running(), "{plan}: it goes on");
        if ended.code != Some(0) {
            // To her it is a server that cannot serve just now: all is kept, and tried again.
            let told = error(&ended);
            let has_no_room = plan.starts_with("full") && (ended.code, &told["code"]) == (Some(17), &json!("no_room"));
            let is_offline = (ended.code, &told["error"]) == (Some(16), &json!("offline"));
            assert!(has_no_room || is_offline, "{plan}: {ended:?}");
            refused += 1;
        }
        let told = acknowledged(&amina);
        kari.sync();
        assert!(told.is_subset(&ids(&kari, "visit")), "{plan}");
        amina.sync();
        kari.sync();
        assert_eq!(ids(&kari, "visit"), expected, "{plan}");
        assert_eq!(ids(&kari, "note"), BTreeSet::from([last.clone()]), "{plan}");
        sound_server(&programme.server);
    }
    assert!(refused > 8, "{refused} were refused");
    let log = programme.server.log();
    assert!(log.contains("disk I/O error") && log.contains("database or disk is full"), "it says why");
    hits.told("serving on a failing disk", 12);
}

#[test]
fn a_server_that_cannot_be_set_up_backed_up_or_restored_says_so_and_is_as_before() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    record(&amina, None);
    amina.sync();
    programme.server.stop();
    let server = &mut programme.server;
    let folder = server.data().parent().expect("a folder").to_owned();
    let faults = Faults::over(&folder);
    server.surround_with(faults.environment());
    let mut hits = Hits::default();
    let mut chance = Chance(15);
    let file = folder.join("backup.tar").to_string_lossy().into_owned();
    faults.plan("list");
    server.ask(&["backup", &file]);
    let backing_up = faults.told();
    server.ask(&["restore", &file]);
    let restoring = faults.told();
    faults.rest();
    let records = |server: &Server| server.ask(&["check"])["documents"].clone();
    let before = records(server);
    let other = folder.join("other.tar").to_string_lossy().into_owned();
    for (told, command) in [(&backing_up, ["backup", &other]), (&restoring, ["restore", &file])] {
        // Every third, so that each way to fail comes round at each of the many points' neighbours.
        for plan in at_each(told, &mut chance).into_iter().step_by(3) {
            faults.plan(&plan);
            let ended = server.run(&command);
            faults.rest();
            hits.count_failure(&faults);
            if ended.code != Some(0) {
                let error = error(&ended);
                assert!(error["error"].is_string() && error["message"].is_string(), "{plan}: {ended:?}");
                // A disk that fails in all from here on does not let go of the name either; the file is whole.
                let is_backup = command[0] == "backup" && !plan.starts_with("failing-from");
                assert!(!is_backup || !std::path::Path::new(&other).exists(), "{plan}: {ended:?}");
            }
            drop(std::fs::remove_file(&other));
            assert_eq!(records(server), before, "{plan}");
            sound_server(server);
        }
    }
    hits.told("backing up and restoring on a failing disk", 50);
}
