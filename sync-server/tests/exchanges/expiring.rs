//! Notes go when the programme's days are over, by a clock that can be believed; a shorter time waits for seven days.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use footbridge_model::document::{self, Base};
use footbridge_model::{DocumentId, FieldChange, Kind, Role, Scalar, Scope, Timestamp};
use footbridge_protocol::{Answer, ErrorCode, PulledContent};
use footbridge_server::admin::AdminRequest;
use footbridge_server::expiry;
use serde_json::{Value, json};

use super::pages::Browser;
use super::support::{NOW, Office, Phone, Recorded, from_the_start, from_there};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A visit with a note, on the server.
async fn noted(office: &Office, amina: &mut Phone, words: &str) -> Recorded {
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": words }));
    assert_eq!(amina.push(office, vec![visit.item(), note.item()]).await, [Answer::Accepted; 2]);
    note
}

async fn has(office: &Office, kari: &Phone, note: &Recorded) -> bool {
    kari.sees(office, Scope::Coordinators).await.contains(&note.id)
}

async fn said(office: &Office, path: &str) -> (u16, String) {
    let answered = office.send(Request::get(path).body(Body::empty()).unwrap()).await;
    (answered.status.as_u16(), String::from_utf8(answered.body.to_vec()).unwrap())
}

/// The programme's document and facts, as a phone gets them.
async fn programme(office: &Office, phone: &Phone) -> (DocumentId, Vec<u8>, Value) {
    let frames = phone.pull(office, vec![from_the_start(Scope::Programme)]).await.unwrap();
    let item = frames.into_iter().flat_map(|frame| frame.items).find(|item| item.kind == "programme").unwrap();
    let PulledContent::Document { document, facts, .. } = item.content else { panic!("a document") };
    (item.id, document, serde_json::from_str(&facts).unwrap())
}

/// Sets the days in the programme's document, as a hand-made client might.
async fn set_days(office: &Office, phone: &mut Phone, days: i64) -> Value {
    let (id, document, _) = programme(office, phone).await;
    let change = FieldChange::Set { field: "note_days".to_owned(), value: Scalar::Int(days) };
    let made = document::edit(&document, phone.actor, Timestamp(NOW), &[change], &Base::Current).unwrap().unwrap();
    let edited = Recorded { id, kind: Kind::Programme, made };
    assert_eq!(phone.push(office, vec![edited.item()]).await, [Answer::Accepted]);
    programme(office, phone).await.2
}

#[tokio::test]
async fn a_note_leaves_every_scope_after_the_programmes_days_and_does_not_come_back() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let note = noted(&office, &mut amina, "Hon heter Blåklocka i boken.").await;
    let start = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap();
    let cursor = start.last().unwrap().cursor;
    office.clock.pass(180 * DAY - 1);
    assert_eq!(office.ask(AdminRequest::ConfirmClock).await["expired"], 0, "not a moment too early");
    office.clock.pass(1);
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 1);
    let frames = kari.pull(&office, vec![from_there(Scope::Coordinators, cursor)]).await.unwrap();
    assert_eq!((frames[0].items[0].id, &frames[0].items[0].content), (note.id, &PulledContent::Erased));
    assert_eq!(amina.push(&office, vec![note.item()]).await, [Answer::Refused(ErrorCode::Erased)]);
    office.state.stop().await;
    for entry in std::fs::read_dir(office.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("klocka"));
    }
}

#[tokio::test]
async fn the_days_of_a_note_that_comes_late_or_from_a_clock_that_was_behind_count_from_when_it_came() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    office.live_days(200).await;
    let note = noted(&office, &mut amina, "Länge sedan.").await;
    assert!(note.made.projection.recorded_at.0 == NOW);
    let frames = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap();
    let item = frames.into_iter().flat_map(|frame| frame.items).find(|item| item.id == note.id).unwrap();
    let PulledContent::Document { facts, .. } = item.content else { panic!("a document") };
    let facts: Value = serde_json::from_str(&facts).unwrap();
    assert_eq!(facts["received_at"], NOW + 200 * DAY, "devices are told when it came");
    office.live_days(179).await;
    assert!(has(&office, &kari, &note).await);
    office.live_days(1).await;
    assert!(!has(&office, &kari, &note).await);
}

