//! The server as a process, with a data folder of its own.
//!
//! Used by [`crate::Programme`] and by tests of the server alone. Invariant: it is ready when
//! [`Server::serve`] returns, because it said so; it always listens at the same address again.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries::binary;
use crate::link::{Address, Link};
use crate::process::{Ended, Errors, Running, Terminal, live_later, run};

/// A server. Dropping it kills the process and removes its folder.
pub struct Server {
    folder: TempDir,
    running: Option<Running>,
    address: Address,
    last_address: Option<SocketAddr>,
    ready: Value,
    days_later: i64,
    environment: Vec<(String, OsString)>,
}

impl Server {
    /// A server that runs, without a programme.
    #[track_caller]
    pub fn start() -> Self {
        let mut server = Self::stopped();
        server.serve();
        server
    }

    /// A server that does not run yet.
    #[track_caller]
    pub fn stopped() -> Self {
        Self {
            folder: tempfile::Builder::new().prefix("footbridge-").tempdir().expect("a folder for the server"),
            running: None,
            address: Address::default(),
            last_address: None,
            ready: Value::Null,
            days_later: 0,
            environment: Vec::new(),
        }
    }

    /// Starts it, where it listened before if it ever did, and waits until it says that it is ready.
    #[track_caller]
    pub fn serve(&mut self) {
        self.serve_with(&[]);
    }

    /// The same, with these options of `serve` more.
    #[track_caller]
    pub fn serve_with(&mut self, options: &[&str]) {
        assert!(self.running.is_none(), "the server runs already");
        let listen = self.last_address.map_or_else(|| "127.0.0.1:0".to_owned(), |address| address.to_string());
        let mut command = self.call(&["serve", "--listen", &listen]);
        command.args(options);
        let mut running = Running::start(command, "", &Errors::Into(&self.log_file()));
        let address = loop {
            let Some(line) = running.line() else { panic!("the server did not start: {}", self.log()) };
            if let Some((address, ready)) = address_in(&line) {
                self.ready = ready;
                break address;
            }
        };
        self.last_address = Some(address);
        *self.address.lock().expect("the address") = Some(address);
        self.running = Some(running);
    }

    /// Stops it as an administrator does, by `TERM`, and sees that it ended well.
    #[track_caller]
    pub fn stop(&mut self) {
        *self.address.lock().expect("the address") = None;
        let running = self.running.take().expect("the server runs");
        let status = running.signal("TERM");
        assert!(status.success(), "the server stops gracefully, not with {status}: {}", self.log());
    }

    /// Ends it as a loss of power does.
    pub fn kill(&mut self) {
        *self.address.lock().expect("the address") = None;
        if let Some(mut running) = self.running.take() {
            running.kill();
        }
    }

    /// From its next start on it lives so many days later than it is.
    pub fn live_days_later(&mut self, days: i64) {
        self.days_later = days;
    }

    /// From its next start or command on it has these variables in its environment, and those of before no more.
    pub fn surround_with(&mut self, environment: Vec<(String, OsString)>) {
        self.environment = environment;
    }

    /// Stops it, unless it was killed by itself before or is meanwhile: then the answer is false.
    #[track_caller]
    pub fn stop_unless_killed(&mut self) -> bool {
        *self.address.lock().expect("the address") = None;
        let status = self.running.take().expect("the server ran").signal("TERM");
        assert!(status.success() || status.code().is_none(), "it ended with {status}: {}", self.log());
        status.success()
    }

    /// True while its process runs.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(Running::is_running)
    }

    /// The most memory that its process ever held, in bytes, as the kernel counts it.
    #[track_caller]
    pub fn peak_memory(&self) -> u64 {
        let running = self.running.as_ref().expect("the server runs");
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).expect("a status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().expect("a number");
        kilobytes * 1024
    }

    /// Runs one of its commands beside it, with `--json`.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Ended {
        run(self.call(arguments), "")
    }

    /// Runs one of its commands, which succeeds and answers with one JSON value.
    #[track_caller]
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?} answers with one JSON value ({error}): {}", ended.stdout))
    }

    /// Runs one of its commands for a person's eyes, and gives what it printed.
    #[track_caller]
    pub fn read(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(binary("footbridge-server"));
        command.arg("--data").arg(self.data()).args(arguments);
        let ended = Terminal::start(&command).ended();
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stdout);
        ended.stdout
    }

    /// A call of its binary with `--json` over its data.
    fn call(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary("footbridge-server"));
        command.arg("--data").arg(self.data()).arg("--json").args(arguments);
        live_later(&mut command, self.days_later);
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Where it listens.
    #[track_caller]
    pub fn address(&self) -> SocketAddr {
        self.last_address.expect("the server was started once")
    }

    /// The line by which it last said that it is ready.
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// Its folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Puts a copy of another folder in the place of its own, which must stop before.
    #[track_caller]
    pub fn replace_data(&self, with: &Path) {
        assert!(self.running.is_none(), "a server that runs keeps its folder");
        std::fs::remove_dir_all(self.data()).expect("the folder goes");
        copy_folder(with, &self.data());
    }

    /// All that it logged, in every run.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// A link from a phone to it.
    pub fn link(&self) -> Link {
        Link::to(&self.address)
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Server {
    #[expect(clippy::print_stderr, reason = "the log belongs to the account of a failed test")]
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("The server logged:\n{}", self.log());
        }
    }
}

/// Copies a folder with all that is in it.
#[track_caller]
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    for entry in std::fs::read_dir(from).expect("a readable folder").map(|entry| entry.expect("a readable folder")) {
        let kind = entry.file_type().expect("a kind of file");
        if kind.is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

/// The address in the line by which the server says that it is ready: `{"listening": ADDRESS, …}`, and the line.
fn address_in(line: &str) -> Option<(SocketAddr, Value)> {
    let ready: Value = serde_json::from_str(line).ok()?;
    let address = ready.get("listening")?.as_str()?.parse().ok()?;
    Some((address, ready))
}
