//! Table `unread`: what the server gave and this device could not read. Invariant: which record, of what kind, through
//! which scope and since when; nothing of what came.

use footbridge_model::{DocumentId, Timestamp};

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;

/// One record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRow {
    /// Which; all zeros where not even that could be read.
    pub id: DocumentId,
    /// The name of its kind, as far as it was told.
    pub kind: String,
    /// The bit of the scope that gave it.
    pub bit: i64,
    /// Since when, by this device's clock.
    pub at: Timestamp,
}

/// Notes one; what was noted of it before stays as it was.
///
/// # Errors
/// What the database says.
pub fn note(writing: &Writing<'_>, row: &UnreadRow) -> Result<(), StoreError> {
    let during = StoreError::during("noting what could not be read");
    let sql = "INSERT INTO unread (id, kind, bit, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
    writing.0.0.execute(sql, (row.id.as_bytes(), &row.kind, row.bit, row.at.0)).map_err(during).map(drop)
}

/// Takes a note away: it came again and could be read, or is gone.
///
/// # Errors
/// What the database says.
pub fn settle(writing: &Writing<'_>, id: DocumentId) -> Result<(), StoreError> {
    let during = StoreError::during("taking away what could not be read");
    writing.0.0.execute("DELETE FROM unread WHERE id = ?1", [id.as_bytes()]).map_err(during).map(drop)
}

/// Takes the notes of a scope away, which is let go of.
///
/// # Errors
/// What the database says.
pub fn leave_scope(writing: &Writing<'_>, bit: i64) -> Result<(), StoreError> {
    let during = StoreError::during("taking away what could not be read of a scope");
    writing.0.0.execute("DELETE FROM unread WHERE bit = ?1", [bit]).map_err(during).map(drop)
}

/// All of them, the first first.
///
/// # Errors
/// What the database says.
pub fn all(snapshot: &Snapshot<'_>) -> Result<Vec<UnreadRow>, StoreError> {
    let during = StoreError::during("reading what could not be read");
    let mut statement =
        snapshot.0.prepare_cached("SELECT id, kind, bit, at FROM unread ORDER BY at, id").map_err(&during)?;
    let rows = statement
        .query_map([], |row| {
            let id = DocumentId::from_bytes(row.get(0)?);
            Ok(UnreadRow { id, kind: row.get(1)?, bit: row.get(2)?, at: Timestamp(row.get(3)?) })
        })
        .map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

/// How many there are.
///
/// # Errors
/// What the database says.
pub fn count(snapshot: &Snapshot<'_>) -> Result<u64, StoreError> {
    let during = StoreError::during("counting what could not be read");
    let mut statement = snapshot.0.prepare_cached("SELECT count(*) FROM unread").map_err(&during)?;
    let count: i64 = statement.query_row([], |row| row.get(0)).map_err(during)?;
    Ok(count.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::store;

    #[test]
    fn what_could_not_be_read_is_noted_once_until_it_is_settled() {
        let (_folder, store) = store();
        let row = |id, bit, at| UnreadRow {
            id: DocumentId::from_bytes([id; 16]),
            kind: "visit".to_owned(),
            bit,
            at: Timestamp(at),
        };
        let noted = [row(1, 1, 5), row(2, 2, 6), row(3, 2, 7), row(1, 1, 9)];
        store.write(|w| noted.iter().try_for_each(|row| note(w, row))).expect("noted");
        assert_eq!(store.read(all).expect("read"), [row(1, 1, 5), row(2, 2, 6), row(3, 2, 7)]);
        store.write(|w| settle(w, DocumentId::from_bytes([1; 16]))).expect("settled");
        assert_eq!(store.read(count).expect("counted"), 2);
        store.write(|w| leave_scope(w, 2)).expect("left");
        assert_eq!(store.read(count).expect("counted"), 0);
    }
}
