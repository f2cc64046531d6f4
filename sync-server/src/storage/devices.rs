//! Table `devices`: what joined, the key it signs with, the highest counter it has used. Called by join, session and
//! push. Invariant: a device's key and person never change.

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::{Attempt, StorageError};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// The programme that it joined.
    pub programme: ProgrammeId,
    /// Whose it is.
    pub person: PersonId,
    /// What its signatures are checked with.
    pub public_key: [u8; 32],
    /// When it joined.
    pub joined_at: Timestamp,
    /// When its latest session opened.
    pub seen_at: Timestamp,
    /// The build that it then ran.
    pub build: String,
    /// What it then still had to send.
    pub unsent: i64,
    /// The highest counter accepted from it.
    pub counter: u64,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Adds a device.
pub fn insert(connection: &Connection, row: &DeviceRow) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO devices
                (id, programme, person, public_key, joined_at, seen_at, build, unsent, counter, revoked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                row.id.as_bytes(),
                row.programme.as_bytes(),
                row.person.as_bytes(),
                row.public_key,
                row.joined_at.0,
                row.seen_at.0,
                row.build,
                row.unsent,
                signed(row.counter)?,
                row.revoked_at.map(|at| at.0),
            ],
        )
        .attempt("adding a device")?;
    Ok(())
}

/// The device with that id.
pub fn find(connection: &Connection, id: DeviceId) -> Result<Option<DeviceRow>, StorageError> {
    connection
        .prepare_cached(
            "SELECT id, programme, person, public_key, joined_at, seen_at, build, unsent, counter, revoked_at
             FROM devices WHERE id = ?1",
        )
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], read).optional())
        .attempt("looking for a device")
}

/// Notes that a session of it opened.
pub fn seen(
    connection: &Connection,
    id: DeviceId,
    at: Timestamp,
    build: &str,
    unsent: i64,
) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE devices SET seen_at = ?2, build = ?3, unsent = ?4 WHERE id = ?1")
        .and_then(|mut statement| statement.execute(params![id.as_bytes(), at.0, build, unsent]))
        .attempt("noting a session")?;
    Ok(())
}

/// Notes the counter of an envelope that was accepted.
pub fn advance(connection: &Connection, id: DeviceId, counter: u64) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE devices SET counter = max(counter, ?2) WHERE id = ?1")
        .and_then(|mut statement| statement.execute(params![id.as_bytes(), signed(counter).unwrap_or(i64::MAX)]))
        .attempt("advancing a device's counter")?;
    Ok(())
}

/// How many devices a person has joined with, and when one was last seen.
pub fn of_person(connection: &Connection, person: PersonId) -> Result<(u64, Option<Timestamp>), StorageError> {
    connection
        .prepare_cached("SELECT count(*), max(seen_at) FROM devices WHERE person = ?1 AND revoked_at IS NULL")
        .and_then(|mut statement| {
            statement.query_row(params![person.as_bytes()], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, Option<i64>>(1)?.map(Timestamp)))
            })
        })
        .attempt("counting a person's devices")
}

/// The devices of a programme, in the order in which they joined.
pub fn of(connection: &Connection, programme: ProgrammeId) -> Result<Vec<DeviceRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, programme, person, public_key, joined_at, seen_at, build, unsent, counter, revoked_at
             FROM devices WHERE programme = ?1 ORDER BY joined_at, id",
        )
        .attempt("listing devices")?;
    let rows = statement.query_map(params![programme.as_bytes()], read).attempt("listing devices")?;
    rows.collect::<Result<_, _>>().attempt("listing devices")
}

fn signed(counter: u64) -> Result<i64, StorageError> {
    i64::try_from(counter).map_err(|_| StorageError::Damaged("a device's counter"))
}

fn read(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        id: DeviceId::from_bytes(row.get(0)?),
        programme: ProgrammeId::from_bytes(row.get(1)?),
        person: PersonId::from_bytes(row.get(2)?),
        public_key: row.get(3)?,
        joined_at: Timestamp(row.get(4)?),
        seen_at: Timestamp(row.get(5)?),
        build: row.get(6)?,
        unsent: row.get(7)?,
        counter: row.get::<_, i64>(8)?.unsigned_abs(),
        revoked_at: row.get::<_, Option<i64>>(9)?.map(Timestamp),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn a_device_comes_back_as_it_joined() {
        let connection = memory();
        let (_, device) = with_amina(&connection);
        assert_eq!(find(&connection, device.id).unwrap(), Some(device.clone()));
        assert_eq!(of_person(&connection, device.person).unwrap(), (1, Some(Timestamp(4))));
    }

    #[test]
    fn a_counter_never_goes_back() {
        let connection = memory();
        let (_, device) = with_amina(&connection);
        advance(&connection, device.id, 5).unwrap();
        advance(&connection, device.id, 3).unwrap();
        assert_eq!(find(&connection, device.id).unwrap().unwrap().counter, 5);
    }

    #[test]
    fn a_session_is_noted() {
        let connection = memory();
        let (_, device) = with_amina(&connection);
        seen(&connection, device.id, Timestamp(9), "footbridge 0.2", 12).unwrap();
        let found = find(&connection, device.id).unwrap().unwrap();
        assert_eq!((found.seen_at, found.build.as_str(), found.unsent), (Timestamp(9), "footbridge 0.2", 12));
    }
}
