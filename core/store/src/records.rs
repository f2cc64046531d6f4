//! Table `records`: one row a record, with what screens read and the packed document beside it. A row's
//! words in the search change with it; those of a new one may come later, see `search`.

mod arriving;
mod reading;

use std::collections::BTreeSet;

use footbridge_model::{DocumentId, Facts, FollowUpState, PersonId, Projection, Timestamp, expiry};
use jiff::tz::TimeZone;
use rusqlite::types::Value as SqlValue;
use rusqlite::{OptionalExtension, ToSql, params_from_iter};

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;
use crate::{digests, overwriting, packing, search};

pub use arriving::{ArrivedRow, arrive};
pub(crate) use reading::{COLUMNS, read, text};

/// The day by which follow-ups without one stand last among those due.
pub const WITHOUT_A_DAY: &str = "9999-12-31";

/// One record as the device keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Its local number; 0 for one that is not stored yet.
    pub number: i64,
    /// Which.
    pub id: DocumentId,
    /// The document's generation.
    pub generation: u64,
    /// The packed document; `None` for a draft.
    pub packed: Option<Vec<u8>>,
    /// What screens read.
    pub projection: Projection,
    /// What the server decided, with the device's own waiting commands not yet laid over.
    pub facts: Facts,
    /// Bits of the scopes through which the server gives it.
    pub scopes: i64,
    /// Of these, the bits of those through which it was given since they last began anew.
    pub served: i64,
    /// The digest of the document as the server gave it; `None` where it never did.
    pub digest: Option<u64>,
    /// Whether changes made here lie on top of what the server gave.
    pub is_ahead: bool,
    /// Of a draft: the server's mark that this one builds on.
    pub draft_mark: Option<[u8; 8]>,
    /// Where it stands in lists.
    pub sort_at: Timestamp,
}

impl RecordRow {
    /// A row for a record that was not here before.
    pub fn new(id: DocumentId, stored: Option<&[u8]>, projection: Projection, facts: Facts) -> Self {
        Self {
            number: 0,
            id,
            generation: 0,
            packed: stored.map(packing::pack),
            projection,
            facts,
            scopes: 0,
            served: 0,
            digest: None,
            is_ahead: stored.is_some(),
            draft_mark: None,
            sort_at: Timestamp::default(),
        }
    }

    /// Whether it is a draft: a row without a document, its author's alone.
    pub fn is_draft(&self) -> bool {
        self.packed.is_none()
    }

    /// The document's bytes; `None` for a draft.
    ///
    /// # Errors
    /// [`StoreError::Packing`].
    pub fn document(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.packed.as_deref().map(packing::unpack).transpose()
    }

    /// Puts these bytes, which hold changes made here, in place of its document.
    pub fn set_document(&mut self, stored: &[u8]) {
        self.packed = Some(packing::pack(stored));
        self.is_ahead = true;
    }

    /// Notes that its document is what the server gave, with this digest and through the scope of this bit.
    pub fn set_served(&mut self, bit: i64, digest: u64) {
        self.scopes |= bit;
        self.served |= bit;
        self.digest = Some(digest);
        self.is_ahead = false;
    }

    /// Notes that this scope does not give it any more.
    pub fn leave(&mut self, bit: i64) {
        self.scopes &= !bit;
        self.served &= !bit;
    }
}

/// What decides a row's columns beside itself.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The facts with the device's own waiting commands laid over.
    pub facts: &'a Facts,
    /// Where days begin.
    pub zone: &'a TimeZone,
    /// Its words for the search, folded.
    pub words: &'a str,
}

/// What is listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: String,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// In this district.
    pub district: Option<String>,
    /// By this person.
    pub author: Option<PersonId>,
    /// In this state.
    pub state: Option<String>,
    /// On this record.
    pub parent: Option<DocumentId>,
    /// Without these notes.
    pub hide: Option<Hide>,
    /// After this place in the list.
    pub after: Option<Place>,
}

/// Notes whose days are over: hidden, for only the server's clock takes them away. One that the server has not said
/// that it received, or of which something is unsent, is never hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hide {
    /// Those whose days count from then or earlier.
    pub until: Timestamp,
}

