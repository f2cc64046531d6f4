//! Records that arrive by the thousand and were not here before: one insert each, and nothing is asked before. Called by
//! a pull. Invariant: the row is what [`put`](super::put) would have made of it.

use footbridge_model::{DocumentId, PersonId, Timestamp};
use rusqlite::params;

use crate::connection::Writing;
use crate::error::StoreError;

/// A row as it arrives, with its columns.
#[derive(Debug, Clone)]
pub struct ArrivedRow<'a> {
    /// Which.
    pub id: DocumentId,
    /// The document's generation.
    pub generation: u64,
    /// Its kind.
    pub kind: &'a str,
    /// Where it stands in lists.
    pub sort_at: Timestamp,
    /// Whose it is.
    pub author: Option<PersonId>,
    /// Its district.
    pub district: Option<&'a str>,
    /// The state by which it is listed.
    pub state: Option<&'a str>,
    /// The record that it is on.
    pub parent: Option<DocumentId>,
    /// The day by which it stands among those due.
    pub due: Option<&'a str>,
    /// Whether two people disagree on a field.
    pub is_disputed: bool,
    /// Whether a coordinator has opened it as it is.
    pub is_seen: bool,
    /// From when its days count, where it is a note.
    pub kept_from: Option<Timestamp>,
    /// The bit of the scope that gives it.
    pub bit: i64,
    /// The digest with which it was given.
    pub digest: u64,
    /// The document, packed.
    pub packed: &'a [u8],
    /// The projection, as JSON.
    pub projection: &'a str,
    /// The facts, as JSON.
    pub facts: &'a str,
}

/// Stores a record that arrived, unless one with its id is here: then it says `None` and has done nothing. Else it
/// gives the local number; its words are not in the search yet.
///
/// # Errors
/// What the database says.
pub fn arrive(writing: &Writing<'_>, row: &ArrivedRow<'_>) -> Result<Option<i64>, StoreError> {
    let during = StoreError::during("storing a record that arrived");
    let sql = "INSERT INTO records (id, generation, kind, sort_at, author, district, state, parent, due, disputed,
                                    scopes, document, projection, facts, served, digest, ahead, seen, kept_from)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?11, ?15, 0, ?16, ?17)
               ON CONFLICT (id) DO NOTHING";
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    let inserted = statement.execute(params![
        row.id.as_bytes(),
        row.generation.cast_signed(),
        row.kind,
        row.sort_at.0,
        row.author.as_ref().map(PersonId::as_bytes),
        row.district,
        row.state,
        row.parent.as_ref().map(DocumentId::as_bytes),
        row.due,
        row.is_disputed,
        row.bit,
        row.packed,
        row.projection,
        row.facts,
        row.digest.cast_signed(),
        row.is_seen,
        row.kept_from.map(|at| at.0),
    ]);
    if inserted.map_err(&during)? == 0 {
        return Ok(None);
    }
    writing.1.gained(row.bit, Some(row.digest));
    Ok(Some(writing.0.0.last_insert_rowid()))
}
