//! The server breaks and is restored from a backup: what happened since is known from its journal and given
//! back by the devices; nobody who was put out gets in, and where the journal is lost nobody does.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use footbridge_model::{FieldChange, Kind, Scalar};
use footbridge_testkit::{Needle, Phone, Programme, RawDevice, Server, change_item};
use serde_json::{Value, json};

fn backup(programme: &Programme, folder: &Path) -> String {
    let file = folder.join("footbridge.backup").to_string_lossy().into_owned();
    programme.server.ask(&["backup", &file]);
    file
}

/// As when its disk is worn out and another takes its place.
fn restore(programme: &mut Programme, file: &str, options: &[&str]) -> Value {
    programme.server.kill();
    let restored = programme.server.ask(&[&["restore", file], options].concat());
    programme.server.serve();
    restored
}

fn many(phone: &Phone, count: u32, minutes: u32) {
    let visits: String =
        (0..count).map(|n| format!("{}\n", json!({"kind": "street", "minutes": minutes + n % 60}))).collect();
    phone.lines(&["add", "visit"], &visits);
}

fn visits(phone: &Phone) -> BTreeSet<String> {
    phone.ids(&["list", "visit", "--limit", "5000"]).into_iter().collect()
}

fn follow_up(phone: &Phone, about: &str) -> String {
    phone.add("follow_up", &json!({"about": about, "what": "studies"}))
}

#[track_caller]
fn nothing_waits(phone: &Phone) {
    let status = phone.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])), "{}: {status}", phone.name());
}

#[test]
fn what_was_given_on_before_the_loss_leaves_the_phone_that_had_not_heard_of_it() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let file = backup(&programme, folder.path());
    let visit = amina.visit(&json!({"minutes": 20}));
    let (moved, stays) = (follow_up(&amina, &visit), follow_up(&amina, &visit));
    amina.sync();
    kari.sync();
    for promised in [&moved, &stays] {
        kari.ask(&["give", promised, "--to", &programme.person("Leila")]);
    }
    kari.sync();
    leila.sync();
    assert!(leila.has(&moved) && leila.has(&stays), "the control: she has both");
    kari.ask(&["give", &moved, "--to", &programme.person("Amina")]);
    kari.sync();
    restore(&mut programme, &file, &[]);
    for _ in 0..2 {
        for phone in [&kari, &amina, &leila] {
            phone.sync();
        }
    }
    assert!(!leila.has(&moved), "the journal remembers that it left");
    assert!(leila.has(&stays) && amina.has(&moved) && kari.has(&moved));
    assert_eq!(amina.show(&moved)["given_to"], json!(programme.person("Amina")));
    [&amina, &kari, &leila].into_iter().for_each(nothing_waits);
}

#[test]
fn what_was_taken_back_does_not_come_back_with_what_a_restored_server_is_given() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"place": "bus", "minutes": 10}));
    amina.sync();
    kari.sync();
    kari.edit(&visit, &json!({"place": "hos Blåklocka"}));
    kari.sync();
    amina.sync();
    let file = backup(&programme, folder.path());
    amina.ask_with(&["reword", &visit], "{\"place\": \"library\"}");
    amina.sync();
    kari.edit(&visit, &json!({"minutes": 20}));
    restore(&mut programme, &file, &[]);
    for _ in 0..2 {
        amina.sync();
        kari.sync();
    }
    for phone in [&amina, &kari] {
        let shown = phone.show(&visit);
        assert_eq!((&shown["place"], &shown["disagreements"]), (&json!("library"), &json!([])), "{}", phone.name());
        assert_eq!(shown["minutes"], json!(20), "what nobody had seen is made again");
        nothing_waits(phone);
    }
}

