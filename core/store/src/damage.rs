//! A damaged store: noticed where it is met, set aside under another name, and read row by row where it can be. Called
//! by the client when a store does not open as it should. Invariant: nothing here writes to a damaged file or deletes
//! it.
//!
//! SQLCipher refuses a page whose bytes are not those that it wrote, and a connection that met one reads nothing more;
//! so each thing that cannot be read costs a new connection, and what lies beside it is asked for one by one.

use std::cell::Cell;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row};

use crate::connection;
use crate::error::StoreError;
use crate::outbox::{self, OutboxRow};
use crate::records::{self, RecordRow};

/// So many rows are asked for at once, where nothing is in the way.
const TOGETHER: i64 = 200;

/// After so many places in a row at which nothing could be read, the rest of a table is given up.
const GAP: u32 = 3_000;

/// What SQLite keeps beside its file, in the order in which it gets its new name: the log before the file, for without
/// the file it would be thrown away.
const BESIDE: [&str; 3] = ["-wal", "-shm", ""];

thread_local! {
    static MET: Cell<bool> = const { Cell::new(false) };
}

/// Notes that damage was met in what this thread does.
pub(crate) fn meet() {
    MET.set(true);
}

/// Whether damage was met since this was last asked.
pub(crate) fn was_met() -> bool {
    MET.take()
}

/// Stands beside a store in which damage was met: the next to open it looks at all of it.
pub fn mark(store: &Path) -> PathBuf {
    store.with_extension("damaged")
}

/// What could be read of a damaged store.
#[derive(Debug, Default)]
pub struct Salvaged {
    /// What the device knew of itself.
    pub meta: Vec<(String, Vec<u8>)>,
    /// What the server had not answered for.
    pub outbox: Vec<OutboxRow>,
    /// Every record.
    pub records: Vec<RecordRow>,
    /// Whether all of the outbox could be read.
    pub is_outbox_whole: bool,
}

/// Gives a damaged store another name, with its log; goes on with what was begun and broken off.
///
/// # Errors
/// What the system says.
pub fn set_aside(store: &Path, moment: &str) -> std::io::Result<PathBuf> {
    let name = store.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of = |ending: &str| store.with_file_name(format!("{name}.damaged-{ending}"));
    let begun = begun(store, &name).unwrap_or_else(|| {
        let ending = |number: u32| if number == 0 { moment.to_owned() } else { format!("{moment}-{number}") };
        (0..).map(|number| of(&ending(number))).find(|place| !place.exists()).unwrap_or_else(|| of(moment))
    });
    for beside in BESIDE {
        let with = |path: &Path| PathBuf::from(format!("{}{beside}", path.display()));
        match std::fs::rename(with(store), with(&begun)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(begun)
}

/// The name that a log was given whose file was not yet, or where there is no store, the one that was set aside last.
fn begun(store: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(store.parent()?).ok()?.filter_map(Result::ok);
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|other| other.starts_with(&format!("{name}.damaged-")));
    names.sort();
    let is_log =
        |other: &&String| other.ends_with("-wal") && !store.with_file_name(other.trim_end_matches("-wal")).exists();
    let log = names.iter().find(is_log).map(|log| log.trim_end_matches("-wal").to_owned());
    let last = || names.iter().rfind(|other| !other.ends_with("-wal") && !other.ends_with("-shm")).cloned();
    let found = if store.exists() { log } else { log.or_else(last) };
    found.map(|found| store.with_file_name(found))
}

/// Reads what can be read. `known` are names in `meta` that are asked for even where nobody can say which there are.
pub fn salvage(damaged: &Path, key: &[u8; 32], known: &[&str]) -> Salvaged {
    let mut reading = Reading { path: damaged, key, connection: None };
    let mut salvaged = Salvaged::default();
    if reading.ask(|_| Ok(())).is_none() {
        was_met();
        return salvaged;
    }
    let listed = reading.ask(|connection| {
        let mut statement = connection.prepare("SELECT key FROM meta")?;
        let keys = statement.query_map([], |row| row.get(0))?;
        keys.collect::<Result<Vec<String>, _>>()
    });
    for name in listed.unwrap_or_else(|| known.iter().map(ToString::to_string).collect()) {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        let value = reading.ask(|connection| connection.query_row(sql, [&name], |row| row.get(0)).optional());
        salvaged.meta.extend(value.flatten().map(|value| (name, value)));
    }
    let sql = format!("SELECT {} FROM outbox NOT INDEXED WHERE seq > ?1 ORDER BY seq LIMIT ?2", outbox::COLUMNS);
    let is_whole = all(&mut reading, &sql, outbox::read, |row| row.seq, &mut salvaged.outbox);
    salvaged.is_outbox_whole = is_whole;
    let sql =
        format!("SELECT {} FROM records NOT INDEXED WHERE number > ?1 ORDER BY number LIMIT ?2", records::COLUMNS);
    all(&mut reading, &sql, records::read, |row| row.number, &mut salvaged.records);
    // What was met here is known already.
    was_met();
    salvaged
}

/// Reads all rows that can be; says whether those were all.
fn all<T>(
    reading: &mut Reading<'_>,
    sql: &str,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
    place: fn(&T) -> i64,
    rows: &mut Vec<T>,
) -> bool {
    let (mut after, mut gap, mut is_whole) = (0, 0, true);
    while gap < GAP {
        let limit = if gap == 0 { TOGETHER } else { 1 };
        let page = reading.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let page = statement.query_map([after, limit], read)?;
            page.collect::<Result<Vec<T>, _>>()
        });
        match page {
            Some(page) => {
                let Some(last) = page.last() else { return is_whole };
                after = place(last);
                rows.extend(page);
                gap = 0;
            }
            // Of a page in the way, what stands before it is asked for first.
            None if gap == 0 => gap = 1,
            None => {
                is_whole = false;
                after += 1;
                gap += 1;
            }
        }
    }
    false
}

