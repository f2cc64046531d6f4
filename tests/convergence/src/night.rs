//! What takes a night on two cores, in parts: ten thousand seeds that nobody has run before, then every small world of
//! three deeds. Invariant: a part says what it has run and how the next one goes on, so that parts add up to the whole.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use footbridge_convergence::apart;
use footbridge_convergence::small::Bounds;

use crate::{Arguments, seeds_of};

/// How many seeds.
const SEEDS: u64 = 10_000;

/// Into how many shares the small worlds are cut: each some minutes long.
const SHARES: u64 = 240;

/// Which of the small worlds.
const BOUNDS: Bounds = Bounds { deeds: 3, lost: 1 };

/// Bases that are drawn begin here: nobody has used them by hand.
const FIRST_BASE: u64 = 1_000_000_000;

/// One part; true where nothing failed.
pub fn part(arguments: &Arguments) -> bool {
    let Ok(program) = std::env::current_exe() else { return false };
    let until = Instant::now().checked_add(Duration::from_secs(arguments.minutes * 60));
    let base = arguments.base.unwrap_or_else(fresh);
    let seeds_done = arguments.seeds_done.min(SEEDS);
    println!("seeds {} to {}, of the base {base}", base + seeds_done, base + SEEDS - 1);
    let (ran, failed) = seeds_of(&program, base + seeds_done..base + SEEDS, arguments.threads, until);
    let seeds_done = seeds_done + ran;
    let shares_done = arguments.shares_done.min(SHARES);
    let (sum, explored) =
        apart::small_worlds(&program, BOUNDS, (shares_done..SHARES, SHARES), arguments.threads, until);
    sum.lines().iter().for_each(|line| println!("{line}"));
    let shares_done = shares_done + explored;
    println!("{seeds_done} of {SEEDS} seeds, {shares_done} of {SHARES} shares of the small worlds are done");
    if seeds_done < SEEDS || shares_done < SHARES {
        let next = format!("--base {base} --seeds-done {seeds_done} --shares-done {shares_done}");
        println!("go on with: cargo xtask test night {next}");
    }
    let failures = failed.len() + sum.wrong.len();
    let all = ran + sum.worlds();
    println!("{} passed, {failures} failed", all.saturating_sub(failures as u64));
    failures == 0
}

/// A base that nobody has used: it follows from the time.
fn fresh() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    FIRST_BASE + since.as_secs() % 1_000_000_000 * SEEDS
}
