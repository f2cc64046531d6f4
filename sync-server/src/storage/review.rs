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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this kind; any where it is absent.
    pub kind: Option<Kind>,
    /// Of this author.
    pub author: Option<PersonId>,
    /// In this district.
    pub district: Option<String>,
    /// With all these marks (see [`super::found::mark`]).
    pub marks: Vec<String>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Only those in which people disagree.
    pub disputed: bool,
    /// What comes after this place.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// What a row must be, and the values that this names, in their order.
struct Conditions {
    sql: Vec<&'static str>,
    values: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, sql: &'static str, values: impl IntoIterator<Item = Value>) {
        self.sql.push(sql);
        self.values.extend(values);
    }

    fn of(programme: ProgrammeId, wanted: &Wanted) -> Self {
        let mut all = Self { sql: Vec::new(), values: Vec::new() };
        all.add("programme = ?", [Value::Blob(programme.as_bytes().to_vec())]);
        if let Some(kind) = wanted.kind {
            all.add("kind = ?", [Value::Text(kind.name().to_owned())]);
        }
        if let Some(author) = wanted.author {
            all.add("author = ?", [Value::Blob(author.as_bytes().to_vec())]);
        }
        if let Some(district) = &wanted.district {
            all.add("district = ?", [Value::Text(district.clone())]);
        }
        if wanted.disputed {
            all.add("disagreements > 0", []);
        }
        for mark in &wanted.marks {
            all.add("instr(marks, ?) > 0", [Value::Text(mark.clone())]);
        }
        if let Some(since) = wanted.since {
            all.add("sort_at >= ?", [Value::Integer(since.0)]);
        }
        if let Some(until) = wanted.until {
            all.add("sort_at < ?", [Value::Integer(until.0)]);
        }
        if let Some(place) = wanted.after {
            all.add(
                "(sort_at, id) < (?, ?)",
                [Value::Integer(place.sort_at.0), Value::Blob(place.id.as_bytes().to_vec())],
            );
        }
        all
    }
}

/// The records that are wanted, newest first. Which they are is read from an index that has all of it; rows are read
/// only of those that are shown.
pub fn records(
    connection: &Connection,
    programme: ProgrammeId,
    wanted: &Wanted,
) -> Result<Vec<DocumentRow>, StorageError> {
    let (sql, values) = listing(programme, wanted);
    let mut statement = connection.prepare_cached(&sql).attempt("listing records for review")?;
    let rows = statement.query_map(params_from_iter(values), documents::read).attempt("listing records for review")?;
    rows.map(|row| row.attempt("listing records for review")?).collect()
}

fn listing(programme: ProgrammeId, wanted: &Wanted) -> (String, Vec<Value>) {
    let Conditions { sql, mut values } = Conditions::of(programme, wanted);
    values.push(Value::Integer(i64::from(wanted.limit)));
    let sql = format!(
        "SELECT id, programme, generation, kind, sort_at, facts, projection, actors, stored FROM documents
         WHERE number IN (SELECT number FROM documents WHERE {} ORDER BY sort_at DESC, id DESC LIMIT ?)
         ORDER BY sort_at DESC, id DESC",
        sql.join(" AND ")
    );
    (sql, values)
}

/// How many records are wanted, on whatever page; its limit does not count.
pub fn count(connection: &Connection, programme: ProgrammeId, wanted: &Wanted) -> Result<u64, StorageError> {
    let Conditions { sql, values } = Conditions::of(programme, &Wanted { after: None, ..wanted.clone() });
    let sql = format!("SELECT count(*) FROM documents WHERE {}", sql.join(" AND "));
    let count: i64 = connection
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.query_row(params_from_iter(values), |row| row.get(0)))
        .attempt("counting records for review")?;
    Ok(count.unsigned_abs())
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
    use super::super::found::mark;
    use super::super::testing::{memory, programme, visit, with_amina};
    use super::*;

    fn wanted() -> Wanted {
        Wanted { kind: Some(Kind::Visit), limit: 10, ..Wanted::default() }
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

    #[test]
    fn a_list_is_narrowed_within_its_index() {
        let connection = memory();
        let programme = programme(&connection);
        let topics = vec![mark("topics", "work"), mark("languages", "ti")];
        let when = (Some(Timestamp(1)), Some(Timestamp(9)));
        for wanted in [
            Wanted { marks: topics.clone(), since: when.0, until: when.1, ..wanted() },
            Wanted { district: Some("Dalhem".to_owned()), disputed: true, marks: topics.clone(), ..wanted() },
            Wanted { after: Some(Place { sort_at: Timestamp(1), id: DocumentId::from_bytes([1; 16]) }), ..wanted() },
        ] {
            let (sql, values) = listing(programme, &wanted);
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let plan = statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
            let plan = plan.collect::<Result<Vec<_>, _>>().unwrap().join("\n");
            assert!(plan.contains("USING COVERING INDEX documents_by_time (programme=? AND kind=?"), "{plan}");
        }
    }

    #[test]
    fn records_are_narrowed_by_their_marks_and_by_when_they_were() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        for (number, at, topics) in [(1, 10, "work"), (2, 20, "health"), (3, 30, "work")] {
            let mut row = visit(programme, device.person, number);
            row.sort_at = Timestamp(at);
            row.projection.fields.insert("topics".to_owned(), serde_json::json!([topics, "family"]));
            documents::put(&connection, &row, Timestamp(1)).unwrap();
        }
        let found = |wanted: Wanted| {
            let rows = records(&connection, programme, &wanted).unwrap();
            assert_eq!(count(&connection, programme, &Wanted { limit: 1, ..wanted }).unwrap(), rows.len() as u64);
            rows.iter().map(|row| row.id.as_bytes()[0]).collect::<Vec<_>>()
        };
        let marked = |marks: &[(&str, &str)]| {
            let marks = marks.iter().map(|(field, value)| mark(field, value)).collect();
            Wanted { marks, ..wanted() }
        };
        assert_eq!(found(marked(&[("topics", "work")])), [3, 1]);
        assert_eq!(found(marked(&[("topics", "work"), ("topics", "family"), ("kind", "street")])), [3, 1]);
        assert!(found(marked(&[("topics", "wor")])).is_empty());
        let between = |since, until| Wanted { since, until, ..wanted() };
        assert_eq!(found(between(Some(Timestamp(20)), None)), [3, 2]);
        assert_eq!(found(between(Some(Timestamp(10)), Some(Timestamp(30)))), [2, 1]);
    }
}
