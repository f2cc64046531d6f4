//! A row that something damaged by hand: on a device it is found at the next sync, fetched again and told; on the
//! server it is found and told, and does no harm to devices.

use footbridge_testkit::{Phone, Programme};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// The id of a record as the databases keep it.
fn bytes(id: &str) -> Vec<u8> {
    let hex = id.replace('-', "");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("an id")).collect()
}

/// The phone's database, opened with its key as nobody but its owner can.
fn database(phone: &Phone) -> Connection {
    let line = std::fs::read_to_string(phone.store().join("key")).expect("a key file");
    let key = line.split_whitespace().nth(3).expect("a raw key");
    let connection = Connection::open(phone.store().join("footbridge.db")).expect("a database");
    connection.execute_batch(&format!("PRAGMA key = \"x'{key}'\";")).expect("a key");
    connection
}

/// Runs this on one record of the phone's database.
fn damage(phone: &Phone, sql: &str, id: &str) {
    let changed = database(phone).execute(sql, params![bytes(id)]).expect("it runs");
    assert_eq!(changed, 1, "{sql}");
}

/// Flips a bit in the middle of a stored document.
fn flip(connection: &Connection, column: &str, table: &str, id: &str) {
    let select = format!("SELECT {column} FROM {table} WHERE id = ?1");
    let mut stored: Vec<u8> = connection.query_row(&select, params![bytes(id)], |row| row.get(0)).expect("a document");
    let middle = stored.len() / 2;
    stored[middle] ^= 0x10;
    let update = format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1");
    assert_eq!(connection.execute(&update, params![bytes(id), stored]).expect("it runs"), 1);
}

fn repaired(phone: &Phone) -> Value {
    phone.sync()["repaired"].clone()
}

/// A programme in which Amina recorded a few things that Kari has too.
fn recorded() -> (Programme, Phone, Phone, [String; 3]) {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let contact = amina.add("contact", &json!({"handle": "blå sjal, biblioteket"}));
    let visits = [20, 30, 40].map(|minutes| amina.visit(&json!({"minutes": minutes, "contact": contact})));
    amina.note(&visits[0], "Hon vill börja på kvällskursen.");
    amina.sync();
    assert_eq!(repaired(&kari), json!(0));
    (programme, amina, kari, visits)
}

#[test]
fn a_sync_of_what_is_undamaged_repairs_nothing() {
    let (programme, amina, kari, [visit, other, _]) = recorded();
    let leila = programme.volunteer("Leila", &["Dalhem"]);
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "language_course"}));
    amina.ask(&["give", &follow_up, "--open", "Dalhem"]);
    let draft = amina.add("visit", &json!({"state": "draft", "topics": ["health"]}));
    amina.edit(&other, &json!({"minutes": 31}));
    kari.edit(&other, &json!({"minutes": 32}));
    kari.edit(&visit, &json!({"next_step": "studies"}));
    for phone in [&amina, &kari, &leila, &amina, &kari] {
        assert_eq!(repaired(phone), json!(0), "{}", phone.name());
    }
    amina.edit(&draft, &json!({"kind": "home", "happened_at": "2026-03-02"}));
    amina.ask(&["done", &draft]);
    amina.ask(&["give", &follow_up, "--to", &programme.person("Leila")]);
    leila.edit(&follow_up, &json!({"state": "closed", "outcome": "done"}));
    for phone in [&amina, &leila, &kari, &amina, &leila] {
        assert_eq!(repaired(phone), json!(0), "{}", phone.name());
    }
    assert!(!programme.server.log().contains("/v1/digests"), "nobody had to ask what differs");
}

#[test]
fn damage_to_a_row_on_a_device_is_found_at_the_next_sync_repaired_and_told() {
    let (programme, _, kari, [visit, other, third]) = recorded();
    // That she looks at them is told first: else the next sync would bring them anew anyway.
    for id in [&visit, &other, &third] {
        kari.show(id);
    }
    assert_eq!(repaired(&kari), json!(0));
    let before = [&visit, &other, &third].map(|id| kari.show(id));
    let sound = |phone: &Phone| {
        for (id, before) in [&visit, &other, &third].into_iter().zip(&before) {
            assert_eq!(&phone.show(id), before);
        }
        assert_eq!(repaired(phone), json!(0), "it is whole again");
    };
    let altered =
        "UPDATE records SET projection = replace(projection, '\"minutes\":20', '\"minutes\":99') WHERE id = ?1";
    let damages: [(&str, &dyn Fn()); 7] = [
        ("a bit of the document", &|| flip(&database(&kari), "document", "records", &visit)),
        ("what screens read", &|| damage(&kari, altered, &visit)),
        ("what screens read, past reading", &|| {
            damage(&kari, "UPDATE records SET projection = CAST(x'7bff' AS TEXT) WHERE id = ?1", &visit);
        }),
        ("the document is gone", &|| damage(&kari, "UPDATE records SET document = NULL WHERE id = ?1", &visit)),
        ("the row is gone", &|| damage(&kari, "DELETE FROM records WHERE id = ?1", &visit)),
        ("it is known as another", &|| damage(&kari, "UPDATE records SET digest = digest + 1 WHERE id = ?1", &visit)),
        ("it is known to no scope", &|| damage(&kari, "UPDATE records SET served = 0 WHERE id = ?1", &visit)),
    ];
    for (what, damage) in damages {
        damage();
        assert_eq!(repaired(&kari), json!(1), "{what}");
        sound(&kari);
    }
    damage(&kari, altered, &visit);
    assert_eq!(kari.show(&visit)["minutes"], json!(99));
    let told = kari.read(&["--lang", "en", "sync"]);
    assert!(told.contains("1 record was not here as it is on the server."), "{told}");
    sound(&kari);
    assert!(programme.server.log().contains("/v1/digests"));
}

