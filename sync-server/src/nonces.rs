//! Nonces of hellos that have not been signed yet. Called by hello, join and session. Invariant: a nonce is taken
//! once, in its time; however many hellos come, no more than [`WAITING`] wait (the oldest go first).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use footbridge_model::{RandomSource, Timestamp};
use footbridge_protocol::{Nonce, limits};

/// How many nonces wait at most.
const WAITING: usize = 16_384;

/// The nonces that wait.
#[derive(Debug, Default)]
pub struct Nonces {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    until: BTreeMap<Nonce, Timestamp>,
    /// Oldest first; those taken meanwhile are not in `until` any more.
    order: VecDeque<Nonce>,
}

impl Nonces {
    /// A new nonce.
    pub fn issue(&self, now: Timestamp, random: &dyn RandomSource) -> Nonce {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        let nonce = Nonce::from_bytes(bytes);
        let millis = i64::try_from(limits::NONCE_SECONDS).unwrap_or(0).saturating_mul(1000);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.until.insert(nonce, now.plus_millis(millis));
        waiting.order.push_back(nonce);
        while waiting.order.len() > WAITING {
            if let Some(oldest) = waiting.order.pop_front() {
                waiting.until.remove(&oldest);
            }
        }
        nonce
    }

    /// Uses a nonce up. Says whether it was waiting, and in time.
    pub fn take(&self, nonce: &Nonce, now: Timestamp) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.until.remove(nonce).is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::SystemRandom;

    #[test]
    fn a_nonce_is_taken_once_and_in_its_time() {
        let nonces = Nonces::default();
        let (first, late) = (nonces.issue(Timestamp(0), &SystemRandom), nonces.issue(Timestamp(0), &SystemRandom));
        assert!(nonces.take(&first, Timestamp(1000)));
        assert!(!nonces.take(&first, Timestamp(1001)));
        assert!(!nonces.take(&late, Timestamp(300_000)));
        assert!(!nonces.take(&Nonce::from_bytes([1; 16]), Timestamp(1)));
    }

    #[test]
    fn a_flood_of_hellos_is_bounded() {
        let nonces = Nonces::default();
        let first = nonces.issue(Timestamp(0), &SystemRandom);
        for _ in 0..WAITING {
            nonces.issue(Timestamp(1), &SystemRandom);
        }
        assert!(!nonces.take(&first, Timestamp(2)));
        assert_eq!(nonces.waiting.lock().map(|waiting| waiting.until.len()).ok(), Some(WAITING));
    }
}
