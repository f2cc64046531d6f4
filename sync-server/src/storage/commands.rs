//! Table `commands`: which commands were carried out. Called by push. Invariant: a command is carried out once.

use footbridge_model::{DeviceId, DocumentId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// Whether the device's command was carried out before.
pub fn is_known(connection: &Connection, id: [u8; 16], device: DeviceId) -> Result<bool, StorageError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM commands WHERE id = ?1 AND device = ?2")
        .and_then(|mut statement| statement.query_row(params![id, device.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for a command")?;
    Ok(found.is_some())
}

/// Notes that it was carried out. Another device that uses the same id gains nothing by it.
pub fn insert(
    connection: &Connection,
    id: [u8; 16],
    programme: ProgrammeId,
    document: DocumentId,
    device: DeviceId,
    at: Timestamp,
) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO commands (id, programme, document, device, accepted_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO NOTHING",
        )
        .and_then(|mut statement| {
            statement.execute(params![id, programme.as_bytes(), document.as_bytes(), device.as_bytes(), at.0])
        })
        .attempt("noting a command")?;
    Ok(())
}

/// Forgets the commands about a document.
pub fn forget(connection: &Connection, document: DocumentId) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM commands WHERE document = ?1")
        .and_then(|mut statement| statement.execute(params![document.as_bytes()]))
        .attempt("forgetting the commands about a document")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn a_command_is_known_once_it_was_carried_out() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        assert!(!is_known(&connection, [1; 16], device.id).unwrap());
        insert(&connection, [1; 16], programme, DocumentId::from_bytes([2; 16]), device.id, Timestamp(1)).unwrap();
        assert!(is_known(&connection, [1; 16], device.id).unwrap());
        assert!(!is_known(&connection, [1; 16], DeviceId::from_bytes([8; 16])).unwrap());
    }
}