#[test]
fn everything_acknowledged_is_there_again_and_nobody_put_out_gets_in() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let before = amina.visit(&json!({"minutes": 20}));
    many(&amina, 400, 1);
    amina.sync();
    let mut noor = Phone::new("Noor");
    noor.join(&programme.server, &programme.invitation("coordinator", "Noor", &[]));
    let file = backup(&programme, folder.path());

    // One pushed after the backup, more than a page of it; one pulled that, and wrote on it.
    let after = amina.visit(&json!({"minutes": 30}));
    let note = amina.note(&after, "hon vill läsa svenska");
    amina.edit(&before, &json!({"reached": 3}));
    let (closed, given) = (follow_up(&amina, &before), follow_up(&amina, &before));
    many(&amina, 450, 100);
    amina.sync();
    kari.sync();
    kari.edit(&after, &json!({"next_step": "studies"}));
    kari.edit(&closed, &json!({"state": "closed", "outcome": "done"}));
    let dalhem = programme.person("Amina");
    kari.ask(&["give", &given, "--to", &dalhem]);
    kari.sync();
    // One joined.
    let mut sara = Phone::new("Sara");
    let used = programme.invitation("volunteer", "Sara", &["Dalhem"]);
    sara.join(&programme.server, &used);
    let hers = sara.visit(&json!({"minutes": 40}));
    sara.sync();
    kari.sync();
    let everything = visits(&kari);
    // One was revoked.
    let person = programme.person("Leila");
    programme.server.ask(&["revoke", &programme.id, "--person", &person]);
    // One was in the middle of its first sync.
    noor.link().mend_for(10_000);
    noor.refused(&["sync"], "");
    noor.link().mend();
    let seen = visits(&noor).len();
    assert!(seen < everything.len(), "it was cut: {seen} of {}", everything.len());

    let restored = restore(&mut programme, &file, &[]);
    assert_eq!((&restored["with_journal"], &restored["held"]), (&json!(true), &json!(0)));

    // The coordinator alone gives back what the volunteers wrote as well.
    kari.sync();
    nothing_waits(&kari);
    let eva = programme.coordinator("Eva");
    assert_eq!(visits(&eva), everything);
    assert_eq!(eva.show(&hers)["minutes"], json!(40));
    assert!(eva.has(&note));
    let shown = eva.show(&after);
    assert_eq!((&shown["minutes"], &shown["next_step"]), (&json!(30), &json!("studies")));
    assert_eq!(eva.show(&before)["reached"], json!(3));
    let follow_ups = (eva.show(&closed), eva.show(&given));
    assert_eq!((&follow_ups.0["state"], &follow_ups.0["outcome"]), (&json!("closed"), &json!("done")));
    assert_eq!(follow_ups.1["given_to"], json!(programme.person("Amina")), "{}", follow_ups.1);
    let people = programme.people();
    assert!(people.contains_key("Sara"), "her name came back with the coordinator's device: {people:?}");
    assert_eq!(shown["author"], json!(people["Amina"]), "hers, whoever gave it back");

    // Their own devices find it there, and go on.
    for phone in [&amina, &sara, &noor, &kari] {
        phone.sync();
        nothing_waits(phone);
    }
    amina.edit(&after, &json!({"minutes": 35}));
    sara.edit(&hers, &json!({"minutes": 45}));
    for phone in [&amina, &sara, &noor, &kari, &eva] {
        phone.sync();
    }
    for phone in [&noor, &kari, &eva] {
        assert_eq!(visits(phone), everything, "{}", phone.name());
        assert_eq!(phone.show(&after)["minutes"], json!(35), "{}", phone.name());
        assert_eq!(phone.show(&hers)["minutes"], json!(45), "{}", phone.name());
        nothing_waits(phone);
    }

    let refusal = leila.refused(&["sync"], "");
    assert!(refusal.whole.to_string().contains("revoked"), "{refusal:?}");
    let mut stranger = Phone::new("a stranger");
    let url = stranger.routed(&programme.server, &used);
    let refusal = stranger.refused(&["join", &url], "");
    assert!(refusal.whole.to_string().contains("invitation_used"), "{refusal:?}");
}

#[test]
fn where_the_coordinator_never_had_it_the_author_gives_it_back_from_both_her_phones() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut programme = Programme::start();
    let first = programme.volunteer("Amina", &["Dalhem"]);
    let file = backup(&programme, folder.path());
    let visit = first.visit(&json!({"minutes": 30}));
    first.sync();
    let mut second = Phone::new("Amina");
    let person = programme.person("Amina");
    let invited = programme.server.ask(&["invite", &programme.id, "--person", &person]);
    second.join(&programme.server, invited["url"].as_str().expect("a link"));
    second.sync();
    restore(&mut programme, &file, &[]);
    // The first phone is lost; on the second it lies as it was pulled.
    drop(first);
    second.sync();
    nothing_waits(&second);
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.show(&visit)["minutes"], json!(30));
}

