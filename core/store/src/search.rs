//! Table `search`: the folded words of a record, for the full-text search. What is shown stays as written.

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;
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

pub(crate) fn remove(writing: &Writing<'_>, number: i64) -> Result<(), StoreError> {
    let during = StoreError::during("taking words out of the search");
    let mut delete = writing.0.0.prepare_cached("DELETE FROM search WHERE rowid = ?1").map_err(&during)?;
    delete.execute([number]).map_err(&during).map(drop)
}

/// Records that hold all these folded words (or words that begin so), the latest made first, from before
/// local number `before` on; but for those whose erasure waits, and those that are hidden.
///
/// # Errors
/// What the database says. No words find nothing.
pub fn find(
    snapshot: &Snapshot<'_>,
    terms: &[String],
    before: Option<i64>,
    limit: usize,
    hide: Option<Hide>,
) -> Result<Vec<RecordRow>, StoreError> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    // Each term stands in quotes, so that none is taken for an operator.
    let query = terms.iter().map(|term| format!("\"{}\"*", term.replace('"', ""))).collect::<Vec<_>>().join(" ");
    let during = StoreError::during("searching");
    let sql = format!(
        "SELECT {} FROM search CROSS JOIN records ON number = search.rowid
         WHERE search MATCH ?1 AND search.rowid < ?2 AND deleting = 0 AND {}
         ORDER BY search.rowid DESC LIMIT ?3",
        records::COLUMNS,
        records::not_hidden(4)
    );
    let mut statement = snapshot.0.prepare_cached(&sql).map_err(&during)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let Hide { recorded, came } = hide.unwrap_or(Hide::NOTHING);
    let values = (query, before.unwrap_or(i64::MAX), limit, recorded.0, came.0);
    let rows = statement.query_map(values, records::read).map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}
