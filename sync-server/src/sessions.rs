//! Sessions: for a short time, the right to read. Called by session and by every route that reads. Kept in memory:
//! after a restart devices open new ones. Invariant: tokens are known by their hash; rights are not kept here, they
//! are looked up at each request.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use footbridge_model::{DeviceId, PersonId, ProgrammeId, RandomSource, Timestamp};
use footbridge_protocol::SessionToken;
use sha2::{Digest, Sha256};

/// How long a session lasts.
const LASTS_MILLIS: i64 = 15 * 60 * 1000;

/// How many a device can have at once; the oldest go first.
const OF_ONE_DEVICE: usize = 8;

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The device.
    pub device: DeviceId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Its person.
    pub person: PersonId,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The open sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    open: Mutex<BTreeMap<[u8; 32], Session>>,
}

impl Sessions {
    /// Opens a session.
    pub fn open(
        &self,
        device: DeviceId,
        programme: ProgrammeId,
        person: PersonId,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> (SessionToken, Session) {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        let token = SessionToken::from_bytes(bytes);
        let session = Session { device, programme, person, expires_at: now.plus_millis(LASTS_MILLIS) };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, session| session.expires_at > now);
        let mut hers: Vec<_> = open
            .iter()
            .filter(|(_, session)| session.device == device)
            .map(|(hash, s)| (s.expires_at, *hash))
            .collect();
        hers.sort();
        for (_, hash) in hers.iter().rev().skip(OF_ONE_DEVICE - 1) {
            open.remove(hash);
        }
        open.insert(hash(&token), session);
        (token, session)
    }

    /// How many stand.
    pub fn count(&self, now: Timestamp) -> usize {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().filter(|session| session.expires_at > now).count()
    }

    /// The session of a token, while it lasts.
    pub fn find(&self, token: &SessionToken, now: Timestamp) -> Option<Session> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&hash(token)).filter(|session| session.expires_at > now).copied()
    }
}

fn hash(token: &SessionToken) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::SystemRandom;

    fn open(sessions: &Sessions, now: i64) -> SessionToken {
        let (device, programme, person) =
            (DeviceId::from_bytes([1; 16]), ProgrammeId::from_bytes([2; 16]), PersonId::from_bytes([3; 16]));
        sessions.open(device, programme, person, Timestamp(now), &SystemRandom).0
    }

    #[test]
    fn a_session_lasts_a_quarter_of_an_hour() {
        let sessions = Sessions::default();
        let token = open(&sessions, 0);
        assert!(sessions.find(&token, Timestamp(899_999)).is_some());
        assert!(sessions.find(&token, Timestamp(900_000)).is_none());
        assert!(sessions.find(&SessionToken::from_bytes([9; 32]), Timestamp(0)).is_none());
    }

    #[test]
    fn a_device_holds_only_so_many() {
        let sessions = Sessions::default();
        let tokens: Vec<_> = (0..20).map(|now| open(&sessions, now)).collect();
        let alive = tokens.iter().filter(|token| sessions.find(token, Timestamp(20)).is_some()).count();
        assert_eq!(alive, OF_ONE_DEVICE);
        assert!(tokens.last().is_some_and(|token| sessions.find(token, Timestamp(20)).is_some()));
    }
}