#[test]
fn what_was_erased_after_the_backup_stays_erased_whoever_still_has_it() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let (kari, noor) = (programme.coordinator("Kari"), programme.coordinator("Noor"));
    let known = amina.visit(&json!({"minutes": 20}));
    let known_note = amina.note(&known, "ordet bladsilver");
    let stays = amina.visit(&json!({"minutes": 40}));
    amina.sync();
    let file = backup(&programme, folder.path());
    // Noor and Amina have what was made since as well, and are away when it is erased.
    let since = amina.visit(&json!({"minutes": 30}));
    amina.sync();
    kari.sync();
    let since_note = kari.note(&since, "ordet kvicksilver");
    // Not hers, so her device will not give it back, and must be told all the same.
    let alone = kari.note(&stays, "ordet nysilver");
    for phone in [&kari, &noor, &amina] {
        phone.sync();
    }
    amina.edit(&since, &json!({"minutes": 31}));
    assert!(amina.has(&alone));
    for id in [&known, &since, &alone] {
        kari.ask(&["delete", id]);
    }
    kari.sync();
    let restored = restore(&mut programme, &file, &[]);
    assert_eq!(restored["erased"], json!(5), "two visits with their notes, and a note: {restored}");
    let eva = programme.coordinator("Eva");
    for phone in [&noor, &amina, &kari, &noor, &eva] {
        phone.sync();
    }
    for phone in [&noor, &amina, &kari, &eva] {
        for id in [&known, &known_note, &since, &since_note, &alone] {
            assert!(!phone.has(id), "{}", phone.name());
        }
        assert!(phone.has(&stays), "{}", phone.name());
        assert_eq!(phone.ask(&["status"])["unsent"], json!(0), "{}", phone.name());
    }
    programme.server.stop();
    let data = programme.server.data();
    for name in ["footbridge.sqlite", "footbridge.journal"] {
        let bytes = std::fs::read(data.join(name)).expect("a file of the server");
        for word in ["bladsilver", "kvicksilver", "nysilver"] {
            assert!(!Needle::new(word).is_in(&bytes), "{word} in {name}");
        }
    }
}

#[test]
fn without_the_journal_nobody_gets_in_until_admitted_and_phones_go_on_recording() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let file = backup(&programme, folder.path());
    let visit = amina.visit(&json!({"minutes": 30}));
    amina.sync();
    kari.sync();
    programme.server.kill();
    std::fs::remove_file(programme.server.data().join("footbridge.journal")).expect("it was lost");
    let refused = programme.server.run(&["restore", &file]);
    assert!(refused.code != Some(0) && refused.stderr.contains("--without-journal"), "{}", refused.stderr);
    let restored = programme.server.ask(&["restore", &file, "--without-journal"]);
    assert_eq!(restored["held"], json!(2));
    programme.server.serve();
    for phone in [&amina, &kari] {
        let refusal = phone.refused(&["sync"], "");
        assert!(refusal.whole.to_string().contains("not_admitted"), "{refusal:?}");
    }
    let later = amina.visit(&json!({"minutes": 31}));
    assert!(amina.has(&visit) && amina.has(&later), "nothing is locked");
    let hers = programme.person("Amina");
    programme.server.ask(&["reinstate", &programme.id, "--person", &hers]);
    amina.sync();
    nothing_waits(&amina);
    kari.refused(&["sync"], "");
    programme.server.ask(&["reinstate", &programme.id, "--everyone"]);
    kari.sync();
    nothing_waits(&kari);
    for id in [&visit, &later] {
        assert!(kari.has(id));
    }
}

/// A programme whose server was restored without its journal to a day before Sara joined; with what she recorded, which
/// the server had.
fn before_sara(folder: &Path) -> (Programme, Phone, Phone, [String; 2]) {
    let mut programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let file = backup(&programme, folder);
    let mut sara = Phone::new("Sara");
    sara.join(&programme.server, &programme.invitation("volunteer", "Sara", &["Dalhem"]));
    let visit = sara.visit(&json!({"minutes": 40}));
    let note = sara.note(&visit, "hon vill läsa svenska");
    sara.sync();
    kari.sync();
    programme.server.kill();
    std::fs::remove_file(programme.server.data().join("footbridge.journal")).expect("it was lost");
    programme.server.ask(&["restore", &file, "--without-journal"]);
    programme.server.serve();
    programme.server.ask(&["reinstate", &programme.id, "--everyone"]);
    (programme, kari, sara, [visit, note])
}

