//! Table `outbox`: everything that the server has not yet answered for, in the order in which it was made.
//! An edit lies here as its change and, beside it, as the intent from which the change can be made again.

use footbridge_model::{ChangeHash, DocumentId, FieldChange, PersonId, Timestamp};
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A draft; its row is sent as it is by then.
    Draft,
    /// A change of a document.
    Change,
    /// A command, as JSON.
    Command,
    /// A fresh document in the place of the one that the server has.
    Renewal,
    /// That a coordinator has opened a record: a command, as JSON, that nobody waits for. It counts as nothing unsent.
    Receipt,
}

impl ItemKind {
    const fn number(self) -> i64 {
        match self {
            Self::Draft => 0,
            Self::Change => 1,
            Self::Command => 2,
            Self::Renewal => 3,
            Self::Receipt => 4,
        }
    }
}

/// What a person meant by an edit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The fields and what they were to be.
    pub changes: Vec<FieldChange>,
    /// What she saw when she made it; empty for a new record.
    pub seen: Vec<ChangeHash>,
    /// Of a renewal that was made again on what others had said meanwhile: what she herself had seen, `seen` being
    /// what it takes the place of. Empty where that is the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saw: Vec<ChangeHash>,
    /// Of a change that makes a record of a draft: the marks of the draft's states that it may have been made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<[u8; 8]>,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its place; 0 before it is stored.
    pub seq: i64,
    /// Which record it is about.
    pub record: DocumentId,
    /// What it is.
    pub item: ItemKind,
    /// Change bytes, or a command as JSON.
    pub payload: Vec<u8>,
    /// So that an edit can be made again. A copy of what others wrote has none.
    pub intent: Option<Intent>,
    /// The change's hash, the command's id, or the draft's new mark.
    pub name: Vec<u8>,
    /// When.
    pub made_at: Timestamp,
    /// The code with which the server refused it; such an item is set aside.
    pub refused: Option<u32>,
}

pub(crate) const COLUMNS: &str = "seq, record, item, payload, intent, name, made_at, refused";

/// Puts an item at the end.
///
/// # Errors
/// What the database says.
pub fn add(writing: &Writing<'_>, row: &OutboxRow) -> Result<(), StoreError> {
    insert(writing, row, None)
}

/// Puts a fresh document in the place of every change and fresh document of its record that waits or was refused,
/// where the first of them stood: what is on the record comes after it.
///
/// # Errors
/// What the database says.
pub fn renew(writing: &Writing<'_>, row: &OutboxRow) -> Result<(), StoreError> {
    let during = StoreError::during("putting a fresh document into the outbox");
    let connection = writing.0.0;
    let id = row.record.as_bytes();
    let place: Option<i64> = connection
        .query_row("SELECT min(seq) FROM outbox WHERE record = ?1 AND item IN (1, 3)", [id], |row| row.get(0))
        .map_err(&during)?;
    connection.execute("DELETE FROM outbox WHERE record = ?1 AND item IN (1, 3)", [id]).map_err(&during)?;
    insert(writing, row, place)
}

/// Puts a receipt in the place of the one of its record that waits, if there is one.
///
/// # Errors
/// What the database says.
pub fn put_receipt(writing: &Writing<'_>, row: &OutboxRow) -> Result<(), StoreError> {
    let during = StoreError::during("putting a receipt into the outbox");
    writing
        .0
        .0
        .execute("DELETE FROM outbox WHERE record = ?1 AND item = 4", [row.record.as_bytes()])
        .map_err(&during)?;
    insert(writing, row, None)
}

/// The receipt of a record that waits.
///
/// # Errors
/// What the database says.
pub fn receipt_of(snapshot: &Snapshot<'_>, record: DocumentId) -> Result<Option<OutboxRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE record = ?1 AND item = 4 ORDER BY seq");
    Ok(query(snapshot, &sql, [record.as_bytes()])?.pop())
}

