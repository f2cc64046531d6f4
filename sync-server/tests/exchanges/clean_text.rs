//! Texts from a hand-made client: what steers a terminal, and names that nobody sees, are not kept.

use axum::http::StatusCode;
use footbridge_model::{DocumentId, FieldChange, Kind, Role, Scalar, Scope, Timestamp, document};
use footbridge_protocol::{Answer, ErrorCode};
use serde_json::json;

use super::pages::Browser;
use super::support::{NOW, Office, Phone, Recorded, random};
use footbridge_server::admin::AdminRequest;

const REFUSED: Answer = Answer::Refused(ErrorCode::UnknownField);

fn set(field: &str, text: &str) -> FieldChange {
    FieldChange::Set { field: field.to_owned(), value: Scalar::Str(text.to_owned()) }
}

/// A record as no honest phone makes it: nothing is looked at.
fn made(phone: &Phone, kind: Kind, changes: &[FieldChange]) -> Recorded {
    let now = Timestamp(NOW);
    let made = document::create(kind, now, phone.actor, now, changes).unwrap();
    Recorded { id: DocumentId::from_bytes(random()), kind, made }
}

/// What a terminal obeys, what turns a line, and what nobody sees.
const WRONG: [&str; 8] =
    ["a\u{1b}[2Jb", "a\u{7}", "a\u{9b}31m", "a\rb", "a\u{202e}b", "\u{200b}", "\u{3164}", "\u{2028}"];

#[tokio::test]
async fn a_text_that_steers_a_terminal_or_cannot_be_seen_is_refused_also_inside_a_change() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    assert_eq!(amina.push(&office, vec![visit.item()]).await, [Answer::Accepted]);
    let mut items = Vec::new();
    for wrong in WRONG {
        items.push(made(&amina, Kind::Contact, &[set("handle", wrong)]).item());
        items.push(amina.edit(&visit, &[set("place", wrong)]).item());
        items.push(amina.edit(&visit, &[set(&format!("labels/{wrong}"), "x")]).item());
    }
    for wrong in WRONG.iter().filter(|wrong| wrong.starts_with('a')) {
        items.push(made(&amina, Kind::Note, &[set("on", &visit.id.to_string()), set("text", wrong)]).item());
    }
    let answers = amina.push(&office, items).await;
    assert!(answers.iter().all(|answer| *answer == REFUSED), "{answers:?}");
    assert_eq!(amina.sees(&office, Scope::Person(amina.person)).await, [visit.id], "nothing was kept");
    // The control: the same, clean.
    let clean = made(&amina, Kind::Contact, &[set("handle", "می‌خواهم \u{200f}🙂")]);
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "rad ett\n\trad två" }));
    assert_eq!(amina.push(&office, vec![clean.item(), note.item()]).await, [Answer::Accepted; 2]);
}

#[tokio::test]
async fn a_language_has_one_tag_also_inside_a_change() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.record(Kind::Visit, json!({ "kind": "street", "languages": ["prs", "iw", "kmr", "tl"] }));
    assert_eq!(visit.made.projection.fields["languages"], json!(["fa-AF", "fil", "he", "ku"]));
    let add = |tag: &str| FieldChange::Add { field: "languages".to_owned(), member: tag.to_owned() };
    let by_hand = amina.edit(&visit, &[add("prs")]);
    let answers = amina.push(&office, vec![visit.item(), by_hand.item()]).await;
    assert_eq!(answers, [Answer::Accepted, REFUSED]);
    let mut browser = Browser::of(&office, &kari).await;
    for tag in ["prs", "fa-AF", "iw", "he", "kmr", "tl"] {
        let page = browser.get(&office, &format!("/review?language={tag}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.text.matches("class=\"visit\"").count(), 1, "{tag}");
    }
}

#[tokio::test]
async fn what_a_device_calls_its_build_steers_no_terminal() {
    let office = Office::open().await;
    let invitation = office.invite(Role::Volunteer, "Amina", &["Dalhem"]).await;
    let mut phone = Phone::new();
    phone.build = "app\u{1b}[2J\u{9b}".to_owned();
    phone.join(&office, &invitation).await.unwrap();
    phone.session(&office).await.unwrap();
    let devices = office.ask(AdminRequest::Devices { programme: office.programme }).await;
    assert_eq!(devices["items"][0]["build"], "app\u{fffd}[2J\u{fffd}");
}
