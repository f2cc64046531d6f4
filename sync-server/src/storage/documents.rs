//! Table `documents`: every record that is done. Called by push, pull, administration and review, through `records`.
//! Invariant: the columns for finding, the words of the search, the projection and the stored changes are written
//! together.

use std::collections::BTreeSet;

use footbridge_model::{
    Actor, DocumentId, Facts, Kind, PROJECTION_VERSION, PersonId, ProgrammeId, Projection, Timestamp, expiry,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::digests;
use super::error::{Attempt, StorageError};
use super::{found, search};

/// One row, as the domain works with it.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// The programme that it was given to, once.
    pub programme: ProgrammeId,
    /// Which document of that id this is.
    pub generation: u32,
    /// Its kind.
    pub kind: Kind,
    /// Where it stands in lists.
    pub sort_at: Timestamp,
    /// What the server decides beside it.
    pub facts: Facts,
    /// Its fields as they stand.
    pub projection: Projection,
    /// Everyone who speaks in it.
    pub actors: BTreeSet<Actor>,
    /// Its changes.
    pub stored: Vec<u8>,
}

impl std::fmt::Debug for DocumentRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentRow").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl DocumentRow {
    /// What a note or follow-up is on.
    pub fn parent(&self) -> Option<DocumentId> {
        self.kind.spec().parent.and_then(|field| self.reference(field))
    }

    /// The contact that a visit was with.
    pub fn contact(&self) -> Option<DocumentId> {
        if self.kind == Kind::Visit { self.reference("contact") } else { None }
    }

    fn reference(&self, field: &str) -> Option<DocumentId> {
        self.projection.text(field).and_then(|text| text.parse().ok())
    }
}

/// A row as it is sent: nothing read, nothing changed.
#[derive(Clone, PartialEq, Eq)]
pub struct SentRow {
    /// Which document of its id this is.
    pub generation: u32,
    /// The name of its kind.
    pub kind: String,
    /// The version of the projection's form.
    pub projection_version: u32,
    /// Its facts, as JSON.
    pub facts: String,
    /// Its projection, as JSON.
    pub projection: String,
    /// Everyone who speaks in it.
    pub actors: Vec<Actor>,
    /// Its changes.
    pub stored: Vec<u8>,
    /// The digest with which it was written.
    digest: u64,
}

impl SentRow {
    /// Whether its changes are those that were written.
    pub fn is_sound(&self, id: DocumentId) -> bool {
        digests::of(id, self.generation, &self.stored) == self.digest
    }
}

/// The columns of a [`SentRow`], as they are named in a query where the table is `d`.
pub(super) const SENT_COLUMNS: &str =
    "d.generation, d.kind, d.projection_version, d.facts, d.projection, d.actors, d.stored, d.digest";

