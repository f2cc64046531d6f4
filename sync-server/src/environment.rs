//! The machine's clock and chance, behind the traits that tests hold. Made in `main` and nowhere else.

use std::time::{SystemTime, UNIX_EPOCH};

use footbridge_model::{Clock, RandomSource, Timestamp};

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's source of chance.
#[derive(Debug, Clone, Copy)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    /// # Panics
    /// Where the machine has no chance to give: nothing that follows would be safe.
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the machine gives random bytes");
    }
}
