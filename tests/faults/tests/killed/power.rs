//! Power is lost: what no program had asked the disk to keep is gone. What was answered is there all the same.

use std::collections::BTreeSet;

use footbridge_testkit::{Ended, Faults, Phone, copy_folder};
use serde_json::json;

use crate::hits::{Chance, Hits, everywhere};
use crate::looking::{ids, said, sound_phone, sound_server};
use crate::servers::{acknowledged, record, stopped_office};

/// Two visits, one a line.
fn visits() -> String {
    format!("{0}\n{0}\n", json!({"kind": "street", "district": "Dalhem"}))
}

/// Records by a plan; then the phone's folder is what the disk was asked to keep.
fn recorded_until_power_is_lost(phone: &Phone, faults: &Faults, plan: &str) -> Ended {
    faults.remember();
    faults.plan(plan);
    let ended = phone.run(&["add", "visit"], &visits());
    faults.rest();
    std::fs::remove_dir_all(phone.store()).expect("the folder goes");
    copy_folder(&faults.durable().join("store"), &phone.store());
    ended
}

#[test]
fn what_a_phone_said_it_saved_is_there_after_a_loss_of_power() {
    let mut amina = Phone::new("Amina");
    amina.visit(&json!({}));
    let faults = Faults::over(amina.folder());
    amina.surround_with(faults.environment());
    faults.plan("list");
    amina.lines(&["add", "visit"], &visits());
    let mut there = ids(&amina, "visit");
    let mut hits = Hits::default();
    for plan in everywhere(&faults.told(), 30, &mut Chance(10)) {
        let ended = recorded_until_power_is_lost(&amina, &faults, &plan);
        hits.count_ended(&ended, &faults);
        let now = ids(&amina, "visit");
        assert!(there.is_subset(&now) && said(&ended).is_subset(&now), "{plan}: {}", ended.stdout);
        assert!(now.len() <= there.len() + said(&ended).len() + 1, "{plan}");
        assert_eq!(amina.ask(&["status"])["unsent"], json!(now.len()), "{plan}");
        sound_phone(&amina);
        there = now;
    }
    hits.told("recording until power is lost", 18);
}

#[test]
fn a_disk_that_only_says_that_it_keeps_what_it_is_given_is_found_out() {
    let mut amina = Phone::new("Amina");
    amina.visit(&json!({}));
    let faults = Faults::over(amina.folder());
    amina.surround_with(faults.environment());
    let ended = recorded_until_power_is_lost(&amina, &faults, "lie 1 *");
    assert_eq!((ended.code, said(&ended).len()), (Some(0), 2), "{}", ended.stderr);
    assert!(said(&ended).is_disjoint(&ids(&amina, "visit")), "the control: what was said to be saved is gone");
    let ended = recorded_until_power_is_lost(&amina, &faults, "list");
    assert!(said(&ended).is_subset(&ids(&amina, "visit")), "and with an honest disk it is not");
}

#[test]
fn what_a_server_acknowledged_is_there_after_a_loss_of_power() {
    let (mut programme, amina, kari, faults) = stopped_office();
    let mut hits = Hits::default();
    let [first, mut last] = record(&amina, None);
    let mut expected = BTreeSet::from([first]);
    faults.remember();
    programme.server.serve();
    amina.sync();
    let [second, note] = record(&amina, Some(std::mem::take(&mut last)));
    expected.insert(second);
    last = note;
    faults.plan("list");
    amina.sync();
    programme.server.stop();
    faults.rest();
    for plan in everywhere(&faults.told(), 20, &mut Chance(11)) {
        faults.remember();
        programme.server.serve();
        let [visit, note] = record(&amina, Some(std::mem::take(&mut last)));
        expected.insert(visit);
        last = note;
        faults.plan(&plan);
        amina.run(&["sync"], "");
        let was_killed = !programme.server.stop_unless_killed();
        faults.rest();
        hits.count(was_killed, &faults);
        programme.server.replace_data(&faults.durable());
        programme.server.serve();
        sound_server(&programme.server);
        let told = acknowledged(&amina);
        kari.sync();
        assert!(told.is_subset(&ids(&kari, "visit")), "{plan}: what was acknowledged is there");
        amina.sync();
        kari.sync();
        assert_eq!(ids(&kari, "visit"), expected, "{plan}");
        assert_eq!(ids(&kari, "note"), BTreeSet::from([last.clone()]), "{plan}");
        programme.server.stop();
    }
    hits.told("pushing until power is lost", 15);
}
