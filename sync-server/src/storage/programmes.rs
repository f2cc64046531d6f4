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

/// For how long a programme keeps its notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keeping {
    /// For so many days at present; none before its document was first saved.
    pub days: Option<i64>,
    /// What its document says, where that is shorter and has not taken effect yet.
    pub shorter: Option<Shorter>,
}

/// A shorter time that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shorter {
    /// How many days.
    pub days: i64,
    /// Since when the document says so.
    pub since: Timestamp,
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

/// For how long it keeps its notes.
pub fn keeping(connection: &Connection, id: ProgrammeId) -> Result<Keeping, StorageError> {
    let found = connection
        .prepare_cached("SELECT keeps_days, shorter_days, shorter_since FROM programmes WHERE id = ?1")
        .and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                let shorter = row.get::<_, Option<i64>>(1)?.zip(row.get::<_, Option<i64>>(2)?);
                let shorter = shorter.map(|(days, since)| Shorter { days, since: Timestamp(since) });
                Ok(Keeping { days: row.get(0)?, shorter })
            };
            statement.query_row(params![id.as_bytes()], read).optional()
        })
        .attempt("reading how long notes are kept")?;
    Ok(found.unwrap_or_default())
}

/// Remembers for how long it keeps its notes.
pub fn set_keeping(connection: &Connection, id: ProgrammeId, keeping: Keeping) -> Result<(), StorageError> {
    let shorter = keeping.shorter;
    connection
        .execute(
            "UPDATE programmes SET keeps_days = ?2, shorter_days = ?3, shorter_since = ?4 WHERE id = ?1",
            params![
                id.as_bytes(),
                keeping.days,
                shorter.map(|shorter| shorter.days),
                shorter.map(|shorter| shorter.since.0)
            ],
        )
        .attempt("remembering how long notes are kept")?;
    Ok(())
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
        assert_eq!(keeping(&connection, id).unwrap(), Keeping::default());
        let shorter = Some(Shorter { days: 7, since: Timestamp(6) });
        set_keeping(&connection, id, Keeping { days: Some(180), shorter }).unwrap();
        assert_eq!(keeping(&connection, id).unwrap(), Keeping { days: Some(180), shorter });
        assert_eq!(all(&connection).unwrap(), [ProgrammeRow { id, created_at: Timestamp(5) }]);
    }
}
