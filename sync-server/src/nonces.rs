//! Nonces of hellos. Called by hello, join and session. Invariant: a nonce is taken once, in its time; a hello leaves
//! nothing behind, so that however many come, nobody's nonce is pushed out. What is kept is what was used: by devices
//! that are known, each for no longer than a nonce lives.
//!
//! A nonce says when it was given out and is marked with a key that this process alone has: seconds since 1970 (four
//! bytes), a number (four), and the first eight bytes of HMAC-SHA-256 over both. What a nonce that somebody else made
//! up would be worth is a signature over bytes of her choice, which no device gives.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use footbridge_model::{RandomSource, Timestamp};
use footbridge_protocol::{Nonce, limits};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The nonces of a process.
pub struct Nonces {
    key: [u8; 64],
    number: AtomicU32,
    /// Those that were used, and when each is too old to be taken anyway.
    used: Mutex<BTreeMap<Nonce, u32>>,
}

/// A nonce of ours, in its time, that was not used yet when it was looked at.
#[derive(Debug)]
pub(crate) struct Fresh {
    nonce: Nonce,
    until: u32,
}

impl Nonces {
    /// With a key of their own.
    pub fn new(random: &dyn RandomSource) -> Self {
        let mut key = [0; 64];
        random.fill(&mut key);
        Self { key, number: AtomicU32::new(0), used: Mutex::default() }
    }

    /// A new nonce.
    pub fn issue(&self, now: Timestamp) -> Nonce {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        self.marked(seconds(now), number.to_be_bytes())
    }

    /// Looks at a nonce: none where it is not this process's, too old, or used. It is used up by [`Nonces::take`].
    pub(crate) fn look(&self, nonce: &Nonce, now: Timestamp) -> Option<Fresh> {
        let [s0, s1, s2, s3, n0, n1, n2, n3, ..] = *nonce.as_bytes();
        let issued = u32::from_be_bytes([s0, s1, s2, s3]);
        let until = issued.saturating_add(u32::try_from(limits::NONCE_SECONDS).unwrap_or(u32::MAX));
        let is_ours = self.marked(issued, [n0, n1, n2, n3]) == *nonce;
        let is_used = self.used.lock().unwrap_or_else(PoisonError::into_inner).contains_key(nonce);
        (is_ours && seconds(now) < until && !is_used).then_some(Fresh { nonce: *nonce, until })
    }

    /// Uses a nonce up. Says whether nobody did so before.
    pub(crate) fn take(&self, fresh: &Fresh, now: Timestamp) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let now = seconds(now);
        // In order: the oldest begin with the least.
        while let Some(oldest) = used.first_entry().filter(|entry| *entry.get() <= now) {
            oldest.remove();
        }
        used.insert(fresh.nonce, fresh.until).is_none()
    }

    fn marked(&self, issued: u32, number: [u8; 4]) -> Nonce {
        let mut bytes = [0; 16];
        let (said, mark) = bytes.split_at_mut(8);
        let (first, second) = said.split_at_mut(4);
        first.copy_from_slice(&issued.to_be_bytes());
        second.copy_from_slice(&number);
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(said);
        let tag = mac.finalize().into_bytes();
        mark.iter_mut().zip(tag).for_each(|(to, from)| *to = from);
        Nonce::from_bytes(bytes)
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nonces").finish_non_exhaustive()
    }
}

fn seconds(time: Timestamp) -> u32 {
    u32::try_from(time.0.div_euclid(1000).max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::environment::SystemRandom;

    #[test]
    fn a_nonce_is_taken_once_and_in_its_time() {
        let nonces = Nonces::new(&SystemRandom);
        let (first, late) = (nonces.issue(Timestamp(0)), nonces.issue(Timestamp(0)));
        assert_ne!(first, late);
        let fresh = nonces.look(&first, Timestamp(1000)).unwrap();
        assert!(nonces.take(&fresh, Timestamp(1000)));
        assert!(!nonces.take(&fresh, Timestamp(1000)), "by two at once");
        assert!(nonces.look(&first, Timestamp(1001)).is_none());
        assert!(nonces.look(&late, Timestamp(300_000)).is_none());
        assert!(nonces.look(&Nonce::from_bytes([1; 16]), Timestamp(1)).is_none());
        assert!(nonces.look(&Nonces::new(&SystemRandom).issue(Timestamp(0)), Timestamp(1)).is_none(), "another's");
    }

    #[test]
    fn a_flood_of_hellos_pushes_nobodys_nonce_out_and_leaves_nothing_behind() {
        let nonces = Nonces::new(&SystemRandom);
        let first = nonces.issue(Timestamp(0));
        for _ in 0..100_000 {
            nonces.issue(Timestamp(1));
        }
        let fresh = nonces.look(&first, Timestamp(2)).unwrap();
        assert_eq!(nonces.used.lock().unwrap().len(), 0);
        assert!(nonces.take(&fresh, Timestamp(2)));
        let second = nonces.look(&nonces.issue(Timestamp(400_000)), Timestamp(400_000)).unwrap();
        assert!(nonces.take(&second, Timestamp(400_000)));
        assert_eq!(nonces.used.lock().unwrap().len(), 1, "what is too old is forgotten");
    }
}
