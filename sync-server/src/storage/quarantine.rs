//! Table `quarantine`: what revoked devices handed over, until a coordinator takes it over or throws it away. Called by
//! `crate::quarantine` and by whatever erases a record. Invariant: each item is kept once, in the order in which it
//! came, and no device or programme keeps more than its bound.

use std::collections::BTreeMap;
use std::fmt;

use footbridge_model::{DeviceId, DocumentId, PersonId, ProgrammeId, QuarantineId, RandomSource, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::{Attempt, StorageError};

/// The most items of one device.
pub const DEVICE_ITEMS: u64 = 2_000;
/// The most bytes of one device.
pub const DEVICE_BYTES: u64 = 16 * 1024 * 1024;
/// The most items of one programme.
pub const PROGRAMME_ITEMS: u64 = 20_000;
/// The most bytes of one programme.
pub const PROGRAMME_BYTES: u64 = 128 * 1024 * 1024;

/// What an item is, as the type of its item in a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A change of a document.
    Change,
    /// A command about a record.
    Command,
    /// A fresh document.
    Renewal,
}

impl What {
    /// Its number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Change => 1,
            Self::Command => 2,
            Self::Renewal => 3,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        [Self::Change, Self::Command, Self::Renewal].into_iter().find(|what| what.number() == number)
    }
}

/// One item.
#[derive(Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Its place.
    pub id: QuarantineId,
    /// Whose quarantine.
    pub programme: ProgrammeId,
    /// From which device.
    pub device: DeviceId,
    /// Whose device it was.
    pub person: PersonId,
    /// The record that it is about.
    pub record: DocumentId,
    /// The name of its kind; empty where that is not known.
    pub kind: String,
    /// What it is.
    pub what: What,
    /// Names it: the hash of a change, the id of a command.
    pub name: Vec<u8>,
    /// When it came.
    pub at: Timestamp,
    /// The number of the code with which it could not be taken over, when somebody last tried.
    pub refused: Option<u16>,
    /// The item, as on the wire.
    pub payload: Vec<u8>,
}

impl fmt::Debug for QuarantineRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuarantineRow").field("id", &self.id).field("what", &self.what).finish_non_exhaustive()
    }
}

/// How much more may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    items: u64,
    bytes: u64,
}

impl Room {
    /// Takes up room for an item of so many bytes, if there is.
    pub fn take(&mut self, bytes: usize) -> bool {
        let (Some(items), Some(left)) = (self.items.checked_sub(1), self.bytes.checked_sub(bytes as u64)) else {
            return false;
        };
        (self.items, self.bytes) = (items, left);
        true
    }
}

/// How much more of this device may be kept.
pub fn room(connection: &Connection, device: DeviceId, programme: ProgrammeId) -> Result<Room, StorageError> {
    let sum = |condition: &str, id: &[u8; 16]| {
        connection
            .prepare_cached(&format!(
                "SELECT count(*), coalesce(sum(length(payload)), 0) FROM quarantine WHERE {condition} = ?1"
            ))
            .and_then(|mut statement| {
                statement.query_row(params![id], |row| {
                    Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
                })
            })
            .attempt("measuring the quarantine")
    };
    let (items, bytes) = sum("device", device.as_bytes())?;
    let (all_items, all_bytes) = sum("programme", programme.as_bytes())?;
    Ok(Room {
        items: DEVICE_ITEMS.saturating_sub(items).min(PROGRAMME_ITEMS.saturating_sub(all_items)),
        bytes: DEVICE_BYTES.saturating_sub(bytes).min(PROGRAMME_BYTES.saturating_sub(all_bytes)),
    })
}

