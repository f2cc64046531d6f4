//! Sees to it that words which were taken away are in no page of the file. Called by the writer before the write-ahead
//! log is emptied. Invariant: while the row `server` says `worn`, something may be left in some page; it says so from
//! the transaction that took the words away until the file has been laid out anew.
//!
//! `secure_delete` alone does not do it. It overwrites a row where it stands; but where SQLite has moved rows between
//! pages before, a page that was built anew keeps bytes of rows that went elsewhere in the room between its rows. In a
//! file of 22,000 records, 13 of 6,000 that were erased could still be read (measured; none after VACUUM).

use rusqlite::Connection;

use super::error::{Attempt, StorageError};

/// Notes, in the transaction that takes words away, that the file must be laid out anew.
pub(super) fn note(connection: &Connection) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE server SET worn = 1 WHERE worn = 0")
        .and_then(|mut statement| statement.execute([]))
        .attempt("noting that words were taken away")?;
    Ok(())
}

/// Lays the file out anew where words were taken away since the last time.
pub(super) fn overwrite(connection: &Connection) -> Result<(), StorageError> {
    let is_worn: bool = connection
        .query_row("SELECT coalesce(max(worn), 0) FROM server", [], |row| row.get(0))
        .attempt("asking whether words were taken away")?;
    if is_worn {
        connection.execute_batch("VACUUM; UPDATE server SET worn = 0;").attempt("laying the file out anew")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use std::collections::BTreeSet;

    use super::super::{connection, migrations, server};
    use super::*;

    /// Some numbers that differ, and always in the same way.
    fn dice(seed: &mut u64) -> usize {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(*seed >> 40).unwrap()
    }

    fn word(number: usize) -> String {
        format!("WORD{number:06}X")
    }

    fn words_in(bytes: &[u8]) -> BTreeSet<String> {
        let found = bytes.windows(11).filter(|window| window.starts_with(b"WORD") && window.ends_with(b"X"));
        found.map(|window| String::from_utf8_lossy(window).into_owned()).collect()
    }

    /// Rows that are written, written again and taken away, each with a word of its own. Gives those that are left.
    fn churned(writer: &Connection) -> BTreeSet<String> {
        writer.execute_batch("CREATE TABLE notes (number INTEGER PRIMARY KEY, words BLOB NOT NULL)").unwrap();
        let mut seed = 7;
        let mut live = BTreeSet::new();
        let mut write = writer.prepare("INSERT OR REPLACE INTO notes VALUES (?1, ?2)").unwrap();
        let mut remove = writer.prepare("DELETE FROM notes WHERE number = ?1").unwrap();
        writer.execute_batch("BEGIN").unwrap();
        for number in 0..4_000_usize {
            write.execute((number as i64, word(number).repeat(1 + dice(&mut seed) % 60).into_bytes())).unwrap();
            live.insert(number);
            for _ in 0..2 {
                let other = number.saturating_sub(dice(&mut seed) % 200);
                match dice(&mut seed) % 4 {
                    0 | 1 if live.contains(&other) => {
                        let words = word(other).repeat(1 + dice(&mut seed) % 120).into_bytes();
                        write.execute((other as i64, words)).unwrap();
                    }
                    2 if live.remove(&other) => {
                        remove.execute([other as i64]).unwrap();
                    }
                    _ => {}
                }
            }
        }
        writer.execute_batch("COMMIT").unwrap();
        live.into_iter().map(word).collect()
    }

    #[test]
    fn erased_words_are_in_no_page_even_where_rows_had_moved_between_pages() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("footbridge.sqlite");
        let mut writer = connection::open_writer(&path).unwrap();
        migrations::migrate(&mut writer).unwrap();
        server::ensure(&writer, &crate::environment::SystemRandom).unwrap();
        let expected = churned(&writer);
        note(&writer).unwrap();
        assert!(connection::checkpoint(&writer).unwrap());
        let before = words_in(&std::fs::read(&path).unwrap());
        assert!(before.is_superset(&expected) && before.len() > expected.len(), "the control: some are left in a page");
        overwrite(&writer).unwrap();
        assert!(connection::checkpoint(&writer).unwrap());
        assert_eq!(words_in(&std::fs::read(&path).unwrap()), expected);
        assert_eq!(std::fs::metadata(path.with_extension("sqlite-wal")).unwrap().len(), 0);
    }
}
