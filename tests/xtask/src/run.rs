//! Running commands: their output is shown as it comes, counted, and bounded in time.
//!
//! Used by every part. Invariant: no command outlives the limit it was given.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::tally::Tally;

/// How a command ended.
pub struct Ended {
    /// It exited with 0, in time.
    pub succeeded: bool,
    /// What its output counted.
    pub tally: Tally,
}

/// Runs a command, shows what it prints and counts its tests; stops it after `limit`.
pub fn counted(mut command: Command, limit: Duration) -> Ended {
    let mut tally = Tally::default();
    let mut child = match command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return not_started(&command, &error),
    };
    let Some(output) = child.stdout.take() else {
        stop(&mut child);
        return Ended { succeeded: false, tally };
    };
    let (lines, received) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
    let deadline = Instant::now() + limit;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match received.recv_timeout(left) {
            Ok(line) => {
                println!("{line}");
                tally.read(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("Stopped after {} minutes.", limit.as_secs() / 60);
                stop(&mut child);
                return Ended { succeeded: false, tally };
            }
        }
    }
    let succeeded = match child.wait() {
        Ok(status) => {
            // A command that was ended by a signal has not said so itself.
            if status.code().is_none() {
                eprintln!("{} ended with {status}", command.get_program().to_string_lossy());
            }
            status.success()
        }
        Err(_) => false,
    };
    Ended { succeeded, tally }
}

/// Runs a command on our own streams; true where it exited with 0.
pub fn plainly(mut command: Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => not_started(&command, &error).succeeded,
    }
}

/// Runs a command without a sound; true where it exited with 0.
pub fn quietly(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a command prints on its standard output, where it exits with 0.
pub fn output(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()
}

fn not_started(command: &Command, error: &std::io::Error) -> Ended {
    eprintln!("{} could not be started: {error}", command.get_program().to_string_lossy());
    Ended { succeeded: false, tally: Tally::default() }
}

fn stop(child: &mut Child) {
    // Both fail only where the child has ended already.
    let _ = child.kill();
    let _ = child.wait();
}
