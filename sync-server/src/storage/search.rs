//! Table `search`: the folded words of visits, notes, contacts and follow-ups. Called by `documents`, which fills it in
//! the transaction of the row, and by review. Invariant: words of a record that has gone are in no page of it. FTS5
//! overwrites what it takes away (`secure-delete`), but for the beginnings of words by which its pages are found;
//! so where words have gone, the whole is laid out anew before the write-ahead log is emptied.

use footbridge_model::ProgrammeId;
use rusqlite::{Connection, OptionalExtension, params};

use super::documents::{self, DocumentRow};
use super::error::{Attempt, StorageError};

/// Puts the words of a record that is new into the search.
pub(super) fn begin(connection: &Connection, number: i64, words: &str) -> Result<(), StorageError> {
    if !words.is_empty() {
        connection
            .prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")
            .and_then(|mut statement| statement.execute(params![number, words]))
            .attempt("filling the search")?;
    }
    Ok(())
}

/// Puts a record's words into the search, in the place of those before.
pub(super) fn set(connection: &Connection, number: i64, words: &str) -> Result<(), StorageError> {
    match of(connection, number)? {
        Some(before) if before == words => return Ok(()),
        Some(_) => take_out(connection, number)?,
        None => {}
    }
    begin(connection, number, words)
}

/// Takes a record's words out.
pub(super) fn remove(connection: &Connection, number: i64) -> Result<(), StorageError> {
    if of(connection, number)?.is_none() { Ok(()) } else { take_out(connection, number) }
}

fn take_out(connection: &Connection, number: i64) -> Result<(), StorageError> {
    connection
        .prepare_cached("DELETE FROM search WHERE rowid = ?1")
        .and_then(|mut statement| statement.execute([number]))
        .attempt("taking words out of the search")?;
    connection
        .prepare_cached("UPDATE server SET search_worn = 1 WHERE search_worn = 0")
        .and_then(|mut statement| statement.execute([]))
        .attempt("noting that the search is worn")?;
    Ok(())
}

fn of(connection: &Connection, number: i64) -> Result<Option<String>, StorageError> {
    connection
        .prepare_cached("SELECT words FROM search WHERE rowid = ?1")
        .and_then(|mut statement| statement.query_row([number], |row| row.get(0)).optional())
        .attempt("looking for words in the search")
}

/// Lays the search out anew where words have gone since the last time. Called before the write-ahead log is emptied.
pub(super) fn mend(connection: &Connection) -> Result<(), StorageError> {
    let is_worn: bool = connection
        .query_row("SELECT search_worn FROM server", [], |row| row.get(0))
        .optional()
        .attempt("asking whether the search is worn")?
        .unwrap_or_default();
    if is_worn {
        connection
            .execute_batch(
                "BEGIN IMMEDIATE;
                 INSERT INTO search (search) VALUES ('rebuild');
                 UPDATE server SET search_worn = 0;
                 COMMIT;",
            )
            .attempt("laying the search out anew")?;
    }
    Ok(())
}

/// Empties the search where another folding has filled it. Says whether it is to be filled.
pub(crate) fn begin_again(connection: &Connection) -> Result<bool, StorageError> {
    let version: u32 = connection
        .query_row("SELECT search_version FROM server", [], |row| row.get(0))
        .attempt("asking how the search was filled")?;
    if version == footbridge_text::FOLD_VERSION {
        return Ok(false);
    }
    connection
        .execute_batch("UPDATE server SET search_version = 0, search_worn = 1; DELETE FROM search;")
        .attempt("emptying the search")?;
    Ok(true)
}

/// Fills the search from the rows behind this number, at most `limit`; gives the last number, or none where all is
/// filled.
pub(crate) fn fill_some(connection: &Connection, after: i64, limit: u32) -> Result<Option<i64>, StorageError> {
    let rows = documents::after_number(connection, after, limit)?;
    for (number, row) in &rows {
        set(connection, *number, &super::found::of(row).words)?;
    }
    if let Some((last, _)) = rows.last() {
        return Ok(Some(*last));
    }
    connection
        .execute("UPDATE server SET search_version = ?1", [footbridge_text::FOLD_VERSION])
        .attempt("noting how the search was filled")?;
    Ok(None)
}

/// A record that was found, with its number, from which the search goes on.
pub type Hit = (i64, DocumentRow);

