//! A phone, killed while it records and while it syncs.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use footbridge_testkit::{Faults, Phone, Programme};
use serde_json::json;

use crate::hits::{Chance, Hits, everywhere};
use crate::looking::{ids, said, sound_phone};

/// Three notes, each with a word that no other has.
fn notes(on: &str, round: u64) -> String {
    (0..3).map(|n| format!("{}\n", json!({"on": on, "text": format!("ord{round}x{n} om kursen")}))).collect()
}

/// Sees that all that was said is there, at most one more, and each with its words.
#[track_caller]
fn kept(phone: &Phone, before: &BTreeSet<String>, said: &BTreeSet<String>, round: u64) -> BTreeSet<String> {
    let there = ids(phone, "note");
    assert!(before.is_subset(&there), "nothing of before is gone");
    assert!(said.is_subset(&there), "what was said to be saved is");
    let new = there.difference(before).count();
    assert!(new <= said.len() + 1, "{new} came and {} were said", said.len());
    let found = (0..3).filter(|n| phone.ids(&["search", &format!("ord{round}x{n}")]).len() == 1).count();
    assert_eq!(found, new, "each is found by its words");
    sound_phone(phone);
    there
}

#[test]
fn what_a_phone_said_it_saved_is_there_wherever_it_is_killed() {
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({"minutes": 5}));
    let faults = Faults::over(amina.folder());
    amina.surround_with(faults.environment());
    faults.plan("list");
    let began = Instant::now();
    let mut there: BTreeSet<String> = said(&amina.run(&["add", "note"], &notes(&visit, 0)));
    let takes = began.elapsed();
    let mut chance = Chance(2);
    let mut hits = Hits::default();
    let plans = everywhere(&faults.told(), 60, &mut chance);
    for (round, plan) in (1..).zip(&plans) {
        faults.plan(plan);
        let ended = amina.run(&["add", "note"], &notes(&visit, round));
        faults.rest();
        hits.count_ended(&ended, &faults);
        there = kept(&amina, &there, &said(&ended), round);
    }
    for round in 1000..1020 {
        let file = amina.folder().join("notes.jsonl");
        std::fs::write(&file, notes(&visit, round)).expect("a file");
        let adding = amina.start(&["add", "note", &file.to_string_lossy()]);
        let micros = u64::try_from(takes.as_micros()).expect("short");
        std::thread::sleep(Duration::from_micros(chance.up_to(micros)));
        let ended = adding.killed();
        hits.count_moment(ended.code.is_none());
        there = kept(&amina, &there, &said(&ended), round);
    }
    let status = amina.ask(&["status"]);
    assert_eq!(status["unsent"], json!(there.len() + 1), "the visit and each note: {status}");
    amina.sync();
    let kari = programme.coordinator("Kari");
    assert_eq!(ids(&kari, "note"), there);
    hits.told("recording", 50);
}

#[test]
fn a_phone_killed_while_its_store_is_made_makes_it_at_the_next_call() {
    let mut chance = Chance(3);
    let mut hits = Hits::default();
    let visit = json!({"kind": "street", "district": "Dalhem"}).to_string();
    let first = Phone::new("Amina");
    let mut plans = run_on_new(first, "list", &visit, |_, _, faults| everywhere(&faults.told(), 50, &mut chance));
    while let Some(plan) = plans.pop() {
        run_on_new(Phone::new("Amina"), &plan, &visit, |phone, said, faults| {
            hits.count(said.is_none(), faults);
            let said = said.unwrap_or_default();
            let next = phone.add("visit", &json!({"kind": "home", "district": "Dalhem"}));
            let there = ids(phone, "visit");
            assert!(said.is_subset(&there) && there.contains(&next), "{plan}");
            assert!(there.len() <= 2, "{plan}: {there:?}");
            assert_eq!(phone.ask(&["status"])["unsent"], json!(there.len()), "{plan}");
            sound_phone(phone);
        });
    }
    hits.told("making a store", 45);
}

/// Runs the first call of a phone by a plan, and looks at it; with what it said where it was not killed.
fn run_on_new<T>(
    mut phone: Phone,
    plan: &str,
    visit: &str,
    look: impl FnOnce(&Phone, Option<BTreeSet<String>>, &Faults) -> T,
) -> T {
    let faults = Faults::over(phone.folder());
    phone.surround_with(faults.environment());
    faults.plan(plan);
    let ended = phone.run(&["add", "visit"], visit);
    faults.rest();
    look(&phone, ended.code.map(|_| said(&ended)), &faults)
}

#[test]
fn a_phone_killed_in_a_sync_goes_on_and_both_sides_agree() {
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let mut kari = programme.coordinator("Kari");
    let mut chance = Chance(4);
    let mut hits = Hits::default();
    let mut all = BTreeSet::new();
    let mut record = |phone: &Phone| {
        let visit = phone.visit(&json!({"minutes": 5}));
        phone.note(&visit, "Hon vill börja på kursen.");
        phone.edit(&visit, &json!({"minutes": 10}));
        all.insert(visit);
        all.clone()
    };
    for pushes in [true, false] {
        let faults = {
            let phone = if pushes { &mut amina } else { &mut kari };
            let faults = Faults::over(phone.folder());
            phone.surround_with(faults.environment());
            faults
        };
        record(&amina);
        if !pushes {
            amina.sync();
        }
        faults.plan("list");
        if pushes {
            amina.sync()
        } else {
            kari.sync()
        };
        faults.rest();
        for plan in everywhere(&faults.told(), 36, &mut chance) {
            let expected = record(&amina);
            if !pushes {
                amina.sync();
            }
            faults.plan(&plan);
            let phone = if pushes { &amina } else { &kari };
            let ended = phone.run(&["sync"], "");
            faults.rest();
            hits.count_ended(&ended, &faults);
            sound_phone_after(phone);
            phone.sync();
            let status = phone.ask(&["status"]);
            assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])), "{plan}: {status}");
            if pushes {
                assert_eq!(ids(&amina, "visit"), expected, "{plan}");
            } else {
                assert_eq!(ids(&kari, "visit"), expected, "{plan}");
            }
        }
    }
    let (of_amina, of_kari) = (amina.sync(), kari.sync());
    assert_eq!((&of_amina["repaired"], &of_kari["repaired"]), (&json!(0), &json!(0)));
    assert_eq!(ids(&amina, "visit"), ids(&kari, "visit"));
    assert_eq!(ids(&amina, "note"), ids(&kari, "note"));
    hits.told("syncing", 50);
}

/// The program opens it first.
#[track_caller]
fn sound_phone_after(phone: &Phone) {
    phone.ask(&["status"]);
    sound_phone(phone);
}
