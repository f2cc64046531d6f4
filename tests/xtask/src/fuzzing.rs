//! Every decoder under libFuzzer: the one program of `tests/fuzz` built, then each of its targets with so many inputs.
//!
//! Called as the part `fuzz`. Invariant: a target counts as passed only where libFuzzer itself says that it has run as
//! many inputs as it was asked to; the committed corpus is read and never written.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::run::{self, Ended};
use crate::tally::Tally;
use crate::workspace;

/// Inputs for each target, unless [`INPUTS_WISHED`] says another number.
const INPUTS: u64 = 100_000;

/// How many inputs somebody wants instead; there is no limit of time then.
const INPUTS_WISHED: &str = "FOOTBRIDGE_FUZZ_INPUTS";

/// The program that holds every target.
const PROGRAM: &str = "every";

/// Targets that take longest.
const SLOWEST: [&str; 3] = ["table", "document", "change"];

/// So many targets run at once.
const AT_ONCE: usize = 2;

/// The largest input: a frame or envelope may be larger, and says nothing new then.
const INPUT_BYTES: usize = 16 * 1024;

/// What a target may hold, in megabytes; what one input may take is the target's own to say.
const MEMORY: usize = 768;

/// Builds the targets and runs them.
pub fn all(limit: Duration) -> Result<Ended, String> {
    let wished = std::env::var(INPUTS_WISHED).ok().and_then(|wished| wished.parse().ok());
    let (inputs, deadline) = match wished {
        Some(inputs) => (inputs, None),
        None => (INPUTS, Some(Instant::now() + limit)),
    };
    let program = build(deadline)?;
    let targets = targets()?;
    println!("{} targets, {inputs} inputs each", targets.len());
    let waiting = Mutex::new(targets.into_iter());
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(target) = next(&waiting) {
                    let ended = one(&program, &target, inputs, deadline);
                    let passed = ended.is_ok();
                    println!("{target}: {}", ended.unwrap_or_else(|said| said));
                    if let Ok(mut tally) = tally.lock() {
                        tally.add(Tally { passed: u64::from(passed), failed: u64::from(!passed) });
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().map_err(|_| "a target was not counted".to_owned())?;
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(Ended { succeeded: tally.failed == 0, tally })
}

fn next(waiting: &Mutex<impl Iterator<Item = String>>) -> Option<String> {
    waiting.lock().ok()?.next()
}

fn folder() -> PathBuf {
    workspace::root().join("tests/fuzz")
}

/// Where everything that is found is kept.
fn found_folder() -> PathBuf {
    workspace::target().join("fuzz")
}

/// Builds the program in the build of everything else: what is not ours is taken from there, but for the two libraries
/// that read a document's bytes. `instrumented.sh` says what gets counters. No sanitiser, which only a nightly compiler
/// has: our own code has no unsafe block, and memory is bounded by the targets themselves.
fn build(deadline: Option<Instant>) -> Result<PathBuf, String> {
    let mut build = cargo::command(&["build", "--locked", "--workspace", "--example", PROGRAM]);
    build
        .args(["--features", "footbridge-fuzz/libfuzzer"])
        .env("RUSTC_WRAPPER", folder().join("instrumented.sh"))
        .env("CARGO_INCREMENTAL", "0");
    // They run as they are shipped, and by that are told from those of the other parts.
    for library in ["automerge", "hexane"] {
        for check in ["debug-assertions", "overflow-checks"] {
            build.arg("--config").arg(format!("profile.dev.package.{library}.{check}=false"));
        }
    }
    let built = match deadline {
        Some(deadline) => run::counted(build, deadline.saturating_duration_since(Instant::now())).succeeded,
        None => run::plainly(build),
    };
    if built {
        Ok(workspace::binaries().join("examples").join(PROGRAM))
    } else {
        Err("the targets of tests/fuzz could not be built".to_owned())
    }
}

/// The targets: each has a corpus. That each has its program, too, is a test of `tests/fuzz`.
fn targets() -> Result<Vec<String>, String> {
    let corpora = folder().join("corpus");
    let entries =
        std::fs::read_dir(&corpora).map_err(|error| format!("{} cannot be read: {error}", corpora.display()))?;
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok()).collect();
    // Those that take longest begin.
    names.sort_by_key(|name| (SLOWEST.iter().position(|slow| slow == name).unwrap_or(SLOWEST.len()), name.clone()));
    Ok(names)
}

/// Runs one target. The answer is what it did, or what went wrong.
fn one(program: &Path, target: &str, inputs: u64, deadline: Option<Instant>) -> Result<String, String> {
    let found = found_folder().join(target);
    let log = found_folder().join(format!("{target}.log"));
    let failed = |error: std::io::Error| format!("could not be run: {error}");
    std::fs::create_dir_all(&found).map_err(failed)?;
    let mut command = Command::new(program);
    command
        .env("FOOTBRIDGE_FUZZ_TARGET", target)
        .arg(format!("-runs={inputs}"))
        .arg(format!("-max_len={INPUT_BYTES}"))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .args(["-timeout=20", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/{target}-", found_folder().display()));
    if let Some(deadline) = deadline {
        // In the tests the same inputs each time; on demand others.
        command.arg("-seed=1");
        let left = deadline.saturating_duration_since(Instant::now()).as_secs().max(1);
        command.arg(format!("-max_total_time={left}"));
    }
    command.arg(&found).arg(folder().join("corpus").join(target));
    let out = std::fs::File::create(&log).map_err(failed)?;
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(out).status().map_err(failed)?;
    let said = String::from_utf8_lossy(&std::fs::read(&log).map_err(failed)?).into_owned();
    if !status.success() {
        let last: Vec<&str> = said.lines().rev().take(40).collect();
        return Err(last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    let done = figure(&said, "stat::number_of_executed_units:").unwrap_or(0);
    let (a_second, memory) = (figure(&said, "stat::average_exec_per_sec:"), figure(&said, "stat::peak_rss_mb:"));
    let told = format!("{done} inputs, {} a second, {} MB", a_second.unwrap_or(0), memory.unwrap_or(0));
    if done >= inputs { Ok(told) } else { Err(format!("only {told} in the time")) }
}

/// A figure of libFuzzer's closing lines.
fn figure(said: &str, name: &str) -> Option<u64> {
    said.lines().rev().find_map(|line| line.trim().strip_prefix(name)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_the_closing_lines() {
        let said = "#5 NEW\nstat::number_of_executed_units: 100000\nstat::peak_rss_mb:   88\n";
        assert_eq!(figure(said, "stat::number_of_executed_units:"), Some(100_000));
        assert_eq!(figure(said, "stat::peak_rss_mb:"), Some(88));
        assert_eq!(figure("Done 5 runs", "stat::number_of_executed_units:"), None);
    }

    #[test]
    fn every_target_has_a_corpus() {
        assert!(targets().is_ok_and(|targets| targets.len() >= 20));
    }
}
