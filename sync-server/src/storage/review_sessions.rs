//! Table `review_sessions`: browsers that are signed in to the review pages. Called by the review pages at each
//! request. Invariant: the cookie's value is known by its hash alone.

use footbridge_model::{PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// Keeps a new session, and forgets those whose time is over.
pub fn insert(
    connection: &Connection,
    token_hash: [u8; 32],
    programme: ProgrammeId,
    person: PersonId,
    created_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    connection
        .execute("DELETE FROM review_sessions WHERE expires_at <= ?1", params![created_at.0])
        .attempt("forgetting late review sessions")?;
    connection
        .execute(
            "INSERT INTO review_sessions (token_hash, programme, person, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![token_hash, programme.as_bytes(), person.as_bytes(), created_at.0, expires_at.0],
        )
        .attempt("keeping a review session")?;
    Ok(())
}

/// Who is signed in with that cookie.
pub fn find(
    connection: &Connection,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<(ProgrammeId, PersonId)>, StorageError> {
    connection
        .prepare_cached("SELECT programme, person FROM review_sessions WHERE token_hash = ?1 AND expires_at > ?2")
        .and_then(|mut statement| {
            statement
                .query_row(params![token_hash, now.0], |row| {
                    Ok((ProgrammeId::from_bytes(row.get(0)?), PersonId::from_bytes(row.get(1)?)))
                })
                .optional()
        })
        .attempt("looking for a review session")
}

/// Signs a browser out.
pub fn delete(connection: &Connection, token_hash: [u8; 32]) -> Result<(), StorageError> {
    connection
        .execute("DELETE FROM review_sessions WHERE token_hash = ?1", params![token_hash])
        .attempt("ending a review session")?;
    Ok(())
}

/// A browser that is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserRow {
    /// SHA-256 of its cookie's value: how it is named.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub person: PersonId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The browsers of a programme that are signed in, the latest first.
pub fn open(connection: &Connection, programme: ProgrammeId, now: Timestamp) -> Result<Vec<BrowserRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT token_hash, person, created_at, expires_at FROM review_sessions
             WHERE programme = ?1 AND expires_at > ?2 ORDER BY created_at DESC, token_hash",
        )
        .attempt("listing browsers")?;
    let rows = statement
        .query_map(params![programme.as_bytes(), now.0], |row| {
            Ok(BrowserRow {
                token_hash: row.get(0)?,
                person: PersonId::from_bytes(row.get(1)?),
                created_at: Timestamp(row.get(2)?),
                expires_at: Timestamp(row.get(3)?),
            })
        })
        .attempt("listing browsers")?;
    rows.map(|row| row.attempt("listing browsers")).collect()
}

/// Signs a browser of a programme out; gives whose it was.
pub fn end(
    connection: &Connection,
    programme: ProgrammeId,
    token_hash: [u8; 32],
) -> Result<Option<PersonId>, StorageError> {
    connection
        .query_row(
            "DELETE FROM review_sessions WHERE token_hash = ?1 AND programme = ?2 RETURNING person",
            params![token_hash, programme.as_bytes()],
            |row| Ok(PersonId::from_bytes(row.get(0)?)),
        )
        .optional()
        .attempt("ending a browser's session")
}

/// Signs her out everywhere; gives in how many browsers.
pub fn end_all(connection: &Connection, person: PersonId) -> Result<usize, StorageError> {
    connection
        .execute("DELETE FROM review_sessions WHERE person = ?1", params![person.as_bytes()])
        .attempt("ending review sessions")
}

/// Signs everybody out: after a restore it is not known who did.
pub fn forget_all(connection: &Connection) -> Result<(), StorageError> {
    connection.execute("DELETE FROM review_sessions", []).attempt("signing everybody out")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn a_session_lasts_until_its_time_or_until_it_is_ended() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        insert(&connection, [1; 32], programme, device.person, Timestamp(0), Timestamp(100)).unwrap();
        let whom = Some((programme, device.person));
        assert_eq!(find(&connection, [1; 32], Timestamp(99)).unwrap(), whom);
        assert_eq!(find(&connection, [1; 32], Timestamp(100)).unwrap(), None);
        delete(&connection, [1; 32]).unwrap();
        assert_eq!(find(&connection, [1; 32], Timestamp(1)).unwrap(), None);
    }
}
