//! What a device or server lends the model and what tests hold in their hands: the time and chance.
//! Only traits stand here; each composition root brings its own.

use crate::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, as this machine believes. It may be years off and may go backwards.
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes.
pub trait RandomSource: Send + Sync {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
