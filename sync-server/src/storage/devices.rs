//! Table `devices`: what joined, the key it signs with, the highest counter it has used. Called by join, session and
//! push. Invariant: a device's key and person never change.

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Timestamp, clean};
use footbridge_protocol::RevocationMessage;
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
    /// Whether it was revoked because its person was.
    pub with_her: bool,
    /// Whether it is lost, and to be emptied whatever it could hand over.
    pub wipe: bool,
    /// What its person calls it; empty where she has not said.
    pub name: String,
}

impl DeviceRow {
    /// What a revoked device is to be told.
    pub fn revocation(&self) -> Option<RevocationMessage> {
        let (device, programme, wipe) = (self.id, self.programme, self.wipe);
        self.revoked_at.map(|revoked_at| RevocationMessage { device, programme, revoked_at, wipe })
    }
}

/// The columns of a [`DeviceRow`].
const COLUMNS: &str = "id, programme, person, public_key, joined_at, seen_at, build, unsent, counter, revoked_at,
    with_her, wipe, name";

/// Adds a device.
pub fn insert(connection: &Connection, row: &DeviceRow) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO devices
                (id, programme, person, public_key, joined_at, seen_at, build, unsent, counter, revoked_at,
                 with_her, wipe, name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
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
                row.with_her,
                row.wipe,
                row.name,
            ],
        )
        .attempt("adding a device")?;
    Ok(())
}

/// The device with that id.
pub fn find(connection: &Connection, id: DeviceId) -> Result<Option<DeviceRow>, StorageError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM devices WHERE id = ?1"))
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
        .and_then(|mut statement| statement.execute(params![id.as_bytes(), at.0, clean::shown(build), unsent]))
        .attempt("noting a session")?;
    Ok(())
}

/// Notes what its person calls it.
pub fn set_name(connection: &Connection, id: DeviceId, name: &str) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE devices SET name = ?2 WHERE id = ?1 AND name <> ?2")
        .and_then(|mut statement| statement.execute(params![id.as_bytes(), name]))
        .attempt("noting a device's name")?;
    Ok(())
}

/// Forgets what a person called her devices.
pub fn forget_names(connection: &Connection, person: PersonId) -> Result<(), StorageError> {
    connection
        .execute("UPDATE devices SET name = '' WHERE person = ?1", params![person.as_bytes()])
        .attempt("forgetting the names of a person's devices")?;
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

/// Revokes one device by itself. A device that was to be emptied still is.
pub fn revoke(connection: &Connection, id: DeviceId, at: Timestamp, wipe: bool) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE devices SET revoked_at = coalesce(revoked_at, ?2), with_her = 0, wipe = max(wipe, ?3) WHERE id = ?1",
            params![id.as_bytes(), at.0, wipe],
        )
        .attempt("revoking a device")?;
    Ok(())
}

/// Revokes all devices of a person because she is.
pub fn revoke_all(connection: &Connection, person: PersonId, at: Timestamp, wipe: bool) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE devices SET with_her = iif(revoked_at IS NULL, 1, with_her), revoked_at = coalesce(revoked_at, ?2),
                wipe = max(wipe, ?3)
             WHERE person = ?1",
            params![person.as_bytes(), at.0, wipe],
        )
        .attempt("revoking a person's devices")?;
    Ok(())
}

/// Gives those of a person's devices that were revoked with her their rights back.
pub fn reinstate_all(connection: &Connection, person: PersonId) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE devices SET revoked_at = NULL, with_her = 0, wipe = 0 WHERE person = ?1 AND with_her = 1",
            params![person.as_bytes()],
        )
        .attempt("reinstating a person's devices")?;
    Ok(())
}

/// How many devices have their rights, in all programmes.
pub fn count_active(connection: &Connection) -> Result<u64, StorageError> {
    let count: i64 = connection
        .query_row("SELECT count(*) FROM devices WHERE revoked_at IS NULL", [], |row| row.get(0))
        .attempt("counting devices")?;
    Ok(count.unsigned_abs())
}

/// Every device that has joined here.
pub fn ids(connection: &Connection) -> Result<Vec<DeviceId>, StorageError> {
    let mut statement = connection.prepare("SELECT id FROM devices").attempt("listing devices")?;
    let ids = statement.query_map([], |row| row.get(0).map(DeviceId::from_bytes)).attempt("listing devices")?;
    ids.collect::<Result<_, _>>().attempt("listing devices")
}

/// The devices of a programme, in the order in which they joined.
pub fn of(connection: &Connection, programme: ProgrammeId) -> Result<Vec<DeviceRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM devices WHERE programme = ?1 ORDER BY joined_at, id"))
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
        with_her: row.get(10)?,
        wipe: row.get(11)?,
        name: row.get(12)?,
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
    #[test]
    fn a_device_that_was_lost_stays_revoked_when_its_person_is_let_in_again() {
        let connection = memory();
        let (_, lost) = with_amina(&connection);
        let kept = DeviceRow { id: DeviceId::from_bytes([8; 16]), ..lost.clone() };
        insert(&connection, &kept).unwrap();
        let revocation = |id| find(&connection, id).unwrap().unwrap().revocation();
        assert_eq!(revocation(lost.id), None);
        revoke(&connection, lost.id, Timestamp(10), true).unwrap();
        revoke_all(&connection, lost.person, Timestamp(20), false).unwrap();
        revoke_all(&connection, lost.person, Timestamp(30), true).unwrap();
        let told =
            |device, revoked_at| Some(RevocationMessage { device, programme: lost.programme, revoked_at, wipe: true });
        assert_eq!(revocation(lost.id), told(lost.id, Timestamp(10)));
        assert_eq!(revocation(kept.id), told(kept.id, Timestamp(20)));
        reinstate_all(&connection, lost.person).unwrap();
        assert_eq!((revocation(lost.id).is_some(), revocation(kept.id)), (true, None));
    }
}
