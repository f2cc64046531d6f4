//! A disk that is really full: a small file system in memory, filled by what is recorded. What stands before the calls
//! in the other stories is left out here; the kernel itself refuses. Needs the right to mount, as the root of a machine
//! or of a container has it: without it these fail and say so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use footbridge_model::{FieldChange, Kind, Scalar};
use footbridge_protocol::ErrorCode;
use footbridge_testkit::{Ended, Phone, Programme, RawDevice, Request, Server, change_item};
use serde_json::{Value, json};

use crate::hits::Chance;
use crate::looking::{ids, said, sound_phone, sound_server};

/// How many megabytes a ballast takes, that somebody throws away when the disk is full: more than what was recorded, of
/// which a sync writes each record anew.
const BALLAST: usize = 14;

/// A file system of so many megabytes over a folder, with a ballast in it. Dropping it takes it away.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn over(folder: &Path, megabytes: usize) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=700"), "footbridge"]).arg(folder);
        let ended = mount.output().expect("the program mount");
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "this story mounts a small disk, as root may, and could not: {told}");
        let disk = Self(folder.to_owned());
        std::fs::write(disk.ballast(), vec![7; BALLAST << 20]).expect("room for the ballast");
        disk
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("the ballast goes");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what is still open goes with its process.
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
        drop(std::fs::remove_dir(&self.0));
    }
}

/// Words that no compression makes much smaller.
fn words(chance: &mut Chance) -> String {
    let letter = |n: u64| char::from(b'a' + u8::try_from(n - 1).expect("a letter"));
    (0..9_000).map(|at| if at % 12 == 11 { ' ' } else { letter(chance.up_to(26)) }).collect()
}

/// Notes on a visit, a line each.
fn notes(visit: &str, count: usize, chance: &mut Chance) -> String {
    (0..count).map(|_| format!("{}\n", json!({"on": visit, "text": words(chance)}))).collect()
}

fn error(ended: &Ended) -> Value {
    let mut values = ended.stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    values.rfind(|value| value.get("error").is_some()).unwrap_or_default()
}

/// Records notes until the disk takes no more; gives those that were said to be saved.
fn fill(phone: &Phone, visit: &str, chance: &mut Chance) -> BTreeSet<String> {
    let mut saved = BTreeSet::new();
    for _ in 0..60 {
        let ended = phone.run(&["add", "note"], &notes(visit, 20, chance));
        saved.extend(said(&ended));
        if ended.code != Some(0) {
            let error = error(&ended);
            assert_eq!(
                (ended.code, &error["error"], &error["what"]),
                (Some(18), &json!("storage"), &json!("disk_full"))
            );
            assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{ended:?}");
            return saved;
        }
    }
    panic!("the disk is never full");
}

#[test]
fn a_phone_on_a_disk_that_is_really_full_keeps_what_it_said_it_kept_and_records_on_once_there_is_room() {
    let programme = Programme::start();
    let (phone, kari) = (Phone::new("Amina"), programme.coordinator("Kari"));
    let disk = SmallDisk::over(phone.folder(), 24);
    let amina = programme.joined(phone, "volunteer", &["Dalhem"]);
    let mut chance = Chance(21);
    let visit = amina.visit(&json!({}));
    let mut saved = fill(&amina, &visit, &mut chance);
    assert!(saved.len() > 50, "{} notes fitted", saved.len());
    let again = amina.run(&["add", "note"], &notes(&visit, 20, &mut chance));
    assert_eq!((again.code, said(&again).is_empty()), (Some(18), true), "it stays full: {again:?}");
    assert_eq!(ids(&amina, "note"), saved, "what was saved can be read from a full disk");

    disk.make_room();
    sound_phone(&amina);
    assert_eq!(ids(&amina, "note"), saved);
    saved.insert(amina.note(&visit, "det finns plats igen"));
    assert_eq!(amina.ask(&["status"])["unsent"], json!(saved.len() + 1));
    amina.sync();
    kari.sync();
    assert_eq!(ids(&kari, "note"), saved, "everything arrived");
    drop(disk);
}

#[test]
fn a_server_on_a_disk_that_is_really_full_refuses_what_it_cannot_keep_and_takes_it_once_there_is_room() {
    let mut server = Server::stopped();
    let disk = SmallDisk::over(&server.data(), 20);
    server.serve();
    let mut programme = Programme::on(server);
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let mut leila =
        RawDevice::join(programme.server.address(), &programme.invitation("volunteer", "Leila", &["Dalhem"]));
    let mut chance = Chance(22);
    let visit = amina.visit(&json!({}));
    amina.sync();
    let acknowledged = fill_server(&mut leila, &mut chance);
    assert!(acknowledged > 100, "{acknowledged} visits fitted");

    let written: BTreeSet<String> = said(&amina.run(&["add", "note"], &notes(&visit, 40, &mut chance)));
    let ended = amina.run(&["sync"], "");
    assert_eq!((ended.code, &error(&ended)["code"]), (Some(17), &json!("no_room")), "{ended:?}");
    let ready = Request::get("/readyz").send(programme.server.address());
    assert_eq!(ready.status, 503, "whoever watches over it is told: {}", ready.text());
    let invite = ["invite", &programme.id, "--role", "coordinator", "--name", "Siri"];
    let link = ["review-link", &programme.id, "--person", &programme.person("Kari")];
    for arguments in [&invite[..], &link[..]] {
        let refused = programme.server.run(arguments);
        assert!(error(&refused)["message"].as_str().is_some_and(|said| said.contains("no room")), "{refused:?}");
    }
    assert!(programme.server.is_running(), "it goes on");
    assert_eq!(ids(&amina, "note"), written, "she keeps everything");
    assert_eq!(amina.ask(&["status"])["set_aside"], json!([]), "and is asked to do nothing");

    disk.make_room();
    amina.sync();
    kari.sync();
    assert_eq!(ids(&kari, "note"), written);
    let expected = acknowledged + 1;
    assert_eq!(ids(&kari, "visit").len(), expected, "all that was acknowledged, and nothing of what was refused");
    sound_server(&programme.server);
    assert!(programme.server.log().contains("database or disk is full"), "it says why");
    drop(programme);
    drop(disk);
}

/// Pushes visits until the server has no room for more; gives how many it said that it keeps.
fn fill_server(device: &mut RawDevice, chance: &mut Chance) -> usize {
    let mut kept = 0;
    for _ in 0..2_000 {
        let items: Vec<_> = (0..20)
            .map(|_| {
                let place: String = words(chance).chars().take(60).collect();
                let fields = [("kind", "street"), ("happened_at", "2026-11-22"), ("state", "done"), ("place", &place)];
                let set = |(field, value): (&str, &str)| FieldChange::Set {
                    field: field.to_owned(),
                    value: Scalar::Str(value.to_owned()),
                };
                let (id, made) = device.record(Kind::Visit, &fields.map(set));
                change_item(id, "visit", made.change)
            })
            .collect();
        match device.try_push(items) {
            Ok(answers) => kept += answers.iter().filter(|answer| answer.is_taken()).count(),
            Err(refusal) => {
                assert_eq!(refusal.code(), Some(ErrorCode::NoRoom), "{refusal:?}");
                return kept;
            }
        }
    }
    panic!("the disk is never full");
}
