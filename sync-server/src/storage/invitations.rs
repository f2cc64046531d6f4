//! Table `invitations`: what was given out to join with. Called by `invite` and join. Invariant: the token is known
//! by its hash alone, and one device at most joins by it.

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationRow {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Where it leads.
    pub programme: ProgrammeId,
    /// Whom it is for.
    pub person: PersonId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// The device that joined by it.
    pub used_by: Option<DeviceId>,
}

/// Adds an invitation.
pub fn insert(connection: &Connection, row: &InvitationRow) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO invitations (token_hash, programme, person, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                row.token_hash,
                row.programme.as_bytes(),
                row.person.as_bytes(),
                row.created_at.0,
                row.expires_at.0
            ],
        )
        .attempt("adding an invitation")?;
    Ok(())
}

/// The invitation with that token.
pub fn find(connection: &Connection, token_hash: [u8; 32]) -> Result<Option<InvitationRow>, StorageError> {
    connection
        .prepare_cached(
            "SELECT programme, person, created_at, expires_at, used_by FROM invitations WHERE token_hash = ?1",
        )
        .and_then(|mut statement| {
            statement
                .query_row(params![token_hash], |row| {
                    Ok(InvitationRow {
                        token_hash,
                        programme: ProgrammeId::from_bytes(row.get(0)?),
                        person: PersonId::from_bytes(row.get(1)?),
                        created_at: Timestamp(row.get(2)?),
                        expires_at: Timestamp(row.get(3)?),
                        used_by: row.get::<_, Option<[u8; 16]>>(4)?.map(DeviceId::from_bytes),
                    })
                })
                .optional()
        })
        .attempt("looking for an invitation")
}

/// Notes which device joined by it.
pub fn mark_used(
    connection: &Connection,
    token_hash: [u8; 32],
    device: DeviceId,
    at: Timestamp,
) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE invitations SET used_by = ?2, used_at = ?3 WHERE token_hash = ?1 AND used_by IS NULL",
            params![token_hash, device.as_bytes(), at.0],
        )
        .attempt("noting that an invitation was used")?;
    Ok(())
}

/// Lets the unused invitations of a person end.
pub fn end_unused(connection: &Connection, person: PersonId, now: Timestamp) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE invitations SET expires_at = min(expires_at, ?2) WHERE person = ?1 AND used_by IS NULL",
            params![person.as_bytes(), now.0],
        )
        .attempt("ending invitations")?;
    Ok(())
}

/// Lets every unused invitation end: after a restore without a journal it is not known which were used.
pub fn end_all_unused(connection: &Connection, now: Timestamp) -> Result<(), StorageError> {
    connection
        .execute("UPDATE invitations SET expires_at = min(expires_at, ?1) WHERE used_by IS NULL", params![now.0])
        .attempt("ending all invitations")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn the_first_device_stays_the_one_that_used_it() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let row = InvitationRow {
            token_hash: [4; 32],
            programme,
            person: device.person,
            created_at: Timestamp(1),
            expires_at: Timestamp(9),
            used_by: None,
        };
        insert(&connection, &row).unwrap();
        assert_eq!(find(&connection, row.token_hash).unwrap(), Some(row));
        mark_used(&connection, row.token_hash, device.id, Timestamp(5)).unwrap();
        mark_used(&connection, row.token_hash, device.id, Timestamp(6)).unwrap();
        assert_eq!(find(&connection, row.token_hash).unwrap().unwrap().used_by, Some(device.id));
        assert_eq!(find(&connection, [5; 32]).unwrap(), None);
    }
}
