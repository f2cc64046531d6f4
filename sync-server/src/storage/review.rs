//! What the review pages ask of `documents`. Called by `reviewing`. Invariant: of one programme only, newest first, a
//! page at a time.

use std::collections::BTreeMap;

use footbridge_model::{DocumentId, Kind, PersonId, ProgrammeId, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::documents::{self, DocumentRow};
use super::error::{Attempt, StorageError};

/// The place of a record in a list that is newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it took place.
    pub sort_at: Timestamp,
    /// Which it is.
    pub id: DocumentId,
}

/// Which records are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of this kind; any where it is absent.
    pub kind: Option<Kind>,
    /// Of this author.
    pub author: Option<PersonId>,
    /// In this district.
    pub district: Option<String>,
    /// Only those in which people disagree.
    pub disputed: bool,
    /// What comes after this place.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// The records that are wanted, newest first.
pub fn records(
    connection: &Connection,
    programme: ProgrammeId,
    wanted: &Wanted,
) -> Result<Vec<DocumentRow>, StorageError> {
    let mut conditions = vec!["programme = ?"];
    let mut values = vec![Value::Blob(programme.as_bytes().to_vec())];
    if let Some(kind) = wanted.kind {
        conditions.push("kind = ?");
        values.push(Value::Text(kind.name().to_owned()));
    }
    if let Some(author) = wanted.author {
        conditions.push("author = ?");
        values.push(Value::Blob(author.as_bytes().to_vec()));
    }
    if let Some(district) = &wanted.district {
        conditions.push("district = ?");
        values.push(Value::Text(district.clone()));
    }
    if wanted.disputed {
        conditions.push("disagreements > 0");
    }
    if let Some(place) = wanted.after {
        conditions.push("(sort_at, id) < (?, ?)");
        values.push(Value::Integer(place.sort_at.0));
        values.push(Value::Blob(place.id.as_bytes().to_vec()));
    }
    values.push(Value::Integer(i64::from(wanted.limit)));
    let sql = format!(
        "SELECT id, programme, generation, kind, sort_at, facts, projection, actors, stored FROM documents
         WHERE {} ORDER BY sort_at DESC, id DESC LIMIT ?",
        conditions.join(" AND ")
    );
    let mut statement = connection.prepare_cached(&sql).attempt("listing records for review")?;
    let rows = statement.query_map(params_from_iter(values), documents::read).attempt("listing records for review")?;
    rows.map(|row| row.attempt("listing records for review")?).collect()
}

/// How many answers wait to be chosen in a programme.
pub fn open_disagreements(connection: &Connection, programme: ProgrammeId) -> Result<u64, StorageError> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT coalesce(sum(disagreements), 0) FROM documents WHERE programme = ?1 AND disagreements > 0",
        )
        .and_then(|mut statement| statement.query_row(params![programme.as_bytes()], |row| row.get(0)))
        .attempt("counting disagreements")?;
    Ok(count.unsigned_abs())
}

/// How many notes each of these records has; one without any is absent.
pub fn note_counts(connection: &Connection, records: &[DocumentId]) -> Result<BTreeMap<DocumentId, u64>, StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT count(*) FROM documents WHERE parent = ?1 AND kind = ?2")
        .attempt("counting notes")?;
    let mut counts = BTreeMap::new();
    for id in records {
        let count: i64 = statement
            .query_row(params![id.as_bytes(), Kind::Note.name()], |row| row.get(0))
            .attempt("counting notes")?;
        if count > 0 {
            counts.insert(*id, count.unsigned_abs());
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, visit, with_amina};
    use super::*;

    fn wanted() -> Wanted {
        Wanted { kind: Some(Kind::Visit), author: None, district: None, disputed: false, after: None, limit: 10 }
    }

    #[test]
    fn records_come_newest_first_a_page_at_a_time() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        for number in 1..=5 {
            let mut row = visit(programme, device.person, number);
            row.sort_at = Timestamp(i64::from(number / 2));
            documents::put(&connection, &row, Timestamp(1)).unwrap();
        }
        let all = records(&connection, programme, &wanted()).unwrap();
        assert_eq!(all.len(), 5);
        let first = records(&connection, programme, &Wanted { limit: 2, ..wanted() }).unwrap();
        let place = first.last().map(|row| Place { sort_at: row.sort_at, id: row.id });
        let rest = records(&connection, programme, &Wanted { after: place, ..wanted() }).unwrap();
        let paged: Vec<_> = first.iter().chain(&rest).map(|row| row.id).collect();
        assert_eq!(paged, all.iter().map(|row| row.id).collect::<Vec<_>>());
        assert!(all.is_sorted_by(|a, b| (a.sort_at, a.id) > (b.sort_at, b.id)));
    }

    #[test]
    fn records_are_narrowed_by_author_district_and_disagreement() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let mut row = visit(programme, device.person, 1);
        row.projection.fields.insert("district".to_owned(), "Dalhem".into());
        documents::put(&connection, &row, Timestamp(1)).unwrap();
        let mut disputed = visit(programme, device.person, 2);
        disputed.projection.disagreements.insert("minutes".to_owned());
        documents::put(&connection, &disputed, Timestamp(1)).unwrap();
        let count = |wanted| records(&connection, programme, &wanted).unwrap().len();
        assert_eq!(count(Wanted { district: Some("Dalhem".to_owned()), ..wanted() }), 1);
        assert_eq!(count(Wanted { disputed: true, kind: None, ..wanted() }), 1);
        assert_eq!(open_disagreements(&connection, programme).unwrap(), 1);
        assert_eq!(open_disagreements(&connection, ProgrammeId::from_bytes([9; 16])).unwrap(), 0);
        assert_eq!(count(Wanted { author: Some(device.person), ..wanted() }), 2);
        assert_eq!(count(Wanted { author: Some(PersonId::from_bytes([9; 16])), ..wanted() }), 0);
    }

    #[test]
    fn notes_on_a_record_are_counted() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        let visit_of_hers = visit(programme, device.person, 1);
        documents::put(&connection, &visit_of_hers, Timestamp(1)).unwrap();
        let mut note = visit(programme, device.person, 2);
        note.kind = Kind::Note;
        note.projection.fields.insert("on".to_owned(), visit_of_hers.id.to_string().into());
        documents::put(&connection, &note, Timestamp(1)).unwrap();
        let counts = note_counts(&connection, &[visit_of_hers.id, note.id]).unwrap();
        assert_eq!(counts, BTreeMap::from([(visit_of_hers.id, 1)]));
    }
}
