//! Table `set_aside`: what was refused to which device, and why, so that coordinators can help. Called by push and
//! session. Invariant: no content; an entry goes when the item is taken after all, or the device has nothing unsent.

use std::collections::BTreeMap;

use footbridge_model::{DeviceId, DocumentId, PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, params};

use super::error::{Attempt, StorageError};

/// The most entries of one device.
pub const DEVICE_ENTRIES: i64 = 500;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideRow {
    /// On which device.
    pub device: DeviceId,
    /// The record.
    pub record: DocumentId,
    /// The type of its item in a push: 0 a draft, 1 a change, 2 a command, 3 a renewal.
    pub what: u8,
    /// The name of its kind; empty where that is not known.
    pub kind: String,
    /// The number of the code.
    pub code: u16,
    /// When it was refused.
    pub at: Timestamp,
}

/// Remembers that something was refused; past the bound of a device nothing more is remembered.
pub fn put(connection: &Connection, row: &SetAsideRow) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO set_aside (device, record, what, kind, code, at)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6
             WHERE (SELECT count(*) FROM set_aside WHERE device = ?1) < ?7
                OR EXISTS (SELECT 1 FROM set_aside WHERE device = ?1 AND record = ?2 AND what = ?3)
             ON CONFLICT (device, record, what) DO UPDATE SET kind = ?4, code = ?5, at = ?6",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                row.device.as_bytes(),
                row.record.as_bytes(),
                row.what,
                row.kind,
                row.code,
                row.at.0,
                DEVICE_ENTRIES
            ])
        })
        .attempt("remembering what was set aside")?;
    Ok(())
}

/// Forgets an entry: the item was taken after all.
pub fn forget(connection: &Connection, device: DeviceId, record: DocumentId, what: u8) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM set_aside WHERE device = ?1 AND record = ?2 AND what = ?3")
        .and_then(|mut statement| statement.execute(params![device.as_bytes(), record.as_bytes(), what]))
        .attempt("forgetting what was set aside")?;
    Ok(())
}

/// Forgets all of a device: it has nothing unsent.
pub fn forget_device(connection: &Connection, device: DeviceId) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM set_aside WHERE device = ?1")
        .and_then(|mut statement| statement.execute(params![device.as_bytes()]))
        .attempt("forgetting what was set aside")?;
    Ok(())
}

/// Forgets everything about a record that is erased.
pub fn forget_record(connection: &Connection, record: DocumentId) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM set_aside WHERE record = ?1")
        .and_then(|mut statement| statement.execute(params![record.as_bytes()]))
        .attempt("forgetting what was set aside")?;
    Ok(())
}

/// Whether anything is remembered of a device.
pub fn has_any(connection: &Connection, device: DeviceId) -> Result<bool, StorageError> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM set_aside WHERE device = ?1)")
        .and_then(|mut statement| statement.query_row(params![device.as_bytes()], |row| row.get(0)))
        .attempt("looking for what was set aside")
}

/// All of a programme with whose device it is, the latest first.
pub fn of(connection: &Connection, programme: ProgrammeId) -> Result<Vec<(PersonId, SetAsideRow)>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT d.person, s.device, s.record, s.what, s.kind, s.code, s.at
             FROM set_aside s JOIN devices d ON d.id = s.device
             WHERE d.programme = ?1 ORDER BY s.at DESC, s.device, s.record, s.what",
        )
        .attempt("listing what was set aside")?;
    let rows = statement
        .query_map(params![programme.as_bytes()], |row| {
            let entry = SetAsideRow {
                device: DeviceId::from_bytes(row.get(1)?),
                record: DocumentId::from_bytes(row.get(2)?),
                what: row.get(3)?,
                kind: row.get(4)?,
                code: row.get(5)?,
                at: Timestamp(row.get(6)?),
            };
            Ok((PersonId::from_bytes(row.get(0)?), entry))
        })
        .attempt("listing what was set aside")?;
    rows.collect::<Result<_, _>>().attempt("listing what was set aside")
}

/// How many entries each device of a programme has.
pub fn counts(connection: &Connection, programme: ProgrammeId) -> Result<BTreeMap<DeviceId, u64>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT s.device, count(*) FROM set_aside s JOIN devices d ON d.id = s.device
             WHERE d.programme = ?1 GROUP BY s.device",
        )
        .attempt("counting what was set aside")?;
    let rows = statement
        .query_map(params![programme.as_bytes()], |row| {
            Ok((DeviceId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })
        .attempt("counting what was set aside")?;
    rows.collect::<Result<_, _>>().attempt("counting what was set aside")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn the_latest_refusal_of_an_item_is_remembered_until_it_is_taken() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let row = |record: u16, code| SetAsideRow {
            device: device.id,
            record: DocumentId::from_bytes([record.to_be_bytes(); 8].concat().try_into().unwrap()),
            what: 1,
            kind: "visit".to_owned(),
            code,
            at: Timestamp(i64::from(code)),
        };
        put(&connection, &row(1, 2)).unwrap();
        put(&connection, &row(1, 13)).unwrap();
        put(&connection, &row(2, 14)).unwrap();
        let all = of(&connection, programme).unwrap();
        assert_eq!(all, [(device.person, row(2, 14)), (device.person, row(1, 13))]);
        forget(&connection, device.id, row(1, 0).record, 1).unwrap();
        assert_eq!(counts(&connection, programme).unwrap(), BTreeMap::from([(device.id, 1)]));
        forget_record(&connection, row(2, 0).record).unwrap();
        assert!(!has_any(&connection, device.id).unwrap());
        for record in 0..600 {
            put(&connection, &row(record, 2)).unwrap();
        }
        assert_eq!(counts(&connection, programme).unwrap()[&device.id], DEVICE_ENTRIES.unsigned_abs());
        put(&connection, &row(3, 14)).unwrap();
        assert!(of(&connection, programme).unwrap().contains(&(device.person, row(3, 14))));
        forget_device(&connection, device.id).unwrap();
        assert!(!has_any(&connection, device.id).unwrap());
    }
}
