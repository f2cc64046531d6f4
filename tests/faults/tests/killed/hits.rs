//! Which kills are tried, and which of them met their point. Used by every story. Invariant: a kill counts where the
//! process was ended by it, and at no other time.

use std::collections::BTreeMap;

use footbridge_testkit::{Ended, Faults};

/// Chance that is the same in every run (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// A number from 1 to `most`.
    pub fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most.max(1) + 1
    }
}

/// How often each point was met, in the order of their names.
pub fn counted(told: &[String]) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for point in told {
        *counts.entry(point.as_str()).or_insert(0) += 1;
    }
    counts
}

/// So many kills of a run that was told: at every point once, then before and after its first and last time, in the
/// middle of what is written, and at any of all points, as chance will have it.
pub fn everywhere(told: &[String], most: usize, chance: &mut Chance) -> Vec<String> {
    assert!(!told.is_empty(), "the run wrote something");
    let (mut once, mut more) = (Vec::new(), Vec::new());
    for (point, count) in counted(told) {
        let middle = chance.up_to(count);
        let mut plans = vec![format!("kill-before {middle} {point}"), format!("kill-after {count} {point}")];
        if point.starts_with("write ") {
            plans.push(format!("kill-half {middle} {point}"));
            plans.push(format!("kill-half {count} {point}"));
        }
        if count > 1 {
            plans.push(format!("kill-before 1 {point}"));
            plans.push(format!("kill-before {count} {point}"));
        }
        let chosen = chance.up_to(plans.len() as u64) as usize - 1;
        once.push(plans.swap_remove(chosen));
        more.append(&mut plans);
    }
    assert!(once.len() <= most, "{} points are more than {most}", once.len());
    while once.len() < most {
        let other = if chance.up_to(5) == 1 || more.is_empty() {
            format!("kill-before {} *", chance.up_to(told.len() as u64))
        } else {
            more.swap_remove(chance.up_to(more.len() as u64) as usize - 1)
        };
        once.push(other);
    }
    once
}

/// How often a process was killed, or its disk failed, at which point.
#[derive(Default)]
pub struct Hits {
    at: BTreeMap<String, u64>,
    missed: u64,
}

impl Hits {
    /// Counts a run that was planned to be killed: the point where it was, by what was told.
    pub fn count(&mut self, was_killed: bool, faults: &Faults) {
        let told = faults.told();
        match told.last().and_then(|last| last.strip_prefix("! ")) {
            Some(point) if was_killed => *self.at.entry(point.to_owned()).or_default() += 1,
            Some(point) => panic!("{point} was planned to be its end, and it went on"),
            None if was_killed => panic!("it was killed at no point: {:?}", told.last()),
            None => self.missed += 1,
        }
    }

    /// The same of a process that has ended.
    pub fn count_ended(&mut self, ended: &Ended, faults: &Faults) {
        self.count(ended.code.is_none(), faults);
    }

    /// Counts a run in which the disk was planned to fail: the points where it did, by what was told.
    pub fn count_failure(&mut self, faults: &Faults) {
        let told = faults.told();
        let failed: Vec<_> = told.iter().filter_map(|point| point.strip_prefix("! ")).collect();
        match failed.first() {
            Some(point) => *self.at.entry((*point).to_owned()).or_default() += 1,
            None => self.missed += 1,
        }
    }

    /// Counts a kill at a random moment.
    pub fn count_moment(&mut self, was_killed: bool) {
        if was_killed {
            *self.at.entry("a random moment".to_owned()).or_default() += 1;
        } else {
            self.missed += 1;
        }
    }

    /// Prints them, and sees that there were so many.
    #[expect(clippy::print_stdout, reason = "what was hit is the account that a story gives")]
    pub fn told(&self, story: &str, at_least: u64) {
        let all: u64 = self.at.values().sum();
        println!("{story}: struck {all} times at {} points ({} not met)", self.at.len(), self.missed);
        for (point, times) in &self.at {
            println!("  {times:>3}  {point}");
        }
        assert!(all >= at_least, "{story}: struck {all} times, which is fewer than {at_least}");
    }
}