impl Hide {
    /// None at all.
    pub(crate) const NOTHING: Self = Self { until: Timestamp(i64::MIN) };

    /// Whether this one is hidden, where nothing of it is unsent.
    pub fn hides(&self, row: &RecordRow) -> bool {
        kept_from(row).is_some_and(|from| from <= self.until)
    }
}

/// From when the days of a note count; `None` for a draft, another kind, and where the server has not said when it
/// received it.
fn kept_from(row: &RecordRow) -> Option<Timestamp> {
    let received_at = row.facts.received_at.filter(|_| row.projection.kind == "note" && !row.is_draft())?;
    Some(expiry::counts_from(row.projection.recorded_at, received_at))
}

/// The condition that leaves hidden notes out; the moment of [`Hide`] is the value behind it.
pub(crate) const NOT_HIDDEN: &str =
    "(kept_from IS NULL OR EXISTS (SELECT 1 FROM outbox WHERE outbox.record = records.id) OR kept_from > ?";

/// A place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The record's time there.
    pub sort_at: Timestamp,
    /// Its local number.
    pub number: i64,
}

/// The record with this id.
///
/// # Errors
/// What the database says.
pub fn get(snapshot: &Snapshot<'_>, id: DocumentId) -> Result<Option<RecordRow>, StoreError> {
    let during = StoreError::during("reading a record");
    let sql = format!("SELECT {COLUMNS} FROM records WHERE id = ?1");
    let mut statement = snapshot.0.prepare_cached(&sql).map_err(&during)?;
    statement.query_row([id.as_bytes()], read).optional().map_err(&during)
}

/// Stores a row, new or in place of the one with its id, and its words for the search. Its columns follow
/// from what is shown.
///
/// # Errors
/// What the database says.
pub fn put(writing: &Writing<'_>, row: &RecordRow, shown: &Shown<'_>) -> Result<(), StoreError> {
    let during = StoreError::during("storing a record");
    let sql = "INSERT INTO records (id, generation, kind, sort_at, author, district, state, parent, due, disputed,
                                    scopes, document, projection, facts, draft_mark, served, digest, ahead, seen,
                                    kept_from)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
               ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, kind = excluded.kind,
                   sort_at = excluded.sort_at, author = excluded.author, district = excluded.district,
                   state = excluded.state, parent = excluded.parent, due = excluded.due,
                   disputed = excluded.disputed, scopes = excluded.scopes, document = excluded.document,
                   projection = excluded.projection, facts = excluded.facts, draft_mark = excluded.draft_mark,
                   served = excluded.served, digest = excluded.digest, ahead = excluded.ahead,
                   seen = excluded.seen, kept_from = excluded.kept_from
               RETURNING number";
    let projection = &row.projection;
    let spec = projection.known_kind().map(footbridge_model::Kind::spec);
    let parent = spec.and_then(|spec| spec.parent).and_then(|field| projection.text(field));
    let parent: Option<DocumentId> = parent.and_then(|id| id.parse().ok());
    let facts = serde_json::to_string(&row.facts).unwrap_or_default();
    let values = rusqlite::params![
        row.id.as_bytes(),
        row.generation.cast_signed(),
        projection.kind,
        projection.sort_at(shown.zone).0,
        shown.facts.author.map(|person| *person.as_bytes()),
        projection.text("district").or(shown.facts.district.as_deref()),
        state(row, shown.facts),
        parent.map(|id| *id.as_bytes()),
        due(row, shown.facts),
        i64::from(!projection.disagreements.is_empty()),
        row.scopes,
        row.packed,
        projection.to_json(),
        facts,
        row.draft_mark,
        row.served,
        row.digest.map(u64::cast_signed),
        row.is_ahead,
        i64::from(!row.facts.seen.is_empty()),
        kept_from(row).map(|at| at.0),
    ];
    lose(writing, "SELECT served, digest FROM records WHERE id = ?1", row.id.as_bytes().as_slice())?;
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    let number: i64 = statement.query_row(values, |row| row.get(0)).map_err(&during)?;
    writing.1.gained(row.served, row.digest);
    search::set(writing, number, row.number == 0, shown.words)
}

