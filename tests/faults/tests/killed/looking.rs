//! Looking at what a kill left, past the program that was killed. Used by every story. Invariant: only after the
//! program itself has opened its file again, so that nobody but it puts anything right.

use std::collections::BTreeSet;
use std::path::Path;

use footbridge_testkit::{Ended, Phone, Server};
use rusqlite::Connection;
use serde_json::{Value, json};

/// The ids that a call said before it ended, each on a whole line.
pub fn said(ended: &Ended) -> BTreeSet<String> {
    let ids = ended.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    ids.filter_map(|value| value["id"].as_str().map(str::to_owned)).collect()
}

/// The ids of all records of a kind that a phone has.
#[track_caller]
pub fn ids(phone: &Phone, kind: &str) -> BTreeSet<String> {
    let ids = phone.ids(&["list", kind, "--limit", "5000"]);
    let set: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(set.len(), ids.len(), "no {kind} is there twice");
    set
}

/// Sees that a phone's file is sound, and that what is in its outbox has its record.
#[track_caller]
pub fn sound_phone(phone: &Phone) {
    sound_store(&phone.store());
}

/// The same of the folder of a store.
#[track_caller]
pub fn sound_store(store: &Path) {
    let line = std::fs::read_to_string(store.join("key")).expect("a key file");
    let key = line.split_whitespace().nth(3).expect("a raw key");
    let connection = Connection::open(store.join("footbridge.db")).expect("a database");
    connection.execute_batch(&format!("PRAGMA key = \"x'{key}'\";")).expect("a key");
    sound(&connection, "cipher_integrity_check");
    let alone = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).expect("it counts") };
    let lost = "SELECT count(*) FROM outbox WHERE item IN (0, 1, 3) AND refused IS NULL
                AND record NOT IN (SELECT id FROM records)";
    assert_eq!(alone(lost), 0, "what is in the outbox has its record");
}

/// Sees that a server's file is sound, and finds nothing wrong with itself.
#[track_caller]
pub fn sound_server(server: &Server) {
    let connection = Connection::open(server.data().join("footbridge.sqlite")).expect("a database");
    sound(&connection, "foreign_key_check");
    let checked = server.ask(&["check"]);
    assert_eq!(checked["damaged"], json!([]), "{checked}");
    assert_eq!(checked["scopes_mended"], json!(0), "{checked}");
}

fn sound(connection: &Connection, other: &str) {
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(whole, "ok");
    let mut statement = connection.prepare(&format!("PRAGMA {other}")).expect("a check");
    assert!(statement.query([]).expect("a check").next().expect("a check").is_none(), "{other} finds nothing");
}
