//! Table `server`: the one row that says what this folder is. Called when it opens, by `serve` and by links.
//! Invariant: the epoch never changes by itself; only a restore takes another.

use footbridge_model::{RandomSource, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// The address that links carry where the server has never run.
pub const DEFAULT_URL: &str = "http://127.0.0.1:8787";

/// Makes the row where it is missing.
pub(super) fn ensure(connection: &Connection, random: &dyn RandomSource) -> Result<(), StorageError> {
    let mut epoch = [0; 16];
    random.fill(&mut epoch);
    connection
        .execute("INSERT INTO server (only_row, epoch) VALUES (1, ?1) ON CONFLICT DO NOTHING", params![epoch])
        .attempt("making the server's row")?;
    Ok(())
}

/// How long after a restore devices may give back what the server lost: a phone may lie in a drawer for a season.
const GIVEN_BACK_MILLIS: i64 = 90 * 24 * 60 * 60 * 1000;

/// Another epoch: what was restored is another life of the database.
pub fn begin_anew(connection: &Connection, now: Timestamp, random: &dyn RandomSource) -> Result<(), StorageError> {
    let mut epoch = [0; 16];
    random.fill(&mut epoch);
    connection
        .execute("UPDATE server SET epoch = ?1, restored_at = ?2", params![epoch, now.0])
        .attempt("taking another epoch")?;
    Ok(())
}

/// Whether this database is known to have been restored, not too long ago: only then can it have lost anything.
pub fn has_lost_something(connection: &Connection, now: Timestamp) -> Result<bool, StorageError> {
    let restored_at: Option<i64> = connection
        .prepare_cached("SELECT restored_at FROM server")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .attempt("asking when the server was restored")?;
    Ok(restored_at.is_some_and(|at| now < Timestamp(at).plus_millis(GIVEN_BACK_MILLIS)))
}

/// The epoch of every cursor.
pub fn epoch(connection: &Connection) -> Result<[u8; 16], StorageError> {
    connection.query_row("SELECT epoch FROM server", [], |row| row.get(0)).attempt("reading the epoch")
}

/// Remembers where the server listens, by what its certificate is known, and its public address where one was given.
pub fn remember_addresses(
    connection: &Connection,
    listened_at: &str,
    public_url: Option<&str>,
    fingerprint: Option<[u8; 32]>,
) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE server SET listened_at = ?1, public_url = coalesce(?2, public_url), fingerprint = ?3",
            params![listened_at, public_url, fingerprint],
        )
        .attempt("remembering the server's address")?;
    Ok(())
}

/// By what devices know the server's certificate, where no public authority signed it.
pub fn fingerprint(connection: &Connection) -> Result<Option<[u8; 32]>, StorageError> {
    connection.query_row("SELECT fingerprint FROM server", [], |row| row.get(0)).attempt("reading the fingerprint")
}

/// For how many years the audit trail is kept.
pub fn audit_years(connection: &Connection) -> Result<i64, StorageError> {
    connection
        .query_row("SELECT audit_years FROM server", [], |row| row.get(0))
        .attempt("reading how long the audit trail is kept")
}

/// Remembers for how many years, from 1 to 30, the audit trail is kept.
pub fn remember_audit_years(connection: &Connection, years: u8) -> Result<(), StorageError> {
    connection
        .execute("UPDATE server SET audit_years = ?1", params![years])
        .attempt("remembering how long the audit trail is kept")?;
    Ok(())
}

/// Remembers another certificate.
pub fn remember_fingerprint(connection: &Connection, fingerprint: Option<[u8; 32]>) -> Result<(), StorageError> {
    connection
        .execute("UPDATE server SET fingerprint = ?1", params![fingerprint])
        .attempt("remembering the fingerprint")?;
    Ok(())
}

/// The address for links: the public one, else where it last listened, else [`DEFAULT_URL`]. No slash at its end.
pub fn base_url(connection: &Connection) -> Result<String, StorageError> {
    let found: Option<Option<String>> = connection
        .query_row("SELECT coalesce(public_url, listened_at) FROM server", [], |row| row.get(0))
        .optional()
        .attempt("reading the server's address")?;
    let url = found.flatten().unwrap_or_else(|| DEFAULT_URL.to_owned());
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::memory;
    use super::*;

    #[test]
    fn the_epoch_stays() {
        let connection = memory();
        let before = epoch(&connection).unwrap();
        ensure(&connection, &crate::environment::SystemRandom).unwrap();
        assert_eq!(before, epoch(&connection).unwrap());
    }

    #[test]
    fn only_a_restored_server_has_lost_something_and_only_for_some_time() {
        let connection = memory();
        assert!(!has_lost_something(&connection, Timestamp(5)).unwrap());
        let before = epoch(&connection).unwrap();
        begin_anew(&connection, Timestamp(5), &crate::environment::SystemRandom).unwrap();
        assert_ne!(before, epoch(&connection).unwrap());
        assert!(has_lost_something(&connection, Timestamp(5)).unwrap());
        assert!(!has_lost_something(&connection, Timestamp(5 + GIVEN_BACK_MILLIS)).unwrap());
    }

    #[test]
    fn a_link_carries_the_public_address_once_one_was_given() {
        let connection = memory();
        assert_eq!(base_url(&connection).unwrap(), DEFAULT_URL);
        remember_addresses(&connection, "http://127.0.0.1:9000", None, None).unwrap();
        assert_eq!(base_url(&connection).unwrap(), "http://127.0.0.1:9000");
        remember_addresses(&connection, "http://127.0.0.1:9001", Some("https://bru.example/"), Some([7; 32])).unwrap();
        assert_eq!(base_url(&connection).unwrap(), "https://bru.example");
        assert_eq!(fingerprint(&connection).unwrap(), Some([7; 32]));
        remember_fingerprint(&connection, None).unwrap();
        assert_eq!(fingerprint(&connection).unwrap(), None);
        remember_addresses(&connection, "http://127.0.0.1:9002", None, None).unwrap();
        assert_eq!(base_url(&connection).unwrap(), "https://bru.example");
    }
}