/// Takes what one row counts for out of the sums of its scopes.
fn lose(writing: &Writing<'_>, sql: &str, which: impl ToSql) -> Result<(), StoreError> {
    let during = StoreError::during("reading what a record counts for");
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    let before = statement.query_row([which], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?)));
    if let Some((served, digest)) = before.optional().map_err(&during)? {
        writing.1.lost(served, digest.map(i64::cast_unsigned));
    }
    Ok(())
}

/// Remembers only the server's mark of a draft.
///
/// # Errors
/// What the database says.
pub fn set_draft_mark(writing: &Writing<'_>, row: &RecordRow) -> Result<(), StoreError> {
    let during = StoreError::during("remembering a draft's mark");
    let sql = "UPDATE records SET draft_mark = ?2 WHERE number = ?1";
    writing.0.0.prepare_cached(sql).map_err(&during)?.execute((row.number, row.draft_mark)).map_err(&during).map(drop)
}

/// Remembers only the facts; its columns follow at the next [`put`].
///
/// # Errors
/// What the database says.
pub fn set_facts(writing: &Writing<'_>, row: &RecordRow) -> Result<(), StoreError> {
    let during = StoreError::during("remembering the facts of a record");
    let facts = serde_json::to_string(&row.facts).unwrap_or_default();
    let sql = "UPDATE records SET facts = ?2 WHERE number = ?1";
    writing.0.0.prepare_cached(sql).map_err(&during)?.execute((row.number, facts)).map_err(&during).map(drop)
}

/// Remembers only through which scopes the server gives a record, and a draft's mark.
///
/// # Errors
/// What the database says.
pub fn set_scopes(writing: &Writing<'_>, row: &RecordRow) -> Result<(), StoreError> {
    let during = StoreError::during("remembering the scopes of a record");
    lose(writing, "SELECT served, digest FROM records WHERE number = ?1", row.number)?;
    writing.1.gained(row.served, row.digest);
    let sql = "UPDATE records SET scopes = ?2, served = ?3, digest = ?5, draft_mark = ?4 WHERE number = ?1";
    let values = (row.number, row.scopes, row.served, row.draft_mark, row.digest.map(u64::cast_signed));
    writing.0.0.prepare_cached(sql).map_err(&during)?.execute(values).map_err(&during).map(drop)
}

/// The state by which a record is listed.
pub fn state(row: &RecordRow, facts: &Facts) -> Option<String> {
    if row.is_draft() {
        return Some("draft".to_owned());
    }
    match row.projection.kind.as_str() {
        "follow_up" if facts.state == Some(FollowUpState::Closed) => Some("closed".to_owned()),
        "follow_up" => Some("open".to_owned()),
        _ => row.projection.text("state").map(str::to_owned),
    }
}

/// The day by which an open follow-up stands among those due; one without a day stands last.
fn due(row: &RecordRow, facts: &Facts) -> Option<String> {
    let is_open = row.projection.kind == "follow_up" && !row.is_draft() && !facts.is_closed();
    is_open.then(|| row.projection.text("due").unwrap_or(WITHOUT_A_DAY).to_owned())
}

/// Takes a record and its words out of the store.
///
/// # Errors
/// What the database says.
pub fn remove(writing: &Writing<'_>, row: &RecordRow) -> Result<(), StoreError> {
    let during = StoreError::during("letting go of a record");
    overwriting::note(writing)?;
    search::remove(writing, row.number)?;
    lose(writing, "SELECT served, digest FROM records WHERE number = ?1", row.number)?;
    writing.0.0.execute("DELETE FROM records WHERE number = ?1", [row.number]).map_err(&during).map(drop)
}

/// Takes a record and whatever is on it from every list while its erasure waits for the server, or puts it back.
///
/// # Errors
/// What the database says.
pub fn set_deleting(writing: &Writing<'_>, id: DocumentId, deleting: bool) -> Result<(), StoreError> {
    let during = StoreError::during("hiding what is to be erased");
    let sql = "UPDATE records SET deleting = ?2 WHERE id = ?1 OR parent = ?1";
    writing.0.0.execute(sql, (id.as_bytes(), deleting)).map_err(during).map(drop)
}

