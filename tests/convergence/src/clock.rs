//! Clocks that stand still until the schedule moves them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use footbridge_model::{Clock, Timestamp};

/// When the simulation begins by the server's clock: 2026-11-22T10:00:00Z.
pub const BEGINNING: i64 = 1_795_341_600_000;

/// A second.
pub const SECOND: i64 = 1000;
/// A day.
pub const DAY: i64 = 24 * 60 * 60 * SECOND;

/// A clock that is set by hand. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// At this time.
    pub fn at(millis: i64) -> Self {
        Self(Arc::new(AtomicI64::new(millis)))
    }

    /// Sets it.
    pub fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