#[test]
fn a_row_that_the_server_does_not_give_is_let_go_of() {
    let (_programme, amina, kari, [visit, ..]) = recorded();
    let connection = database(&kari);
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info('records') WHERE name NOT IN ('number', 'id')")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .expect("columns");
    let columns = columns.join(", ");
    let copy = format!("INSERT INTO records (id, {columns}) SELECT ?2, {columns} FROM records WHERE id = ?1");
    let made_up = "019aa000-0000-7000-8000-00000000abcd";
    assert_eq!(connection.execute(&copy, params![bytes(&visit), bytes(made_up)]).expect("it runs"), 1);
    drop(connection);
    assert!(kari.has(made_up));
    assert_eq!(repaired(&kari), json!(1));
    assert!(!kari.has(made_up) && kari.has(&visit));
    assert_eq!((repaired(&kari), repaired(&amina)), (json!(0), json!(0)));
}

#[test]
fn what_was_not_sent_yet_stays_on_a_damaged_row() {
    let (_programme, amina, kari, [visit, other, third]) = recorded();
    let alone = kari.visit(&json!({"minutes": 5}));
    for id in [&visit, &other, &third] {
        kari.edit(id, &json!({"reached": 3}));
    }
    flip(&database(&kari), "document", "records", &visit);
    damage(&kari, "DELETE FROM records WHERE id = ?1", &other);
    damage(&kari, "UPDATE records SET projection = '{' WHERE id = ?1", &third);
    damage(&kari, "DELETE FROM records WHERE id = ?1", &alone);
    kari.sync();
    kari.sync();
    amina.sync();
    for phone in [&kari, &amina] {
        for (id, minutes) in [(&visit, 20), (&other, 30), (&third, 40)] {
            let shown = phone.show(id);
            assert_eq!((&shown["reached"], &shown["minutes"]), (&json!(3), &json!(minutes)), "{}", phone.name());
        }
    }
    assert_eq!(kari.show(&alone)["minutes"], json!(5));
    let status = kari.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])), "{status}");
    assert_eq!((repaired(&kari), repaired(&amina)), (json!(0), json!(0)));
}

#[test]
fn a_row_that_was_damaged_on_the_server_is_told_and_harms_no_device() {
    let (mut programme, amina, kari, [visit, other, third]) = recorded();
    let before = kari.show(&visit);
    programme.server.stop();
    {
        let connection = Connection::open(programme.server.data().join("footbridge.sqlite")).expect("a database");
        flip(&connection, "stored", "documents", &visit);
        let gone = connection.execute("DELETE FROM documents WHERE id = ?1", params![bytes(&other)]);
        assert_eq!(gone.expect("it runs"), 1);
    }
    programme.server.serve();
    for phone in [&kari, &amina] {
        assert_eq!(repaired(phone), json!(0), "{}", phone.name());
        assert_eq!(phone.show(&visit), before);
        assert!(phone.has(&other));
    }
    let noor = programme.coordinator("Noor");
    assert!(!noor.has(&visit) && !noor.has(&other) && noor.has(&third));
    let asked = || programme.server.log().matches("/v1/digests").count();
    let once = asked();
    assert!(once > 0, "Noor's device asks what differs");
    assert_eq!((repaired(&noor), repaired(&noor)), (json!(0), json!(0)));
    assert_eq!(asked(), once, "and does not ask again while nothing has changed");
    assert!(programme.server.log().contains("damaged"), "{}", programme.server.log());
    amina.edit(&visit, &json!({"minutes": 21}));
    amina.edit(&third, &json!({"minutes": 41}));
    amina.sync();
    let status = amina.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(1), &json!([])), "it waits for the server");
    assert_eq!(amina.show(&visit)["minutes"], json!(21));
    noor.sync();
    assert_eq!(noor.show(&third)["minutes"], json!(41));
}
