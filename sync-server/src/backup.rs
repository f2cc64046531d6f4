//! Backups: one file with all that the server is (its database as it stands at one moment, and its key), made while it
//! runs or while it does not. Called by the command line, which reads the folder itself: a backup needs no answer from
//! the server that runs, and does not end with it. Invariant: what has the backup's name is whole and on the disk;
//! nothing that was erased is in it, for only what lives is copied.
//!
//! The key is in it: without it no device would know the restored server, and all would have to join anew. So a backup
//! is as secret as the data folder, and is encrypted where a recipient is named.

mod container;
mod sealing;
mod target;

use std::fs::{self, File, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use footbridge_model::Timestamp;
use footbridge_protocol::SigningKey;
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{FlockOperation, OFlags, flock};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::admin::AdminError;
use crate::admin::error::AdminErrorKind;
use crate::error::ServerError;
use crate::files::at;
use crate::state::DATABASE;
use crate::storage::{self, Attempt, StorageError};
use crate::{identity, journal};

pub(crate) use container::{Holds, Manifest, Place, Signer, Unpacking, unpack};
pub(crate) use sealing::{identities, unsealed};

/// Where the database is laid out before it is packed: in the data folder, which is as secret as the database.
const STAGING: &str = "backup.staging";

/// How long the copy waits for another's lock.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupOptions {
    /// The file to write. It must not be there yet.
    pub file: PathBuf,
    /// age recipients (`age1…`); with none the backup is not encrypted.
    pub to: Vec<String>,
}

/// Writes a backup; answers with what it holds.
pub fn make(data: &Path, options: &BackupOptions, now: Timestamp) -> Result<Value, AdminError> {
    let recipients = sealing::recipients(&options.to)?;
    let database = data.join(DATABASE);
    if !database.is_file() {
        return Err(AdminError::not_found("there is no database in the data folder: nothing to back up"));
    }
    let key_file = data.join(identity::FILE);
    let key = Zeroizing::new(fs::read(&key_file).map_err(failed_at("reading identity.key", &key_file))?);
    let seed = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| ServerError::Identity)?;
    let signs = SigningKey::from_seed(&Zeroizing::new(seed));
    let target = target::Target::begin(&options.file)?;
    let Some(staging) = Staging::take(data).map_err(failed_at("making room for a backup", &data.join(STAGING)))? else {
        return Err(AdminError::new(AdminErrorKind::Locked, "another backup of this data folder is being written"));
    };
    // Before the copy: what is journalled meanwhile is replayed once too often rather than once too seldom.
    let place = journal::read(&data.join(journal::FILE))?;
    let place = place.map(|read| Place { next: read.next(), id: read.id });
    copy(&database, &staging.path)?;
    let holds = look(&staging.path)?;
    let schema = storage::schema_of(&staging.path)?;
    let manifest = Manifest::new(now, schema, place, holds);
    let sealed = sealing::sealed(target.file()?, &recipients)?;
    let sealed = container::pack(sealed, &manifest, &signs, &staging.path);
    let sealed = sealed.map_err(failed_at("writing the backup", &options.file))?;
    sealed.finish().map_err(failed_at("writing the backup", &options.file))?;
    let bytes = target.keep()?;
    Ok(json!({
        "file": options.file.display().to_string(),
        "bytes": bytes,
        "made_at": now.to_string(),
        "encrypted": !recipients.is_empty(),
        "programmes": manifest.holds.programmes,
        "people": manifest.holds.people,
        "records": manifest.holds.records,
        "drafts": manifest.holds.drafts,
    }))
}

/// Takes away what a backup that was broken off left in the data folder.
pub fn clear_leftovers(data: &Path) {
    if data.join(STAGING).symlink_metadata().is_ok() {
        // One that is being written stays; where this fails, the next start tries again.
        drop(Staging::take(data));
    }
}

/// Copies what lives in the database, as it stands at one moment, into an empty file. Whoever writes goes on.
fn copy(database: &Path, into: &Path) -> Result<(), AdminError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags).attempt("opening the database for a backup")?;
    connection.busy_timeout(PATIENCE).attempt("setting the patience of a backup")?;
    let Some(into) = into.to_str() else {
        return Err(AdminError::invalid("data", "data: a path that is not text cannot be backed up"));
    };
    connection.execute("VACUUM INTO ?1", [into]).attempt("copying the database")?;
    Ok(())
}

/// What the copy holds, after SQLite has looked at every page of it.
fn look(copy: &Path) -> Result<Holds, AdminError> {
    let connection = storage::open_whole(copy)?;
    let count = |sql: &str| -> Result<u64, StorageError> {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0)).attempt("counting what a backup holds")?;
        Ok(count.unsigned_abs())
    };
    Ok(Holds {
        programmes: count("SELECT count(*) FROM programmes")?,
        people: count("SELECT count(*) FROM members")?,
        records: count("SELECT count(*) FROM documents WHERE kind NOT IN ('programme', 'code', 'person')")?,
        drafts: count("SELECT count(*) FROM drafts")?,
    })
}

/// The file in which the copy is made; taken away when it is dropped.
struct Staging {
    path: PathBuf,
    _lock: File,
}

impl Staging {
    /// Takes it, empty, unless somebody else has it.
    fn take(data: &Path) -> std::io::Result<Option<Self>> {
        let path = data.join(STAGING);
        // No link is followed, and what somebody else left there is hers alone before anything is written to it.
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        if fs::metadata(&path).map(|there| there.ino()).ok() != Some(file.metadata()?.ino()) {
            // Its holder took it away in this very moment.
            return Ok(None);
        }
        file.set_len(0)?;
        Ok(Some(Self { path, _lock: file }))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        for path in [self.path.clone(), self.path.with_extension("staging-journal")] {
            let _ = fs::remove_file(path);
        }
    }
}

/// Says what failed, at which file, and what the system said.
pub(crate) fn failed_at(attempted: &'static str, path: &Path) -> impl Fn(std::io::Error) -> AdminError {
    move |source| AdminError::from(StorageError::File { attempted, source: at(path)(source) })
}

/// Says what failed, and what the system said.
pub(crate) fn failed(attempted: &'static str) -> impl Fn(std::io::Error) -> AdminError {
    move |source| AdminError::from(StorageError::File { attempted, source })
}
