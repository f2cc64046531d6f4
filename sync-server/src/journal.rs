//! The journal beside the database, `footbridge.journal`: what must outlive the database, so that a restored backup
//! does not bring back what was erased, let in who was put out, or forget who has joined since. Written by the writer
//! before COMMIT, read by `restore`. One JSON value a line, ids only: no name, no content. Invariant: what was answered
//! is in it; replayed in order from the place where a backup was taken, it leads to what is true.
//!
//! A line whose commit failed stays. Replayed, it does what somebody had the right to ask for and was told to ask for
//! again; it never lets anybody in who had no invitation.

mod file;

use std::collections::BTreeSet;

use footbridge_model::{Actor, DeviceId, DocumentId, PersonId, ProgrammeId, Role, Timestamp};
use serde::{Deserialize, Serialize};

pub use file::{FILE, Journal, JournalId, Journalled, Read, newest, read};

/// How long a line is kept: as long as a backup may be restored (35 days), and ten more for the one that was taken on
/// the last of them and for a clock that was put right. A backup from before the first line that is left is refused as
/// if there were no journal, so that too short a time is noticed and costs nothing else.
pub const KEPT_MILLIS: i64 = 45 * 24 * 60 * 60 * 1000;

/// Something that must outlive the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A programme was made.
    Programme {
        /// Which.
        programme: ProgrammeId,
    },
    /// Somebody belongs to a programme from now on.
    Member {
        /// Where.
        programme: ProgrammeId,
        /// Who.
        person: PersonId,
        /// As what.
        role: Role,
        /// Where she is a volunteer.
        districts: BTreeSet<String>,
    },
    /// What somebody is was changed.
    Role {
        /// Where.
        programme: ProgrammeId,
        /// Who.
        person: PersonId,
        /// As what from now on.
        role: Role,
        /// Where she is a volunteer from now on.
        districts: BTreeSet<String>,
    },
    /// An invitation was given out.
    Invited {
        /// Where to.
        programme: ProgrammeId,
        /// Whom it is for.
        person: PersonId,
        /// SHA-256 of its token.
        #[serde(with = "hex32")]
        token_hash: [u8; 32],
        /// Until when it can be used.
        expires_at: Timestamp,
        /// Who made it; none for the administrator.
        #[serde(default)]
        by: Option<PersonId>,
        /// On which device of hers; none for a page.
        #[serde(default)]
        from: Option<DeviceId>,
    },
    /// An invitation was ended before anybody used it.
    InvitationEnded {
        /// Where.
        programme: ProgrammeId,
        /// SHA-256 of its token.
        #[serde(with = "hex32")]
        token_hash: [u8; 32],
    },
    /// A device joined.
    Device {
        /// Where.
        programme: ProgrammeId,
        /// Whose.
        person: PersonId,
        /// Which.
        device: DeviceId,
        /// What it signs with.
        #[serde(with = "hex32")]
        public_key: [u8; 32],
    },
    /// An invitation was used: it serves nobody else.
    Used {
        /// SHA-256 of its token.
        #[serde(with = "hex32")]
        token_hash: [u8; 32],
        /// By which device.
        device: DeviceId,
    },
    /// An actor was bound.
    Actor {
        /// Where.
        programme: ProgrammeId,
        /// Who speaks in documents.
        actor: Actor,
        /// From which device; none where the server writes.
        device: Option<DeviceId>,
        /// On whose behalf; none for the server itself.
        person: Option<PersonId>,
    },
    /// A device was revoked, or a person with all her devices.
    Revoked {
        /// Where.
        programme: ProgrammeId,
        /// Who.
        person: PersonId,
        /// The one device; none: she, with all that she has.
        device: Option<DeviceId>,
        /// Whether it is to be emptied at its next contact.
        wipe: bool,
    },
    /// A person was let in again.
    Reinstated {
        /// Where.
        programme: ProgrammeId,
        /// Who.
        person: PersonId,
    },
    /// Somebody who waited after a restore without a journal was let in again.
    Admitted {
        /// Where.
        programme: ProgrammeId,
        /// Who.
        person: PersonId,
    },
    /// What a revoked device had handed over about a record was thrown away.
    Discarded {
        /// Where.
        programme: ProgrammeId,
        /// From which device.
        device: DeviceId,
        /// About which record.
        record: DocumentId,
    },
    /// A record was taken out of a scope, or put back into one that it had left.
    Moved {
        /// Where.
        programme: ProgrammeId,
        /// Which record.
        record: DocumentId,
        /// The scope, by its name.
        scope: String,
        /// Whether it left.
        left: bool,
    },
    /// A record was erased, or its days were over. What went with it has lines of its own.
    Erased {
        /// Where.
        programme: ProgrammeId,
        /// Which.
        id: DocumentId,
        /// Who asked for it; none where its days were over or the administrator did.
        by: Option<PersonId>,
        /// Whether its days were over.
        expired: bool,
    },
}

/// Thirty-two bytes as hexadecimal digits.
mod hex32 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let digits = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(Error::custom("64 hexadecimal digits"));
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(Error::custom)?;
            *byte = u8::from_str_radix(pair, 16).map_err(Error::custom)?;
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
