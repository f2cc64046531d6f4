//! What can go wrong in the database, with what was attempted. No content of a record.

use crate::damage;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open the file, or the file is no store.
    #[error("the key does not open this store")]
    WrongKey,
    /// The device was revoked: until it is purged or reinstated, nothing is shown and nothing is taken.
    #[error("the store is locked")]
    Locked,
    /// A newer version of the app has written the file.
    #[error("the store has version {found}, this build knows up to {known}")]
    Newer {
        /// The file's.
        found: i64,
        /// This build's.
        known: i64,
    },
    /// No room, or a failing disk.
    #[error("{attempt}: the disk is full or fails")]
    Disk {
        /// What was attempted.
        attempt: &'static str,
        /// SQLite's word.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is damaged.
    #[error("{attempt}: the store is damaged")]
    Damaged {
        /// What was attempted.
        attempt: &'static str,
        /// SQLite's word.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is not there any more, or not as it was left, though it should be.
    #[error("{attempt}: the store is damaged")]
    Gone {
        /// What was attempted.
        attempt: &'static str,
    },
    /// Another program held the store too long.
    #[error("{attempt}: the store is in use")]
    Busy {
        /// What was attempted.
        attempt: &'static str,
    },
    /// A blob that this build cannot unpack.
    #[error("unpacking a stored document")]
    Packing,
    /// The file's folder cannot be used.
    #[error("{attempt}")]
    Folder {
        /// What was attempted.
        attempt: &'static str,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// Anything else that SQLite says.
    #[error("{attempt}")]
    Sql {
        /// What was attempted.
        attempt: &'static str,
        /// SQLite's word.
        #[source]
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// For `map_err`: says what was attempted, and sorts SQLite's codes by what a person can do.
    pub(crate) fn during(attempt: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| {
            use rusqlite::ErrorCode;
            match source.sqlite_error_code() {
                Some(
                    ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly,
                ) => Self::Disk { attempt, source },
                Some(ErrorCode::DatabaseCorrupt) => {
                    damage::meet();
                    Self::Damaged { attempt, source }
                }
                Some(ErrorCode::NotADatabase) => Self::WrongKey,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { attempt },
                _ => Self::Sql { attempt, source },
            }
        }
    }
}
