//! The binary as a process: its commands beside a running server and without one, its refusals, its stop.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge-server"));
    command.arg("--data").arg(data).arg("--json").args(arguments);
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().unwrap()
}

fn ask(data: &Path, arguments: &[&str]) -> Value {
    let output = run(data, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The error, and the exit code.
fn refused(data: &Path, arguments: &[&str]) -> (Value, i32) {
    let output = run(data, arguments);
    assert!(output.stdout.is_empty() && !output.status.success(), "{arguments:?}");
    let last = String::from_utf8(output.stderr).unwrap();
    (serde_json::from_str(last.lines().last().unwrap()).unwrap(), output.status.code().unwrap())
}

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(data: &Path) -> Self {
        let mut child = command(data, &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["identity"].as_str().unwrap().len(), 64);
        let address = ready["listening"].as_str().unwrap().to_owned();
        Self { child, address }
    }

    /// Stops it by a signal; gives its log.
    fn stop(mut self, signal: Signal) -> String {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        assert!(self.child.wait().unwrap().success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

const CREATE: [&str; 11] = [
    "programme",
    "create",
    "Stadsdelsmammor",
    "--country",
    "SE",
    "--language",
    "sv",
    "--district",
    "Dalhem",
    "--district",
    "Närlunda",
];

#[test]
fn commands_work_beside_a_running_server_and_without_one() {
    let folder = tempfile::tempdir().unwrap();
    // Longer than the address of a socket can be.
    let data = folder.path().join("a folder with a long name ".repeat(6)).join("data");
    let programme = ask(&data, &CREATE)["programme"].as_str().unwrap().to_owned();
    let invite = |name: &str| {
        ask(&data, &["invite", &programme, "--role", "coordinator", "--name", name])["url"].as_str().unwrap().to_owned()
    };
    assert!(invite("Kari").starts_with("http://127.0.0.1:8787/join#v=1&s="));
    let serving = Serving::start(&data);
    assert!(invite("Noor").starts_with(&format!("http://{}/join#", serving.address)));
    let members = ask(&data, &["members", &programme]);
    assert_eq!(members["items"].as_array().unwrap().len(), 2);
    let kari = members["items"][0]["person"].as_str().unwrap();
    let link = ask(&data, &["review-link", &programme, "--person", kari]);
    assert!(link["url"].as_str().unwrap().contains("/review/sign-in?token="));
    let (error, code) = refused(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((error["error"].as_str(), code), (Some("locked"), 4));
    let log = serving.stop(Signal::TERM);
    for secret in ["Kari", "Noor", &programme, kari] {
        assert!(!log.contains(secret), "{log}");
    }
    let left: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("-wal") && name != "admin.sock"), "{left:?}");
    assert_eq!(ask(&data, &["programme", "list"])["items"][0]["name"], "Stadsdelsmammor");
    Serving::start(&data).stop(Signal::INT);
}

#[test]
fn a_refusal_names_what_is_wrong_and_has_its_own_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let programme = ask(data, &CREATE)["programme"].as_str().unwrap().to_owned();
    let unknown = "01936f0e-7d5c-7b3a-9c1e-2f4a5b6c7d8e";
    let cases: [(&[&str], &str, &str, i32); 8] = [
        (&["serve", "--listen", "0.0.0.0:0"], "invalid", "--insecure", 2),
        (&["serve", "--public-url", "bru.example"], "invalid", "public_url", 2),
        (&["serve", "--public-url", "http://bru.example"], "invalid", "public_url", 2),
        (&["members", unknown], "not_found", "programme", 3),
        (&["members", "nothing"], "invalid", "nothing", 2),
        (&["invite", &programme, "--role", "queen", "--name", "Amina"], "invalid", "volunteer, coordinator", 2),
        (
            &["invite", &programme, "--role", "volunteer", "--name", "Amina", "--district", "Månen"],
            "invalid",
            "Dalhem, Närlunda",
            2,
        ),
        (&["invite", &programme], "invalid", "--role", 2),
    ];
    for (arguments, kind, word, exit_code) in cases {
        let (error, code) = refused(data, arguments);
        assert_eq!((error["error"].as_str(), code), (Some(kind), exit_code), "{arguments:?}");
        assert!(error["message"].as_str().unwrap().contains(word), "{arguments:?}: {error}");
    }
}

#[test]
fn a_public_address_is_remembered_and_the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let programme = ask(&data, &CREATE)["programme"].as_str().unwrap().to_owned();
    let mut child = command(&data, &["serve", "--listen", "127.0.0.1:0", "--public-url", "https://bru.example/"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    for entry in std::fs::read_dir(&data).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    let invited = ask(&data, &["invite", &programme, "--role", "volunteer", "--name", "Amina"]);
    assert!(invited["url"].as_str().unwrap().starts_with("https://bru.example/join#"));
}

#[test]
fn without_json_it_speaks_in_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let speak = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_footbridge-server"));
        let output = command.arg("--data").arg(folder.path()).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    assert!(speak(&CREATE).starts_with("Programme Stadsdelsmammor is made."));
    assert!(speak(&["programme", "list"]).contains("Stadsdelsmammor"));
    let refused = speak(&["programme", "create", "X", "--country", "Sweden", "--language", "sv", "--district", "A"]);
    assert!(refused.starts_with("footbridge-server: country"), "{refused}");
    assert!(speak(&["--help"]).contains("programme"));
}
