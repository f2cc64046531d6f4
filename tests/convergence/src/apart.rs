//! Many seeds, each in a process of its own: two worlds in one process would share what a process has but one of, and a
//! seed must be the same run whatever runs beside it. Called by the program, for itself, and by the tests.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Outcome;
use crate::faults::Counts;

/// Runs seeds by `program`, so many at a time; gives each outcome, without its lines, to `done` as it comes.
pub fn run_all(program: &Path, from: u64, seeds: u64, at_once: usize, done: impl FnMut(Outcome) + Send) {
    let next = AtomicU64::new(from);
    let done = Mutex::new(done);
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds {
                        return;
                    }
                    let outcome = run(program, seed);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner)(outcome);
                }
            });
        }
    });
}

/// Runs one seed by the program.
fn run(program: &Path, seed: u64) -> Outcome {
    let ran = Command::new(program).args(["--seed", &seed.to_string(), "--count"]).output();
    let mut outcome =
        Outcome { seed, hash: String::new(), wrong: Vec::new(), counts: Counts::default(), lines: Vec::new() };
    match ran {
        Ok(ended) => {
            let is_well = ended.status.success();
            read(&mut outcome, &String::from_utf8_lossy(&ended.stdout));
            if is_well != (outcome.wrong.is_empty() && !outcome.hash.is_empty()) {
                outcome.wrong.push(format!(
                    "it ended with {}: {}",
                    ended.status,
                    String::from_utf8_lossy(&ended.stderr)
                ));
            }
        }
        Err(error) => outcome.wrong.push(format!("{} does not run: {error}", program.display())),
    }
    outcome
}

/// What it prints: `seed N: trace HASH`, what was wrong, and how often each thing happened.
fn read(outcome: &mut Outcome, said: &str) {
    for line in said.lines() {
        let counted = line.trim_start().split_once("  ");
        if let Some((_, hash)) = line.split_once(": trace ").filter(|_| line.starts_with("seed ")) {
            hash.clone_into(&mut outcome.hash);
        } else if let Some((count, what)) = counted.and_then(|(count, what)| Some((count.parse().ok()?, what))) {
            outcome.counts.told(what, count);
        } else {
            outcome.wrong.push(line.trim_start().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_seed_prints_is_read() {
        let mut outcome = run(Path::new("/nowhere/at/all"), 7);
        assert!(outcome.wrong.iter().any(|wrong| wrong.contains("does not run")), "{outcome:?}");
        outcome.wrong.clear();
        read(&mut outcome, "seed 7: trace 00ff\n       3  partition\n  device 2 lacks something\n");
        assert_eq!((outcome.hash.as_str(), outcome.counts.of("partition")), ("00ff", 3));
        assert_eq!(outcome.wrong, ["device 2 lacks something"]);
    }
}
