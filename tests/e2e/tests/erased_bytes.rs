//! What was erased or reworded is in no byte of any file: the server's database, its log and its journal, and the
//! decrypted pages of every phone. The same search finds the same words first.

use std::time::{Duration, Instant};

use footbridge_testkit::{Needle, Phone, Programme, files_with, pages};
use serde_json::json;

/// How long words may stand in a file of a server that runs.
const A_MINUTE: Duration = Duration::from_secs(60);

const WORDS: [&str; 5] = ["blaklocka", "vintergrona", "gulsparv", "backsippa", "lungortsplats"];

fn needles() -> Vec<Needle> {
    WORDS.map(Needle::new).into()
}

/// Those of the words that stand in the pages of a phone's store.
fn on_phone(phone: &Phone) -> Vec<&'static str> {
    let pages = pages(&phone.store());
    WORDS.into_iter().filter(|word| Needle::new(word).is_in(&pages)).collect()
}

fn on_server(programme: &Programme) -> Vec<String> {
    let mut found: Vec<_> =
        files_with(&programme.server.data(), &needles()).into_iter().map(|(_, word)| word).collect();
    found.sort();
    found.dedup();
    found
}

/// A visit, a note on it that was written on, a contact, a follow-up and a draft on it: each with a word of its own.
struct Recorded {
    visit: String,
    contact: String,
    note: String,
}

fn record(amina: &Phone) -> Recorded {
    let contact = amina.add("contact", &json!({"handle": "gulsparv"}));
    let visit = amina.visit(&json!({"place": "lungortsplats", "contact": contact}));
    let note = amina.note(&visit, "Hon heter blaklocka.");
    amina.edit(&note, &json!({"text": "Hon heter blaklocka och vintergrona."}));
    amina.add("follow_up", &json!({"about": visit, "what": "work"}));
    amina.add("note", &json!({"on": visit, "text": "backsippa", "state": "draft"}));
    Recorded { visit, contact, note }
}

#[test]
fn erased_words_are_in_no_file_of_the_server_nor_in_any_page_of_a_phone() {
    let mut programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let Recorded { visit, contact, note } = record(&amina);
    amina.sync();
    kari.sync();
    assert_eq!(on_server(&programme).len(), 5, "the control: the search finds every word on the server");
    assert_eq!(on_phone(&amina).len(), 5, "and on the phone");
    assert_eq!(on_phone(&kari).len(), 4, "but for the draft also on Kari's");

    // It was on the screen, searched for and seen.
    kari.show(&visit);
    kari.items(&["search", "blaklocka"]);
    for id in [&visit, &contact] {
        kari.ask(&["delete", id]);
    }
    kari.sync();
    amina.sync();
    assert!(!amina.has(&note) && !kari.has(&note));
    assert_eq!(on_phone(&amina), Vec::<&str>::new());
    assert_eq!(on_phone(&kari), Vec::<&str>::new());
    programme.server.stop();
    assert_eq!(on_server(&programme), Vec::<String>::new(), "the server stopped right after");
    assert!(programme.server.data().join("footbridge.journal").is_file(), "its journal was searched too");
}

#[test]
fn erased_words_are_in_no_file_of_a_running_server_after_a_minute() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let Recorded { visit, contact, .. } = record(&amina);
    amina.sync();
    kari.sync();
    for id in [&visit, &contact] {
        kari.ask(&["delete", id]);
    }
    assert_eq!(on_server(&programme).len(), 5, "the control");
    kari.sync();
    let erased = Instant::now();
    while !on_server(&programme).is_empty() {
        assert!(erased.elapsed() < A_MINUTE, "{:?} can still be read", on_server(&programme));
        // Others go on working meanwhile.
        amina.sync();
    }
}

#[test]
fn reworded_words_are_in_no_file_of_the_server_nor_in_any_page_of_a_phone() {
    let mut programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({"place": "lungortsplats"}));
    let note = amina.note(&visit, "Hon heter blaklocka och vintergrona.");
    amina.sync();
    kari.sync();
    kari.edit(&note, &json!({"text": "Hon heter blaklocka och vintergrona. Ring komvux."}));
    kari.sync();
    amina.sync();
    let words = ["blaklocka", "lungortsplats", "vintergrona"];
    assert_eq!(on_server(&programme), words, "the control");
    assert_eq!((on_phone(&amina).len(), on_phone(&kari).len()), (3, 3), "the control");

    amina.ask_with(&["reword", &visit], &json!({"place": "library"}).to_string());
    amina.ask_with(&["reword", &note], &json!({"text": "Hon vill jobba. Ring komvux."}).to_string());
    amina.sync();
    kari.sync();
    assert_eq!(kari.show(&note)["text"], "Hon vill jobba. Ring komvux.");
    assert_eq!((on_phone(&amina), on_phone(&kari)), (Vec::new(), Vec::new()));
    programme.server.stop();
    assert_eq!(on_server(&programme), Vec::<String>::new(), "the server stopped right after");
    programme.server.serve();
    kari.edit(&note, &json!({"text": "Hon vill jobba. Ring komvux. Klart."}));
    kari.sync();
    amina.sync();
    assert_eq!(amina.show(&note)["text"], "Hon vill jobba. Ring komvux. Klart.");
}

#[test]
fn a_note_whose_days_are_over_is_in_no_page_of_a_phone_that_has_met_the_server() {
    let mut programme = Programme::start();
    let (amina, mut kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({}));
    amina.note(&visit, "Hon heter blaklocka.");
    amina.sync();
    kari.sync();
    assert_eq!((on_phone(&amina), on_phone(&kari)), (vec!["blaklocka"], vec!["blaklocka"]), "the control");
    programme.server.stop();
    programme.server.live_days_later(181);
    programme.server.ask(&["clock", "confirm"]);
    programme.server.serve();
    kari.live_days_later(181);
    kari.sync();
    amina.sync();
    assert_eq!((on_phone(&amina), on_phone(&kari)), (Vec::new(), Vec::new()));
    let status = amina.ask(&["status"]);
    assert_eq!(status["taken_back"], json!([]), "that notes go is no news");
}

#[test]
fn a_draft_that_was_deleted_is_in_no_file_of_the_server_nor_in_any_page_of_her_phone() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let draft = amina.visit(&json!({"state": "draft", "place": "lungortsplats"}));
    amina.sync();
    assert_eq!((on_server(&programme).len(), on_phone(&amina).len()), (1, 1), "the control");
    amina.ask(&["delete", &draft]);
    amina.sync();
    assert_eq!(on_phone(&amina), Vec::<&str>::new());
    programme.server.stop();
    assert_eq!(on_server(&programme), Vec::<String>::new());
}