fn insert(writing: &Writing<'_>, row: &OutboxRow, at: Option<i64>) -> Result<(), StoreError> {
    let during = StoreError::during("putting a change into the outbox");
    let sql = "INSERT INTO outbox (record, item, payload, intent, name, made_at, refused, seq)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let intent = row.intent.as_ref().map(|intent| serde_json::to_string(intent).unwrap_or_default());
    let values = (
        row.record.as_bytes(),
        row.item.number(),
        &row.payload,
        intent,
        &row.name,
        row.made_at.0,
        row.refused.map(i64::from),
        at,
    );
    writing.0.0.prepare_cached(sql).map_err(&during)?.execute(values).map_err(&during).map(drop)
}

/// What is to be sent, from after `seq` on.
///
/// # Errors
/// What the database says.
pub fn waiting(snapshot: &Snapshot<'_>, after: i64, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE refused IS NULL AND seq > ?1 ORDER BY seq LIMIT ?2");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    query(snapshot, &sql, (after, limit))
}

/// Everything about one record that is not yet with the server, set aside or not, in order.
///
/// # Errors
/// What the database says.
pub fn of(snapshot: &Snapshot<'_>, record: DocumentId) -> Result<Vec<OutboxRow>, StoreError> {
    query(
        snapshot,
        &format!("SELECT {COLUMNS} FROM outbox WHERE record = ?1 AND item <> 4 ORDER BY seq"),
        [record.as_bytes()],
    )
}

/// Everything that the server refused.
///
/// # Errors
/// What the database says.
pub fn set_aside(snapshot: &Snapshot<'_>) -> Result<Vec<OutboxRow>, StoreError> {
    query(snapshot, &format!("SELECT {COLUMNS} FROM outbox WHERE refused IS NOT NULL ORDER BY seq"), [])
}

/// How many records have something that the server does not have.
///
/// # Errors
/// What the database says.
pub fn count_records(snapshot: &Snapshot<'_>) -> Result<u64, StoreError> {
    count(snapshot, "SELECT count(DISTINCT record) FROM outbox WHERE item <> 4")
}

/// How many records have something that the server does not have, or were made by people at all: what would be lost
/// with this device where the server has nothing of it.
///
/// # Errors
/// What the database says.
pub fn count_records_and_copies(snapshot: &Snapshot<'_>) -> Result<u64, StoreError> {
    count(
        snapshot,
        "SELECT count(*) FROM (SELECT id FROM records WHERE kind NOT IN ('programme', 'code', 'person')
             UNION SELECT record FROM outbox WHERE item <> 4)",
    )
}

/// How many of the records that people made (as [`crate::records::count_recorded`] counts them) have
/// something that the server does not have.
///
/// # Errors
/// What the database says.
pub fn count_recorded(snapshot: &Snapshot<'_>, by: Option<PersonId>) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM records WHERE id IN (SELECT record FROM outbox WHERE item <> 4)
                   AND kind NOT IN ('programme', 'code', 'person') AND (?1 IS NULL OR author = ?1)";
    let by = by.as_ref().map(PersonId::as_bytes);
    let counted = snapshot.0.query_row(sql, [by], |row| row.get::<_, i64>(0));
    Ok(counted.map_err(StoreError::during("counting what is unsent"))?.cast_unsigned())
}

/// How many records have something that waits to be sent.
///
/// # Errors
/// What the database says.
pub fn count_waiting(snapshot: &Snapshot<'_>) -> Result<u64, StoreError> {
    count(snapshot, "SELECT count(DISTINCT record) FROM outbox WHERE refused IS NULL")
}

/// How many commands wait to be sent.
///
/// # Errors
/// What the database says.
pub fn count_commands(snapshot: &Snapshot<'_>) -> Result<u64, StoreError> {
    count(snapshot, "SELECT count(*) FROM outbox WHERE item = 2 AND refused IS NULL")
}

