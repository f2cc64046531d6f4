//! A database file looked at as a whole: every page, and which schema it has. Called by backup and restore, of copies
//! that nobody else has open. Invariant: nothing is written.

use std::path::Path;

use footbridge_model::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::clock;
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

/// Until when the clock of the server that had this file is known to have gone right, its write-ahead log left aside:
/// not even a file beside it is made. `None` where the file cannot be read, or its clock was in doubt.
pub fn clock_of(path: &Path) -> Option<Timestamp> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    let named = path.as_os_str().as_encoded_bytes().iter().map(|byte| match byte {
        byte if plain(*byte) => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    let address = format!("file:{}?immutable=1", named.collect::<String>());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let noted = clock::noted(&Connection::open_with_flags(address, flags).ok()?).ok()?;
    if noted.is_in_doubt { None } else { Some(noted.at) }
}

fn open(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).attempt("opening a copy of the database")
}
