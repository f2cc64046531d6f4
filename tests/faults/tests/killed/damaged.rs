//! A phone's store that something damaged: set aside and never deleted, its unsent work recovered where it can be read,
//! the rest fetched again; and a wrong key is never taken for damage.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use footbridge_testkit::{Faults, Phone, Programme, copy_folder};
use serde_json::{Value, json};

use crate::hits::{Chance, Hits, everywhere};
use crate::looking::{ids, sound_phone};

const PAGE: u64 = 4096;

/// What is done to a file.
type Damage<'a> = (&'static str, &'a dyn Fn(&Path));

/// What a phone had before it was damaged.
struct Before {
    programme: Programme,
    /// The server's folder, of then.
    data: tempfile::TempDir,
    phone: Phone,
    kari: Phone,
    visits: BTreeSet<String>,
    unsent: BTreeSet<String>,
    draft: String,
    edited: String,
}

/// A phone with a history that the server has, and with all kinds of things that it has not.
fn before() -> Before {
    let mut programme = Programme::start();
    let phone = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let visit = |minutes: usize| json!({"kind": "street", "district": "Dalhem", "minutes": minutes}).to_string();
    let sent: String = (0..120).map(|minutes| visit(minutes) + "\n").collect();
    phone.lines(&["add", "visit"], &sent);
    let edited = ids(&phone, "visit").into_iter().next().expect("a visit");
    phone.note(&edited, "Hon vill börja på kursen.");
    phone.sync();
    programme.server.stop();
    let data = tempfile::tempdir().expect("a folder");
    copy_folder(&programme.server.data(), data.path());
    let before = ids(&phone, "visit");
    let unsent: String = (0..60).map(|minutes| visit(minutes) + "\n").collect();
    phone.lines(&["add", "visit"], &unsent);
    phone.edit(&edited, &json!({"minutes": 333}));
    let draft = phone.add("visit", &json!({"state": "draft", "topics": ["health"]}));
    let mut visits = ids(&phone, "visit");
    visits.remove(&draft);
    let unsent = visits.difference(&before).cloned().collect();
    Before { programme, data, phone, kari, visits, unsent, draft, edited }
}

fn database(phone: &Phone) -> PathBuf {
    phone.store().join("footbridge.db")
}

/// Turns a bit of a page of the file.
fn turn(file: &Path, page: u64) {
    let mut file = OpenOptions::new().read(true).write(true).open(file).expect("a file");
    let mut byte = [0];
    file.seek(SeekFrom::Start(page * PAGE + 700)).expect("a place");
    file.read_exact(&mut byte).expect("a byte");
    file.seek(SeekFrom::Start(page * PAGE + 700)).expect("a place");
    file.write_all(&[byte[0] ^ 4]).expect("a byte");
}

/// What was set aside in a phone's folder, without logs.
fn aside(phone: &Phone) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(phone.store()).expect("a folder").map(|entry| entry.expect("a file").path());
    let is_one = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.contains(".damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm")
    };
    entries.filter(is_one).collect()
}

/// Uses a damaged phone as somebody does: what cannot be done is tried again. Gives its status.
#[track_caller]
fn used(phone: &Phone, what: &str) -> Value {
    let mut status = Value::Null;
    for arguments in
        [vec!["list", "visit", "--limit", "5000"], vec!["status"], vec!["sync"], vec!["status"], vec!["sync"]]
    {
        let mut ended = phone.run(&arguments, "");
        if ended.code == Some(18) {
            assert!(ended.stderr.contains("\"damaged\""), "{what}: {}", ended.stderr);
            ended = phone.run(&arguments, "");
        }
        assert_eq!(ended.code, Some(0), "{what}: {arguments:?}: {}", ended.stderr);
        if arguments[0] == "status" {
            status = serde_json::from_str(ended.stdout.trim()).expect("a status");
        }
    }
    status
}

