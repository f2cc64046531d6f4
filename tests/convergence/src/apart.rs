//! Many seeds, each in a process of its own: two worlds in one process would share what a process has but one of, and a
//! seed must be the same run whatever runs beside it. Called by the program, for itself, and by the tests.

use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::Outcome;
use crate::faults::Counts;
use crate::small::{Bounds, Sum};

/// Runs seeds by `program`, so many at a time, and none that would begin after `until`; gives each outcome, without its
/// lines, to `done` as it comes, and how many there were: the first of the seeds.
pub fn run_all(
    program: &Path,
    seeds: Range<u64>,
    at_once: usize,
    until: Option<Instant>,
    done: impl FnMut(Outcome) + Send,
) -> u64 {
    let done = Mutex::new(done);
    in_turn(seeds, at_once, until, |seed| {
        let outcome = run(program, seed);
        done.lock().unwrap_or_else(PoisonError::into_inner)(outcome);
    })
}

/// Explores these shares of the small worlds by `program`, so many at a time, and none that would begin after `until`;
/// gives what the first so many of them explored, and their number.
pub fn small_worlds(
    program: &Path,
    bounds: Bounds,
    (shares, of): (Range<u64>, u64),
    at_once: usize,
    until: Option<Instant>,
) -> (Sum, u64) {
    let sum = Mutex::new(Sum::default());
    let ran = in_turn(shares, at_once, until, |share| {
        let told = share_of(program, bounds, share, of);
        sum.lock().unwrap_or_else(PoisonError::into_inner).add(&told);
    });
    (sum.into_inner().unwrap_or_else(PoisonError::into_inner), ran)
}

/// Does something for each number, so many at a time, and begins none after `until`; gives how many there were.
fn in_turn(numbers: Range<u64>, at_once: usize, until: Option<Instant>, work: impl Fn(u64) + Sync) -> u64 {
    let next = AtomicU64::new(numbers.start);
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                while until.is_none_or(|until| Instant::now() < until) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end {
                        return;
                    }
                    work(number);
                }
            });
        }
    });
    next.into_inner().min(numbers.end).saturating_sub(numbers.start)
}

/// Explores one share by the program, and gives what it printed, or why it printed nothing.
fn share_of(program: &Path, bounds: Bounds, share: u64, of: u64) -> String {
    let (deeds, lost, share) = (bounds.deeds.to_string(), bounds.lost.to_string(), format!("{share}/{of}"));
    let ran = Command::new(program).args(["--deeds", &deeds, "--lost", &lost, "--share", &share]).output();
    match ran {
        Ok(ended) => {
            let mut said = String::from_utf8_lossy(&ended.stdout).into_owned();
            if !ended.status.success() && !said.contains("world failed:") {
                said.push_str(&format!("world failed: share {share} ended with {}\n", ended.status));
                said.push_str(&String::from_utf8_lossy(&ended.stderr));
            }
            said
        }
        Err(error) => format!("world failed: {} does not run: {error}\n", program.display()),
    }
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
    fn nothing_begins_after_its_time_and_what_ran_is_counted() {
        let now = Instant::now();
        assert_eq!(in_turn(5..9, 2, None, |_| {}), 4);
        assert_eq!(in_turn(5..9, 2, Some(now), |_| {}), 0);
    }

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