/// The next place: after all that there are, whatever the clock says.
pub fn next_id(
    connection: &Connection,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<QuarantineId, StorageError> {
    let last: Option<[u8; 16]> = connection
        .query_row("SELECT max(id) FROM quarantine", [], |row| row.get(0))
        .attempt("looking for the last place in quarantine")?;
    let fresh = QuarantineId::new(now, random);
    Ok(match last.map(QuarantineId::from_bytes) {
        Some(last) if last >= fresh => after(last, random),
        _ => fresh,
    })
}

/// A place in the millisecond after that one.
fn after(last: QuarantineId, random: &dyn RandomSource) -> QuarantineId {
    let time = DocumentId::from_bytes(*last.as_bytes()).time();
    QuarantineId::new(time.plus_millis(1), random)
}

/// Keeps an item.
pub fn insert(connection: &Connection, row: &QuarantineRow) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO quarantine (id, programme, device, person, record, kind, what, name, at, refused, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                row.id.as_bytes(),
                row.programme.as_bytes(),
                row.device.as_bytes(),
                row.person.as_bytes(),
                row.record.as_bytes(),
                row.kind,
                row.what.number(),
                row.name,
                row.at.0,
                row.refused,
                row.payload
            ])
        })
        .attempt("keeping something in quarantine")?;
    Ok(())
}

/// Whether the device has handed this over before.
pub fn is_known(
    connection: &Connection,
    device: DeviceId,
    record: DocumentId,
    name: &[u8],
) -> Result<bool, StorageError> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM quarantine WHERE device = ?1 AND record = ?2 AND name = ?3)")
        .and_then(|mut statement| {
            statement.query_row(params![device.as_bytes(), record.as_bytes(), name], |row| row.get(0))
        })
        .attempt("looking into the quarantine")
}

const COLUMNS: &str = "id, programme, device, person, record, kind, what, name, at, refused, payload";

/// The item in that place.
pub fn find(connection: &Connection, id: QuarantineId) -> Result<Option<QuarantineRow>, StorageError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM quarantine WHERE id = ?1"))
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], read).optional())
        .attempt("looking for something in quarantine")?
        .transpose()
}

/// All that this device handed over about this record, in the order in which it came.
pub fn of_record(
    connection: &Connection,
    device: DeviceId,
    record: DocumentId,
) -> Result<Vec<QuarantineRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM quarantine WHERE record = ?1 AND device = ?2 ORDER BY id"))
        .attempt("listing what is in quarantine")?;
    let rows = statement
        .query_map(params![record.as_bytes(), device.as_bytes()], read)
        .attempt("listing what is in quarantine")?;
    rows.map(|row| row.attempt("listing what is in quarantine")?).collect()
}

/// The first item of each record of each device after that place, at most `limit`.
pub fn firsts(
    connection: &Connection,
    programme: ProgrammeId,
    after: Option<QuarantineId>,
    limit: u32,
) -> Result<Vec<QuarantineId>, StorageError> {
    let after = after.map_or([0; 16], |id| *id.as_bytes());
    let mut statement = connection
        .prepare_cached(
            "SELECT min(id) AS first FROM quarantine WHERE programme = ?1
             GROUP BY device, record HAVING first > ?2 ORDER BY first LIMIT ?3",
        )
        .attempt("listing what is in quarantine")?;
    let rows = statement
        .query_map(params![programme.as_bytes(), after, limit], |row| row.get(0).map(QuarantineId::from_bytes))
        .attempt("listing what is in quarantine")?;
    rows.collect::<Result<_, _>>().attempt("listing what is in quarantine")
}

/// Notes with which code an item could not be taken over.
pub fn set_refused(connection: &Connection, id: QuarantineId, code: u16) -> Result<(), StorageError> {
    connection
        .execute("UPDATE quarantine SET refused = ?2 WHERE id = ?1", params![id.as_bytes(), code])
        .attempt("noting why something stays in quarantine")?;
    Ok(())
}

/// Takes an item away.
pub fn delete(connection: &Connection, id: QuarantineId) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM quarantine WHERE id = ?1")
        .and_then(|mut statement| statement.execute(params![id.as_bytes()]))
        .attempt("taking something out of quarantine")?;
    Ok(())
}

/// Takes away all that anybody handed over about a record that is erased.
pub fn forget(connection: &Connection, record: DocumentId) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM quarantine WHERE record = ?1")
        .and_then(|mut statement| statement.execute(params![record.as_bytes()]))
        .attempt("forgetting what is in quarantine")?;
    Ok(())
}

