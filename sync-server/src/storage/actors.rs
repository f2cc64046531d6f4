//! Table `actors`: who speaks in a document's changes. Called by push (bound at first sight), by pull (actor → person)
//! and where the server itself writes. Invariant: an actor is bound once, to one device or to the server.
//!
//! The server writes with actors of its own (no device): one a programme for what nobody signed (the programme, its
//! starter codes, the record of a person who is invited), and one for each coordinator on whose behalf the review
//! pages write. So a timeline names the coordinator who chose an answer, and no device's actor is ever used by two.

use footbridge_model::{Actor, DeviceId, PersonId, ProgrammeId, RandomSource, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};
use super::writer::Writing;
use crate::journal::Entry;

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorRow {
    /// Who speaks.
    pub actor: Actor,
    /// In which programme.
    pub programme: ProgrammeId,
    /// From which device; none where the server writes.
    pub device: Option<DeviceId>,
    /// On whose behalf; none for the server itself.
    pub person: Option<PersonId>,
    /// From before a restore: nobody writes with it here, until a device shows that it does.
    pub past: bool,
}

impl ActorRow {
    /// How it stands in the journal.
    pub fn entry(&self) -> Entry {
        let ActorRow { actor, programme, device, person, past: _ } = *self;
        Entry::Actor { programme, actor, device, person }
    }
}

/// The row of an actor.
pub fn find(connection: &Connection, actor: Actor) -> Result<Option<ActorRow>, StorageError> {
    connection
        .prepare_cached("SELECT programme, device, person, past FROM actors WHERE actor = ?1")
        .and_then(|mut statement| {
            statement
                .query_row(params![actor.as_bytes()], |row| {
                    Ok(ActorRow {
                        actor,
                        programme: ProgrammeId::from_bytes(row.get(0)?),
                        device: row.get::<_, Option<[u8; 16]>>(1)?.map(DeviceId::from_bytes),
                        person: row.get::<_, Option<[u8; 16]>>(2)?.map(PersonId::from_bytes),
                        past: row.get(3)?,
                    })
                })
                .optional()
        })
        .attempt("looking for an actor")
}

/// Binds an actor that nobody has used yet.
pub fn bind(connection: &Connection, row: ActorRow, at: Timestamp) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO actors (actor, programme, device, person, bound_at, past) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                row.actor.as_bytes(),
                row.programme.as_bytes(),
                row.device.as_ref().map(DeviceId::as_bytes),
                row.person.as_ref().map(PersonId::as_bytes),
                at.0,
                row.past
            ])
        })
        .attempt("binding an actor")?;
    Ok(())
}

/// Binds an actor from before a restore to the device that turns out to write with it.
pub fn claim(connection: &Connection, actor: Actor, device: DeviceId, person: PersonId) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "UPDATE actors SET device = ?2, person = ?3, past = 0 WHERE actor = ?1 AND past = 1 AND device IS NULL",
        )
        .and_then(|mut statement| statement.execute(params![actor.as_bytes(), device.as_bytes(), person.as_bytes()]))
        .attempt("binding an actor from before a restore")?;
    Ok(())
}

/// After a restore: the server's own actors may have written what the backup does not know, so it takes new ones.
pub fn retire_the_servers(connection: &Connection) -> Result<(), StorageError> {
    connection
        .execute("UPDATE actors SET past = 1 WHERE device IS NULL", [])
        .attempt("retiring the server's actors")?;
    Ok(())
}

/// The actor with which the server writes on behalf of `person`, or of nobody. Made where it is missing.
pub fn of_the_server(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    person: Option<PersonId>,
) -> Result<Actor, StorageError> {
    let (row, is_new) = find_or_bind(writing.connection(), programme, person, writing.random(), writing.now())?;
    if is_new {
        writing.journal(row.entry());
    }
    Ok(row.actor)
}

fn find_or_bind(
    connection: &Connection,
    programme: ProgrammeId,
    person: Option<PersonId>,
    random: &dyn RandomSource,
    now: Timestamp,
) -> Result<(ActorRow, bool), StorageError> {
    let found: Option<[u8; 16]> = connection
        .prepare_cached(
            "SELECT actor FROM actors WHERE programme = ?1 AND person IS ?2 AND device IS NULL AND past = 0",
        )
        .and_then(|mut statement| {
            statement
                .query_row(params![programme.as_bytes(), person.as_ref().map(PersonId::as_bytes)], |row| row.get(0))
                .optional()
        })
        .attempt("looking for an actor of the server")?;
    let row = |actor| ActorRow { actor, programme, device: None, person, past: false };
    if let Some(bytes) = found {
        return Ok((row(Actor::from_bytes(bytes)), false));
    }
    let row = row(Actor::new(now, random));
    bind(connection, row, now)?;
    Ok((row, true))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;
    use crate::environment::SystemRandom;

    #[test]
    fn an_actor_is_bound_once() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let row = ActorRow {
            actor: Actor::from_bytes([5; 16]),
            programme,
            device: Some(device.id),
            person: Some(device.person),
            past: false,
        };
        assert_eq!(find(&connection, row.actor).unwrap(), None);
        bind(&connection, row, Timestamp(1)).unwrap();
        assert_eq!(find(&connection, row.actor).unwrap(), Some(row));
        assert!(bind(&connection, row, Timestamp(2)).is_err());
    }

    #[test]
    fn the_server_writes_with_an_actor_of_its_own_for_each_person() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let of = |person| find_or_bind(&connection, programme, person, &SystemRandom, Timestamp(1)).unwrap().0.actor;
        let (nobodys, hers) = (of(None), of(Some(device.person)));
        assert_ne!(nobodys, hers);
        assert_eq!((nobodys, hers), (of(None), of(Some(device.person))));
    }

    #[test]
    fn an_actor_from_before_a_restore_is_nobodys_until_a_device_claims_it() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let of = |person| find_or_bind(&connection, programme, person, &SystemRandom, Timestamp(1)).unwrap().0.actor;
        let before = of(Some(device.person));
        retire_the_servers(&connection).unwrap();
        assert_ne!(of(Some(device.person)), before);
        claim(&connection, before, device.id, device.person).unwrap();
        let row = find(&connection, before).unwrap().unwrap();
        assert_eq!((row.device, row.person, row.past), (Some(device.id), Some(device.person), false));
        claim(&connection, before, DeviceId::from_bytes([9; 16]), PersonId::from_bytes([9; 16])).unwrap();
        assert_eq!(find(&connection, before).unwrap(), Some(row));
    }
}
