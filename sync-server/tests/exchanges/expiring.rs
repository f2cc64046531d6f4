//! Notes go when the programme's days are over.

use footbridge_model::{Kind, Scope};
use footbridge_protocol::{Answer, ErrorCode, PulledContent};
use footbridge_server::expiry;
use serde_json::json;

use super::support::{NOW, Office, Recorded, from_the_start, from_there};

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn a_note_leaves_every_scope_after_the_programmes_days_and_does_not_come_back() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon heter Blåklocka i boken." }));
    amina.push(&office, vec![visit.item(), note.item()]).await;
    let start = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap();
    let cursor = start.last().unwrap().cursor;
    office.clock.pass(180 * DAY - 1);
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 0, "not a moment too early");
    office.clock.pass(1);
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 1);
    let frames = kari.pull(&office, vec![from_there(Scope::Coordinators, cursor)]).await.unwrap();
    assert_eq!((frames[0].items[0].id, &frames[0].items[0].content), (note.id, &PulledContent::Erased));
    assert_eq!(amina.sees(&office, Scope::Person(amina.person)).await, [visit.id]);
    assert_eq!(amina.push(&office, vec![note.item()]).await, [Answer::Refused(ErrorCode::Erased)]);
    office.state.stop().await;
    for entry in std::fs::read_dir(office.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("klocka"));
    }
}

#[tokio::test]
async fn a_note_that_comes_late_or_from_a_clock_that_was_behind_is_seen_first() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    office.clock.pass(200 * DAY);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Länge sedan." }));
    assert!(note.made.projection.recorded_at.0 == NOW);
    amina.push(&office, [&visit, &note].map(Recorded::item).to_vec()).await;
    office.clock.pass(6 * DAY);
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 0);
    office.clock.pass(2 * DAY);
    assert_eq!(expiry::sweep(&office.state).await.unwrap(), 1);
}
