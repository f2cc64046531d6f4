//! Convergence: a seed decides what two to twelve devices and their server go through, and at the end everything that
//! was recorded must be where it should be. The client, its store and the server are the real ones; the clock, chance
//! and the network between them are ours.
//!
//! `apart` runs many seeds; `world` is what there is (`office` the server, `device` a phone, `network` the letters between them, `hand` a device
//! of another build), `schedule` what happens next (`beside` what happens beside it), `deeds` what people do, `faults` what is counted, `judge` what
//! should be true, `ending` what is compared; `small` tries every order of a few deeds in place of chance. Invariant: the same seed gives the same run, to the byte.

pub mod apart;
pub mod beside;
pub mod chance;
pub mod clock;
pub mod deeds;
pub mod device;
pub mod ending;
pub mod faults;
pub mod hand;
pub mod judge;
pub mod network;
pub mod office;
pub mod schedule;
pub mod small;
pub mod trace;
pub mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use faults::Counts;
use world::World;

/// How a seed went.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The number of everything that happened.
    pub hash: String,
    /// What was wrong; nothing where all was as it should be.
    pub wrong: Vec<String>,
    /// How often each thing happened.
    pub counts: Counts,
    /// What happened.
    pub lines: Vec<String>,
}

/// Runs a seed.
pub fn run(seed: u64) -> Outcome {
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(simulate(seed))
    }));
    ran.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        let wrong = vec![format!("it panicked: {}", said.unwrap_or_default())];
        Outcome { seed, hash: String::new(), wrong, counts: Counts::default(), lines: Vec::new() }
    })
}

async fn simulate(seed: u64) -> Outcome {
    let mut world = World::begin(seed).await;
    let steps = 200 + world.chance.below(200);
    schedule::run(&mut world, steps).await;
    if world.judge.wrong.is_empty() {
        ending::of(&mut world).await;
    }
    world.office.stop().await;
    let mut counts = world.counts.clone();
    counts.add(&world.judge.counts);
    let (hash, lines) = (world.trace.hash(), world.trace.lines().to_vec());
    Outcome { seed, hash, wrong: world.judge.wrong.clone(), counts, lines }
}
