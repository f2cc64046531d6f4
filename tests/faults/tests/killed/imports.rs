//! A phone, killed while it takes in an office's log: what was taken in stays, and the rest comes with the next run.

use std::path::Path;

use footbridge_testkit::{Faults, Phone};
use serde_json::json;

use crate::hits::{Chance, Hits, everywhere};
use crate::looking::{ids, sound_phone};

/// So many lines of the log: more than are written in one transaction, some of them broken.
const LINES: usize = 240;

/// A log beside the store.
fn log(phone: &Phone) -> String {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/conversation-log.csv");
    let whole = std::fs::read(whole).expect("the log");
    let end = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(LINES).expect("so many lines").0;
    let file = phone.folder().join("log.csv");
    std::fs::write(&file, &whole[..=end]).expect("a log");
    file.to_string_lossy().into_owned()
}

#[test]
fn a_log_whose_import_was_killed_is_taken_in_whole_by_the_next_and_nothing_twice() {
    let mut chance = Chance(5);
    let mut hits = Hits::default();
    let template = Phone::new("Kari");
    template.ask(&["status"]);
    let mut first = template.copied();
    let faults = Faults::over(first.folder());
    first.surround_with(faults.environment());
    faults.plan("list");
    let whole = first.ask(&["import", &log(&first)]);
    faults.rest();
    let expected = [ids(&first, "visit"), ids(&first, "note")];
    assert!(expected[0].len() > 200 && whole["rejected"].as_u64() > Some(0), "{whole}");
    let rejected = |phone: &Phone| {
        let names =
            std::fs::read_dir(phone.folder()).expect("a folder").map(|entry| entry.expect("a file").file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name.contains("rejected"));
        names.sort();
        let read = |name: &String| std::fs::read_to_string(phone.folder().join(name)).expect("a file");
        names.iter().map(|name| (name.clone(), read(name))).collect::<Vec<_>>()
    };
    assert_eq!(rejected(&first).len(), 1);
    for plan in everywhere(&faults.told(), 24, &mut chance) {
        let mut phone = template.copied();
        let faults = Faults::over(phone.folder());
        phone.surround_with(faults.environment());
        let log = log(&phone);
        faults.plan(&plan);
        let ended = phone.run(&["import", &log], "");
        faults.rest();
        hits.count_ended(&ended, &faults);
        let there = ids(&phone, "visit");
        assert!(there.is_subset(&expected[0]), "{plan}");
        assert_eq!(phone.ask(&["status"])["unsent"], json!(there.len() + ids(&phone, "note").len()), "{plan}");
        sound_phone(&phone);
        let again = phone.ask(&["import", &log]);
        assert_eq!(again["already_there"].as_u64(), whole["already_there"].as_u64().map(|n| n + there.len() as u64));
        assert_eq!([ids(&phone, "visit"), ids(&phone, "note")], expected, "{plan}");
        assert_eq!(rejected(&phone), rejected(&first), "{plan}: one file of rejected rows, whole");
    }
    hits.told("importing", 20);
}
