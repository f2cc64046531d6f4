//! Table `envelopes`: what was answered to the latest envelopes of each device. Called by push. Invariant: the same
//! envelope gets the same answers; at most `KEPT` of a device are kept.

use footbridge_model::DeviceId;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// How many of a device's envelopes can come again.
const KEPT: i64 = 64;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeRow {
    /// Whose.
    pub device: DeviceId,
    /// Its counter.
    pub counter: u64,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// The code of each item.
    pub answers: Vec<u16>,
}

/// Keeps an envelope's answers, and lets go of the oldest.
pub fn insert(connection: &Connection, row: &EnvelopeRow) -> Result<(), StorageError> {
    let answers: Vec<u8> = row.answers.iter().flat_map(|code| code.to_be_bytes()).collect();
    let counter = i64::try_from(row.counter).map_err(|_| StorageError::Damaged("an envelope's counter"))?;
    connection
        .prepare_cached("INSERT INTO envelopes (device, counter, digest, answers) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut statement| statement.execute(params![row.device.as_bytes(), counter, row.digest, answers]))
        .attempt("keeping an envelope's answers")?;
    connection
        .prepare_cached(
            "DELETE FROM envelopes WHERE device = ?1 AND counter <=
                (SELECT counter FROM envelopes WHERE device = ?1 ORDER BY counter DESC LIMIT 1 OFFSET ?2)",
        )
        .and_then(|mut statement| statement.execute(params![row.device.as_bytes(), KEPT]))
        .attempt("letting go of old answers")?;
    Ok(())
}

/// The envelope of that counter, if it is one of the latest.
pub fn find(connection: &Connection, device: DeviceId, counter: u64) -> Result<Option<EnvelopeRow>, StorageError> {
    let Ok(number) = i64::try_from(counter) else { return Ok(None) };
    connection
        .prepare_cached("SELECT digest, answers FROM envelopes WHERE device = ?1 AND counter = ?2")
        .and_then(|mut statement| {
            statement
                .query_row(params![device.as_bytes(), number], |row| {
                    let answers: Vec<u8> = row.get(1)?;
                    let codes = answers.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
                    Ok(EnvelopeRow { device, counter, digest: row.get(0)?, answers: codes })
                })
                .optional()
        })
        .attempt("looking for an envelope")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn the_latest_envelopes_are_kept_and_older_ones_let_go() {
        let connection = memory();
        let (_, device) = with_amina(&connection);
        let row = |counter| EnvelopeRow { device: device.id, counter, digest: [6; 32], answers: vec![0, 1, 0x0117] };
        for counter in 1..=70 {
            insert(&connection, &row(counter)).unwrap();
        }
        assert_eq!(find(&connection, device.id, 70).unwrap(), Some(row(70)));
        assert_eq!(find(&connection, device.id, 7).unwrap(), Some(row(7)));
        assert_eq!(find(&connection, device.id, 6).unwrap(), None);
        assert_eq!(find(&connection, device.id, u64::MAX).unwrap(), None);
    }
}
