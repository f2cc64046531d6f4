//! Nothing that was recorded can be read on the phone's disk, nor in what the server logs. The same search
//! finds the same words in an unencrypted file first.

use std::os::unix::fs::PermissionsExt as _;

use footbridge_testkit::{Needle, Phone, Programme, files_with};
use serde_json::json;

const WORDS: [&str; 7] =
    ["Blåklocka", "Vintergröna", "lungört vid grinden", "gul halsduk", "ብዛዕባ ቤት", "تنتظر رسالة", "backsippa"];

fn needles() -> Vec<Needle> {
    WORDS.iter().map(|word| Needle::new(word)).collect()
}

/// Records each of the words in another place.
fn record(phone: &Phone) -> String {
    let contact = phone.add("contact", &json!({"handle": WORDS[3]}));
    let visit = phone.visit(&json!({"place": WORDS[2], "contact": contact}));
    phone.note(&visit, &format!("{} och hennes syster {}", WORDS[0], WORDS[1]));
    phone.note(&contact, &format!("{} — {}", WORDS[4], WORDS[5]));
    phone.visit(&json!({"state": "draft", "place": WORDS[6]}));
    visit
}

/// The control: the search finds every word in an unencrypted database and in plain files.
fn assert_the_search_finds_them() {
    let control = tempfile::tempdir().expect("a folder");
    for (number, word) in WORDS.iter().enumerate() {
        let units: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(control.path().join(format!("{number}.utf8")), format!("x{word}y")).expect("a file");
        std::fs::write(control.path().join(format!("{number}.utf16")), units).expect("a file");
    }
    assert_eq!(files_with(control.path(), &needles()).len(), 2 * WORDS.len());
}

#[test]
fn what_was_recorded_is_found_in_no_file_of_the_store() {
    assert_the_search_finds_them();
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = record(&amina);
    let exported = amina.read(&["export", "--format", "jsonl", "note"]);
    std::fs::write(amina.folder().join("export.jsonl"), exported).expect("a file");
    let in_the_export = files_with(amina.folder(), &needles());
    assert_eq!(in_the_export.len(), 4, "the same search in the same folder finds what was exported from it");
    assert_eq!(files_with(&amina.store(), &needles()), []);
    std::fs::remove_file(amina.folder().join("export.jsonl")).expect("a file");
    // While it is being written, and after a sync, a search and an edit.
    amina.sync();
    amina.items(&["search", "syster"]);
    amina.edit(&visit, &json!({"minutes": 12}));
    assert_eq!(files_with(amina.folder(), &needles()), []);
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.items(&["search", "syster"]).len(), 1);
    assert_eq!(files_with(kari.folder(), &needles()), []);
}

#[test]
fn what_was_recorded_is_found_in_nothing_that_the_server_logs() {
    assert_the_search_finds_them();
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    record(&amina);
    amina.sync();
    let kari = programme.coordinator("Kari");
    kari.items(&["search", "syster"]);
    programme.server.stop();
    let log = programme.server.log();
    assert!(log.lines().count() >= 5, "it does log: {log}");
    let bytes = log.as_bytes();
    let mut personal: Vec<Needle> = needles();
    personal.extend(["Närlunda", "Drottninghög"].iter().map(|word| Needle::new(word)));
    assert!(!personal.iter().any(|needle| needle.is_in(bytes)), "{log}");
    for name in ["Amina", "Kari"] {
        assert!(!log.contains(name), "{name} in {log}");
    }
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("structured ({error}): {line}"));
    }
}

#[test]
fn the_key_file_lies_beside_the_store_unless_told_otherwise() {
    let amina = Phone::new("Amina");
    amina.visit(&json!({}));
    let mode = std::fs::metadata(amina.store().join("key")).expect("the key file is made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mode = std::fs::metadata(amina.store()).expect("the store").permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "and the folder is its owner's alone");
}

#[test]
fn the_key_file_is_made_for_its_owner_alone_and_the_store_is_nothing_without_it() {
    let amina = Phone::new("Amina");
    let key = amina.folder().join("key");
    let key_argument = key.to_string_lossy().into_owned();
    let visit = amina.ask_with(&["--key-file", &key_argument, "add", "visit"], &json!({"kind": "street"}).to_string());
    let mode = std::fs::metadata(&key).expect("the key file is made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let id = visit["id"].as_str().expect("an id");
    amina.ask(&["--key-file", &key_argument, "show", id]);
    let other = amina.folder().join("other-key");
    let ended = amina.run(&["--key-file", &other.to_string_lossy(), "show", id], "");
    assert_ne!(ended.code, Some(0), "another key opens nothing: {}", ended.stdout);
}

#[test]
fn a_passphrase_wraps_the_key_and_a_wrong_one_says_so() {
    let mut amina = Phone::new("Amina");
    amina.unlock_with(Some("blå sjal på biblioteket"));
    let visit = amina.visit(&json!({}));
    amina.show(&visit);
    for wrong in [Some("gul sjal"), Some(""), None] {
        amina.unlock_with(wrong);
        assert_eq!(amina.refused(&["show", &visit], "").error, "locked", "{wrong:?}");
    }
    amina.unlock_with(Some("blå sjal på biblioteket"));
    amina.show(&visit);
}
