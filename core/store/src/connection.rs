//! Opening the file, every PRAGMA, and who may write: one connection at a time, behind a lock.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::migrations;

/// Another process of the same person (a script beside the app) is waited for so long.
const BUSY: Duration = Duration::from_secs(20);
/// Readers kept open for reuse.
const READERS_KEPT: usize = 4;

/// The database of one device.
pub struct Store {
    path: PathBuf,
    key: Zeroizing<[u8; 32]>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store at `path`, or makes it, with its raw key; brings an older one up to date.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::Newer`], or what the disk says. The file is as it was then.
    pub fn open(path: &Path, key: &[u8; 32]) -> Result<Self, StoreError> {
        let key = Zeroizing::new(*key);
        make_for_owner(path)?;
        let mut writer = connect(path, &key)?;
        migrations::bring_up_to_date(&mut writer)?;
        Ok(Self { path: path.to_owned(), key, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) })
    }

    /// Reads in one snapshot: what is written meanwhile is not seen.
    ///
    /// # Errors
    /// What `work` gives, or what the database says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Snapshot<'_>) -> Result<T, E>) -> Result<T, E> {
        let during = StoreError::during("opening a snapshot");
        let pooled = lock(&self.readers).pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => connect(&self.path, &self.key)?,
        };
        let result = {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred).map_err(&during)?;
            work(&Snapshot(&transaction))
        };
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
        result
    }

    /// Writes in one IMMEDIATE transaction, durable when this returns; nothing of it where it errs.
    ///
    /// # Errors
    /// What `work` gives, or what the database says.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Writing<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = lock(&self.writer);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::during("beginning to write"))?;
        let result = work(&Writing(Snapshot(&transaction)))?;
        transaction.commit().map_err(StoreError::during("making a write durable"))?;
        Ok(result)
    }
}

/// A reading transaction.
pub struct Snapshot<'a>(pub(crate) &'a Connection);

/// A writing transaction; it can do all that a snapshot can.
pub struct Writing<'a>(pub(crate) Snapshot<'a>);

impl<'a> Deref for Writing<'a> {
    type Target = Snapshot<'a>;

    fn deref(&self) -> &Snapshot<'a> {
        &self.0
    }
}

/// Makes the file, where there is none, for its owner alone; SQLite's files beside it follow it.
fn make_for_owner(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Folder { attempt: "making the store", source: error })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while writing rolled its transaction back; the connection is sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
    let during = StoreError::during("opening the store");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(&during)?;
    connection.busy_timeout(BUSY).map_err(&during)?;
    let hex: Zeroizing<String> = Zeroizing::new(key.iter().map(|byte| format!("{byte:02x}")).collect());
    // SQLCipher would write its own words to stderr.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;").map_err(&during)?;
    let pragma = Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", hex.as_str()));
    connection.execute_batch(&pragma).map_err(&during)?;
    // The first page that is read tells whether the key fits.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(&during)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA temp_store = MEMORY;
             PRAGMA secure_delete = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8000;
             PRAGMA trusted_schema = OFF;",
        )
        .map_err(&during)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("footbridge.db"), &[7; 32]).expect("it opens");
        (folder, store)
    }

    #[test]
    fn another_key_does_not_open_it_and_changes_nothing() {
        let (folder, store) = store();
        drop(store);
        let path = folder.path().join("footbridge.db");
        let before = std::fs::read(&path).expect("it is there");
        assert!(matches!(Store::open(&path, &[8; 32]), Err(StoreError::WrongKey)));
        assert_eq!(std::fs::read(&path).expect("it is there"), before);
        assert!(Store::open(&path, &[7; 32]).is_ok());
    }

    #[test]
    fn the_file_does_not_look_like_a_database() {
        let (folder, store) = store();
        drop(store);
        let bytes = std::fs::read(folder.path().join("footbridge.db")).expect("it is there");
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }

    #[test]
    fn a_write_that_errs_leaves_nothing() {
        let (_folder, store) = store();
        let result: Result<(), StoreError> = store.write(|writing| {
            crate::meta::set(writing, "k", b"v")?;
            Err(StoreError::Packing)
        });
        assert!(result.is_err());
        let kept = store.read(|snapshot| crate::meta::get(snapshot, "k")).expect("it reads");
        assert_eq!(kept, None);
    }
}
