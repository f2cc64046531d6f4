//! What the device compares with the server: in table `records`, of each document its digest as the server gave
//! it, and through which scopes; in table `scopes` what these add up to. Called by the client at each sync. Invariant:
//! nothing here loads a document; the sums move in the transaction in which the rows do; a row that something damaged
//! is read as far as it can be.

use std::cell::RefCell;
use std::collections::BTreeMap;

use footbridge_model::DocumentId;
use rusqlite::{OptionalExtension, Row};

use crate::connection::{Snapshot, Writing};
use crate::error::StoreError;
use crate::{records, scopes};

/// A row as it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// Its local number.
    pub number: i64,
    /// Which.
    pub id: DocumentId,
    /// The document's generation.
    pub generation: u64,
    /// Bits of the scopes through which the server gives it.
    pub scopes: i64,
    /// Of these, those through which it was given since they last began anew.
    pub served: i64,
    /// The digest of the document as it was given.
    pub digest: Option<u64>,
    /// Whether changes made here lie on top of that.
    pub is_ahead: bool,
    /// The packed document; `None` for a draft.
    pub packed: Option<Vec<u8>>,
    /// What screens read; `None` where it is not even text.
    pub projection: Option<String>,
    /// What the server decides; `None` where it is not even text.
    pub facts: Option<String>,
}

/// How the sums of scopes move in one transaction. They are written with it, once for each scope.
#[derive(Debug, Default)]
pub(crate) struct Moves(RefCell<BTreeMap<u32, (i64, u64)>>);

impl Moves {
    /// A row begins to count in the scopes of these bits.
    pub(crate) fn gained(&self, served: i64, digest: Option<u64>) {
        self.note(served, digest, |(count, sum), digest| (count + 1, sum.wrapping_add(digest)));
    }

    /// A row counts in them no more.
    pub(crate) fn lost(&self, served: i64, digest: Option<u64>) {
        self.note(served, digest, |(count, sum), digest| (count - 1, sum.wrapping_sub(digest)));
    }

    fn note(&self, served: i64, digest: Option<u64>, change: impl Fn((i64, u64), u64) -> (i64, u64)) {
        let Some(digest) = digest else { return };
        let mut moves = self.0.borrow_mut();
        for slot in (0..scopes::SLOTS).filter(|slot| served & (1 << slot) != 0) {
            let moved = moves.entry(slot).or_default();
            *moved = change(*moved, digest);
        }
    }
}

/// Writes how the sums have moved in this transaction.
pub(crate) fn settle(writing: &Writing<'_>) -> Result<(), StoreError> {
    let during = StoreError::during("adding up a scope");
    for (slot, (count, sum)) in writing.1.0.take() {
        let select = "SELECT sum FROM scopes WHERE slot = ?1";
        let mut statement = writing.0.0.prepare_cached(select).map_err(&during)?;
        let Some(before) = statement.query_row([slot], |row| row.get::<_, i64>(0)).optional().map_err(&during)? else {
            continue;
        };
        let update = "UPDATE scopes SET documents = documents + ?2, sum = ?3 WHERE slot = ?1";
        let mut statement = writing.0.0.prepare_cached(update).map_err(&during)?;
        let sum = before.cast_unsigned().wrapping_add(sum).cast_signed();
        statement.execute((slot, count, sum)).map_err(&during)?;
    }
    Ok(())
}