/// Whether its erasure waits for the server.
///
/// # Errors
/// What the database says.
pub fn is_deleting(snapshot: &Snapshot<'_>, id: DocumentId) -> Result<bool, StoreError> {
    let during = StoreError::during("asking whether a record is to be erased");
    let sql = "SELECT EXISTS (SELECT 1 FROM records WHERE id = ?1 AND deleting = 1)";
    snapshot.0.query_row(sql, [id.as_bytes()], |row| row.get(0)).map_err(during)
}

/// The records of a filter, the latest first, but for those whose erasure waits.
///
/// # Errors
/// What the database says.
pub fn list(snapshot: &Snapshot<'_>, filter: &Filter, limit: usize) -> Result<Vec<RecordRow>, StoreError> {
    let mut sql = format!("SELECT {COLUMNS} FROM records WHERE deleting = 0 AND kind = ?");
    let mut values: Vec<SqlValue> = vec![filter.kind.clone().into()];
    let mut also = |condition: &str, value: SqlValue| {
        sql.push_str(condition);
        values.push(value);
    };
    if let Some(since) = filter.since {
        also(" AND sort_at >= ?", since.0.into());
    }
    if let Some(until) = filter.until {
        also(" AND sort_at < ?", until.0.into());
    }
    if let Some(district) = &filter.district {
        also(" AND district = ?", district.clone().into());
    }
    if let Some(author) = filter.author {
        also(" AND author = ?", author.as_bytes().to_vec().into());
    }
    if let Some(state) = &filter.state {
        also(" AND state = ?", state.clone().into());
    }
    if let Some(parent) = filter.parent {
        also(" AND parent = ?", parent.as_bytes().to_vec().into());
    }
    if let Some(hide) = &filter.hide {
        also(&format!(" AND {NOT_HIDDEN})"), hide.until.0.into());
    }
    if let Some(place) = filter.after {
        also(" AND (sort_at, number) < (?", place.sort_at.0.into());
        also(", ?)", place.number.into());
    }
    also(" ORDER BY sort_at DESC, number DESC LIMIT ?", i64::try_from(limit).unwrap_or(i64::MAX).into());
    query(snapshot, "listing records", &sql, values)
}

/// The districts that any record here names.
///
/// # Errors
/// What the database says.
pub fn districts(snapshot: &Snapshot<'_>) -> Result<BTreeSet<String>, StoreError> {
    let during = StoreError::during("listing districts");
    let sql = "SELECT DISTINCT district FROM records WHERE district IS NOT NULL";
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let names = statement.query_map([], |row| row.get(0)).map_err(&during)?;
    names.collect::<Result<_, _>>().map_err(&during)
}

/// Records of which a person is the author, or whose facts name her.
///
/// # Errors
/// What the database says.
pub fn of_person(snapshot: &Snapshot<'_>, person: PersonId) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE author = ?1 OR instr(facts, ?2) > 0");
    let values = vec![SqlValue::Blob(person.as_bytes().to_vec()), SqlValue::Text(person.to_string())];
    query(snapshot, "listing records of a person", &sql, values)
}

/// All records of a kind, in the order in which they came: for lists that are short.
///
/// # Errors
/// What the database says.
pub fn all_of(snapshot: &Snapshot<'_>, kind: &str) -> Result<Vec<RecordRow>, StoreError> {
    list(snapshot, &Filter { kind: kind.to_owned(), ..Filter::default() }, usize::MAX)
}

/// Whatever is on this record: its notes and follow-ups.
///
/// # Errors
/// What the database says.
pub fn on(snapshot: &Snapshot<'_>, parent: DocumentId) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE parent = ? ORDER BY number");
    query(snapshot, "listing what is on a record", &sql, vec![parent.as_bytes().to_vec().into()])
}

/// Open follow-ups, the earliest due first, from after this day and number on.
///
/// # Errors
/// What the database says.
pub fn due_from(
    snapshot: &Snapshot<'_>,
    after: Option<(&str, i64)>,
    limit: usize,
) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE due IS NOT NULL AND deleting = 0 AND (due, number) > (?, ?) ORDER BY due, number LIMIT ?"
    );
    let (day, number) = after.unwrap_or(("", 0));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    query(snapshot, "listing what is due", &sql, vec![day.to_owned().into(), number.into(), limit.into()])
}

