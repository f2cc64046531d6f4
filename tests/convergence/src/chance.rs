//! Chance that follows from a seed alone: what the schedule draws from, and what devices and the server take for
//! randomness. Invariant: every draw follows from the seed and the draws before it.

use std::sync::{Mutex, PoisonError};

use footbridge_model::RandomSource;

/// A sequence of numbers that a seed decides (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.draw() % end).unwrap_or(0)
    }

    /// Whether something happens that happens so many times in a hundred.
    pub fn percent(&mut self, of_hundred: u64) -> bool {
        self.draw() % 100 < of_hundred
    }

    /// One of these, where there is one.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())) }
    }

    /// A sequence of its own that follows from this one.
    pub fn fork(&mut self) -> Self {
        Self(self.draw())
    }
}

/// The same as a device's or the server's source of randomness.
pub struct Source(Mutex<Chance>);

impl Source {
    /// Of this sequence.
    pub fn of(chance: Chance) -> Self {
        Self(Mutex::new(chance))
    }
}

impl RandomSource for Source {
    fn fill(&self, bytes: &mut [u8]) {
        let mut chance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.chunks_mut(8) {
            let drawn = chance.draw().to_be_bytes();
            piece.copy_from_slice(&drawn[..piece.len()]);
        }
    }
}
