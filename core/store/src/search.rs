//! Table `search`: the folded words of a record, for the full-text search. What is shown stays as written.

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;
use crate::meta;
use crate::records::{self, Hide, RecordRow};

/// Puts a record's folded words into the search, in place of those before.
pub(crate) fn set(writing: &Writing<'_>, number: i64, is_new: bool, folded: &str) -> Result<(), StoreError> {
    let during = StoreError::during("filling the search");
    if !is_new {
        remove(writing, number)?;
    }
    if folded.is_empty() {
        return Ok(());
    }
    let mut insert =
        writing.0.0.prepare_cached("INSERT OR REPLACE INTO search (rowid, words) VALUES (?1, ?2)").map_err(&during)?;
    insert.execute((number, folded)).map_err(&during).map(drop)
}

/// Puts the folded words of a row that is new into the search.
///
/// # Errors
/// What the database says.
pub fn add(writing: &Writing<'_>, number: i64, folded: &str) -> Result<(), StoreError> {
    set(writing, number, true, folded)
}

pub(crate) fn remove(writing: &Writing<'_>, number: i64) -> Result<(), StoreError> {
    let during = StoreError::during("taking words out of the search");
    let mut delete = writing.0.0.prepare_cached("DELETE FROM search WHERE rowid = ?1").map_err(&during)?;
    delete.execute([number]).map_err(&during).map(drop)
}

/// The local number after which rows may be without their words; absent once all have theirs.
const BEHIND: &str = "search_behind";

/// What is to come into the search: local numbers with the JSON of their projections.
pub type Behind = Vec<(i64, Option<String>)>;

/// Lets the rows that this transaction is about to add wait for their words, so that they are kept sooner. Whoever
/// searches lets them catch up first.
///
/// # Errors
/// What the database says.
pub fn fall_behind(writing: &Writing<'_>) -> Result<(), StoreError> {
    let during = StoreError::during("letting the search wait");
    let mut statement = writing.0.0.prepare_cached("SELECT coalesce(max(number), 0) FROM records").map_err(&during)?;
    let last: i64 = statement.query_row([], |row| row.get(0)).map_err(&during)?;
    // A number that became free is given out again.
    let before = meta::get(writing, BEHIND)?.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()).map(i64::from_be_bytes);
    if before.is_some_and(|before| before <= last) {
        return Ok(());
    }
    meta::set(writing, BEHIND, &last.to_be_bytes())
}

/// Whether rows wait for their words.
///
/// # Errors
/// What the database says.
pub fn is_behind(snapshot: &Snapshot<'_>) -> Result<bool, StoreError> {
    Ok(meta::get(snapshot, BEHIND)?.is_some())
}

/// The next rows that wait for their words, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn behind(snapshot: &Snapshot<'_>, limit: usize) -> Result<Behind, StoreError> {
    let during = StoreError::during("reading what the search lacks");
    let Some(after) = meta::get(snapshot, BEHIND)?.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()) else {
        return Ok(Vec::new());
    };
    let sql = "SELECT number, projection FROM records WHERE number > ?1 ORDER BY number LIMIT ?2";
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement
        .query_map((i64::from_be_bytes(after), limit), |row| {
            Ok((row.get(0)?, records::text(row, 1)?.map(str::to_owned)))
        })
        .map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

/// Gives these rows, the next that waited, their folded words. Without any, nothing waits any more.
///
/// # Errors
/// What the database says.
pub fn catch_up(writing: &Writing<'_>, rows: &[(i64, String)]) -> Result<(), StoreError> {
    let Some((last, _)) = rows.last() else { return meta::remove(writing, BEHIND) };
    rows.iter().try_for_each(|(number, words)| set(writing, *number, true, words))?;
    meta::set(writing, BEHIND, &last.to_be_bytes())
}

/// Records that are found by this expression of FTS5, the latest made first, from before local number `before` on; but
/// for those whose erasure waits, and those that are hidden.
///
/// # Errors
/// What the database says, also of what is no expression.
pub fn find(
    snapshot: &Snapshot<'_>,
    expression: &str,
    before: Option<i64>,
    limit: usize,
    hide: Option<Hide>,
) -> Result<Vec<RecordRow>, StoreError> {
    let during = StoreError::during("searching");
    let sql = format!(
        "SELECT {} FROM search CROSS JOIN records ON number = search.rowid
         WHERE search MATCH ?1 AND search.rowid < ?2 AND deleting = 0 AND {}4)
         ORDER BY search.rowid DESC LIMIT ?3",
        records::COLUMNS,
        records::NOT_HIDDEN
    );
    let mut statement = snapshot.0.prepare_cached(&sql).map_err(&during)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Hide { until } = hide.unwrap_or(Hide::NOTHING);
    let values = (expression, before.unwrap_or(i64::MAX), limit, until.0);
    let rows = statement.query_map(values, records::read).map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}
