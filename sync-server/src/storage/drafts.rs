//! Table `drafts`: what is not done yet. Called by push, pull and documents. Invariant: a draft is read by its author
//! alone, and is replaced in place, so that words taken back are nowhere.

use footbridge_model::{DocumentId, PersonId, ProgrammeId};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// One row.
#[derive(Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// The id that its document will have.
    pub id: DocumentId,
    /// Where it belongs.
    pub programme: ProgrammeId,
    /// Its author.
    pub person: PersonId,
    /// What it will be.
    pub kind: String,
    /// Names this state of it.
    pub mark: [u8; 8],
    /// What it is on.
    pub on: Option<DocumentId>,
    /// As it came.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for DraftRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DraftRow").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The draft with that id.
pub fn find(connection: &Connection, id: DocumentId) -> Result<Option<DraftRow>, StorageError> {
    connection
        .prepare_cached("SELECT programme, person, kind, mark, on_id, body FROM drafts WHERE id = ?1")
        .and_then(|mut statement| {
            statement
                .query_row(params![id.as_bytes()], |row| {
                    Ok(DraftRow {
                        id,
                        programme: ProgrammeId::from_bytes(row.get(0)?),
                        person: PersonId::from_bytes(row.get(1)?),
                        kind: row.get(2)?,
                        mark: row.get(3)?,
                        on: row.get::<_, Option<[u8; 16]>>(4)?.map(DocumentId::from_bytes),
                        body: row.get(5)?,
                    })
                })
                .optional()
        })
        .attempt("looking for a draft")
}

/// Writes a draft in the place of its earlier state.
pub fn put(connection: &Connection, row: &DraftRow) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO drafts (id, programme, person, kind, mark, on_id, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET kind = ?4, mark = ?5, on_id = ?6, body = ?7",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                row.id.as_bytes(),
                row.programme.as_bytes(),
                row.person.as_bytes(),
                row.kind,
                row.mark,
                row.on.as_ref().map(DocumentId::as_bytes),
                row.body
            ])
        })
        .attempt("writing a draft")?;
    Ok(())
}

/// The ids of all drafts of a person.
pub fn of_person(connection: &Connection, person: PersonId) -> Result<Vec<DocumentId>, StorageError> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM drafts WHERE person = ?1").attempt("listing a person's drafts")?;
    let ids = statement
        .query_map(params![person.as_bytes()], |row| row.get(0).map(DocumentId::from_bytes))
        .attempt("listing a person's drafts")?;
    ids.collect::<Result<_, _>>().attempt("listing a person's drafts")
}

/// Ids of the drafts on a record.
pub fn on(connection: &Connection, parent: DocumentId) -> Result<Vec<DocumentId>, StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM drafts WHERE on_id = ?1 ORDER BY id")
        .attempt("looking for the drafts on a record")?;
    let rows = statement
        .query_map(params![parent.as_bytes()], |row| row.get(0).map(DocumentId::from_bytes))
        .attempt("looking for the drafts on a record")?;
    rows.collect::<Result<_, _>>().attempt("looking for the drafts on a record")
}

/// Takes a draft away.
pub fn delete(connection: &Connection, id: DocumentId) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM drafts WHERE id = ?1")
        .and_then(|mut statement| statement.execute(params![id.as_bytes()]))
        .attempt("taking a draft away")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn a_draft_is_replaced_in_place_and_taken_away() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let mut row = DraftRow {
            id: DocumentId::from_bytes([1; 16]),
            programme,
            person: device.person,
            kind: "visit".to_owned(),
            mark: [1; 8],
            on: None,
            body: b"{}".to_vec(),
        };
        put(&connection, &row).unwrap();
        row.mark = [2; 8];
        row.body = br#"{"kind":"street"}"#.to_vec();
        put(&connection, &row).unwrap();
        assert_eq!(find(&connection, row.id).unwrap(), Some(row.clone()));
        delete(&connection, row.id).unwrap();
        assert_eq!(find(&connection, row.id).unwrap(), None);
    }
}