/// Damages a copy of the phone, uses it, and sees that all is there again, or that it says what may not be.
#[track_caller]
fn damaged(before: &mut Before, what: &str, damage: impl FnOnce(&Path)) -> Value {
    // The server as it was: what other copies sent is not known to it.
    let server = &mut before.programme.server;
    server.replace_data(before.data.path());
    server.serve();
    let phone = before.phone.copied();
    damage(&database(&phone));
    let status = used(&phone, what);
    let there = ids(&phone, "visit");
    let sent: BTreeSet<_> = before.visits.difference(&before.unsent).collect();
    assert!(sent.iter().all(|id| there.contains(*id)), "{what}: what the server had is fetched again");
    let recovered = status["recovered"].clone();
    let is_complete = recovered.is_null() || recovered["complete"] == json!(true);
    let missing = before.visits.iter().filter(|id| !there.contains(*id)).count();
    assert!(missing == 0 || !is_complete, "{what}: {missing} are missing, and nothing says so: {recovered}");
    assert!(
        !is_complete || there.contains(&before.draft),
        "{what}: the draft: {recovered} {:?}",
        phone.ask(&["list", "visit", "--limit", "1"])
    );
    let is_edited = phone.show(&before.edited)["minutes"] == json!(333);
    assert!(is_edited || !is_complete, "{what}: an edit that was not sent: {}", phone.show(&before.edited));
    assert_eq!(phone.ask(&["status"])["unsent"], json!(0), "{what}: {}", phone.ask(&["status"]));
    // A page that no call has read yet is still as it is.
    if !recovered.is_null() {
        sound_phone(&phone);
    }
    assert_eq!(aside(&phone).len(), usize::from(!recovered.is_null()), "{what}");
    server.stop();
    recovered
}

#[test]
fn a_damaged_store_is_set_aside_its_unsent_work_recovered_and_the_rest_fetched_again() {
    let mut before = before();
    let pages = std::fs::metadata(database(&before.phone)).expect("a file").len() / PAGE;
    let mut chance = Chance(16);
    let mut noticed = 0;
    let mut complete = 0;
    let most = 14.min(pages - 1);
    for number in 0..most {
        let page = 1 + (number * (pages - 1) / most + chance.up_to(2) - 1).min(pages - 2);
        let recovered = damaged(&mut before, &format!("page {page} of {pages}"), |file| turn(file, page));
        noticed += usize::from(!recovered.is_null());
        complete += usize::from(recovered["complete"] == json!(true));
    }
    tell(&format!(
        "of {most} pages that were damaged {noticed} were noticed; {complete} times all that was unsent was read"
    ));
    assert!(noticed > 6 && complete > 4);
    let cut = damaged(&mut before, "cut off in the middle", |file| {
        let half = pages / 2 * PAGE + 100;
        OpenOptions::new().write(true).open(file).and_then(|file| file.set_len(half)).expect("cut");
    });
    assert!(!cut.is_null());
    let nothing_left: [Damage<'_>; 4] = [
        ("the first page", &|file| turn(file, 0)),
        ("empty", &|file| std::fs::write(file, "").expect("emptied")),
        ("gone", &|file| std::fs::remove_file(file).expect("gone")),
        ("the header", &|file| {
            let mut file = OpenOptions::new().write(true).open(file).expect("a file");
            file.write_all(&[0; 100]).expect("written");
        }),
    ];
    before.programme.server.serve();
    for (what, damage) in nothing_left {
        let mut phone = before.phone.copied();
        damage(&database(&phone));
        let broken = std::fs::read(database(&phone)).ok();
        let recovered = phone.ask(&["status"])["recovered"].clone();
        assert_eq!((&recovered["complete"], &recovered["member"]), (&json!(false), &json!(false)), "{what}");
        for aside in aside(&phone) {
            assert_eq!(std::fs::read(aside).ok(), broken, "{what}: it is as it was, for whoever can read more of it");
        }
        let said = phone.read(&["status"]);
        assert!(said.contains("footbridge.db.damaged-") && said.contains("invitation"), "{what}: {said}");
        // She is invited anew, for a further device of hers, and has what the server has.
        let person = before.programme.person("Amina");
        let invited = before.programme.server.ask(&["invite", &before.programme.id, "--person", &person]);
        phone.join(&before.programme.server, invited["url"].as_str().expect("a link"));
        phone.sync();
        assert!(ids(&phone, "visit").len() >= 120, "{what}");
        phone.ask(&["status", "--dismiss"]);
        assert_eq!(phone.ask(&["status"])["recovered"], Value::Null, "{what}");
    }
    before.phone.sync();
    before.kari.sync();
    assert_eq!(ids(&before.kari, "visit"), before.visits, "each once");
}

