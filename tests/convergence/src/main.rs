//! Runs seeds of the simulation: `--seeds N --from S`, or one again with `--seed S --tell`; or small worlds:
//! `--small-worlds --deeds N`, or one again with `--world CODE --tell`; or a part of a night: `--night`.

#![expect(clippy::print_stdout, reason = "a program that is read by whoever runs it")]

mod night;

use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use footbridge_convergence::faults::{Counts, DEEDS, FAULTS};
use footbridge_convergence::small::{self, Bounds, Share, Start};
use footbridge_convergence::{apart, run};

/// Runs seeds of the simulation, or small worlds.
#[derive(Parser)]
struct Arguments {
    /// How many.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// From which on.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Only this one.
    #[arg(long)]
    seed: Option<u64>,
    /// Tell what happened.
    #[arg(long)]
    tell: bool,
    /// With that one, say how often each thing happened.
    #[arg(long)]
    count: bool,
    /// So many at a time.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Every small world in the place of seeds.
    #[arg(long)]
    small_worlds: bool,
    /// Of so many deeds at most.
    #[arg(long, default_value_t = 2)]
    deeds: usize,
    /// With so many lost answers between them at most.
    #[arg(long, default_value_t = 1)]
    lost: usize,
    /// In this process, and only share I of N of them: `I/N`.
    #[arg(long)]
    share: Option<String>,
    /// What a night is for: ten thousand seeds that nobody has run before, then every small world of three deeds.
    #[arg(long)]
    night: bool,
    /// Of a night, the seed it begins with, as a former part printed it; one that nobody has used, where it is absent.
    #[arg(long, requires = "night")]
    base: Option<u64>,
    /// Of a night, how many seeds former parts have run.
    #[arg(long, default_value_t = 0, requires = "night")]
    seeds_done: u64,
    /// Of a night, how many shares of the small worlds former parts have explored.
    #[arg(long, default_value_t = 0, requires = "night")]
    shares_done: u64,
    /// Of a night, how long a part lasts.
    #[arg(long, default_value_t = 115, requires = "night")]
    minutes: u64,
    /// Only this small world, by its code.
    #[arg(long)]
    world: Option<String>,
}

impl Arguments {
    fn bounds(&self) -> Bounds {
        Bounds { deeds: self.deeds, lost: self.lost }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let is_well = match (&arguments.seed, &arguments.world, &arguments.share) {
        (Some(seed), _, _) => one_seed(*seed, arguments.tell, arguments.count),
        (None, Some(code), _) => one_world(code, arguments.tell),
        (None, None, Some(share)) => one_share(share, arguments.bounds(), arguments.tell),
        (None, None, None) if arguments.night => night::part(&arguments),
        (None, None, None) if arguments.small_worlds => every_small_world(&arguments),
        (None, None, None) => many_seeds(&arguments),
    };
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one_seed(seed: u64, tell: bool, count: bool) -> bool {
    let outcome = run(seed);
    if tell {
        outcome.lines.iter().for_each(|line| println!("{line}"));
    }
    println!("seed {seed}: trace {}", outcome.hash);
    if count {
        tell_counts(&outcome.counts);
    }
    outcome.wrong.iter().for_each(|wrong| println!("  {wrong}"));
    outcome.wrong.is_empty()
}

fn many_seeds(arguments: &Arguments) -> bool {
    let Ok(program) = std::env::current_exe() else { return false };
    let seeds = arguments.from..arguments.from.saturating_add(arguments.seeds);
    let (ran, failed) = seeds_of(&program, seeds, arguments.threads, None);
    println!("{} passed, {} failed", ran - failed.len() as u64, failed.len());
    failed.is_empty()
}

/// Runs seeds, tells what failed and how often each thing happened; gives how many ran, and which failed.
fn seeds_of(program: &Path, seeds: Range<u64>, threads: usize, until: Option<Instant>) -> (u64, Vec<u64>) {
    let (mut counts, mut failed) = (Counts::default(), Vec::new());
    let ran = apart::run_all(program, seeds, threads, until, |outcome| {
        counts.add(&outcome.counts);
        if let Some(wrong) = outcome.wrong.first() {
            println!("seed {} failed: {wrong}", outcome.seed);
            failed.push(outcome.seed);
        }
    });
    tell_counts(&counts);
    (ran, failed)
}

fn one_world(code: &str, tell: bool) -> bool {
    let Some(played) = small::again(code) else {
        println!("no code of a small world: {code}");
        return false;
    };
    if tell {
        played.lines.iter().for_each(|line| println!("{line}"));
    }
    played.wrong.iter().for_each(|wrong| println!("  {wrong}"));
    played.wrong.is_empty()
}

fn one_share(share: &str, bounds: Bounds, tell: bool) -> bool {
    let parsed = share.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    let Some((number, of)) = parsed.filter(|(number, of)| number < of) else {
        println!("no share: {share}");
        return false;
    };
    let mut is_well = true;
    for start in Start::ALL {
        let explored = small::explore(start, bounds, Share { number, of });
        println!("{start:?}: {} worlds explored, {} more are equal to one of them", explored.judged, explored.equal);
        for world in &explored.wrong {
            is_well = false;
            println!("world failed: {} | {}", world.code, world.wrong.join(" | ").replace('\n', " "));
            if tell {
                world.lines.iter().for_each(|line| println!("    {line}"));
            }
        }
    }
    is_well
}

/// All shares, each in a process of its own.
fn every_small_world(arguments: &Arguments) -> bool {
    let Ok(program) = std::env::current_exe() else { return false };
    // More shares than threads, so that none waits long for the last.
    let of = 8 * arguments.threads.max(1) as u64;
    let (sum, _) = apart::small_worlds(&program, arguments.bounds(), (0..of, of), arguments.threads, None);
    sum.lines().iter().for_each(|line| println!("{line}"));
    let failed = sum.wrong.len() as u64;
    println!("{} passed, {failed} failed", sum.worlds().saturating_sub(failed));
    failed == 0
}

fn tell_counts(counts: &Counts) {
    for what in FAULTS.iter().chain(DEEDS) {
        println!("{:>8}  {what}", counts.of(what));
    }
}
