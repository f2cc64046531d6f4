//! All that a server keeps, table by table and file by file, to be compared before and after.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_testkit::{Needle, Server};
use rusqlite::{Connection, OpenFlags};

/// The rows of every table, and the bytes of every file beside the database.
pub type Kept = BTreeMap<String, BTreeSet<String>>;

/// All that a server keeps now.
#[track_caller]
pub fn kept(server: &Server) -> Kept {
    let path = server.data().join("footbridge.sqlite");
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("the schema");
    let names: Vec<String> =
        names.query_map([], |row| row.get(0)).expect("tables").map(|name| name.expect("a name")).collect();
    assert!(names.len() > 15 && names.iter().any(|name| name == "documents"), "{names:?}");
    let mut kept = Kept::new();
    for name in names {
        let mut all = connection.prepare(&format!("SELECT * FROM \"{name}\"")).expect("a table");
        let columns = all.column_count();
        let rows = all.query_map([], |row| {
            (0..columns).map(|column| row.get::<_, rusqlite::types::Value>(column)).collect::<Result<Vec<_>, _>>()
        });
        let rows = rows.expect("rows").map(|row| format!("{:?}", row.expect("a row"))).collect();
        kept.insert(name, rows);
    }
    for entry in std::fs::read_dir(server.data()).expect("the data folder").map(|entry| entry.expect("a file")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_file()) && !name.starts_with("footbridge.sqlite") {
            let bytes = std::fs::read(entry.path()).expect("a readable file");
            kept.insert(format!("the file {name}"), BTreeSet::from([format!("{bytes:?}")]));
        }
    }
    kept
}

/// Fails where anything but these tables is other than it was.
#[track_caller]
pub fn assert_nothing_moved(before: &Kept, server: &Server, but: &[&str]) {
    let after = kept(server);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "the same tables and files");
    for (name, rows) in before.iter().filter(|(name, _)| !but.contains(&name.as_str())) {
        let now = &after[name];
        let gone: Vec<_> = rows.difference(now).collect();
        let new: Vec<_> = now.difference(rows).collect();
        assert!(gone.is_empty() && new.is_empty(), "{name}: gone {gone:?}, new {new:?}");
    }
}

/// Fails where the word stands in what the server logged, or in its database; the log is searched for a word that is
/// there too, lest the search find nothing at all.
#[track_caller]
pub fn assert_not_told(server: &Server, word: &str, control: &str) {
    let log = server.log().into_bytes();
    assert!(Needle::new(control).is_in(&log), "{control} is in the log: {}", server.log());
    assert!(!Needle::new(word).is_in(&log), "{word} is in the log");
}
