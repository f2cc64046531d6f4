//! Follow-ups that wait, by the day by which they are to be done. Called by `reviewing`. Invariant: of one programme
//! only; those without a day stand last.

use footbridge_model::{DocumentId, ProgrammeId};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::documents::{self, DocumentRow};
use super::error::{Attempt, StorageError};

/// The place of a follow-up that waits in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its day, or [`super::found::NO_DAY`].
    pub day: String,
    /// Which it is.
    pub id: DocumentId,
}

/// Which of those that wait are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// To be done before this day.
    pub before: Option<String>,
    /// With this mark.
    pub mark: Option<String>,
    /// What comes after this place.
    pub after: Option<Due>,
    /// At most so many.
    pub limit: u32,
}

/// Those that wait, what is late first.
pub fn waiting(
    connection: &Connection,
    programme: ProgrammeId,
    wanted: &Waiting,
) -> Result<Vec<DocumentRow>, StorageError> {
    let (sql, values) = listing(programme, wanted);
    let mut statement = connection.prepare_cached(&sql).attempt("listing follow-ups")?;
    let rows = statement.query_map(params_from_iter(values), documents::read).attempt("listing follow-ups")?;
    rows.map(|row| row.attempt("listing follow-ups")?).collect()
}

fn listing(programme: ProgrammeId, wanted: &Waiting) -> (String, Vec<Value>) {
    let mut conditions = vec!["programme = ?", "due IS NOT NULL"];
    let mut values = vec![Value::Blob(programme.as_bytes().to_vec())];
    if let Some(day) = &wanted.before {
        conditions.push("due < ?");
        values.push(Value::Text(day.clone()));
    }
    if let Some(mark) = &wanted.mark {
        conditions.push("instr(marks, ?) > 0");
        values.push(Value::Text(mark.clone()));
    }
    if let Some(place) = &wanted.after {
        conditions.push("(due, id) > (?, ?)");
        values.push(Value::Text(place.day.clone()));
        values.push(Value::Blob(place.id.as_bytes().to_vec()));
    }
    values.push(Value::Integer(i64::from(wanted.limit)));
    let sql = format!(
        "SELECT id, programme, generation, kind, sort_at, facts, projection, actors, stored FROM documents
         WHERE number IN (SELECT number FROM documents WHERE {} ORDER BY due, id LIMIT ?) ORDER BY due, id",
        conditions.join(" AND ")
    );
    (sql, values)
}

/// How many wait that were to be done before a day.
pub fn late(connection: &Connection, programme: ProgrammeId, today: &str) -> Result<u64, StorageError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM documents WHERE programme = ?1 AND due IS NOT NULL AND due < ?2")
        .and_then(|mut statement| statement.query_row(params![programme.as_bytes(), today], |row| row.get(0)))
        .attempt("counting follow-ups that are late")?;
    Ok(count.unsigned_abs())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use footbridge_model::{FollowUpState, Kind, Timestamp};

    use super::super::found::{NO_DAY, NOBODY, mark};
    use super::super::testing::{memory, visit, with_amina};
    use super::*;

    #[test]
    fn those_that_wait_stand_by_their_day_a_page_at_a_time() {
        let connection = memory();
        let (programme, device) = with_amina(&connection);
        for (number, due) in [(1, None), (2, Some("2026-12-01")), (3, Some("2026-11-01")), (4, Some("2026-10-01"))] {
            let mut row = visit(programme, device.person, number);
            row.kind = Kind::FollowUp;
            row.projection.fields.extend(due.map(|due| ("due".to_owned(), due.into())));
            row.facts.given_to = (number == 3).then_some(device.person);
            row.facts.state = (number == 4).then_some(FollowUpState::Closed);
            documents::put(&connection, &row, Timestamp(1)).unwrap();
        }
        let found = |wanted: Waiting| {
            let rows = waiting(&connection, programme, &Waiting { limit: 10, ..wanted }).unwrap();
            rows.iter().map(|row| row.id.as_bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!(found(Waiting::default()), [3, 2, 1]);
        assert_eq!(found(Waiting { before: Some("2026-11-22".to_owned()), ..Waiting::default() }), [3]);
        assert_eq!(late(&connection, programme, "2026-11-22").unwrap(), 1);
        assert_eq!(found(Waiting { mark: Some(mark("given", NOBODY)), ..Waiting::default() }), [2, 1]);
        let after = |day: &str, number| Some(Due { day: day.to_owned(), id: DocumentId::from_bytes([number; 16]) });
        assert_eq!(found(Waiting { after: after("2026-11-01", 3), ..Waiting::default() }), [2, 1]);
        assert!(found(Waiting { after: after(NO_DAY, 1), ..Waiting::default() }).is_empty());
        assert!(waiting(&connection, ProgrammeId::from_bytes([9; 16]), &Waiting::default()).unwrap().is_empty());
        let (sql, values) = listing(programme, &Waiting { before: Some("2026".to_owned()), ..Waiting::default() });
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan = statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        let plan = plan.collect::<Result<Vec<_>, _>>().unwrap().join("\n");
        assert!(plan.contains("USING COVERING INDEX documents_waiting (programme=?"), "{plan}");
    }
}
