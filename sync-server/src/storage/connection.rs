//! Opens the database file: every PRAGMA is here. Called by [`super::Storage`]. Invariant: there is one writing
//! connection, and what it commits is on the disk before anybody is told.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{Attempt, StorageError};
use crate::files::at;

/// How long a connection waits for another's lock before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long those who read get to end before the log is emptied another time.
const READERS_END: Duration = Duration::from_secs(1);

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
    made.map(|_| ())
        .map_err(|source| StorageError::File { attempted: "opening the database's file", source: at(path)(source) })
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

/// Brings everything into the main file and empties the log, so that what was replaced is in no file any more. False
/// where somebody still reads from the log: then it is not empty.
pub fn checkpoint(connection: &Connection) -> Result<bool, StorageError> {
    // Whoever writes waits behind this one: a reader who takes long is not waited for, but asked for again later.
    connection.busy_timeout(READERS_END).attempt("setting the patience of the writer")?;
    let busy = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        .attempt("emptying the write-ahead log");
    connection.busy_timeout(PATIENCE).attempt("setting the patience of the writer")?;
    Ok(busy? == 0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn a_log_from_which_somebody_reads_is_not_empty_until_she_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("footbridge.sqlite");
        let writer = open_writer(&path).unwrap();
        writer.execute_batch("CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('before');").unwrap();
        let reader = open_reader(&path).unwrap();
        let reading = reader.unchecked_transaction().unwrap();
        let seen: String = reading.query_row("SELECT x FROM t", [], |row| row.get(0)).unwrap();
        writer.execute_batch("UPDATE t SET x = 'after'").unwrap();
        assert_eq!(seen, "before");
        assert!(!checkpoint(&writer).unwrap());
        drop(reading);
        assert!(checkpoint(&writer).unwrap());
        assert_eq!(std::fs::metadata(path.with_extension("sqlite-wal")).unwrap().len(), 0);
    }
}