/// Reads a [`SentRow`] from the columns that begin at `first`; `None` where the join found none.
pub(super) fn read_sent(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<SentRow>> {
    let Some(generation) = row.get::<_, Option<u32>>(first)? else { return Ok(None) };
    Ok(Some(SentRow {
        generation,
        kind: row.get(first + 1)?,
        projection_version: row.get(first + 2)?,
        facts: row.get(first + 3)?,
        projection: row.get(first + 4)?,
        actors: unpack(row.get_ref(first + 5)?.as_blob()?),
        stored: row.get(first + 6)?,
        digest: row.get::<_, i64>(first + 7)?.cast_unsigned(),
    }))
}

/// In which programme a document is, if it is here. Nothing else of it is read.
pub fn programme(connection: &Connection, id: DocumentId) -> Result<Option<ProgrammeId>, StorageError> {
    let found: Option<[u8; 16]> = connection
        .prepare_cached("SELECT programme FROM documents WHERE id = ?1")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for a document's programme")?;
    Ok(found.map(ProgrammeId::from_bytes))
}

/// What a row is written as, beside what is in it.
struct Columns {
    facts: String,
    projection: String,
    actors: Vec<u8>,
    disagreements: i64,
    parent: Option<DocumentId>,
    contact: Option<DocumentId>,
    digest: u64,
    found: found::Found,
}

impl Columns {
    fn of(row: &DocumentRow) -> Result<Self, StorageError> {
        Ok(Self {
            facts: serde_json::to_string(&row.facts).map_err(|_| StorageError::Damaged("a document's facts"))?,
            projection: row.projection.to_json(),
            actors: row.actors.iter().flat_map(|actor| *actor.as_bytes()).collect(),
            disagreements: i64::try_from(row.projection.disagreements.len()).unwrap_or(i64::MAX),
            parent: row.parent(),
            contact: row.contact(),
            digest: digests::of(row.id, row.generation, &row.stored),
            found: found::of(row),
        })
    }
}

/// Writes a document that was not here before, received at `now`. Gives its digest.
pub fn insert(connection: &Connection, row: &DocumentRow, now: Timestamp) -> Result<u64, StorageError> {
    let columns = Columns::of(row)?;
    let number = connection
        .prepare_cached(
            "INSERT INTO documents
                (id, programme, generation, kind, author, recorded_at, sort_at, district, parent, contact,
                 disagreements, due, marks, projection_version, facts, projection, actors, stored, received_at, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        )
        .and_then(|mut statement| {
            let Columns { facts, projection, actors, disagreements, parent, contact, digest, found } = &columns;
            statement.insert(params![
                row.id.as_bytes(),
                row.programme.as_bytes(),
                row.generation,
                row.kind.name(),
                row.facts.author.as_ref().map(PersonId::as_bytes),
                row.projection.recorded_at.0,
                row.sort_at.0,
                row.projection.text("district"),
                parent.as_ref().map(DocumentId::as_bytes),
                contact.as_ref().map(DocumentId::as_bytes),
                disagreements,
                found.due,
                found.marks,
                PROJECTION_VERSION,
                facts,
                projection,
                actors,
                row.stored,
                now.0,
                digest.cast_signed(),
            ])
        })
        .attempt("writing a new document")?;
    search::begin(connection, number, &columns.found.words)?;
    Ok(columns.digest)
}

/// Writes a document, in the place of its earlier state. One that is new is received at `now`.
pub fn put(connection: &Connection, row: &DocumentRow, now: Timestamp) -> Result<(), StorageError> {
    let columns = Columns::of(row)?;
    if put_in_its_place(connection, row, &columns)? || put_anywhere(connection, row, &columns)? {
        let number = connection
            .prepare_cached("SELECT number FROM documents WHERE id = ?1")
            .and_then(|mut statement| statement.query_row(params![row.id.as_bytes()], |row| row.get(0)))
            .attempt("looking for the number of a document")?;
        search::set(connection, number, &columns.found.words)
    } else {
        insert(connection, row, now).map(drop)
    }
}

/// Writes what has changed of a document where all that it is found by is as it was: then no index is touched. Says
/// whether that was so. (Nothing is asked back of it: with RETURNING, SQLite keeps a journal of each statement.)
fn put_in_its_place(connection: &Connection, row: &DocumentRow, columns: &Columns) -> Result<bool, StorageError> {
    let written = connection
        .prepare_cached(
            "UPDATE documents SET generation = ?2, projection_version = ?3, facts = ?4, projection = ?5, actors = ?6,
                 stored = ?7, digest = ?8, recorded_at = ?9
             WHERE id = ?1 AND author IS ?10 AND sort_at = ?11 AND district IS ?12 AND parent IS ?13
                AND contact IS ?14 AND disagreements = ?15 AND due IS ?16 AND marks = ?17",
        )
        .and_then(|mut statement| {
            let Columns { facts, projection, actors, disagreements, parent, contact, digest, found } = columns;
            let values = params![
                row.id.as_bytes(),
                row.generation,
                PROJECTION_VERSION,
                facts,
                projection,
                actors,
                row.stored,
                digest.cast_signed(),
                row.projection.recorded_at.0,
                row.facts.author.as_ref().map(PersonId::as_bytes),
                row.sort_at.0,
                row.projection.text("district"),
                parent.as_ref().map(DocumentId::as_bytes),
                contact.as_ref().map(DocumentId::as_bytes),
                disagreements,
                found.due,
                found.marks,
            ];
            statement.execute(values)
        })
        .attempt("writing a document in its place")?;
    Ok(written > 0)
}

/// Writes a document that is found elsewhere now. Says whether it was here.
fn put_anywhere(connection: &Connection, row: &DocumentRow, columns: &Columns) -> Result<bool, StorageError> {
    let written = connection
        .prepare_cached(
            "UPDATE documents SET generation = ?2, author = ?3, recorded_at = ?4, sort_at = ?5, district = ?6,
                 parent = ?7, contact = ?8, disagreements = ?9, due = ?10, marks = ?11, projection_version = ?12,
                 facts = ?13, projection = ?14, actors = ?15, stored = ?16, digest = ?17
             WHERE id = ?1",
        )
        .and_then(|mut statement| {
            let Columns { facts, projection, actors, disagreements, parent, contact, digest, found } = columns;
            let values = params![
                row.id.as_bytes(),
                row.generation,
                row.facts.author.as_ref().map(PersonId::as_bytes),
                row.projection.recorded_at.0,
                row.sort_at.0,
                row.projection.text("district"),
                parent.as_ref().map(DocumentId::as_bytes),
                contact.as_ref().map(DocumentId::as_bytes),
                disagreements,
                found.due,
                found.marks,
                PROJECTION_VERSION,
                facts,
                projection,
                actors,
                row.stored,
                digest.cast_signed(),
            ];
            statement.execute(values)
        })
        .attempt("writing a document")?;
    Ok(written > 0)
}

const COLUMNS: &str = "id, programme, generation, kind, sort_at, facts, projection, actors, stored";

/// The columns of a [`DocumentRow`], as they are named in a query where the table is `d`.
pub(super) fn qualified_columns() -> String {
    COLUMNS.split(", ").map(|column| format!("d.{column}")).collect::<Vec<_>>().join(", ")
}

/// Reads a [`DocumentRow`] from those columns, and its number from the one behind them.
pub(super) fn read_numbered(row: &Row<'_>) -> rusqlite::Result<Result<(i64, DocumentRow), StorageError>> {
    let number = row.get(9)?;
    Ok(read(row)?.map(|row| (number, row)))
}

/// The rows behind this number, at most `limit`, with their numbers.
pub(super) fn after_number(
    connection: &Connection,
    number: i64,
    limit: u32,
) -> Result<Vec<(i64, DocumentRow)>, StorageError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS}, number FROM documents WHERE number > ?1 ORDER BY number LIMIT ?2"))
        .attempt("walking through all documents")?;
    let rows = statement.query_map(params![number, limit], read_numbered).attempt("walking through all documents")?;
    rows.map(|row| row.attempt("walking through all documents")?).collect()
}

