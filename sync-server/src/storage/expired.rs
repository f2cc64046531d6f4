//! Table `expired`: documents whose time was over. Called by `expiry`, and by push before it makes a document.
//! Invariant: what has expired does not come back.

use footbridge_model::{DocumentId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// Notes that a document has expired.
pub fn insert(
    connection: &Connection,
    id: DocumentId,
    programme: ProgrammeId,
    at: Timestamp,
) -> Result<(), StorageError> {
    connection
        .prepare_cached("INSERT INTO expired (id, programme, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        .and_then(|mut statement| statement.execute(params![id.as_bytes(), programme.as_bytes(), at.0]))
        .attempt("noting that a document has expired")?;
    Ok(())
}

/// Whether it has expired.
pub fn is_known(connection: &Connection, id: DocumentId) -> Result<bool, StorageError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM expired WHERE id = ?1")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for what has expired")?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, programme};
    use super::*;

    #[test]
    fn what_has_expired_is_known() {
        let connection = memory();
        let programme = programme(&connection);
        let id = DocumentId::from_bytes([3; 16]);
        assert!(!is_known(&connection, id).unwrap());
        insert(&connection, id, programme, Timestamp(1)).unwrap();
        insert(&connection, id, programme, Timestamp(2)).unwrap();
        assert!(is_known(&connection, id).unwrap());
    }
}