#[test]
fn a_wrong_key_is_never_taken_for_damage() {
    let phone = Phone::new("Amina");
    phone.visit(&json!({}));
    let key = phone.store().join("key");
    let other = Phone::new("Leila");
    other.visit(&json!({}));
    let ours = std::fs::read(&key).expect("a key");
    std::fs::copy(other.store().join("key"), &key).expect("another key");
    let before = std::fs::read(database(&phone)).expect("a store");
    assert_eq!(phone.refused(&["status"], "").error, "locked");
    assert_eq!(std::fs::read(database(&phone)).expect("a store"), before);
    // Not even where it is damaged too.
    turn(&database(&phone), 0);
    assert_eq!(phone.refused(&["status"], "").error, "locked");
    assert_eq!(aside(&phone), Vec::<PathBuf>::new());
    std::fs::write(&key, ours).expect("the right key");
    assert!(!phone.ask(&["status"])["recovered"].is_null());
    assert_eq!(aside(&phone).len(), 1);
}

#[test]
fn a_store_whose_recovery_was_killed_is_recovered_by_the_next_call() {
    let phone = Phone::new("Amina");
    let visits: String =
        (0..60).map(|minutes| json!({"kind": "street", "minutes": minutes}).to_string() + "\n").collect();
    phone.lines(&["add", "visit"], &visits);
    let expected = ids(&phone, "visit");
    let pages = std::fs::metadata(database(&phone)).expect("a file").len() / PAGE;
    // One whose damage is noticed, and takes nothing that is unsent with it.
    let damaged = |page: u64| {
        let mut phone = phone.copied();
        turn(&database(&phone), page);
        std::fs::write(phone.store().join("footbridge.damaged"), "").expect("a mark");
        let faults = Faults::over(phone.folder());
        phone.surround_with(faults.environment());
        (phone, faults)
    };
    let (page, told) = (1..pages)
        .find_map(|page| {
            let (phone, faults) = damaged(page);
            faults.plan("list");
            let recovered = phone.ask(&["status"])["recovered"].clone();
            faults.rest();
            (recovered["complete"] == json!(true) && ids(&phone, "visit") == expected).then(|| (page, faults.told()))
        })
        .expect("a page without anything that is unsent");
    let mut hits = Hits::default();
    for plan in everywhere(&told, 50, &mut Chance(17)) {
        let (phone, faults) = damaged(page);
        faults.plan(&plan);
        let ended = phone.run(&["status"], "");
        faults.rest();
        hits.count_ended(&ended, &faults);
        assert_eq!(ids(&phone, "visit"), expected, "{plan}");
        let status = phone.ask(&["status"]);
        assert_eq!(
            (&status["unsent"], &status["recovered"]["complete"]),
            (&json!(60), &json!(true)),
            "{plan}: {status}"
        );
        assert_eq!(aside(&phone).len(), 1, "{plan}");
        sound_phone(&phone);
    }
    hits.told("recovering", 40);
}

#[expect(clippy::print_stdout, reason = "what was recovered is the account that a story gives")]
fn tell(said: &str) {
    println!("{said}");
}