/// The document with that id.
pub fn find(connection: &Connection, id: DocumentId) -> Result<Option<DocumentRow>, StorageError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM documents WHERE id = ?1"))
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], read).optional())
        .attempt("looking for a document")?
        .transpose()
}

/// The stored changes of the document with that id.
pub fn stored(connection: &Connection, id: DocumentId) -> Result<Option<Vec<u8>>, StorageError> {
    connection
        .prepare_cached("SELECT stored FROM documents WHERE id = ?1")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for a document's changes")
}

/// The document with that id as it is sent, with its programme.
pub fn sent(connection: &Connection, id: DocumentId) -> Result<Option<(ProgrammeId, SentRow)>, StorageError> {
    let found = connection
        .prepare_cached(&format!("SELECT d.programme, {SENT_COLUMNS} FROM documents d WHERE d.id = ?1"))
        .and_then(|mut statement| {
            statement
                .query_row(params![id.as_bytes()], |row| Ok((ProgrammeId::from_bytes(row.get(0)?), read_sent(row, 1)?)))
                .optional()
        })
        .attempt("looking for a document to send")?;
    Ok(found.and_then(|(programme, row)| row.map(|row| (programme, row))))
}

/// The name of its kind.
pub fn kind(connection: &Connection, id: DocumentId) -> Result<Option<String>, StorageError> {
    connection
        .prepare_cached("SELECT kind FROM documents WHERE id = ?1")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for a document's kind")
}

/// Everyone who speaks in it.
pub fn actors(connection: &Connection, id: DocumentId) -> Result<Vec<Actor>, StorageError> {
    let found = connection
        .prepare_cached("SELECT actors FROM documents WHERE id = ?1")
        .and_then(|mut statement| {
            statement.query_row(params![id.as_bytes()], |row| Ok(unpack(row.get_ref(0)?.as_blob()?))).optional()
        })
        .attempt("looking for a document's actors")?;
    Ok(found.unwrap_or_default())
}