/// Whether anything but drafts waits to be sent.
///
/// # Errors
/// What the database says.
pub fn waits_but_drafts(snapshot: &Snapshot<'_>) -> Result<bool, StoreError> {
    Ok(count(snapshot, "SELECT EXISTS (SELECT 1 FROM outbox WHERE item NOT IN (0, 4) AND refused IS NULL)")? != 0)
}

/// Whether the server lacks anything of this record.
///
/// # Errors
/// What the database says.
pub fn has(snapshot: &Snapshot<'_>, record: DocumentId) -> Result<bool, StoreError> {
    let during = StoreError::during("looking into the outbox");
    let mut statement = snapshot
        .0
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox WHERE record = ?1 AND item <> 4)")
        .map_err(&during)?;
    statement.query_row([record.as_bytes()], |row| row.get(0)).map_err(&during)
}

/// Records that have changes here and no row: something took it away.
///
/// # Errors
/// What the database says.
pub fn without_row(snapshot: &Snapshot<'_>) -> Result<Vec<DocumentId>, StoreError> {
    let during = StoreError::during("looking for changes without a record");
    let sql = "SELECT DISTINCT record FROM outbox WHERE item = 1 AND record NOT IN (SELECT id FROM records)";
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let rows = statement.query_map([], |row| row.get(0).map(DocumentId::from_bytes)).map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

/// Whether nothing waits at all, so that a pull need not ask record by record.
///
/// # Errors
/// What the database says.
pub fn is_empty(snapshot: &Snapshot<'_>) -> Result<bool, StoreError> {
    Ok(count(snapshot, "SELECT EXISTS (SELECT 1 FROM outbox WHERE item <> 4)")? == 0)
}

/// Takes an item out: the server has it.
///
/// # Errors
/// What the database says.
pub fn remove(writing: &Writing<'_>, seq: i64) -> Result<(), StoreError> {
    let during = StoreError::during("taking a change out of the outbox");
    let mut statement = writing.0.0.prepare_cached("DELETE FROM outbox WHERE seq = ?1").map_err(&during)?;
    statement.execute([seq]).map_err(&during).map(drop)
}

/// Takes everything of one record out.
///
/// # Errors
/// What the database says.
pub fn remove_of(writing: &Writing<'_>, record: DocumentId) -> Result<(), StoreError> {
    let during = StoreError::during("taking a record's changes out of the outbox");
    writing.0.0.execute("DELETE FROM outbox WHERE record = ?1", [record.as_bytes()]).map_err(&during).map(drop)
}

/// Takes an item out that was answered, unless another has taken its place while it was under way.
///
/// # Errors
/// What the database says.
pub fn answered(writing: &Writing<'_>, row: &OutboxRow) -> Result<(), StoreError> {
    let during = StoreError::during("taking what was answered out of the outbox");
    let sql = "DELETE FROM outbox WHERE seq = ?1 AND name = ?2";
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    statement.execute((row.seq, &row.name)).map_err(&during).map(drop)
}

/// Sets an item aside with the server's code.
///
/// # Errors
/// What the database says.
pub fn refuse(writing: &Writing<'_>, row: &OutboxRow, code: u32) -> Result<(), StoreError> {
    let during = StoreError::during("setting a change aside");
    let sql = "UPDATE outbox SET refused = ?3 WHERE seq = ?1 AND name = ?2";
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    statement.execute((row.seq, &row.name, i64::from(code))).map_err(&during).map(drop)
}

/// Lets everything that was set aside be tried again: after an update of the app or the server.
///
/// # Errors
/// What the database says.
pub fn try_again(writing: &Writing<'_>) -> Result<usize, StoreError> {
    let during = StoreError::during("trying again what was set aside");
    writing.0.0.execute("UPDATE outbox SET refused = NULL WHERE refused IS NOT NULL", []).map_err(&during)
}

/// Lets what was set aside of one record with one of these codes be tried again: its ground has come.
///
/// # Errors
/// What the database says.
pub fn try_again_of(writing: &Writing<'_>, record: DocumentId, codes: &[u32]) -> Result<(), StoreError> {
    let during = StoreError::during("trying again what was set aside");
    let sql = "UPDATE outbox SET refused = NULL WHERE record = ?1 AND refused = ?2";
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    codes.iter().try_for_each(|code| statement.execute((record.as_bytes(), code)).map_err(&during).map(drop))
}

fn count(snapshot: &Snapshot<'_>, sql: &str) -> Result<u64, StoreError> {
    let count: i64 =
        snapshot.0.query_row(sql, [], |row| row.get(0)).map_err(StoreError::during("counting what is unsent"))?;
    Ok(count.cast_unsigned())
}

fn query(snapshot: &Snapshot<'_>, sql: &str, values: impl rusqlite::Params) -> Result<Vec<OutboxRow>, StoreError> {
    let during = StoreError::during("reading the outbox");
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let rows = statement.query_map(values, read).map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    let intent: Option<String> = row.get(4)?;
    let refused: Option<i64> = row.get(7)?;
    Ok(OutboxRow {
        seq: row.get(0)?,
        record: DocumentId::from_bytes(row.get(1)?),
        item: match row.get(2)? {
            0_i64 => ItemKind::Draft,
            1 => ItemKind::Change,
            2 => ItemKind::Command,
            3 => ItemKind::Renewal,
            _ => ItemKind::Receipt,
        },
        payload: row.get(3)?,
        intent: intent.and_then(|intent| serde_json::from_str(&intent).ok()),
        name: row.get(5)?,
        made_at: Timestamp(row.get(6)?),
        refused: refused.and_then(|code| u32::try_from(code).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::store;

    fn change(record: u8, name: u8) -> OutboxRow {
        OutboxRow {
            seq: 0,
            record: DocumentId::from_bytes([record; 16]),
            item: ItemKind::Change,
            payload: vec![1, 2],
            intent: Some(Intent {
                changes: vec![FieldChange::Add { field: "topics".to_owned(), member: "work".to_owned() }],
                seen: vec![ChangeHash([9; 32])],
                ..Intent::default()
            }),
            name: vec![name; 32],
            made_at: Timestamp(5),
            refused: None,
        }
    }

    #[test]
    fn what_waits_comes_out_in_the_order_it_was_made_until_it_is_answered() {
        let (_folder, store) = store();
        store
            .write(|w| [change(1, 1), change(2, 2), change(1, 3)].iter().try_for_each(|row| add(w, row)))
            .expect("added");
        let all = store.read(|s| waiting(s, 0, 10)).expect("read");
        assert_eq!(all.iter().map(|row| row.name[0]).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(all[0].intent, change(1, 1).intent);
        store.write(|w| remove(w, all[0].seq)).expect("removed");
        store.write(|w| refuse(w, &all[1], 14)).expect("refused");
        let counted = store.read(|s| Ok::<_, StoreError>((count_records(s)?, count_waiting(s)?, set_aside(s)?.len())));
        assert_eq!(counted.expect("counted"), (2, 1, 1));
    }
    #[test]
    fn an_answer_to_what_was_replaced_meanwhile_takes_nothing_out_and_sets_nothing_aside() {
        let (_folder, store) = store();
        store.write(|w| add(w, &change(1, 1))).expect("added");
        let sent = store.read(|s| waiting(s, 0, 10)).expect("read").remove(0);
        store.write(|w| renew(w, &OutboxRow { item: ItemKind::Renewal, ..change(1, 2) })).expect("renewed");
        store.write(|w| refuse(w, &sent, 14).and_then(|()| answered(w, &sent))).expect("answered");
        let left = store.read(|s| waiting(s, 0, 10)).expect("read");
        assert_eq!(left.iter().map(|row| (row.seq, row.name[0])).collect::<Vec<_>>(), [(sent.seq, 2)]);
        store.write(|w| answered(w, &left[0])).expect("answered");
        assert!(store.read(|s| waiting(s, 0, 10)).expect("read").is_empty());
    }
}