/// Records of a programme that are found by this expression of FTS5, what came last first, from before a number on.
pub fn find(
    connection: &Connection,
    programme: ProgrammeId,
    expression: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Hit>, StorageError> {
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {}, d.number FROM search CROSS JOIN documents d ON d.number = search.rowid
             WHERE search MATCH ?1 AND search.rowid < ?2 AND d.programme = ?3
             ORDER BY search.rowid DESC LIMIT ?4",
            documents::qualified_columns()
        ))
        .attempt("searching")?;
    let values = params![expression, before.unwrap_or(i64::MAX), programme.as_bytes(), limit];
    let rows = statement.query_map(values, documents::read_numbered).attempt("searching")?;
    rows.map(|row| row.attempt("searching")?).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use footbridge_model::{DocumentId, Timestamp};

    use super::super::testing::{memory, visit, with_amina};
    use super::*;

    fn at(connection: &Connection, number: u8, place: &str) -> (ProgrammeId, DocumentId) {
        let (programme, person) = (ProgrammeId::from_bytes([7; 16]), footbridge_model::PersonId::from_bytes([1; 16]));
        let mut row = visit(programme, person, number);
        row.projection.fields.insert("place".to_owned(), place.into());
        documents::put(connection, &row, Timestamp(1)).unwrap();
        (programme, row.id)
    }

    fn found(connection: &Connection, text: &str) -> Vec<DocumentId> {
        let Some(asked) = footbridge_text::Asked::of(text).exactly() else { return Vec::new() };
        let hits = find(connection, ProgrammeId::from_bytes([7; 16]), &asked, None, 10).unwrap();
        hits.into_iter().map(|(_, row)| row.id).collect()
    }

    #[test]
    fn what_came_last_is_found_first_and_only_in_its_programme() {
        let connection = memory();
        with_amina(&connection);
        let (programme, one) = at(&connection, 1, "Søndre torg");
        let (_, two) = at(&connection, 2, "Nordre torg");
        assert_eq!(found(&connection, "TORG"), [two, one]);
        assert_eq!(found(&connection, "son tor"), [one]);
        assert!(found(&connection, "\"OR\" *").is_empty() && found(&connection, "").is_empty());
        let terms = footbridge_text::Asked::of("torg").exactly().unwrap();
        let first = find(&connection, programme, &terms, None, 1).unwrap();
        let rest = find(&connection, programme, &terms, Some(first[0].0), 10).unwrap();
        assert_eq!(rest.into_iter().map(|(_, row)| row.id).collect::<Vec<_>>(), [one]);
        let other = ProgrammeId::from_bytes([9; 16]);
        assert!(find(&connection, other, &terms, None, 10).unwrap().is_empty());
    }

    #[test]
    fn words_that_were_replaced_find_nothing_any_more() {
        let connection = memory();
        with_amina(&connection);
        let (_, one) = at(&connection, 1, "Søndre torg");
        at(&connection, 1, "Biblioteket");
        assert!(found(&connection, "torg").is_empty());
        assert_eq!(found(&connection, "bibl"), [one]);
        documents::delete(&connection, one).unwrap();
        assert!(found(&connection, "bibl").is_empty());
    }

    #[test]
    fn of_a_record_that_has_gone_no_beginning_of_a_word_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("search.sqlite");
        let mut connection = super::super::connection::open_writer(&file).unwrap();
        super::super::migrations::migrate(&mut connection).unwrap();
        super::super::server::ensure(&connection, &crate::environment::SystemRandom).unwrap();
        with_amina(&connection);
        // Enough of them for an index of several pages, each of which is found by where a word begins.
        let word = |number: u32| format!("hemligt{:06}slut", number.wrapping_mul(7919) % 1_000_000);
        connection.execute_batch("BEGIN").unwrap();
        for number in 0..6000 {
            set(&connection, i64::from(number) + 1000, &word(number)).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        let pages: i64 = connection.query_row("SELECT count(*) FROM search_idx", [], |row| row.get(0)).unwrap();
        assert!(pages > 5, "{pages}");
        connection.execute_batch("BEGIN").unwrap();
        for number in 0..6000 {
            remove(&connection, i64::from(number) + 1000).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        mend(&connection).unwrap();
        super::super::connection::checkpoint(&connection).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let is_there = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
        assert!(!is_there(b"hemligt"));
    }

    #[test]
    fn another_folding_fills_the_search_anew() {
        let connection = memory();
        with_amina(&connection);
        let (_, one) = at(&connection, 1, "Søndre torg");
        assert!(begin_again(&connection).unwrap(), "a new file was filled by no folding yet");
        assert!(found(&connection, "torg").is_empty());
        let last = fill_some(&connection, 0, 10).unwrap().unwrap();
        assert_eq!(found(&connection, "torg"), [one]);
        assert_eq!(fill_some(&connection, last, 10).unwrap(), None);
        assert!(!begin_again(&connection).unwrap());
    }
}
