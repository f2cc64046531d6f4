//! Notes are kept for the programme's days from when they were recorded, then they are gone everywhere;
//! and a national number in one is warned about.

use footbridge_testkit::{Needle, Phone, Programme, files_with};
use serde_json::json;

#[test]
fn a_note_is_gone_from_server_and_phones_after_the_programmes_days() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let mut kari = programme.coordinator("Kari");
    let visit = amina.visit(&json!({}));
    let note = amina.note(&visit, "Hon heter Blåklocka i boken.");
    amina.sync();
    kari.sync();
    assert!(kari.has(&note));

    programme.server.stop();
    programme.server.live_days_later(179);
    programme.server.ask(&["clock", "confirm"]);
    programme.server.serve();
    kari.live_days_later(179);
    kari.sync();
    assert!(kari.has(&note), "not a day too early");

    programme.server.stop();
    programme.server.live_days_later(181);
    programme.server.serve();
    kari.live_days_later(181);
    kari.sync();
    amina.sync();
    for phone in [&kari, &amina] {
        assert!(!phone.has(&note), "{} has the note no longer", phone.name());
        assert!(phone.has(&visit), "{} keeps the visit", phone.name());
        assert_eq!(phone.ids(&["search", "Blåklocka"]), Vec::<String>::new());
    }
    programme.server.stop();
    assert_eq!(files_with(&programme.server.data(), &[Needle::new("Blåklocka")]), []);
}

#[test]
fn a_national_number_typed_into_a_note_is_warned_about() {
    let amina = Phone::new("Amina");
    let visit = amina.visit(&json!({}));
    for number in ["121212-1212", "20121212-1212", "15076500565"] {
        let text = format!("Hon skrev sitt nummer: {number}");
        let ended = amina.run(&["add", "note"], &json!({"on": visit, "text": text}).to_string());
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains("national_number"), "{number}: {said}");
        assert!(!said.contains(number), "the warning does not repeat it: {said}");
    }
    let ended = amina.run(&["add", "note"], &json!({"on": visit, "text": "Ring 121212-1213 på onsdag."}).to_string());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "a telephone number is none");
}