/// A damaged file, and a connection to it as long as that met nothing.
struct Reading<'a> {
    path: &'a Path,
    key: &'a [u8; 32],
    connection: Option<Connection>,
}

impl Reading<'_> {
    fn ask<T>(&mut self, work: impl Fn(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connection::connect_to_read(self.path, self.key).ok()?,
        };
        let read = work(&connection).ok()?;
        self.connection = Some(connection);
        Some(read)
    }
}

/// Whether every page of a store is as it was written, and they fit together.
pub(crate) fn is_whole(connection: &Connection) -> Result<bool, StoreError> {
    let during = StoreError::during("looking at the whole store");
    let looked = (|| {
        let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
        let is_as_written = statement.query([])?.next()?.is_none();
        let fits: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok(is_as_written && fits == "ok")
    })();
    match looked.map_err(during) {
        Err(StoreError::Damaged { .. } | StoreError::WrongKey) => Ok(false),
        looked => looked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
        let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_store_is_set_aside_with_its_log_under_a_name_that_is_free_and_what_was_begun_is_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("footbridge.db");
        let write = |name: &str| std::fs::write(folder.path().join(name), name).expect("written");
        write("footbridge.db");
        write("footbridge.db-wal");
        let first = set_aside(&store, "T1").expect("set aside");
        assert_eq!(names(folder.path()), ["footbridge.db.damaged-T1", "footbridge.db.damaged-T1-wal"]);
        assert_eq!(set_aside(&store, "T2").expect("nothing is there"), first, "the last is read again");
        write("footbridge.db");
        assert!(set_aside(&store, "T1").expect("set aside").ends_with("footbridge.db.damaged-T1-1"));
        // Broken off after its log had its name.
        write("footbridge.db");
        write("footbridge.db.damaged-T3-wal");
        assert!(set_aside(&store, "T4").expect("set aside").ends_with("footbridge.db.damaged-T3"));
        assert!(!store.exists());
    }
}