/// About how many records each device of a programme has handed something over that still waits.
pub fn counts(connection: &Connection, programme: ProgrammeId) -> Result<BTreeMap<DeviceId, u64>, StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT device, count(DISTINCT record) FROM quarantine WHERE programme = ?1 GROUP BY device")
        .attempt("counting what is in quarantine")?;
    let rows = statement
        .query_map(params![programme.as_bytes()], |row| {
            Ok((DeviceId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })
        .attempt("counting what is in quarantine")?;
    rows.collect::<Result<_, _>>().attempt("counting what is in quarantine")
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<QuarantineRow, StorageError>> {
    let Some(what) = What::from_number(row.get(6)?) else {
        return Ok(Err(StorageError::Damaged("the quarantine")));
    };
    Ok(Ok(QuarantineRow {
        id: QuarantineId::from_bytes(row.get(0)?),
        programme: ProgrammeId::from_bytes(row.get(1)?),
        device: DeviceId::from_bytes(row.get(2)?),
        person: PersonId::from_bytes(row.get(3)?),
        record: DocumentId::from_bytes(row.get(4)?),
        kind: row.get(5)?,
        what,
        name: row.get(7)?,
        at: Timestamp(row.get(8)?),
        refused: row.get(9)?,
        payload: row.get(10)?,
    }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;
    use crate::environment::SystemRandom;

    fn row(connection: &Connection, number: u8, record: u8) -> QuarantineRow {
        let device = super::super::devices::find(connection, DeviceId::from_bytes([2; 16])).unwrap().unwrap();
        QuarantineRow {
            id: next_id(connection, Timestamp(1_000), &SystemRandom).unwrap(),
            programme: device.programme,
            device: device.id,
            person: device.person,
            record: DocumentId::from_bytes([record; 16]),
            kind: "visit".to_owned(),
            what: What::Change,
            name: vec![number; 32],
            at: Timestamp(1_000),
            refused: None,
            payload: vec![number; 1024],
        }
    }

    #[test]
    fn items_keep_their_order_within_one_millisecond_and_when_the_clock_goes_back() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        for number in 0..20 {
            insert(&connection, &row(&connection, number, number % 2)).unwrap();
        }
        let names = |record| {
            let rows = of_record(&connection, device.id, DocumentId::from_bytes([record; 16])).unwrap();
            rows.iter().map(|row| row.name[0]).collect::<Vec<_>>()
        };
        assert_eq!(names(0), (0..20).step_by(2).collect::<Vec<_>>());
        assert_eq!(names(1), (1..20).step_by(2).collect::<Vec<_>>());
        let firsts_of_all = firsts(&connection, programme, None, 10).unwrap();
        assert_eq!(firsts_of_all.len(), 2);
        assert_eq!(firsts(&connection, programme, Some(firsts_of_all[0]), 10).unwrap(), firsts_of_all[1..]);
        assert_eq!(counts(&connection, programme).unwrap(), BTreeMap::from([(device.id, 2)]));
        let known = |record, number| {
            is_known(&connection, device.id, DocumentId::from_bytes([record; 16]), &[number; 32]).unwrap()
        };
        assert!(known(1, 3) && !known(0, 3) && !known(1, 30));
        forget(&connection, DocumentId::from_bytes([0; 16])).unwrap();
        assert_eq!(firsts(&connection, programme, None, 10).unwrap(), firsts_of_all[1..]);
    }

    #[test]
    fn an_item_comes_back_as_it_was_kept_with_why_it_stays() {
        let connection = memory();
        with_amina(&connection);
        let mut kept = row(&connection, 1, 1);
        insert(&connection, &kept).unwrap();
        assert!(insert(&connection, &QuarantineRow { id: QuarantineId::from_bytes([9; 16]), ..kept.clone() }).is_err());
        set_refused(&connection, kept.id, 13).unwrap();
        kept.refused = Some(13);
        assert_eq!(find(&connection, kept.id).unwrap(), Some(kept.clone()));
        delete(&connection, kept.id).unwrap();
        assert_eq!(find(&connection, kept.id).unwrap(), None);
    }

    #[test]
    fn there_is_room_for_so_many_items_and_bytes() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        insert(&connection, &row(&connection, 1, 1)).unwrap();
        let mut left = room(&connection, device.id, programme).unwrap();
        assert_eq!((left.items, left.bytes), (DEVICE_ITEMS - 1, DEVICE_BYTES - 1024));
        assert!(!left.take(16 * 1024 * 1024) && left.take(1024));
        assert_eq!((left.items, left.bytes), (DEVICE_ITEMS - 2, DEVICE_BYTES - 2048));
    }
}
