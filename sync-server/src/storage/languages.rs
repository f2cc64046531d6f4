//! Table `languages`: those in which somebody in a programme has talked. Called by `documents` at each writing of a visit
//! and by the list's filters. Invariant: it only grows; a tag names nobody.

use footbridge_model::{Kind, ProgrammeId};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::documents::DocumentRow;
use super::error::{Attempt, StorageError};
use super::writer::Writing;

/// Notes the languages of a visit.
pub fn add(writing: &mut Writing<'_>, row: &DocumentRow) -> Result<(), StorageError> {
    if row.kind != Kind::Visit {
        return Ok(());
    }
    let tags = row.projection.fields.get("languages").and_then(Value::as_array);
    for tag in tags.into_iter().flatten().filter_map(Value::as_str) {
        if !writing.remembered().has_language(row.programme, tag) {
            insert(writing.connection(), row.programme, tag)?;
            writing.remembered().set_language(row.programme, tag);
        }
    }
    Ok(())
}

fn insert(connection: &Connection, programme: ProgrammeId, tag: &str) -> Result<(), StorageError> {
    connection
        .prepare_cached("INSERT INTO languages (programme, tag) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .and_then(|mut statement| statement.execute(params![programme.as_bytes(), tag]))
        .attempt("noting a language")?;
    Ok(())
}

/// Those of a programme, by their tags.
pub fn of(connection: &Connection, programme: ProgrammeId) -> Result<Vec<String>, StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT tag FROM languages WHERE programme = ?1 ORDER BY tag")
        .attempt("listing languages")?;
    let tags = statement.query_map(params![programme.as_bytes()], |row| row.get(0)).attempt("listing languages")?;
    tags.collect::<Result<_, _>>().attempt("listing languages")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn a_language_is_noted_once() {
        let connection = memory();
        let (programme, _) = with_amina(&connection);
        for tag in ["ti", "ar", "ti"] {
            insert(&connection, programme, tag).unwrap();
        }
        assert_eq!(of(&connection, programme).unwrap(), ["ar", "ti"]);
        assert!(of(&connection, ProgrammeId::from_bytes([9; 16])).unwrap().is_empty());
    }
}