#[tokio::test]
async fn nothing_expires_by_a_clock_that_has_leapt_until_the_administrator_confirms_it() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let note = noted(&office, &mut amina, "Hon ringer på torsdag.").await;
    assert_eq!(said(&office, "/readyz").await, (200, "ready\n".to_owned()));
    office.clock.pass(200 * DAY);
    let office = office.restart().await;
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 0, "started with a clock that is ahead");
    let (status, body) = said(&office, "/readyz").await;
    assert!(status == 200 && body.contains("clock"), "{body}");
    // What is written meanwhile is no proof of the time.
    noted(&office, &mut amina, "Till.").await;
    let office = office.restart().await;
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 0);
    assert!(has(&office, &kari, &note).await);
    let told = office.ask(AdminRequest::Clock).await;
    assert_eq!((&told["in_doubt"], &told["known_until"]), (&json!(true), &json!("2026-11-22T10:00:00Z")));
    assert_eq!(office.ask(AdminRequest::ConfirmClock).await["expired"], 1);
    assert!(!has(&office, &kari, &note).await);
    assert_eq!(said(&office, "/readyz").await, (200, "ready\n".to_owned()));
}

#[tokio::test]
async fn a_clock_that_leaps_while_the_server_runs_is_in_doubt_until_it_is_put_right() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let note = noted(&office, &mut amina, "Hon ringer på torsdag.").await;
    office.clock.pass(400 * DAY);
    noted(&office, &mut amina, "Till.").await;
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 0);
    office.clock.pass(-399 * DAY);
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 0);
    assert_eq!(office.ask(AdminRequest::Clock).await["in_doubt"], false, "put right");
    for _ in 0..60 {
        office.clock.pass(3 * DAY);
        expiry::sweep(&office.state).await.unwrap();
    }
    assert!(!has(&office, &kari, &note).await, "a server that runs needs nobody to confirm");
}

#[tokio::test]
async fn fewer_days_of_a_hand_made_client_erase_nothing_for_a_week_and_can_be_taken_back() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let note = noted(&office, &mut amina, "Hon ringer på torsdag.").await;
    office.live_days(20).await;
    let facts = set_days(&office, &mut kari, 0).await;
    assert_eq!((&facts["keeps_days"], &facts["shortens_at"]), (&json!(180), &json!(NOW + 27 * DAY)), "it is told");
    office.live_days(6).await;
    assert!(has(&office, &kari, &note).await, "not before seven days");
    let facts = set_days(&office, &mut kari, 180).await;
    assert_eq!((&facts["keeps_days"], &facts["shortens_at"]), (&Value::Null, &Value::Null));
    office.live_days(30).await;
    assert!(has(&office, &kari, &note).await, "taken back");
    set_days(&office, &mut kari, 30).await;
    office.live_days(7).await;
    assert!(!has(&office, &kari, &note).await);
    let facts = programme(&office, &kari).await.2;
    assert_eq!((&facts["keeps_days"], &facts["shortens_at"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_coordinator_sees_how_many_notes_will_go_and_keeps_them() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let note = noted(&office, &mut amina, "Hon ringer på torsdag.").await;
    let mut browser = Browser::of(&office, &kari).await;
    assert!(!browser.get(&office, "/review").await.says("/review/keep-notes"));
    set_days(&office, &mut kari, 3).await;
    let page = browser.get(&office, "/review").await;
    assert!(page.says("1 notat som er eldre enn 3 dager") && page.says("2026-11-29"), "{}", page.text);
    let kept = browser.submit(&office, &page, "/review/keep-notes", &[]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert!(!browser.get(&office, "/review").await.says("/review/keep-notes"));
    let (_, document, facts) = programme(&office, &kari).await;
    let says = document::project(&document).unwrap().fields["note_days"].clone();
    assert_eq!((&says, &facts["shortens_at"]), (&json!(180), &Value::Null));
    office.live_days(8).await;
    assert!(has(&office, &kari, &note).await);
}

#[tokio::test]
async fn the_audit_trail_has_an_end() {
    let office = Office::open().await;
    let programme = office.programme;
    let of = || AdminRequest::Audit { programme, before: None, limit: 100 };
    let long_ago = office.ask(of()).await["items"].as_array().unwrap().len();
    assert!(long_ago > 0, "the programme was made");
    let years = |count: i64| count * 365 * DAY;
    office.clock.pass(years(5) - DAY);
    office.invite(Role::Volunteer, "Amina", &["Dalhem"]).await;
    office.ask(AdminRequest::ConfirmClock).await;
    expiry::sweep(&office.state).await.unwrap();
    assert_eq!(office.ask(of()).await["items"].as_array().unwrap().len(), long_ago + 1, "not a day too early");
    office.clock.pass(2 * DAY);
    office.ask(AdminRequest::ConfirmClock).await;
    expiry::sweep(&office.state).await.unwrap();
    let left = office.ask(of()).await["items"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["deed"]), (1, &json!("invited")));
}
