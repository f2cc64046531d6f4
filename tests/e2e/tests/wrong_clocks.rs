//! Clocks that are wrong, on a phone and on the server: what is told, what is asked, and that nothing goes by them.

use footbridge_testkit::{Phone, Programme, Terminal};
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;

fn off(value: &Value) -> i64 {
    value["clock_off_seconds"].as_i64().unwrap_or_else(|| panic!("it is told: {value}"))
}

#[test]
fn a_phone_whose_clock_is_off_is_told_so() {
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    assert_eq!(amina.ask(&["status"])["clock_off_seconds"], Value::Null);
    for days in [3, -3] {
        amina.live_days_later(days);
        let synced = amina.sync();
        assert!((off(&synced) - days * DAY).abs() < 300, "{synced}");
        assert_eq!(off(&amina.ask(&["status"])) / 3600, off(&synced) / 3600);
        assert!(amina.read(&["--lang", "sv", "status"]).contains(" d "), "in words too");
    }
    amina.live_days_later(0);
    assert!(amina.sync().get("clock_off_seconds").is_none());
}

#[test]
fn a_note_from_a_clock_that_was_half_a_year_behind_is_shown_and_kept() {
    let mut programme = Programme::start();
    let (mut amina, mut kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    amina.live_days_later(-185);
    let visit = amina.visit(&json!({"happened_at": "2026-03-02"}));
    let note = amina.note(&visit, "Hon vill läsa svenska.");
    amina.live_days_later(0);
    assert!(amina.has(&note), "nothing is hidden that was not sent");
    amina.sync();
    kari.sync();
    assert!(amina.has(&note) && kari.has(&note));
    programme.server.stop();
    programme.server.live_days_later(30);
    programme.server.ask(&["clock", "confirm"]);
    programme.server.serve();
    for phone in [&mut amina, &mut kari] {
        phone.live_days_later(30);
        phone.sync();
        assert!(phone.has(&note), "{}: its days count from when it came", phone.name());
    }
}

#[test]
fn a_server_that_starts_with_a_clock_that_is_ahead_erases_nothing() {
    let mut programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({}));
    let note = amina.note(&visit, "Hon vill läsa svenska.");
    amina.sync();
    programme.server.stop();
    programme.server.live_days_later(200);
    programme.server.serve();
    assert!(programme.server.log().contains("the clock has leapt"), "{}", programme.server.log());
    kari.sync();
    programme.server.stop();
    programme.server.live_days_later(0);
    programme.server.serve();
    kari.sync();
    assert!(kari.has(&note));
    assert_eq!(programme.server.ask(&["clock"])["in_doubt"], json!(false), "put right");
}

fn edit(kari: &Phone, programme: &Programme, days: i64) -> Value {
    let refused = kari.refused(&["edit", &programme.id], &json!({"note_days": days}).to_string());
    assert_eq!((refused.error.as_str(), refused.field.as_deref()), ("invalid", Some("erases")), "{:?}", refused.whole);
    refused.whole["allowed"][0].clone()
}

#[test]
fn fewer_days_for_notes_say_how_many_go_and_take_that_number() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let visit = amina.visit(&json!({}));
    let notes = ["Ett.", "Två."].map(|text| amina.note(&visit, text));
    amina.sync();
    kari.sync();
    assert_eq!(edit(&kari, &programme, 3), json!("2"));
    assert_eq!(kari.show(&programme.id)["note_days"], json!(180));
    kari.edit(&programme.id, &json!({"note_days": 90}));
    kari.sync();
    assert_eq!(kari.show(&programme.id)["keeps_days"], json!(180), "none goes by it, and it waits all the same");

    let patch = kari.folder().join("days.json");
    std::fs::write(&patch, r#"{"note_days": 3}"#).expect("a file");
    let patch = patch.to_string_lossy();
    let mut asked = Terminal::start(&kari.plain_call(&["--lang", "sv", "edit", &programme.id, &patch]));
    asked.type_in("1\n");
    let ended = asked.ended();
    assert!(ended.stdout.contains("2 anteckningar är då äldre än 3 dagar"), "{}", ended.stdout);
    assert_eq!(kari.show(&programme.id)["note_days"], json!(90), "another number is a no");

    let arguments = ["edit", programme.id.as_str(), "--erases", "2"];
    kari.ask_with(&arguments, &json!({"note_days": 3}).to_string());
    kari.sync();
    let shown = kari.show(&programme.id);
    assert_eq!((&shown["note_days"], &shown["keeps_days"]), (&json!(3), &json!(180)), "{shown}");
    assert!(shown["shortens_at"].is_string() && kari.read(&["status"]).contains("note_days"));
    assert!(notes.iter().all(|note| kari.has(note)));
    kari.edit(&programme.id, &json!({"note_days": 180}));
    kari.sync();
    assert!(kari.show(&programme.id).get("keeps_days").is_none(), "taken back");
}

#[test]
fn what_has_not_happened_and_what_no_clock_showed_is_refused() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let refused = |at: &str| {
        let visit = json!({"happened_at": at, "kind": "street", "district": "Dalhem"}).to_string();
        let refused = amina.refused(&["add", "visit"], &visit);
        assert_eq!(refused.field.as_deref(), Some("happened_at"));
        refused.whole
    };
    for ahead in ["2190-01-01", "2190-01-01T10:00", "2190-01-01T10:00:00+01:00"] {
        assert_eq!(refused(ahead)["problem"], json!("out_of_range"), "{ahead}");
    }
    let twice = json!(["2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"]);
    assert_eq!(refused("2025-10-26T02:30")["allowed"], twice);
    assert_eq!(refused("2025-03-30T02:30")["allowed"][1], json!("2025-03-30T03:30:00+02:00"));
    assert_eq!(amina.items(&["list", "visit"]), Vec::<Value>::new());
    amina.visit(&json!({"happened_at": "2025-10-26T02:30:00+01:00"}));
}

#[test]
fn a_timeline_tells_each_answer_after_the_one_that_it_stands_on_whatever_the_clocks_said() {
    let programme = Programme::start();
    let (mut amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    amina.live_days_later(300);
    let visit = amina.visit(&json!({"minutes": 10}));
    amina.sync();
    kari.sync();
    kari.edit(&visit, &json!({"minutes": 20}));
    kari.sync();
    amina.live_days_later(-300);
    amina.sync();
    amina.edit(&visit, &json!({"minutes": 30}));
    amina.sync();
    kari.sync();
    for phone in [&amina, &kari] {
        let lines = phone.items(&["timeline", &visit]);
        let said: Vec<_> = lines.iter().filter(|line| line["field"] == "minutes").map(|line| &line["value"]).collect();
        assert_eq!(said, [&json!(10), &json!(20), &json!(30)], "{}", phone.name());
    }
}
