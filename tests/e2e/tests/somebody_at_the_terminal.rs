//! What is different where a person sits at the terminal: she is asked before much is written, sees how far
//! a sync has come, and ends the demo when she has seen enough.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use footbridge_testkit::{Phone, Programme, Terminal, binary};
use serde_json::{Value, json};

fn import(kari: &Phone, typed: &str) -> String {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/conversation-log.csv");
    let file = kari.folder().join("log.csv");
    std::fs::copy(log, &file).expect("a copy of the log");
    let file = file.to_string_lossy().into_owned();
    let mut terminal = Terminal::start(&kari.plain_call(&["--lang", "en", "import", &file]));
    terminal.type_in(typed);
    terminal.ended().stdout
}

#[test]
fn an_import_shows_what_it_understood_and_asks_before_it_writes() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let said = import(&kari, "n\n");
    for word in ["420 rows", "12 rows", "Stadsdel", "2019"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(kari.items(&["list", "visit"]), Vec::<Value>::new(), "she said no");
    import(&kari, "y\n");
    assert_eq!(kari.items(&["list", "visit", "--limit", "1000"]).len(), 392, "she said yes");
    let again = import(&kari, "n\n");
    assert!(again.contains("Nothing new would be imported"), "what is there is not counted as new: {again}");
    assert!(again.contains("Line 441 says the same as line"), "{again}");
}

#[test]
fn a_sync_says_what_it_did_in_a_sentence() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.visit(&json!({}));
    let ended = Terminal::start(&amina.plain_call(&["--lang", "en", "sync"])).ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains('1') && !ended.stdout.trim_start().starts_with('{'), "{}", ended.stdout);
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
}

#[test]
fn an_invitation_is_shown_as_a_square_that_a_phone_reads_and_as_its_link() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let arguments = ["--lang", "en", "invite", "--name", "Leila", "--role", "volunteer", "--district", "Dalhem"];
    let ended = Terminal::start(&kari.plain_call(&arguments)).ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    for words in ["█", "Invitation for Leila", "/join#v=1", "nobody else"] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
}

#[test]
fn what_was_set_aside_is_thrown_away_only_after_a_yes() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    kari.link().cut();
    let code = kari.add("code", &json!({"list": "place", "code": "harbour", "labels": {"sv": "Hamnen"}}));
    let person = programme.person("Kari");
    programme.server.ask(&["role", &programme.id, "--person", &person, "volunteer", "--district", "Dalhem"]);
    kari.link().mend();
    kari.sync();
    for (typed, is_there) in [("n\n", true), ("y\n", false)] {
        let mut terminal = Terminal::start(&kari.plain_call(&["--lang", "en", "discard", &code]));
        terminal.type_in(typed);
        let ended = terminal.ended();
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert!(ended.stdout.contains("cannot be brought back"), "it asks: {}", ended.stdout);
        assert_eq!(kari.has(&code), is_there, "{typed}");
    }
}

/// What the demo said, ended by this key once it has told its story.
fn demo(key: &str) -> String {
    let mut terminal = Terminal::start(&Command::new(binary("footbridge-demo")));
    terminal.wait_for("until you press Enter");
    terminal.type_in(key);
    let ended = terminal.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    ended.stdout
}

#[test]
fn the_demo_runs_on_until_enter_or_ctrl_c_and_leaves_nothing_behind() {
    for key in ["\n", "\u{3}"] {
        let said = demo(key);
        assert!(said.contains("/review/"), "the address to look around in: {said}");
        let address = said.split("http://").nth(1).and_then(|rest| rest.split([';', '/', ' ']).next());
        let address = address.unwrap_or_else(|| panic!("an address: {said}"));
        assert!(TcpStream::connect(address).is_err(), "the server at {address} is stopped");
        let store = said.split("--store ").nth(1).and_then(|rest| rest.split(' ').next());
        let store = Path::new(store.unwrap_or_else(|| panic!("a store: {said}")));
        assert!(!store.exists(), "{} is removed", store.display());
    }
}
