//! Opens the database file: every PRAGMA is here. Called by [`super::Storage`]. Invariant: there is one writing
//! connection, and what it commits is on the disk before anybody is told.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{Attempt, StorageError};

/// How long a connection waits for another's lock before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens (or creates) the file for its one writer.
pub fn open_writer(path: &Path) -> Result<Connection, StorageError> {
    make_private(path)?;
    let connection = Connection::open(path).attempt("opening the database")?;
    connection.busy_timeout(PATIENCE).attempt("setting the patience of the writer")?;
    connection
        .execute_batch(
            "PRAGMA secure_delete = ON;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -16384;
             PRAGMA trusted_schema = OFF;",
        )
        .attempt("setting up the writer")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Makes the file where it is missing, for its owner alone; SQLite gives the files beside it the same mode.
fn make_private(path: &Path) -> Result<(), StorageError> {
    let made = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    made.map(|_| ()).map_err(|source| StorageError::File { attempted: "making the database's file", source })
}

/// Opens the file for one of its readers.
pub fn open_reader(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).attempt("opening the database for reading")?;
    connection.busy_timeout(PATIENCE).attempt("setting the patience of a reader")?;
    connection
        .execute_batch(
            "PRAGMA query_only = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -8192;
             PRAGMA trusted_schema = OFF;",
        )
        .attempt("setting up a reader")?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Brings everything into the main file and empties the log, so that what was replaced is in no file any more.
pub fn checkpoint(connection: &Connection) -> Result<(), StorageError> {
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        .attempt("emptying the write-ahead log")?;
    Ok(())
}
