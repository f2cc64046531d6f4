//! Table `programmes`: which programmes this server serves. Called by administration. Invariant: a programme's
//! name and lists are in its documents, never here.

use footbridge_model::{ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgrammeRow {
    /// Its id, and its document's.
    pub id: ProgrammeId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds a programme.
pub fn insert(connection: &Connection, row: ProgrammeRow) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO programmes (id, created_at) VALUES (?1, ?2)",
            params![row.id.as_bytes(), row.created_at.0],
        )
        .attempt("adding a programme")?;
    Ok(())
}

/// Whether it is here.
pub fn exists(connection: &Connection, id: ProgrammeId) -> Result<bool, StorageError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM programmes WHERE id = ?1")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for a programme")?;
    Ok(found.is_some())
}

/// All of them, oldest first.
pub fn all(connection: &Connection) -> Result<Vec<ProgrammeRow>, StorageError> {
    let mut statement = connection
        .prepare("SELECT id, created_at FROM programmes ORDER BY created_at, id")
        .attempt("listing programmes")?;
    let rows = statement
        .query_map([], |row| {
            Ok(ProgrammeRow { id: ProgrammeId::from_bytes(row.get(0)?), created_at: Timestamp(row.get(1)?) })
        })
        .attempt("listing programmes")?;
    rows.collect::<Result<_, _>>().attempt("listing programmes")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::memory;
    use super::*;

    #[test]
    fn a_programme_is_found_once_it_was_added() {
        let connection = memory();
        let id = ProgrammeId::from_bytes([7; 16]);
        assert!(!exists(&connection, id).unwrap());
        insert(&connection, ProgrammeRow { id, created_at: Timestamp(5) }).unwrap();
        assert!(exists(&connection, id).unwrap());
        assert_eq!(all(&connection).unwrap(), [ProgrammeRow { id, created_at: Timestamp(5) }]);
    }
}
