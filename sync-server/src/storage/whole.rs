//! A database file looked at as a whole: every page, and which schema it has. Called by backup and restore, of copies
//! that nobody else has open. Invariant: nothing is written.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::{Attempt, StorageError};
use super::migrations;

/// Opens a copy to read, once SQLite has looked at all of it and found nothing amiss.
pub fn open_whole(path: &Path) -> Result<Connection, StorageError> {
    let connection = open(path)?;
    let found: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .attempt("looking at every page of the database")?;
    if found == "ok" { Ok(connection) } else { Err(StorageError::Damaged("a page of the database")) }
}

/// The schema of a file; refuses one that a newer server has written.
pub fn schema_of(path: &Path) -> Result<i64, StorageError> {
    let found: i64 = open(path)?
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .attempt("reading the schema's version")?;
    let known = migrations::newest();
    if found > known { Err(StorageError::Newer { found, known }) } else { Ok(found) }
}

fn open(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).attempt("opening a copy of the database")
}