#[test]
fn who_joined_since_the_backup_keeps_everything_and_sends_it_when_she_joins_again() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let (programme, kari, mut sara, hers) = before_sara(folder.path());
    let refusal = sara.refused(&["sync"], "");
    assert_eq!(refusal.whole["code"], json!("unknown_device"));
    let status = sara.ask(&["status"]);
    assert_eq!(status["unsent"], json!(2), "what this server has not confirmed is not safe: {status}");
    assert_eq!(status["receipts"]["device"], json!(2), "{status}");
    assert_eq!(sara.refused(&["leave"], "").error, "unsent");
    let later = sara.visit(&json!({"minutes": 50}));
    // Her coordinator knows nothing of it, and invites her as somebody new.
    let former = status["person"].clone();
    sara.join(&programme.server, &programme.invitation("volunteer", "Sara", &["Dalhem"]));
    sara.sync();
    nothing_waits(&sara);
    kari.sync();
    nothing_waits(&kari);
    let me = sara.ask(&["status"])["person"].clone();
    assert_ne!(me, former);
    let eva = programme.coordinator("Eva");
    for phone in [&sara, &kari, &eva] {
        for id in hers.iter().chain([&later]) {
            assert_eq!(phone.show(id)["author"], me, "{} {id}", phone.name());
        }
    }
    sara.edit(&hers[0], &json!({"minutes": 45}));
    sara.sync();
    nothing_waits(&sara);
    kari.sync();
    assert_eq!(kari.show(&hers[0])["minutes"], json!(45));
}

#[test]
fn a_coordinator_gives_back_what_somebody_wrote_whom_the_server_lost_and_she_comes_back_as_herself() {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let (programme, kari, mut sara, hers) = before_sara(folder.path());
    kari.sync();
    nothing_waits(&kari);
    let eva = programme.coordinator("Eva");
    assert!(hers.iter().all(|id| eva.has(id)), "nothing of hers is set aside or lost");
    let person = programme.person("Sara");
    assert_eq!(eva.show(&hers[0])["author"], json!(person), "it is hers");
    assert_ne!(eva.show(&person)["revoked_at"], json!(null), "she has no rights until a coordinator says so");
    assert_eq!(sara.refused(&["sync"], "").whole["code"], json!("unknown_device"));
    programme.server.ask(&["reinstate", &programme.id, "--person", &person]);
    let invited = programme.server.ask(&["invite", &programme.id, "--person", &person]);
    sara.join(&programme.server, invited["url"].as_str().expect("a link"));
    assert_eq!(sara.ask(&["status"])["person"], json!(person), "the same person");
    sara.edit(&hers[0], &json!({"minutes": 45}));
    sara.sync();
    nothing_waits(&sara);
    kari.sync();
    assert_eq!(kari.show(&hers[0])["minutes"], json!(45));
}

#[test]
fn a_backup_taken_during_constant_pushes_is_of_one_moment() {
    let folder = tempfile::tempdir().expect("a folder for backups");
    let programme = Programme::start();
    let invitation = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    let mut device = RawDevice::join(programme.server.address(), &invitation);
    let stop = AtomicBool::new(false);
    let backups = std::thread::scope(|scope| {
        let (stop, address) = (&stop, &mut device);
        let pushing = scope.spawn(move || {
            let mut pairs = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                let set = |field: &str, value: &str| FieldChange::Set {
                    field: field.to_owned(),
                    value: Scalar::Str(value.to_owned()),
                };
                let visit_fields =
                    [set("kind", "street"), set("state", "done"), set("happened_at", "2026-03-02T10:00:00+01:00")];
                let (visit, made) = address.record(Kind::Visit, &visit_fields);
                let about = [set("about", &visit.to_string()), set("what", "studies")];
                let (follow_up, on_it) = address.record(Kind::FollowUp, &about);
                let items =
                    vec![change_item(visit, "visit", made.change), change_item(follow_up, "follow_up", on_it.change)];
                let answers = address.push(items);
                assert!(answers.iter().all(|answer| answer.is_taken()), "{answers:?}");
                pairs += 1;
            }
            pairs
        });
        let mut records = Vec::new();
        for number in 0..5 {
            let file = folder.path().join(format!("{number}.backup"));
            let made = programme.server.ask(&["backup", &file.to_string_lossy()]);
            records.push(made["records"].as_u64().expect("a number of records"));
        }
        stop.store(true, Ordering::Relaxed);
        (records, pushing.join().expect("the pushes went on"))
    });
    let (records, pairs) = backups;
    assert!(pairs > 5, "{pairs}");
    assert!(records.iter().all(|count| count % 2 == 0), "both of a push or none of it: {records:?}");
    assert!(records.is_sorted(), "{records:?}");
    for (number, count) in records.iter().enumerate() {
        let elsewhere = Server::stopped();
        let file = folder.path().join(format!("{number}.backup"));
        let restored = elsewhere.ask(&["restore", &file.to_string_lossy(), "--without-journal"]);
        assert_eq!(restored["records"], json!(count));
    }
}
