//! Processes: started, read, bounded in time, stopped by their own id.
//!
//! Used by [`crate::Phone`], [`crate::Server`] and [`crate::Browser`]. Invariant: no process
//! outlives the value that started it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long anything is waited for before a test gives up. Long, because it is a limit and not a wait.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A process that has ended, with all that it said.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Its exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// What it wrote on its standard output.
    pub stdout: String,
    /// What it wrote on its standard error.
    pub stderr: String,
}

/// A process that runs.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    said: String,
    errors: Option<std::thread::JoinHandle<String>>,
}

/// Where the standard error of a process goes.
pub(crate) enum Errors<'a> {
    /// It is kept, for [`Running::ended`].
    Kept,
    /// It is added to a file.
    Into(&'a Path),
}

impl Running {
    /// Starts a process with this standard input, which is closed after it.
    #[track_caller]
    pub(crate) fn start(command: Command, input: &str, errors: &Errors<'_>) -> Self {
        let mut running = Self::start_listening(command, errors);
        let mut stdin = running.stdin.take().expect("a standard input");
        let input = input.to_owned();
        // It may exit without reading: that is no failure of ours.
        std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        running
    }

    /// Starts a process whose standard input stays open.
    #[track_caller]
    pub(crate) fn start_listening(mut command: Command, errors: &Errors<'_>) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        match errors {
            Errors::Kept => command.stderr(Stdio::piped()),
            Errors::Into(file) => command.stderr(
                std::fs::File::options().create(true).append(true).open(file).expect("a file for what it logs"),
            ),
        };
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("a standard output");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let errors = child.stderr.take().map(|mut stderr| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                drop(stderr.read_to_end(&mut bytes));
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        Self { child, stdin, lines, said: String::new(), errors }
    }

    /// The next line of its standard output; `None` once it has closed it.
    #[track_caller]
    pub(crate) fn line(&mut self) -> Option<String> {
        self.line_before(Instant::now() + PATIENCE)
    }

    #[track_caller]
    fn line_before(&mut self, deadline: Instant) -> Option<String> {
        match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.said.push_str(&line);
                self.said.push('\n');
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                self.kill();
                panic!("nothing more was said in {} seconds; before that: {}", PATIENCE.as_secs(), self.said)
            }
        }
    }

    /// Writes on its standard input, which stays open.
    #[track_caller]
    pub(crate) fn write(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("an open standard input");
        stdin.write_all(text.as_bytes()).expect("it listens");
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        while self.line_before(deadline).is_some() {}
        let status = self.child.wait().expect("an exit status");
        let stderr = self.errors.take().map(|thread| thread.join().unwrap_or_default()).unwrap_or_default();
        Ended { code: status.code(), stdout: std::mem::take(&mut self.said), stderr }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// True while it runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to stop (`TERM`, `INT`) and waits for its end.
    #[track_caller]
    pub(crate) fn signal(mut self, name: &str) -> ExitStatus {
        let pid = self.id().to_string();
        // The shell's own, which is there where no other is.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status();
        assert!(sent.is_ok_and(|status| status.success()), "signal {name} could not be sent to {pid}");
        let deadline = Instant::now() + PATIENCE;
        while self.line_before(deadline).is_some() {}
        self.child.wait().expect("an exit status")
    }

    /// Ends it at once, and leaves what it said to be read.
    pub(crate) fn strike(&mut self) {
        // It fails only where it has ended already.
        drop(self.child.kill());
    }

    /// Ends it at once, as a loss of power would.
    pub(crate) fn kill(&mut self) {
        // Both fail only where it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Lets a process live so many days later than it is, by Debian's libfaketime. Time that it measures
/// (and does not read from the clock) runs as ever.
#[track_caller]
pub(crate) fn live_later(command: &mut Command, days: i64) {
    if days == 0 {
        return;
    }
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let library = folders.map(|folder| folder.join("faketime/libfaketime.so.1")).find(|library| library.is_file());
    let library = library.expect("libfaketime is installed (Debian: libfaketime; `cargo xtask test install`)");
    command
        .env("LD_PRELOAD", library)
        .env("FAKETIME", format!("{days:+}d"))
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("FAKETIME_DONT_RESET", "1");
}

/// A command that runs with somebody at the terminal (`script` of util-linux makes the terminal). Both
/// outputs come as one, as on a screen.
pub struct Terminal(Running);

impl Terminal {
    /// Starts a command in a terminal of a hundred columns.
    #[track_caller]
    pub fn start(command: &Command) -> Self {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let quoted = |word: &OsStr| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"));
        let line = words.map(quoted).collect::<Vec<_>>().join(" ");
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--command", &format!("stty cols 100 rows 40; exec {line}"), "/dev/null"]);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        Self(Running::start_listening(script, &Errors::Kept))
    }

    /// Waits for a line that holds these words.
    #[track_caller]
    pub fn wait_for(&mut self, words: &str) {
        while !self.0.line().unwrap_or_else(|| panic!("{words} was never said: {}", self.0.said)).contains(words) {}
    }

    /// Types something: `\n` is Enter, `\u{3}` is Ctrl-C.
    #[track_caller]
    pub fn type_in(&mut self, typed: &str) {
        self.0.write(typed);
    }

    /// Waits for the command's end.
    #[track_caller]
    pub fn ended(self) -> Ended {
        self.0.ended()
    }
}

/// Runs a command to its end.
#[track_caller]
pub(crate) fn run(command: Command, input: &str) -> Ended {
    Running::start(command, input, &Errors::Kept).ended()
}
