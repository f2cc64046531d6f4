//! What can go wrong in the database. Called by every file of `storage`. Invariant: an error says what was attempted
//! and never holds the content of a record.

use crate::files;

/// What went wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused.
    #[error("the database failed while {attempted}")]
    Sqlite {
        /// What was being done.
        attempted: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The file was written by a newer server.
    #[error("the database has schema {found}, this server knows {known}: use a newer footbridge-server")]
    Newer {
        /// The file's version.
        found: i64,
        /// The newest that this server knows.
        known: i64,
    },
    /// Something in the file is not in the form in which it was written.
    #[error("the database holds something unreadable: {0}")]
    Damaged(&'static str),
    /// The transaction could not be made durable; nothing of it was kept.
    #[error("the database could not make a change durable")]
    NotCommitted,
    /// The disk has no room for it; nothing of it was kept.
    #[error("the disk of the data folder is full: make room there")]
    NoRoom,
    /// The writer has stopped, or gave this piece of work up.
    #[error("the database's writer has stopped")]
    Stopped,
    /// A document could not be made or read.
    #[error("a document could not be read or written while {attempted}")]
    Document {
        /// What was being done.
        attempted: &'static str,
    },
    /// The folder's file could not be opened.
    #[error("a file of the data folder failed while {attempted}")]
    File {
        /// What was being done.
        attempted: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// SQLite's number where it cannot make the file by which connections share the log larger: on a full disk.
const NO_ROOM_TO_SHARE: i32 = 4874;

impl StorageError {
    /// Whether the disk has no room.
    pub fn is_full(&self) -> bool {
        match self {
            Self::NoRoom => true,
            Self::Sqlite { source, .. } => source.sqlite_error().is_some_and(|error| {
                error.code == rusqlite::ErrorCode::DiskFull || error.extended_code == NO_ROOM_TO_SHARE
            }),
            Self::File { source, .. } => files::is_full(source),
            Self::Newer { .. } | Self::Damaged(_) | Self::NotCommitted | Self::Stopped | Self::Document { .. } => false,
        }
    }

    /// What the disk or SQLite said, for the log: a reason, never anything that is kept. Empty where neither did.
    pub fn because(&self) -> String {
        match self {
            Self::Sqlite { source, .. } => source.sqlite_error().map(ToString::to_string).unwrap_or_default(),
            Self::File { source, .. } => source.to_string(),
            Self::Newer { .. }
            | Self::Damaged(_)
            | Self::NotCommitted
            | Self::NoRoom
            | Self::Stopped
            | Self::Document { .. } => String::new(),
        }
    }
}

/// Says what was attempted when SQLite refuses.
pub trait Attempt<T> {
    /// Names what was being done.
    fn attempt(self, attempted: &'static str) -> Result<T, StorageError>;
}

impl<T> Attempt<T> for Result<T, rusqlite::Error> {
    fn attempt(self, attempted: &'static str) -> Result<T, StorageError> {
        self.map_err(|source| StorageError::Sqlite { attempted, source })
    }
}
