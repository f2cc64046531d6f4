//! Sees to it that words which were taken away are in no page of the file. Invariant: from the transaction that takes
//! words away until the file has been laid out anew, the store knows that this is to be done.
//!
//! `secure_delete` overwrites a row where it stands; but a page that SQLite built anew when it moved rows between pages
//! keeps bytes of them in the room between its rows, and the search keeps words until its segments are merged.

use crate::connection::{Snapshot, Store, Writing};
use crate::error::StoreError;
use crate::meta;

const WORN: &str = "worn";

/// Notes, in the transaction that takes words away, that the file must be laid out anew.
///
/// # Errors
/// What the database says.
pub fn note(writing: &Writing<'_>) -> Result<(), StoreError> {
    meta::set(writing, WORN, &[1])
}

/// Whether words were taken away since the file was last laid out anew.
///
/// # Errors
/// What the database says.
pub fn is_worn(snapshot: &Snapshot<'_>) -> Result<bool, StoreError> {
    Ok(meta::get(snapshot, WORN)?.is_some())
}

impl Store {
    /// Lays the file out anew where words were taken away, and empties the write-ahead log. False where another process
    /// reads just then: it is to be asked again.
    ///
    /// # Errors
    /// What the database says; nothing is lost then, and it is to be asked again.
    pub fn overwrite(&self) -> Result<bool, StoreError> {
        if !self.read_locked(is_worn)? {
            return Ok(true);
        }
        let is_empty = self.with_writer(|connection| {
            let during = StoreError::during("overwriting what was taken away");
            connection.execute_batch("INSERT INTO search (search) VALUES ('optimize'); VACUUM;").map_err(&during)?;
            let busy: i64 =
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(&during)?;
            Ok::<_, StoreError>(busy == 0)
        })?;
        if is_empty {
            self.write_locked(|writing| meta::remove(writing, WORN))?;
        }
        Ok(is_empty)
    }
}

#[cfg(test)]
mod tests {
    use footbridge_model::{DocumentId, Facts, Kind, Projection, Timestamp};
    use jiff::tz::TimeZone;

    use super::*;
    use crate::connection::tests::store;
    use crate::records::{self, RecordRow, Shown};

    fn note_of(number: u8, text: &str) -> RecordRow {
        let fields = serde_json::json!({"on": DocumentId::from_bytes([9; 16]), "text": text});
        let projection = Projection {
            kind: Kind::Note.name().to_owned(),
            schema: 1,
            recorded_at: Timestamp(1),
            fields: fields.as_object().cloned().expect("an object"),
            disagreements: std::collections::BTreeSet::new(),
        };
        RecordRow::new(DocumentId::from_bytes([number; 16]), Some(text.as_bytes()), projection, Facts::default())
    }

    /// Whether a word stands in the search's own pages.
    fn is_in_the_search(store: &Store, word: &str) -> bool {
        store
            .read(|snapshot| {
                let mut statement = snapshot.0.prepare("SELECT block FROM search_data").expect("it prepares");
                let blocks = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("it runs");
                let found = blocks
                    .map(|block| block.expect("a block"))
                    .any(|block| block.windows(word.len()).any(|window| window == word.as_bytes()));
                Ok::<_, StoreError>(found)
            })
            .expect("it reads")
    }

    #[test]
    fn words_that_were_taken_away_are_in_no_page_of_the_search() {
        let (_folder, store) = store();
        let put = |row: &RecordRow| {
            let words = row.projection.searched_text();
            store
                .write(|w| records::put(w, row, &Shown { facts: &row.facts, zone: &TimeZone::UTC, words: &words }))
                .expect("it is written");
        };
        put(&note_of(1, "blaklocka"));
        put(&note_of(2, "vintergrona"));
        assert!(is_in_the_search(&store, "blaklocka"), "the control");
        store
            .write(|w| {
                let row = records::get(w, DocumentId::from_bytes([1; 16]))?.expect("it is here");
                records::remove(w, &row)
            })
            .expect("removed");
        assert!(is_in_the_search(&store, "blaklocka"), "the control: it is not found, and yet in its pages");
        assert!(store.read(is_worn).expect("read"));
        assert!(store.overwrite().expect("overwritten"));
        assert!(!is_in_the_search(&store, "blaklocka"));
        assert!(is_in_the_search(&store, "vintergrona"));
        assert!(!store.read(is_worn).expect("read"));
    }
}