/// How many documents the scope of this bit has given, and the sum of their digests modulo 2^64.
///
/// # Errors
/// What the database says.
pub fn of_scope(writing: &Writing<'_>, bit: i64) -> Result<(u64, u64), StoreError> {
    settle(writing)?;
    let during = StoreError::during("reading what a scope adds up to");
    let sql = "SELECT documents, sum FROM scopes WHERE slot = ?1";
    let mut statement = writing.0.0.prepare_cached(sql).map_err(&during)?;
    let found = statement.query_row([bit.trailing_zeros()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let (count, sum) = found.optional().map_err(&during)?.unwrap_or_default();
    Ok((count.cast_unsigned(), sum.cast_unsigned()))
}

/// Whether the store has so few records that all of them are looked at in one go.
///
/// # Errors
/// What the database says.
pub fn is_small(snapshot: &Snapshot<'_>, few: usize) -> Result<bool, StoreError> {
    let during = StoreError::during("asking how much is here");
    let sql = "SELECT coalesce(max(number), 0) FROM records";
    let highest: i64 = snapshot.0.query_row(sql, [], |row| row.get(0)).map_err(during)?;
    Ok(usize::try_from(highest).is_ok_and(|highest| highest <= few))
}

/// Adds every scope up anew, from its rows: what something damaged is then seen in the sums.
///
/// # Errors
/// What the database says.
pub fn recount(writing: &Writing<'_>) -> Result<(), StoreError> {
    let during = StoreError::during("adding every scope up anew");
    writing.1.0.take();
    let connection = writing.0.0;
    connection.execute("UPDATE scopes SET documents = 0, sum = 0", []).map_err(&during)?;
    let sql = "SELECT served, digest FROM records WHERE digest IS NOT NULL AND served <> 0";
    let mut statement = connection.prepare_cached(sql).map_err(&during)?;
    let mut rows = statement.query([]).map_err(&during)?;
    while let Some(row) = rows.next().map_err(&during)? {
        let digest: i64 = row.get(1).map_err(&during)?;
        writing.1.gained(row.get(0).map_err(&during)?, Some(digest.cast_unsigned()));
    }
    settle(writing)
}

/// What a scope has given, by their ids, each with its digest.
///
/// # Errors
/// What the database says.
pub fn list(snapshot: &Snapshot<'_>, bit: i64) -> Result<Vec<(DocumentId, u64)>, StoreError> {
    let during = StoreError::during("listing the digests of a scope");
    let sql = "SELECT id, digest FROM records WHERE digest IS NOT NULL AND served & ?1 <> 0 ORDER BY id";
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let rows = statement
        .query_map([bit], |row| Ok((DocumentId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned())))
        .map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

/// The digest with which a scope has given a record; `None` where it has not.
///
/// # Errors
/// What the database says.
pub fn of(snapshot: &Snapshot<'_>, id: DocumentId, bit: i64) -> Result<Option<u64>, StoreError> {
    let during = StoreError::during("reading a digest");
    let sql = "SELECT digest FROM records WHERE id = ?1 AND digest IS NOT NULL AND served & ?2 <> 0";
    let mut statement = snapshot.0.prepare_cached(sql).map_err(&during)?;
    let digest: Option<i64> =
        statement.query_row((id.as_bytes(), bit), |row| row.get(0)).optional().map_err(&during)?;
    Ok(digest.map(i64::cast_unsigned))
}

const LOOKED_AT: &str = "number, id, generation, scopes, served, digest, ahead, document, projection, facts";

/// The rows from after this local number on, at most `limit`, to be looked at one by one.
///
/// # Errors
/// What the database says.
pub fn from(snapshot: &Snapshot<'_>, after: i64, limit: usize) -> Result<Vec<LookedAt>, StoreError> {
    let during = StoreError::during("looking at records");
    let sql = format!("SELECT {LOOKED_AT} FROM records WHERE number > ?1 ORDER BY number LIMIT ?2");
    let mut statement = snapshot.0.prepare_cached(&sql).map_err(&during)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map((after, limit), read).map_err(&during)?;
    rows.collect::<Result<_, _>>().map_err(&during)
}

/// One row, to be looked at.
///
/// # Errors
/// What the database says.
pub fn row(snapshot: &Snapshot<'_>, id: DocumentId) -> Result<Option<LookedAt>, StoreError> {
    let during = StoreError::during("looking at a record");
    let sql = format!("SELECT {LOOKED_AT} FROM records WHERE id = ?1");
    let mut statement = snapshot.0.prepare_cached(&sql).map_err(&during)?;
    statement.query_row([id.as_bytes()], read).optional().map_err(&during)
}

/// The scopes of these bits begin anew: what they gave before is held, and not compared.
///
/// # Errors
/// What the database says.
pub fn begin_anew(writing: &Writing<'_>, bits: i64) -> Result<(), StoreError> {
    let during = StoreError::during("beginning a scope anew");
    settle(writing)?;
    let sql = "UPDATE records SET served = served & ~?1 WHERE served & ?1 <> 0";
    writing.0.0.execute(sql, [bits]).map_err(&during)?;
    let sql = "UPDATE scopes SET documents = 0, sum = 0 WHERE (1 << slot) & ?1 <> 0";
    writing.0.0.execute(sql, [bits]).map_err(&during).map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<LookedAt> {
    Ok(LookedAt {
        number: row.get(0)?,
        id: DocumentId::from_bytes(row.get(1)?),
        generation: row.get::<_, i64>(2)?.cast_unsigned(),
        scopes: row.get(3)?,
        served: row.get(4)?,
        digest: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
        is_ahead: row.get(6)?,
        packed: row.get(7)?,
        projection: records::text(row, 8)?.map(str::to_owned),
        facts: records::text(row, 9)?.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use footbridge_model::{Facts, Fields, Projection, Scope, Timestamp};
    use jiff::tz::TimeZone;

    use super::*;
    use crate::connection::tests::store;
    use crate::records::{RecordRow, Shown};

    const A: i64 = 0b01;
    const B: i64 = 0b10;

    fn keep(writing: &Writing<'_>, number: u8, bits: i64, digest: Option<u64>) -> Result<(), StoreError> {
        let projection = Projection {
            kind: "contact".to_owned(),
            schema: 1,
            recorded_at: Timestamp(1),
            fields: Fields::new(),
            disagreements: std::collections::BTreeSet::new(),
        };
        let id = DocumentId::from_bytes([number; 16]);
        let mut row = RecordRow::new(id, Some(&[number; 40]), projection, Facts::default());
        if let Some(digest) = digest {
            row.set_served(bits, digest);
        }
        records::put(writing, &row, &Shown { facts: &row.facts, zone: &TimeZone::UTC, words: "" })
    }

    fn filled() -> (tempfile::TempDir, crate::Store) {
        let (folder, store) = store();
        store
            .write(|writing| {
                scopes::add(writing, &Scope::Programme)?;
                scopes::add(writing, &Scope::Coordinators)?;
                keep(writing, 1, A, Some(u64::MAX))?;
                keep(writing, 2, A | B, Some(5))?;
                keep(writing, 3, B, Some(7))?;
                keep(writing, 4, 0, None)
            })
            .expect("written");
        (folder, store)
    }

    #[test]
    fn a_scope_adds_up_to_what_it_gave_and_nothing_else() {
        let (_folder, store) = filled();
        let sums = || store.write(|w| Ok::<_, StoreError>([of_scope(w, A)?, of_scope(w, B)?])).expect("read");
        assert_eq!(sums(), [(2, 4), (2, 12)], "the sum begins anew at 2^64");
        store
            .write(|writing| {
                let id = DocumentId::from_bytes([2; 16]);
                let mut row = records::get(writing, id)?.expect("it is there");
                row.set_document(&[9; 50]);
                records::put(writing, &row, &Shown { facts: &row.facts, zone: &TimeZone::UTC, words: "" })?;
                row.leave(B);
                records::set_scopes(writing, &row)
            })
            .expect("written");
        assert_eq!(sums(), [(2, 4), (1, 7)], "an edit made here is not what the server gave");
        store.write(|writing| begin_anew(writing, A)).expect("written");
        assert_eq!(sums(), [(0, 0), (1, 7)]);
        let held =
            store.read(|s| records::get(s, DocumentId::from_bytes([1; 16]))).expect("read").expect("it is there");
        assert_eq!((held.scopes, held.served, held.digest), (A, 0, Some(u64::MAX)), "it is held all the same");
    }

    #[test]
    fn a_scope_is_listed_by_id() {
        let (_folder, store) = filled();
        let id = |number: u8| DocumentId::from_bytes([number; 16]);
        assert_eq!(store.read(|s| list(s, B)).expect("read"), [(id(2), 5), (id(3), 7)]);
        assert_eq!(store.read(|s| of(s, id(1), B)).expect("read"), None);
        assert_eq!(store.read(|s| of(s, id(1), A)).expect("read"), Some(u64::MAX));
    }

    #[test]
    fn what_was_done_to_rows_by_hand_shows_once_they_are_counted_anew() {
        let (_folder, store) = filled();
        let sums = || store.write(|w| Ok::<_, StoreError>([of_scope(w, A)?, of_scope(w, B)?])).expect("read");
        store
            .write(|w| {
                w.0.0
                    .execute_batch(
                        "DELETE FROM records WHERE number = 3; UPDATE records SET served = 3 WHERE number = 1",
                    )
                    .map_err(StoreError::during("damaging"))
            })
            .expect("damaged");
        assert_eq!(sums(), [(2, 4), (2, 12)], "the control: it is kept, not counted");
        store.write(recount).expect("counted");
        assert_eq!(sums(), [(2, 4), (2, 4)]);
    }

    #[test]
    fn what_goes_and_what_comes_anew_in_one_transaction_moves_the_sums() {
        let (_folder, store) = filled();
        let sums = |w: &Writing<'_>| Ok::<_, StoreError>([of_scope(w, A)?, of_scope(w, B)?]);
        let within = store.write(|writing| {
            let row = records::get(writing, DocumentId::from_bytes([3; 16]))?.expect("it is there");
            records::remove(writing, &row)?;
            keep(writing, 2, A, Some(6))?;
            keep(writing, 5, A | B, Some(1))?;
            sums(writing)
        });
        assert_eq!(within.expect("written"), [(3, 6), (1, 1)]);
        assert_eq!(store.write(sums).expect("read"), [(3, 6), (1, 1)]);
        store.write(recount).expect("counted");
        assert_eq!(store.write(sums).expect("read"), [(3, 6), (1, 1)], "counting gives the same");
    }

    #[test]
    fn a_row_whose_words_were_damaged_is_read_as_far_as_it_can_be() {
        let (_folder, store) = filled();
        store
            .write(|writing| {
                let sql = "UPDATE records SET projection = CAST(x'7bff' AS TEXT), facts = '{' WHERE number = 2";
                writing.0.0.execute(sql, []).map_err(StoreError::during("damaging"))
            })
            .expect("damaged");
        let rows = store.read(|s| from(s, 0, 9)).expect("read");
        assert_eq!(rows.iter().map(|row| row.projection.is_some()).collect::<Vec<_>>(), [true, false, true, true]);
        assert_eq!(store.read(|s| row(s, rows[1].id)).expect("read").as_ref(), Some(&rows[1]));
        let all = store.read(|s| records::all_of(s, "contact")).expect("nobody is kept from the others");
        assert_eq!(all.len(), 4);
    }
}
