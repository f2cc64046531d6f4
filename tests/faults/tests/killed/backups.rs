//! A server's backup and restore, killed: what has the backup's name is whole, and what is restored is either as it
//! was or as it will be.

use std::path::{Path, PathBuf};

use footbridge_testkit::{Faults, Phone, Programme, Server, copy_folder};
use serde_json::json;

use crate::hits::{Chance, Hits, everywhere};
use crate::looking::{ids, sound_server};

/// A programme whose server has stopped, with what Amina recorded on it, and Kari's tablet, which has it.
fn recorded() -> (Programme, Phone, Phone) {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    for minutes in 1..6 {
        let visit = amina.visit(&json!({"minutes": minutes}));
        amina.note(&visit, "Hon vill börja på kursen.");
    }
    amina.sync();
    let kari = programme.coordinator("Kari");
    programme.server.stop();
    (programme, amina, kari)
}

fn text(path: &Path) -> String {
    path.to_str().expect("text").to_owned()
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_has_a_backups_name_is_whole_wherever_it_is_killed() {
    let (mut programme, ..) = recorded();
    let folder = programme.server.data().parent().expect("a folder").to_owned();
    let faults = Faults::over(&folder);
    let mut chance = Chance(8);
    let mut hits = Hits::default();
    programme.server.surround_with(faults.environment());
    faults.plan("list");
    let before = names(&programme.server.data());
    let whole = programme.server.ask(&["backup", &text(&folder.join("first.tar"))]);
    faults.rest();
    assert_eq!(whole["records"], json!(10), "{whole}");
    let restorable = |file: &Path| {
        let other = Server::stopped();
        copy_folder(&programme.server.data(), &other.data());
        let restored = other.ask(&["restore", &text(file)]);
        assert_eq!(restored["records"], json!(10), "{restored}");
        sound_server(&other);
    };
    for (round, plan) in (0..).zip(everywhere(&faults.told(), 40, &mut chance)) {
        let file = folder.join(format!("{round}.tar"));
        faults.plan(&plan);
        let ended = programme.server.run(&["backup", &text(&file)]);
        faults.rest();
        hits.count_ended(&ended, &faults);
        assert!(ended.stdout.is_empty() || file.exists(), "{plan}: what was said to be written is");
        if file.exists() {
            restorable(&file);
            std::fs::remove_file(&file).expect("it goes");
        }
        programme.server.ask(&["backup", &text(&file)]);
        if round % 8 == 0 {
            restorable(&file);
        }
        sound_server(&programme.server);
        assert_eq!(names(&programme.server.data()), before, "{plan}: nothing is left in the data folder");
        let left: Vec<_> = names(&folder).into_iter().filter(|name| name.ends_with("-up")).collect();
        assert!(left.is_empty(), "{plan}: {left:?} is left");
        std::fs::remove_file(&file).expect("it goes");
    }
    hits.told("backing up", 35);
}

#[test]
fn a_restore_that_was_killed_left_what_was_or_is_ended_by_the_next_start() {
    let (mut programme, amina, kari) = recorded();
    let folder = programme.server.data().parent().expect("a folder").to_owned();
    let file = text(&folder.join("backup.tar"));
    programme.server.ask(&["backup", &file]);
    programme.server.serve();
    // What the backup does not know: it is there where nothing was restored, and given back where it was.
    let later = amina.visit(&json!({"minutes": 99}));
    amina.sync();
    programme.server.stop();
    let template = tempfile::tempdir().expect("a folder");
    copy_folder(&programme.server.data(), template.path());
    let faults = Faults::over(&folder);
    let mut chance = Chance(9);
    let mut hits = Hits::default();
    programme.server.surround_with(faults.environment());
    faults.plan("list");
    programme.server.ask(&["restore", &file]);
    faults.rest();
    for plan in everywhere(&faults.told(), 40, &mut chance) {
        programme.server.replace_data(template.path());
        faults.plan(&plan);
        let ended = programme.server.run(&["restore", &file]);
        faults.rest();
        hits.count_ended(&ended, &faults);
        programme.server.serve();
        sound_server(&programme.server);
        let (amina, kari) = (amina.copied(), kari.copied());
        amina.sync();
        kari.sync();
        assert!(ids(&kari, "visit").contains(&later), "{plan}");
        assert_eq!(ids(&kari, "visit"), ids(&amina, "visit"), "{plan}");
        assert_eq!(ids(&kari, "note"), ids(&amina, "note"), "{plan}");
        programme.server.stop();
        let left: Vec<PathBuf> = names(&programme.server.data()).into_iter().map(PathBuf::from).collect();
        assert!(!left.iter().any(|name| name.starts_with("restore.unfinished")), "{plan}: {left:?}");
    }
    hits.told("restoring", 36);
}
