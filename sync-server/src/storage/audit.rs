//! Table `audit`: who did what to people, rights and records, and when. Written by whatever does it, in the same
//! transaction; read by whoever answers for the programme. Invariant: append-only; ids, roles, districts, codes and
//! numbers, never a name and never the content of a record.

use footbridge_model::{DeviceId, DocumentId, PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::error::{Attempt, StorageError};
use super::writer::Writing;

/// Who acts, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever runs the server, or the server itself.
    Administrator,
    /// Somebody on a device of hers.
    Device {
        /// Who.
        person: PersonId,
        /// On which.
        device: DeviceId,
    },
    /// A coordinator in the review pages.
    Page {
        /// Who.
        person: PersonId,
    },
}

impl By {
    /// Who it is, if she belongs to the programme.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Administrator => None,
            Self::Device { person, .. } | Self::Page { person } => Some(person),
        }
    }

    /// From which device.
    pub const fn device(self) -> Option<DeviceId> {
        match self {
            Self::Device { device, .. } => Some(device),
            Self::Administrator | Self::Page { .. } => None,
        }
    }

    /// From where, in one word.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Device { .. } => "device",
            Self::Page { .. } => "page",
        }
    }
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What was done. What it was done to is the entry's `about`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Deed { $($(#[$doc])* $variant,)* }

        impl Deed {
            /// Every deed.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The deed of that name, if this build knows it.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|deed| deed.name() == name)
            }
        }
    };
}

deeds! {
    /// A programme was made.
    ProgrammeMade = "programme_made";
    /// A person was invited, or given a link for a further device.
    Invited = "invited";
    /// An invitation that nobody had used yet was ended.
    InvitationEnded = "invitation_ended";
    /// A browser was signed out by somebody else than its own user.
    SignedOut = "signed_out";
    /// A device joined.
    Joined = "joined";
    /// A person was made something else.
    RoleChanged = "role_changed";
    /// A person's rights were taken away, with those of all her devices.
    Revoked = "revoked";
    /// A device's rights were taken away.
    DeviceRevoked = "device_revoked";
    /// A person was given her rights back.
    Reinstated = "reinstated";
    /// A person who waited after a restore was let in.
    Admitted = "admitted";
    /// A revoked device handed over what it had not sent, into quarantine.
    HandedOver = "handed_over";
    /// A record was taken over from quarantine.
    Taken = "taken_over";
    /// What was in quarantine about a record was thrown away.
    Discarded = "discarded";
    /// A link to the review pages was made for a coordinator.
    ReviewLinked = "review_linked";
    /// A coordinator signed in to the review pages.
    SignedIn = "signed_in";
    /// One of several answers was chosen in the review pages.
    AnswerSettled = "answer_settled";
    /// The server was restored from a backup.
    Restored = "restored";
    /// What the server had lost with a restore was given back.
    GivenBack = "given_back";
    /// A record was erased, with what was on it.
    Erased = "erased";
    /// A record was reworded by its author: its history is gone.
    Reworded = "reworded";
    /// A record was said to be made by somebody else.
    Attributed = "attributed";
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its place.
    pub seq: i64,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who, and from where.
    pub by: By,
    /// What: the name of a [`Deed`].
    pub deed: String,
    /// To which person, device or record.
    pub about: Option<DocumentId>,
    /// What else there is to know, a JSON object.
    pub detail: Value,
}

/// Notes a deed. `about` is the id of the person, device or record; `detail` a JSON object without content.
pub fn note(
    writing: &Writing<'_>,
    programme: ProgrammeId,
    by: By,
    deed: Deed,
    about: [u8; 16],
    detail: &Value,
) -> Result<(), StorageError> {
    insert(writing.connection(), programme, writing.now(), by, deed, about, detail)
}

fn insert(
    connection: &Connection,
    programme: ProgrammeId,
    at: Timestamp,
    by: By,
    deed: Deed,
    about: [u8; 16],
    detail: &Value,
) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO audit (programme, at, person, device, deed, about, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                programme.as_bytes(),
                at.0,
                by.person().as_ref().map(PersonId::as_bytes),
                by.device().as_ref().map(DeviceId::as_bytes),
                deed.name(),
                about,
                detail.to_string()
            ])
        })
        .attempt("noting a deed")?;
    Ok(())
}

/// Lets go of what was done before `before`, in every programme; gives how many entries went.
pub fn forget_before(connection: &Connection, before: Timestamp) -> Result<usize, StorageError> {
    connection
        .execute("DELETE FROM audit WHERE at < ?1", params![before.0])
        .attempt("letting go of old entries of the audit trail")
}

/// The latest entries of a programme, newest first: those before `before`, at most `limit`.
pub fn latest(
    connection: &Connection,
    programme: ProgrammeId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT seq, at, person, device, deed, about, detail FROM audit
             WHERE programme = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
        )
        .attempt("reading the audit trail")?;
    let rows = statement
        .query_map(params![programme.as_bytes(), before.unwrap_or(i64::MAX), limit], read)
        .attempt("reading the audit trail")?;
    rows.map(|row| row.attempt("reading the audit trail")?).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<AuditRow, StorageError>> {
    let person = row.get::<_, Option<[u8; 16]>>(2)?.map(PersonId::from_bytes);
    let device = row.get::<_, Option<[u8; 16]>>(3)?.map(DeviceId::from_bytes);
    let by = match (person, device) {
        (Some(person), Some(device)) => By::Device { person, device },
        (Some(person), None) => By::Page { person },
        (None, _) => By::Administrator,
    };
    let detail: String = row.get(6)?;
    let Ok(detail) = serde_json::from_str(&detail) else {
        return Ok(Err(StorageError::Damaged("the audit trail")));
    };
    Ok(Ok(AuditRow {
        seq: row.get(0)?,
        at: Timestamp(row.get(1)?),
        by,
        deed: row.get(4)?,
        about: row.get::<_, Option<[u8; 16]>>(5)?.map(DocumentId::from_bytes),
        detail,
    }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use serde_json::json;

    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn deeds_come_back_newest_first_with_who_and_from_where() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let person = device.person;
        let all = [By::Administrator, By::Page { person }, By::Device { person, device: device.id }];
        for (at, by) in (1..).zip(all) {
            insert(&connection, programme, Timestamp(at), by, Deed::Joined, [7; 16], &json!({ "number": at })).unwrap();
        }
        let rows = latest(&connection, programme, None, 10).unwrap();
        assert_eq!(rows.iter().map(|row| row.by).collect::<Vec<_>>(), all.into_iter().rev().collect::<Vec<_>>());
        assert_eq!((rows[0].at, &rows[0].detail), (Timestamp(3), &json!({ "number": 3 })));
        assert_eq!(rows[0].about, Some(DocumentId::from_bytes([7; 16])));
        let page = latest(&connection, programme, Some(rows[0].seq), 1).unwrap();
        assert_eq!(page, [rows[1].clone()]);
        assert!(latest(&connection, ProgrammeId::from_bytes([9; 16]), None, 10).unwrap().is_empty());
    }

    #[test]
    fn every_deed_has_a_name_of_its_own() {
        for deed in Deed::ALL {
            assert_eq!(Deed::from_name(deed.name()), Some(*deed));
        }
    }
}
