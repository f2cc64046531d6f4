//! Table `review_links`: links that sign a coordinator in to the review pages. Called by `review-link` and by the
//! review pages. Invariant: a link works once, and in its time.

use footbridge_model::{PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// Keeps a new link.
pub fn insert(
    connection: &Connection,
    token_hash: [u8; 32],
    programme: ProgrammeId,
    person: PersonId,
    created_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO review_links (token_hash, programme, person, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![token_hash, programme.as_bytes(), person.as_bytes(), created_at.0, expires_at.0],
        )
        .attempt("keeping a review link")?;
    Ok(())
}

/// How a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It would sign this person in.
    Fresh(ProgrammeId, PersonId),
    /// It was used before.
    Used,
    /// Its time is over.
    Late,
    /// There is no such link.
    Unknown,
}

/// How a link stands. Uses nothing up.
pub fn look(connection: &Connection, token_hash: [u8; 32], now: Timestamp) -> Result<LinkState, StorageError> {
    let found = connection
        .query_row(
            "SELECT programme, person, expires_at, used_at FROM review_links WHERE token_hash = ?1",
            params![token_hash],
            |row| {
                let (expires_at, used_at): (i64, Option<i64>) = (row.get(2)?, row.get(3)?);
                Ok(if used_at.is_some() {
                    LinkState::Used
                } else if expires_at <= now.0 {
                    LinkState::Late
                } else {
                    LinkState::Fresh(ProgrammeId::from_bytes(row.get(0)?), PersonId::from_bytes(row.get(1)?))
                })
            },
        )
        .optional()
        .attempt("looking at a review link")?;
    Ok(found.unwrap_or(LinkState::Unknown))
}

/// Uses a link up: whom it signs in. `None` where it is unknown, late or was used before.
pub fn take(
    connection: &Connection,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<(ProgrammeId, PersonId)>, StorageError> {
    connection
        .query_row(
            "UPDATE review_links SET used_at = ?2
             WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2
             RETURNING programme, person",
            params![token_hash, now.0],
            |row| Ok((ProgrammeId::from_bytes(row.get(0)?), PersonId::from_bytes(row.get(1)?))),
        )
        .optional()
        .attempt("using a review link")
}

/// Forgets the links whose time was over at that time.
pub fn forget_late(connection: &Connection, now: Timestamp) -> Result<(), StorageError> {
    connection
        .execute("DELETE FROM review_links WHERE expires_at <= ?1", params![now.0])
        .attempt("forgetting late review links")?;
    Ok(())
}

/// Forgets the links that she has not used; gives their number.
pub fn end_all(connection: &Connection, person: PersonId) -> Result<usize, StorageError> {
    connection
        .execute("DELETE FROM review_links WHERE person = ?1 AND used_at IS NULL", params![person.as_bytes()])
        .attempt("ending review links")
}

/// Lets every link end: after a restore it is not known which were used.
pub fn forget_all(connection: &Connection) -> Result<(), StorageError> {
    connection.execute("DELETE FROM review_links", []).attempt("letting go of links")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn a_link_works_once_and_in_its_time() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        insert(&connection, [1; 32], programme, device.person, Timestamp(0), Timestamp(100)).unwrap();
        insert(&connection, [2; 32], programme, device.person, Timestamp(0), Timestamp(100)).unwrap();
        let fresh = LinkState::Fresh(programme, device.person);
        assert_eq!(look(&connection, [1; 32], Timestamp(50)).unwrap(), fresh);
        assert_eq!(look(&connection, [1; 32], Timestamp(100)).unwrap(), LinkState::Late);
        assert_eq!(look(&connection, [3; 32], Timestamp(50)).unwrap(), LinkState::Unknown);
        assert_eq!(take(&connection, [1; 32], Timestamp(50)).unwrap(), Some((programme, device.person)));
        assert_eq!(take(&connection, [1; 32], Timestamp(51)).unwrap(), None);
        assert_eq!(look(&connection, [1; 32], Timestamp(51)).unwrap(), LinkState::Used);
        assert_eq!(take(&connection, [2; 32], Timestamp(100)).unwrap(), None);
        assert_eq!(take(&connection, [3; 32], Timestamp(1)).unwrap(), None);
        forget_late(&connection, Timestamp(100)).unwrap();
        let left: i64 = connection.query_row("SELECT count(*) FROM review_links", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0);
    }
}
