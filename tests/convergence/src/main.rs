//! Runs seeds of the simulation: `--seeds N --from S`, or one again with `--seed S --tell`.

#![expect(clippy::print_stdout, reason = "a program that is read by whoever runs it")]

use std::process::ExitCode;
use std::sync::Mutex;

use clap::Parser;
use footbridge_convergence::apart;
use footbridge_convergence::faults::{Counts, DEEDS, FAULTS};
use footbridge_convergence::run;

/// Runs seeds of the simulation.
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
}

fn main() -> ExitCode {
    let Arguments { seeds, from, seed, tell, count, threads } = Arguments::parse();
    if let Some(seed) = seed {
        let outcome = run(seed);
        if tell {
            outcome.lines.iter().for_each(|line| println!("{line}"));
        }
        println!("seed {seed}: trace {}", outcome.hash);
        if count {
            tell_counts(&outcome.counts);
        }
        outcome.wrong.iter().for_each(|wrong| println!("  {wrong}"));
        return if outcome.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let (counts, failed) = (Mutex::new(Counts::default()), Mutex::new(Vec::new()));
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    apart::run_all(&program, from, seeds, threads, |outcome| {
        if let Ok(mut counts) = counts.lock() {
            counts.add(&outcome.counts);
        }
        if let Some(wrong) = outcome.wrong.first() {
            println!("seed {} failed: {wrong}", outcome.seed);
            if let Ok(mut failed) = failed.lock() {
                failed.push(outcome.seed);
            }
        }
    });
    tell_counts(&counts.into_inner().unwrap_or_default());
    let failed = failed.into_inner().unwrap_or_default();
    println!("{} passed, {} failed", seeds - failed.len() as u64, failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell_counts(counts: &Counts) {
    for what in FAULTS.iter().chain(DEEDS) {
        println!("{:>8}  {what}", counts.of(what));
    }
}