/// Ids of what is on a document (notes and follow-ups).
pub fn on(connection: &Connection, parent: DocumentId) -> Result<Vec<DocumentId>, StorageError> {
    ids(connection, "SELECT id FROM documents WHERE parent = ?1 ORDER BY id", parent)
}

/// Ids of the visits that were with a contact.
pub fn with_contact(connection: &Connection, contact: DocumentId) -> Result<Vec<DocumentId>, StorageError> {
    ids(connection, "SELECT id FROM documents WHERE contact = ?1 ORDER BY id", contact)
}

/// Ids of a person's visits that were with a contact.
pub fn visits_with_contacts(
    connection: &Connection,
    programme: ProgrammeId,
    author: PersonId,
) -> Result<Vec<DocumentId>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id FROM documents
             WHERE programme = ?1 AND kind = ?2 AND author = ?3 AND contact IS NOT NULL ORDER BY id",
        )
        .attempt("looking for a person's visits")?;
    let values = params![programme.as_bytes(), Kind::Visit.name(), author.as_bytes()];
    let rows = statement
        .query_map(values, |row| row.get(0).map(DocumentId::from_bytes))
        .attempt("looking for a person's visits")?;
    rows.collect::<Result<_, _>>().attempt("looking for a person's visits")
}

fn ids(connection: &Connection, sql: &str, of: DocumentId) -> Result<Vec<DocumentId>, StorageError> {
    let mut statement = connection.prepare_cached(sql).attempt("looking for what belongs to a document")?;
    let rows = statement
        .query_map(params![of.as_bytes()], |row| row.get(0).map(DocumentId::from_bytes))
        .attempt("looking for what belongs to a document")?;
    rows.collect::<Result<_, _>>().attempt("looking for what belongs to a document")
}

/// The districts that any record of a programme names, each found by one step into the index.
pub fn districts(connection: &Connection, programme: ProgrammeId) -> Result<Vec<String>, StorageError> {
    let next = "SELECT min(district) FROM documents WHERE programme = ?1 AND district IS NOT NULL";
    let sql = format!(
        "WITH RECURSIVE named (district) AS (
             VALUES (({next})) UNION ALL
             SELECT ({next} AND district > named.district) FROM named WHERE named.district IS NOT NULL
         )
         SELECT district FROM named WHERE district IS NOT NULL"
    );
    let mut statement = connection.prepare_cached(&sql).attempt("listing districts")?;
    let names = statement.query_map(params![programme.as_bytes()], |row| row.get(0)).attempt("listing districts")?;
    names.collect::<Result<_, _>>().attempt("listing districts")
}

/// All documents of a kind in a programme.
pub fn of_kind(connection: &Connection, programme: ProgrammeId, kind: Kind) -> Result<Vec<DocumentRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM documents WHERE programme = ?1 AND kind = ?2 ORDER BY sort_at, id"
        ))
        .attempt("listing documents of a kind")?;
    let rows =
        statement.query_map(params![programme.as_bytes(), kind.name()], read).attempt("listing documents of a kind")?;
    rows.map(|row| row.attempt("listing documents of a kind")?).collect()
}

