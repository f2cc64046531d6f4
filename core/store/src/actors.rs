//! Table `actors`: whose hand wrote a change, as the server says.

use footbridge_model::{Actor, PersonId};
use rusqlite::OptionalExtension;

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;

/// Who writes with this actor, where the device has been told.
///
/// # Errors
/// What the database says.
pub fn person(snapshot: &Snapshot<'_>, actor: Actor) -> Result<Option<PersonId>, StoreError> {
    let during = StoreError::during("reading whose hand it is");
    let mut statement = snapshot.0.prepare_cached("SELECT person FROM actors WHERE actor = ?1").map_err(&during)?;
    let person =
        statement.query_row([actor.as_bytes()], |row| row.get::<_, [u8; 16]>(0)).optional().map_err(&during)?;
    Ok(person.map(PersonId::from_bytes))
}

/// Whatever one person wrote is from now on another's: she is the same, under another id.
///
/// # Errors
/// What the database says.
pub fn rename(writing: &Writing<'_>, from: PersonId, to: PersonId) -> Result<(), StoreError> {
    let during = StoreError::during("remembering whose hand it is");
    let sql = "UPDATE actors SET person = ?2 WHERE person = ?1";
    writing.0.0.execute(sql, (from.as_bytes(), to.as_bytes())).map_err(during).map(drop)
}

/// Remembers who writes with this actor.
///
/// # Errors
/// What the database says.
pub fn set(writing: &Writing<'_>, actor: Actor, person: PersonId) -> Result<(), StoreError> {
    let during = StoreError::during("remembering whose hand it is");
    let sql = "INSERT INTO actors (actor, person) VALUES (?1, ?2)
               ON CONFLICT (actor) DO UPDATE SET person = excluded.person WHERE person <> excluded.person";
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    statement.execute((actor.as_bytes(), person.as_bytes())).map_err(&during).map(drop)
}
