//! Opening the file, every PRAGMA, and who may write: one connection at a time, behind a lock.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use zeroize::Zeroizing;

use crate::digests::{self, Moves};
use crate::error::StoreError;
use crate::{damage, meta, migrations};

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
    /// [`StoreError::Locked`]; what `work` gives, or what the database says.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Snapshot<'_>) -> Result<T, E>) -> Result<T, E> {
        self.read_locked(|snapshot| {
            refuse_locked(snapshot)?;
            work(snapshot)
        })
    }

    /// The same, also while the store is locked: for what a locked device still does.
    ///
    /// # Errors
    /// What `work` gives, or what the database says.
    pub fn read_locked<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
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
        if self.mark_damage() {
            // A connection that met damage reads nothing more.
            return result;
        }
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
        result
    }

    /// Writes in one IMMEDIATE transaction, durable when this returns; nothing of it where it errs.
    ///
    /// # Errors
    /// [`StoreError::Locked`]; what `work` gives, or what the database says.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Writing<'_>) -> Result<T, E>) -> Result<T, E> {
        self.write_locked(|writing| {
            refuse_locked(writing)?;
            work(writing)
        })
    }

    /// The same, also while the store is locked: for what a locked device still does.
    ///
    /// # Errors
    /// What `work` gives, or what the database says.
    pub fn write_locked<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.in_transaction(&mut lock(&self.writer), work)
    }

    /// Writes what the server has and can give again: whole when this returns, and a loss of power may undo it and
    /// nothing before or after it. What a person recorded is never written so.
    ///
    /// # Errors
    /// [`StoreError::Locked`]; what `work` gives, or what the database says.
    pub fn write_progress<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = lock(&self.writer);
        let during = StoreError::during("choosing how a write is made durable");
        connection.execute_batch("PRAGMA synchronous = NORMAL").map_err(&during)?;
        let result = self.in_transaction(&mut connection, |writing| {
            refuse_locked(writing)?;
            work(writing)
        });
        connection.execute_batch("PRAGMA synchronous = FULL").map_err(&during)?;
        result
    }

    /// Whether every page of the file is as it was written, and they fit together. Reads all of it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn is_whole(&self) -> Result<bool, StoreError> {
        damage::is_whole(&lock(&self.writer))
    }

    fn in_transaction<T, E: From<StoreError>>(
        &self,
        connection: &mut Connection,
        work: impl FnOnce(&Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::during("beginning to write"))?;
        let writing = Writing(Snapshot(&transaction), Moves::default());
        let result = work(&writing);
        self.mark_damage();
        let result = result?;
        digests::settle(&writing)?;
        transaction.commit().map_err(StoreError::during("making a write durable"))?;
        Ok(result)
    }

    /// Where damage was met, has the next to open the store look at all of it.
    fn mark_damage(&self) -> bool {
        let was_met = damage::was_met();
        if was_met {
            // Where the disk fails too, the next who meets it marks it.
            drop(std::fs::write(damage::mark(&self.path), []));
        }
        was_met
    }

    /// Makes the file as small as what it holds and empties its log, so that nothing that was forgotten is
    /// left in either.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another program reads; what the database says.
    pub fn compact(&self) -> Result<(), StoreError> {
        const ATTEMPT: &str = "leaving nothing behind of what was forgotten";
        let during = StoreError::during(ATTEMPT);
        lock(&self.readers).clear();
        let connection = lock(&self.writer);
        connection.execute_batch("VACUUM").map_err(&during)?;
        let is_busy: bool =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(&during)?;
        if is_busy { Err(StoreError::Busy { attempt: ATTEMPT }) } else { Ok(()) }
    }
}

fn refuse_locked(snapshot: &Snapshot<'_>) -> Result<(), StoreError> {
    if meta::get(snapshot, meta::REVOKED)?.is_some() { Err(StoreError::Locked) } else { Ok(()) }
}

impl Store {
    /// The writing connection, outside any transaction.
    pub(crate) fn with_writer<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        work(&lock(&self.writer))
    }
}

/// A reading transaction.
pub struct Snapshot<'a>(pub(crate) &'a Connection);

/// A writing transaction; it can do all that a snapshot can.
pub struct Writing<'a>(pub(crate) Snapshot<'a>, pub(crate) Moves);

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

/// Opens a file that is only to be read, and not to be changed by it: a damaged one.
pub(crate) fn connect_to_read(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
    unlocked(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

fn connect(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
    let during = StoreError::during("opening the store");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = unlocked(path, key, flags)?;
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

/// Opens a file with its key.
fn unlocked(path: &Path, key: &[u8; 32], flags: OpenFlags) -> Result<Connection, StoreError> {
    let during = StoreError::during("opening the store");
    let connection = Connection::open_with_flags(path, flags).map_err(&during)?;
    connection.busy_timeout(BUSY).map_err(&during)?;
    let hex: Zeroizing<String> = Zeroizing::new(key.iter().map(|byte| format!("{byte:02x}")).collect());
    // SQLCipher would write its own words to stderr.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;").map_err(&during)?;
    let pragma = Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", hex.as_str()));
    connection.execute_batch(&pragma).map_err(&during)?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        // So that a file that was cut off is read as far as it goes.
        connection.execute_batch("PRAGMA writable_schema = ON;").map_err(&during)?;
    }
    // The first page that is read tells whether the key fits.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(&during)?;
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

    #[test]
    fn a_locked_store_shows_and_takes_nothing_but_to_those_who_may_work_on_it() {
        let (_folder, store) = store();
        store.write(|writing| meta::set(writing, meta::REVOKED, b"the notice")).expect("it is locked");
        let read = store.read(|snapshot| meta::get(snapshot, "k"));
        assert!(matches!(read, Err(StoreError::Locked)));
        assert!(matches!(store.write(|writing| meta::set(writing, "k", b"v")), Err(StoreError::Locked)));
        store.write_locked(|writing| meta::remove(writing, meta::REVOKED)).expect("it is unlocked");
        assert_eq!(store.read(|snapshot| meta::get(snapshot, "k")).expect("it reads"), None, "nothing was written");
    }

    #[test]
    fn what_was_forgotten_is_in_no_page_and_no_log() {
        let (folder, store) = store();
        let word = "Blåklocka ".repeat(200);
        store
            .write(|writing| {
                for number in 0..200_i64 {
                    let key = format!("k{number}");
                    meta::set(writing, &key, word.as_bytes())?;
                    crate::search::set(writing, number, true, &format!("vintergrona{number}"))?;
                }
                Ok::<_, StoreError>(())
            })
            .expect("written");
        let count = |sql: &str| -> i64 {
            store
                .read(|snapshot| {
                    snapshot.0.query_row(sql, [], |row| row.get(0)).map_err(StoreError::during("counting"))
                })
                .expect("counted")
        };
        let in_search = "SELECT count(*) FROM search_data WHERE instr(block, CAST('vintergrona' AS BLOB)) > 0";
        assert!(count(in_search) > 0, "it is looked for where it would be");
        store.write(meta::forget_everything).expect("forgotten");
        store.compact().expect("compacted");
        assert_eq!((count("PRAGMA freelist_count"), count(in_search)), (0, 0));
        let log = folder.path().join("footbridge.db-wal");
        assert_eq!(std::fs::metadata(log).map_or(0, |file| file.len()), 0);
        let length = std::fs::metadata(folder.path().join("footbridge.db")).expect("it is there").len();
        assert_eq!(i64::try_from(length).expect("small") / 4096, count("PRAGMA page_count"));
        assert!(length < 200_000, "it held {} bytes and is {length}", word.len() * 200);
    }
}
