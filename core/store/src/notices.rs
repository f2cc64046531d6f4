//! Table `notices`: that something was taken back which this person had made or was working on. Invariant: the kind of
//! record, when, and whether something of hers was unsent; nothing of what it said.

use footbridge_model::Timestamp;

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// The name of the kind of record.
    pub kind: String,
    /// When the device learnt it.
    pub at: Timestamp,
    /// Whether something of hers in it had not been sent.
    pub unsent: bool,
}

/// Adds a notice.
///
/// # Errors
/// What the database says.
pub fn add(writing: &Writing<'_>, row: &NoticeRow) -> Result<(), StoreError> {
    let during = StoreError::during("noting what was taken back");
    let sql = "INSERT INTO notices (kind, at, unsent) VALUES (?1, ?2, ?3)";
    writing.0.0.execute(sql, (&row.kind, row.at.0, row.unsent)).map_err(during).map(drop)
}

/// The notices since then, the latest first.
///
/// # Errors
/// What the database says.
pub fn since(snapshot: &Snapshot<'_>, at: Timestamp) -> Result<Vec<NoticeRow>, StoreError> {
    let during = StoreError::during("reading what was taken back");
    let sql = "SELECT kind, at, unsent FROM notices WHERE at > ?1 ORDER BY at DESC, number DESC";
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let rows = statement
        .query_map([at.0], |row| Ok(NoticeRow { kind: row.get(0)?, at: Timestamp(row.get(1)?), unsent: row.get(2)? }))
        .map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

/// Takes the notices until then away; says how many there were.
///
/// # Errors
/// What the database says.
pub fn remove_until(writing: &Writing<'_>, at: Timestamp) -> Result<usize, StoreError> {
    let during = StoreError::during("taking notices away");
    writing.0.0.execute("DELETE FROM notices WHERE at <= ?1", [at.0]).map_err(during)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::store;

    #[test]
    fn a_notice_is_shown_until_its_time_is_over_or_it_is_taken_away() {
        let (_folder, store) = store();
        let notice = |at, unsent| NoticeRow { kind: "visit".to_owned(), at: Timestamp(at), unsent };
        store.write(|w| [notice(5, false), notice(9, true)].iter().try_for_each(|row| add(w, row))).expect("added");
        assert_eq!(store.read(|s| since(s, Timestamp(0))).expect("read"), [notice(9, true), notice(5, false)]);
        assert_eq!(store.read(|s| since(s, Timestamp(5))).expect("read"), [notice(9, true)]);
        assert_eq!(store.write(|w| remove_until(w, Timestamp(9))).expect("removed"), 2);
        assert_eq!(store.read(|s| since(s, Timestamp(0))).expect("read"), []);
    }
}
