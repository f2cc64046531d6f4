//! Table `invitations`: what was given out to join with. Called by `invite` and join. Invariant: the token is known
//! by its hash alone, and one device at most joins by it.

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

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
    /// Who made it; none for the administrator.
    pub by: Option<PersonId>,
    /// On which device of hers; none for a page.
    pub from: Option<DeviceId>,
    /// The device that joined by it.
    pub used_by: Option<DeviceId>,
}

/// The columns of an [`InvitationRow`] after its token's hash.
const COLUMNS: &str = "token_hash, programme, person, created_at, expires_at, by_person, by_device, used_by";

fn read(row: &Row<'_>) -> rusqlite::Result<InvitationRow> {
    Ok(InvitationRow {
        token_hash: row.get(0)?,
        programme: ProgrammeId::from_bytes(row.get(1)?),
        person: PersonId::from_bytes(row.get(2)?),
        created_at: Timestamp(row.get(3)?),
        expires_at: Timestamp(row.get(4)?),
        by: row.get::<_, Option<[u8; 16]>>(5)?.map(PersonId::from_bytes),
        from: row.get::<_, Option<[u8; 16]>>(6)?.map(DeviceId::from_bytes),
        used_by: row.get::<_, Option<[u8; 16]>>(7)?.map(DeviceId::from_bytes),
    })
}

/// Adds an invitation.
pub fn insert(connection: &Connection, row: &InvitationRow) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO invitations (token_hash, programme, person, created_at, expires_at, by_person, by_device)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.token_hash,
                row.programme.as_bytes(),
                row.person.as_bytes(),
                row.created_at.0,
                row.expires_at.0,
                row.by.as_ref().map(PersonId::as_bytes),
                row.from.as_ref().map(DeviceId::as_bytes),
            ],
        )
        .attempt("adding an invitation")?;
    Ok(())
}

/// The invitation with that token.
pub fn find(connection: &Connection, token_hash: [u8; 32]) -> Result<Option<InvitationRow>, StorageError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM invitations WHERE token_hash = ?1"))
        .and_then(|mut statement| statement.query_row(params![token_hash], read).optional())
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

/// Lets the unused invitations for a person end.
pub fn end_unused(connection: &Connection, person: PersonId, now: Timestamp) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE invitations SET expires_at = min(expires_at, ?2) WHERE person = ?1 AND used_by IS NULL",
            params![person.as_bytes(), now.0],
        )
        .attempt("ending invitations")?;
    Ok(())
}

/// The invitations of a programme that somebody could still use, the latest first.
pub fn open(
    connection: &Connection,
    programme: ProgrammeId,
    now: Timestamp,
) -> Result<Vec<InvitationRow>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM invitations WHERE programme = ?1 AND used_by IS NULL AND expires_at > ?2
         ORDER BY created_at DESC, token_hash"
    );
    let mut statement = connection.prepare_cached(&sql).attempt("listing invitations")?;
    let rows = statement.query_map(params![programme.as_bytes(), now.0], read).attempt("listing invitations")?;
    rows.map(|row| row.attempt("listing invitations")).collect()
}

/// The invitations for coordinators that were made after `since`, used or not, by anybody but `me`.
pub fn of_coordinators(
    connection: &Connection,
    programme: ProgrammeId,
    me: PersonId,
    since: Timestamp,
) -> Result<Vec<InvitationRow>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM invitations i
         WHERE programme = ?1 AND created_at > ?2 AND person <> ?3 AND by_person IS NOT ?3
             AND (SELECT role FROM members m WHERE m.person = i.person) = 'coordinator'
         ORDER BY created_at DESC, token_hash"
    );
    let mut statement = connection.prepare_cached(&sql).attempt("listing coordinators' invitations")?;
    let rows = statement
        .query_map(params![programme.as_bytes(), since.0, me.as_bytes()], read)
        .attempt("listing coordinators' invitations")?;
    rows.map(|row| row.attempt("listing coordinators' invitations")).collect()
}

/// Lets one invitation end. Says whether it could still be used.
pub fn end(
    connection: &Connection,
    programme: ProgrammeId,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<bool, StorageError> {
    let ended = connection
        .execute(
            "UPDATE invitations SET expires_at = ?3
             WHERE token_hash = ?1 AND programme = ?2 AND used_by IS NULL AND expires_at > ?3",
            params![token_hash, programme.as_bytes(), now.0],
        )
        .attempt("ending an invitation")?;
    Ok(ended > 0)
}

/// Lets the unused invitations end that this person has made: on this device or in a page, or, without a device,
/// anywhere. Gives whom they were for.
pub fn end_made_by(
    connection: &Connection,
    person: PersonId,
    device: Option<DeviceId>,
    now: Timestamp,
) -> Result<Vec<PersonId>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "UPDATE invitations SET expires_at = ?3
             WHERE by_person = ?1 AND (?2 IS NULL OR by_device IS NULL OR by_device = ?2)
                 AND used_by IS NULL AND expires_at > ?3
             RETURNING person",
        )
        .attempt("ending somebody's invitations")?;
    let device = device.as_ref().map(DeviceId::as_bytes);
    let rows = statement
        .query_map(params![person.as_bytes(), device, now.0], |row| Ok(PersonId::from_bytes(row.get(0)?)))
        .attempt("ending somebody's invitations")?;
    let mut whom: Vec<_> = rows.collect::<Result<_, _>>().attempt("ending somebody's invitations")?;
    whom.sort_unstable();
    Ok(whom)
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
            by: None,
            from: None,
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