/// Ids of documents of a kind whose days count from `until` or earlier, at most `limit`.
pub fn counting_until(
    connection: &Connection,
    programme: ProgrammeId,
    kind: Kind,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<DocumentId>, StorageError> {
    let looking = "looking for old documents";
    // None counts from before it came.
    let mut statement = connection
        .prepare_cached(
            "SELECT id, recorded_at, received_at FROM documents
             WHERE programme = ?1 AND kind = ?2 AND received_at <= ?3",
        )
        .attempt(looking)?;
    let mut rows = statement.query(params![programme.as_bytes(), kind.name(), until.0]).attempt(looking)?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next().attempt(looking)? {
        if ids.len() == limit {
            break;
        }
        let recorded = Timestamp(row.get(1).attempt(looking)?);
        if expiry::counts_from(recorded, Timestamp(row.get(2).attempt(looking)?)) <= until {
            ids.push(DocumentId::from_bytes(row.get(0).attempt(looking)?));
        }
    }
    Ok(ids)
}

/// Takes a document away, and its words.
pub fn delete(connection: &Connection, id: DocumentId) -> Result<(), StorageError> {
    let number: Option<i64> = connection
        .prepare_cached("DELETE FROM documents WHERE id = ?1 RETURNING number")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("taking a document away")?;
    number.map_or(Ok(()), |number| search::remove(connection, number))
}

/// Ids of documents whose projection has another form than this build's, at most `limit`.
pub fn projected_otherwise(connection: &Connection, limit: u32) -> Result<Vec<DocumentId>, StorageError> {
    let mut statement = connection
        .prepare("SELECT id FROM documents WHERE projection_version <> ?1 LIMIT ?2")
        .attempt("looking for old projections")?;
    let rows = statement
        .query_map(params![PROJECTION_VERSION, limit], |row| row.get(0).map(DocumentId::from_bytes))
        .attempt("looking for old projections")?;
    rows.collect::<Result<_, _>>().attempt("looking for old projections")
}

/// Replaces a document's projection, and what it is found by.
pub fn reproject(connection: &Connection, id: DocumentId, projection: Projection) -> Result<(), StorageError> {
    let Some(mut row) = find(connection, id)? else { return Ok(()) };
    row.projection = projection;
    let found = found::of(&row);
    let number: i64 = connection
        .prepare_cached(
            "UPDATE documents SET projection = ?2, projection_version = ?3, due = ?4, marks = ?5
             WHERE id = ?1 RETURNING number",
        )
        .and_then(|mut statement| {
            let json = row.projection.to_json();
            let values = params![id.as_bytes(), json, PROJECTION_VERSION, found.due, found.marks];
            statement.query_row(values, |row| row.get(0))
        })
        .attempt("renewing a projection")?;
    search::set(connection, number, &found.words)
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Result<DocumentRow, StorageError>> {
    let kind: String = row.get(3)?;
    let facts: String = row.get(5)?;
    let projection: String = row.get(6)?;
    let (Some(kind), Ok(facts), Ok(projection)) =
        (Kind::from_name(&kind), serde_json::from_str(&facts), Projection::from_json(&projection))
    else {
        return Ok(Err(StorageError::Damaged("a document's row")));
    };
    Ok(Ok(DocumentRow {
        id: DocumentId::from_bytes(row.get(0)?),
        programme: ProgrammeId::from_bytes(row.get(1)?),
        generation: row.get(2)?,
        kind,
        sort_at: Timestamp(row.get(4)?),
        facts,
        projection,
        actors: unpack(row.get_ref(7)?.as_blob()?).into_iter().collect(),
        stored: row.get(8)?,
    }))
}

fn unpack(actors: &[u8]) -> Vec<Actor> {
    actors.as_chunks::<16>().0.iter().map(|bytes| Actor::from_bytes(*bytes)).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, visit, with_amina};
    use super::*;

    #[test]
    fn a_document_comes_back_as_it_was_put() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let mut row = visit(programme, device.person, 1);
        put(&connection, &row, Timestamp(1)).unwrap();
        assert_eq!(find(&connection, row.id).unwrap(), Some(row.clone()));
        row.stored = vec![9; 40];
        row.actors.insert(Actor::from_bytes([8; 16]));
        put(&connection, &row, Timestamp(1)).unwrap();
        assert_eq!(find(&connection, row.id).unwrap(), Some(row.clone()));
        assert_eq!(stored(&connection, row.id).unwrap(), Some(row.stored.clone()));
        assert_eq!(of_kind(&connection, programme, Kind::Visit).unwrap().len(), 1);
    }

    #[test]
    fn a_visit_is_found_by_its_contact() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let contact = DocumentId::from_bytes([5; 16]);
        let mut row = visit(programme, device.person, 1);
        row.projection.fields.insert("contact".to_owned(), contact.to_string().into());
        put(&connection, &row, Timestamp(1)).unwrap();
        assert_eq!(with_contact(&connection, contact).unwrap(), [row.id]);
        assert!(on(&connection, contact).unwrap().is_empty());
    }

    #[test]
    fn what_is_sent_is_what_is_kept() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let row = visit(programme, device.person, 1);
        put(&connection, &row, Timestamp(1)).unwrap();
        let (from, sent) = sent(&connection, row.id).unwrap().unwrap();
        assert_eq!((from, sent.stored, sent.projection), (programme, row.stored.clone(), row.projection.to_json()));
        assert_eq!(sent.actors, row.actors.into_iter().collect::<Vec<_>>());
    }
}
