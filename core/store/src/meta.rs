//! Table `meta`: the few things of which a device has one each.

use rusqlite::OptionalExtension;

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;

/// Holds, while the store is locked, the server's signed message that revoked the device.
pub const REVOKED: &str = "revoked";

/// The value of `key`, if it has one.
///
/// # Errors
/// What the database says.
pub fn get(snapshot: &Snapshot<'_>, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let during = StoreError::during("reading what the device knows of itself");
    let mut statement = snapshot.0.prepare_cached("SELECT value FROM meta WHERE key = ?1").map_err(&during)?;
    statement.query_row([key], |row| row.get(0)).optional().map_err(&during)
}

/// Gives `key` a value.
///
/// # Errors
/// What the database says.
pub fn set(writing: &Writing<'_>, key: &str, value: &[u8]) -> Result<(), StoreError> {
    let during = StoreError::during("writing what the device knows of itself");
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    writing.0.0.prepare_cached(sql).map_err(&during)?.execute((key, value)).map_err(&during).map(drop)
}

/// Forgets `key`.
///
/// # Errors
/// What the database says.
pub fn remove(writing: &Writing<'_>, key: &str) -> Result<(), StoreError> {
    let during = StoreError::during("forgetting what the device knew of itself");
    writing.0.0.execute("DELETE FROM meta WHERE key = ?1", [key]).map_err(&during).map(drop)
}

/// Forgets everything that the store holds, in every table.
///
/// # Errors
/// What the database says.
pub fn forget_everything(writing: &Writing<'_>) -> Result<(), StoreError> {
    writing
        .0
        .0
        .execute_batch(
            "DELETE FROM meta; DELETE FROM records; DELETE FROM outbox; DELETE FROM scopes; DELETE FROM actors;
             DELETE FROM notices; DELETE FROM unread; INSERT INTO search (search) VALUES ('delete-all');",
        )
        .map_err(StoreError::during("forgetting everything"))
}
