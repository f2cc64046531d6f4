//! Backup and restore over the real binary: what a backup holds, who opens it, what a restore remembers, and what it
//! refuses. What devices give back is told end to end, elsewhere.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use age::secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a data folder, and room for backups beside it.
struct Office {
    folder: TempDir,
    programme: String,
}

impl Office {
    fn new() -> Self {
        let mut office = Self { folder: tempfile::tempdir().unwrap(), programme: String::new() };
        let create = ["programme", "create", "Stadsdelsmammor", "--country", "SE", "--language", "sv", "--district"];
        let made = office.ask(&[&create[..], &["Dalhem", "Närlunda"]].concat());
        office.programme = made["programme"].as_str().unwrap().to_owned();
        office
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge-server"));
        command.arg("--data").arg(self.data()).arg("--json").args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn ask(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The field at fault of a refusal, and its words.
    fn refused(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
        let told = String::from_utf8(output.stderr).unwrap();
        let told: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
        (told["field"].as_str().unwrap_or_default().to_owned(), told["message"].as_str().unwrap().to_owned())
    }

    fn invite(&self, name: &str, role: &str) -> String {
        let district: &[&str] = if role == "volunteer" { &["--district", "Dalhem"] } else { &[] };
        let invited = self.ask(&[&["invite", &self.programme, "--role", role, "--name", name], district].concat());
        invited["person"].as_str().unwrap().to_owned()
    }

    /// Name, role and whether she is revoked or waits, of everybody.
    fn people(&self) -> BTreeMap<String, Value> {
        let listed = self.ask(&["members", &self.programme]);
        let items = listed["items"].as_array().unwrap();
        items.iter().map(|item| (item["person"].as_str().unwrap().to_owned(), item.clone())).collect()
    }

    fn serve(&self) -> Serving {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Serving(child)
    }

    /// Every file of the data folder but the lock.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = fs::read_dir(self.data()).unwrap().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_name() != "lock");
        files.map(|entry| (entry.path(), fs::read(entry.path()).unwrap())).collect()
    }
}

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_one_file_of_its_owner_with_everything_in_it_while_the_server_runs_and_while_not() {
    let office = Office::new();
    office.invite("Amina", "volunteer");
    let serving = office.serve();
    let made = office.ask(&["backup", &office.file("one.backup")]);
    drop(serving);
    office.ask(&["backup", &office.file("two.backup")]);
    assert_eq!((&made["programmes"], &made["people"], &made["encrypted"]), (&json!(1), &json!(1), &json!(false)));
    assert_eq!(names(office.folder.path()), ["data", "one.backup", "two.backup"], "nothing is left beside");
    assert!(!names(&office.data()).iter().any(|name| name.contains("staging")));
    for name in ["one.backup", "two.backup"] {
        assert_eq!(fs::metadata(office.file(name)).unwrap().permissions().mode() & 0o777, 0o600);
        // With the tools of any machine.
        let out = tempfile::tempdir().unwrap();
        let status = Command::new("tar").arg("-xf").arg(office.file(name)).arg("-C").arg(out.path()).status();
        assert!(status.unwrap().success());
        let files = ["SHA256SUMS", "SHA256SUMS.signature", "footbridge.sqlite", "identity.key", "manifest.json"];
        assert_eq!(names(out.path()), files);
        let mut check = Command::new("sha256sum");
        check.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(out.path());
        assert!(check.status().unwrap().success());
        let key = fs::read(office.data().join("identity.key")).unwrap();
        assert_eq!(fs::read(out.path().join("identity.key")).unwrap(), key);
    }
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let office = Office::new();
    fs::write(office.file("precious"), "something else").unwrap();
    let (field, _) = office.refused(&["backup", &office.file("precious")]);
    assert_eq!(field, "file");
    assert_eq!(fs::read_to_string(office.file("precious")).unwrap(), "something else");
    let (field, _) = office.refused(&["backup", &office.file("x"), "--to", "age1nobody"]);
    assert_eq!(field, "to");
    assert_eq!(names(office.folder.path()), ["data", "precious"]);
}

#[test]
fn what_happened_after_the_backup_holds_after_the_restore() {
    let office = Office::new();
    let (kari, noor) = (office.invite("Kari", "coordinator"), office.invite("Noor", "coordinator"));
    let (amina, leila) = (office.invite("Amina", "volunteer"), office.invite("Leila", "volunteer"));
    office.ask(&["revoke", &office.programme, "--person", &leila]);
    office.ask(&["backup", &office.file("b")]);
    let sara = office.invite("Sara", "volunteer");
    office.ask(&["revoke", &office.programme, "--person", &amina]);
    office.ask(&["reinstate", &office.programme, "--person", &leila]);
    office.ask(&["role", &office.programme, "--person", &noor, "volunteer", "--district", "Närlunda"]);
    let before = office.people();
    let restored = office.ask(&["restore", &office.file("b")]);
    assert_eq!((&restored["with_journal"], &restored["held"]), (&json!(true), &json!(0)));
    let after = office.people();
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    for (person, was) in &before {
        let is = &after[person];
        for key in ["role", "districts"] {
            assert_eq!(is[key], was[key], "{key}");
        }
        assert_eq!(is["revoked_at"].is_null(), was["revoked_at"].is_null(), "{is}");
    }
    assert!(!after[&amina]["revoked_at"].is_null() && after[&leila]["revoked_at"].is_null());
    assert_eq!((&after[&noor]["role"], &after[&kari]["role"]), (&json!("volunteer"), &json!("coordinator")));
    assert_eq!(after[&sara]["name"], json!(null), "her name is with the devices of those who saw it");
    let aside = names(&office.data()).into_iter().filter(|name| name.contains(".before-restore-"));
    assert_eq!(aside.collect::<Vec<_>>().len(), 1, "the database; the key is the same, the journal goes on");
    // What is journalled after a restore is replayed by the next.
    office.ask(&["reinstate", &office.programme, "--person", &amina]);
    office.ask(&["restore", &office.file("b")]);
    assert!(office.people()[&amina]["revoked_at"].is_null());
}

#[test]
fn without_its_journal_a_backup_is_refused_or_admits_nobody_until_somebody_says_so() {
    let office = Office::new();
    let (kari, amina) = (office.invite("Kari", "coordinator"), office.invite("Amina", "volunteer"));
    office.ask(&["backup", &office.file("b")]);
    let journal = office.data().join("footbridge.journal");
    let kept = fs::read(&journal).unwrap();
    let (field, _) = office.refused(&["restore", &office.file("b"), "--without-journal"]);
    assert_eq!(field, "without_journal", "it is there");
    // None, damaged, and one of another server.
    let another = Office::new();
    let mut damaged = kept.clone();
    let middle = damaged.len() / 2;
    damaged[middle] = b'\n';
    for journal_now in [None, Some(damaged), Some(fs::read(another.data().join("footbridge.journal")).unwrap())] {
        match &journal_now {
            None => fs::remove_file(&journal).unwrap(),
            Some(bytes) => fs::write(&journal, bytes).unwrap(),
        }
        let before = office.files();
        let (field, message) = office.refused(&["restore", &office.file("b")]);
        assert!(field == "without_journal" && message.contains("footbridge.journal"), "{message}");
        assert_eq!(office.files(), before);
    }
    let restored = office.ask(&["restore", &office.file("b"), "--without-journal"]);
    assert_eq!((&restored["with_journal"], &restored["held"]), (&json!(false), &json!(2)));
    assert!(office.people().values().all(|person| !person["held_at"].is_null()));
    office.ask(&["reinstate", &office.programme, "--person", &amina]);
    let people = office.people();
    assert!(people[&amina]["held_at"].is_null() && !people[&kari]["held_at"].is_null());
    office.ask(&["reinstate", &office.programme, "--everyone"]);
    assert!(office.people()[&kari]["held_at"].is_null());
}

#[test]
fn an_encrypted_backup_opens_for_its_identity_alone() {
    let office = Office::new();
    let (hers, other) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let backed_up = office.ask(&["backup", &office.file("b"), "--to", &hers.to_public().to_string()]);
    assert_eq!(backed_up["encrypted"], json!(true));
    let bytes = fs::read(office.file("b")).unwrap();
    for word in ["Stadsdelsmammor", "SQLite format 3", "manifest.json", "identity.key"] {
        assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
    for (name, identity) in [("hers", &hers), ("other", &other)] {
        let text = format!("# a key\n{}\n", identity.to_string().expose_secret());
        fs::write(office.file(name), text).unwrap();
    }
    let before = office.files();
    for arguments in [vec![], vec!["--identity", "other"], vec!["--identity", "b"]] {
        let arguments: Vec<_> = arguments
            .into_iter()
            .map(|word| if word.starts_with("--") { word.to_owned() } else { office.file(word) })
            .collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        office.refused(&[&["restore", &office.file("b")], &arguments[..]].concat());
    }
    let mut cut = bytes.clone();
    cut.truncate(bytes.len() - 1000);
    fs::write(office.file("cut"), cut).unwrap();
    let (field, _) = office.refused(&["restore", &office.file("cut"), "--identity", &office.file("hers")]);
    assert_eq!(field, "file");
    assert_eq!(office.files(), before);
    office.ask(&["restore", &office.file("b"), "--identity", &office.file("hers")]);
}

#[test]
fn a_damaged_backup_is_refused_and_the_folder_is_as_it_was() {
    let office = Office::new();
    office.invite("Amina", "volunteer");
    office.ask(&["backup", &office.file("whole")]);
    let whole = fs::read(office.file("whole")).unwrap();
    let before = office.files();
    let database = whole.windows(15).position(|window| window == b"SQLite format 3").unwrap();
    let sums = whole.windows(19).rposition(|window| window == b"  footbridge.sqlite").unwrap();
    let mut wrong: Vec<Vec<u8>> = [database + 5000, database + 20_000, sums - 5, 20, 600]
        .map(|place| {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            bytes
        })
        .to_vec();
    wrong.extend([0, 100, 512, database + 8192, sums, whole.len() / 2].map(|end| whole[..end].to_vec()));
    wrong.push(b"something else altogether".to_vec());
    for (number, bytes) in wrong.into_iter().enumerate() {
        fs::write(office.file("wrong"), bytes).unwrap();
        let (field, message) = office.refused(&["restore", &office.file("wrong")]);
        assert_eq!(field, "file", "{number}: {message}");
        assert_eq!(office.files(), before, "{number}");
    }
}

#[test]
fn a_restore_waits_for_the_server_to_stop_and_one_that_was_broken_off_is_begun_again() {
    let office = Office::new();
    office.ask(&["backup", &office.file("b")]);
    let serving = office.serve();
    let (_, message) = office.refused(&["restore", &office.file("b")]);
    assert!(message.contains("stop the server"), "{message}");
    drop(serving);
    // As when the power goes in the middle.
    fs::write(office.data().join("restore.unfinished"), "").unwrap();
    fs::remove_file(office.data().join("footbridge.sqlite")).unwrap();
    for arguments in [&["programme", "list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let (_, message) = office.refused(arguments);
        assert!(message.contains("restore"), "{message}");
    }
    office.ask(&["restore", &office.file("b")]);
    assert_eq!(office.ask(&["programme", "list"])["items"][0]["programme"], json!(office.programme));
}

#[test]
fn an_empty_folder_takes_a_backup_with_the_journal_put_beside() {
    let office = Office::new();
    let amina = office.invite("Amina", "volunteer");
    office.ask(&["backup", &office.file("b")]);
    office.ask(&["revoke", &office.programme, "--person", &amina]);
    let elsewhere = Office { folder: tempfile::tempdir().unwrap(), programme: office.programme.clone() };
    fs::create_dir(elsewhere.data()).unwrap();
    fs::copy(office.data().join("footbridge.journal"), elsewhere.data().join("footbridge.journal")).unwrap();
    elsewhere.ask(&["restore", &office.file("b")]);
    assert!(!elsewhere.people()[&amina]["revoked_at"].is_null());
    let key = |office: &Office| fs::read(office.data().join("identity.key")).unwrap();
    assert_eq!(key(&elsewhere), key(&office), "devices know it by this");
}

#[test]
fn a_backup_that_this_server_did_not_sign_is_refused_unless_told() {
    let (office, another) = (Office::new(), Office::new());
    let plain = office.run(&["backup", &office.file("ours")]);
    let warned = String::from_utf8(plain.stderr).unwrap();
    assert!(warned.contains("not_encrypted"), "{warned}");
    assert_eq!(office.ask(&["restore", &office.file("ours")])["signed"], json!(true));
    another.ask(&["backup", &office.file("theirs")]);
    fs::copy(another.data().join("footbridge.journal"), office.data().join("footbridge.journal")).unwrap();
    let before = office.files();
    let (field, message) = office.refused(&["restore", &office.file("theirs")]);
    assert!(field == "unsigned" && message.contains("--unsigned"), "{message}");
    assert_eq!(office.files(), before);
    assert_eq!(office.ask(&["restore", &office.file("theirs"), "--unsigned"])["signed"], json!(false));
}

#[test]
fn what_a_backup_is_made_in_follows_no_link_and_is_its_owners_alone() {
    let office = Office::new();
    let (staging, precious) = (office.data().join("backup.staging"), office.folder.path().join("precious"));
    fs::write(&precious, "something else").unwrap();
    std::os::unix::fs::symlink(&precious, &staging).unwrap();
    let (_, message) = office.refused(&["backup", &office.file("b")]);
    assert!(message.contains("backup.staging"), "an error names its file: {message}");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "something else");
    fs::remove_file(&staging).unwrap();
    fs::write(&staging, "left").unwrap();
    fs::set_permissions(&staging, fs::Permissions::from_mode(0o644)).unwrap();
    office.ask(&["backup", &office.file("b")]);
    assert!(!staging.exists());
}

#[test]
fn a_folder_that_was_mistyped_is_not_made() {
    let office = Office::new();
    let nowhere = office.folder.path().join("dtaa");
    for arguments in [&["programme", "list"][..], &["members", &office.programme], &["check"], &["clock"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge-server"));
        let output = command.arg("--data").arg(&nowhere).arg("--json").args(arguments).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(3) && told.contains("dtaa"), "{told}");
        assert!(!nowhere.exists());
    }
}

/// Somebody who is not root, as the user `footbridge` of a machine is.
const SOMEBODY: u32 = 65_534;

#[test]
fn what_root_restores_belongs_to_the_folders_owner_whose_own_commands_work() {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    assert!(is_root, "this story is about root and another user, and wants to be run as root");
    let office = Office::new();
    let amina = office.invite("Amina", "volunteer");
    fs::set_permissions(office.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (backups, key) = (office.folder.path().join("backups"), office.folder.path().join("age.key"));
    fs::create_dir(&backups).unwrap();
    for folder in [&office.data(), &backups] {
        chown(folder, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    }
    // A command of root's in the folder leaves nothing that its owner cannot use.
    office.ask(&["members", &office.programme]);
    let identity = age::x25519::Identity::generate();
    fs::write(&key, identity.to_string().expose_secret()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let as_somebody = |arguments: &[&str]| {
        let mut command = office.command(arguments);
        command.uid(SOMEBODY).gid(SOMEBODY);
        command
    };
    let file = backups.join("monday.backup").to_str().unwrap().to_owned();
    let backed_up = as_somebody(&["backup", &file, "--to", &identity.to_public().to_string()]).output().unwrap();
    assert!(backed_up.status.success(), "{}", String::from_utf8_lossy(&backed_up.stderr));
    let by_root = office.ask(&["restore", &file, "--identity", key.to_str().unwrap()]);
    assert_eq!(by_root["people"], json!(1));
    for entry in fs::read_dir(office.data()).unwrap().map(Result::unwrap) {
        assert_eq!(entry.metadata().unwrap().uid(), SOMEBODY, "{:?}", entry.file_name());
    }
    assert_eq!(fs::metadata(office.data()).unwrap().permissions().mode() & 0o777, 0o700);
    // Her own shell opens the key, which the service's user cannot.
    let opened = fs::File::open(&key).unwrap();
    let restored = as_somebody(&["restore", &file, "--identity", "-"]).stdin(opened).output().unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let listed = as_somebody(&["members", &office.programme]).output().unwrap();
    assert!(String::from_utf8_lossy(&listed.stdout).contains(&amina));
}