/// Records on which people disagree, the latest first.
///
/// # Errors
/// What the database says.
pub fn disputed(snapshot: &Snapshot<'_>, after: Option<Place>, limit: usize) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE disputed = 1 AND deleting = 0 AND (sort_at, number) < (?, ?)
         ORDER BY sort_at DESC, number DESC LIMIT ?"
    );
    let place = after.unwrap_or(Place { sort_at: Timestamp(i64::MAX), number: i64::MAX });
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    query(snapshot, "listing disagreements", &sql, vec![place.sort_at.0.into(), place.number.into(), limit.into()])
}

/// How many records people made are here: visits, notes, contacts and follow-ups, drafts included; not lists and people.
/// Those of one person only, where one is named.
///
/// # Errors
/// What the database says.
pub fn count_recorded(snapshot: &Snapshot<'_>, by: Option<PersonId>) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM records WHERE kind NOT IN ('programme', 'code', 'person')
                   AND (?1 IS NULL OR author = ?1)";
    let by = by.as_ref().map(PersonId::as_bytes);
    let count: i64 =
        snapshot.0.query_row(sql, [by], |row| row.get(0)).map_err(StoreError::during("counting records"))?;
    Ok(count.cast_unsigned())
}

/// How many notes have days that count from `until` or earlier.
///
/// # Errors
/// What the database says.
pub fn count_kept_until(snapshot: &Snapshot<'_>, until: Timestamp) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM records WHERE kind = 'note' AND kept_from <= ?1";
    let count: Result<i64, _> = snapshot.0.query_row(sql, [until.0], |row| row.get(0));
    Ok(count.map_err(StoreError::during("counting old notes"))?.cast_unsigned())
}

/// How many of these a coordinator has opened as they are now, and have nothing unsent.
///
/// # Errors
/// What the database says.
pub fn count_seen(snapshot: &Snapshot<'_>, by: Option<PersonId>) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM records WHERE seen = 1 AND kind NOT IN ('programme', 'code', 'person')
                   AND id NOT IN (SELECT record FROM outbox WHERE item <> 4) AND (?1 IS NULL OR author = ?1)";
    let by = by.as_ref().map(PersonId::as_bytes);
    let count: i64 =
        snapshot.0.query_row(sql, [by], |row| row.get(0)).map_err(StoreError::during("counting records"))?;
    Ok(count.cast_unsigned())
}

/// Ids of the records that have no author yet: those made before the first join.
///
/// # Errors
/// What the database says.
pub fn without_author(snapshot: &Snapshot<'_>) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE author IS NULL");
    query(snapshot, "listing records made before the first join", &sql, Vec::new())
}

/// Takes a scope's bit from all its records; lets go of those that no other scope gives and nothing of which
/// waits to be sent. Gives how many it let go of.
///
/// # Errors
/// What the database says.
pub fn leave_scope(writing: &Writing<'_>, bit: i64) -> Result<usize, StoreError> {
    let during = StoreError::during("letting go of a scope's records");
    digests::settle(writing)?;
    let connection = writing.0.0;
    let gone = "scopes = ?1 AND id NOT IN (SELECT record FROM outbox WHERE item <> 4)";
    connection
        .execute(&format!("DELETE FROM outbox WHERE record IN (SELECT id FROM records WHERE {gone})"), [bit])
        .map_err(&during)?;
    connection
        .execute(&format!("DELETE FROM search WHERE rowid IN (SELECT number FROM records WHERE {gone})"), [bit])
        .map_err(&during)?;
    let count = connection.execute(&format!("DELETE FROM records WHERE {gone}"), [bit]).map_err(&during)?;
    let sql = "UPDATE records SET scopes = scopes & ~?1, served = served & ~?1 WHERE scopes & ?1 <> 0";
    connection.execute(sql, [bit]).map_err(&during)?;
    if count > 0 {
        overwriting::note(writing)?;
    }
    Ok(count)
}

fn query(
    snapshot: &Snapshot<'_>,
    attempt: &'static str,
    sql: &str,
    values: Vec<SqlValue>,
) -> Result<Vec<RecordRow>, StoreError> {
    let during = StoreError::during(attempt);
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let rows = statement.query_map(params_from_iter(values), read).map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

#[cfg(test)]
mod tests;
