//! Drafts: their author's alone, replaced in place, gone when they are done.

use footbridge_model::{DocumentId, Kind, Role, Scope};
use footbridge_protocol::{Answer, ChangeItem, ErrorCode, Item, Mark, PulledContent};
use serde_json::json;

use super::support::{Office, Phone, Recorded, draft, draft_body, from_the_start, random};

const CHANGED: Answer = Answer::Refused(ErrorCode::Changed);

async fn body(office: &Office, phone: &Phone, id: DocumentId) -> Option<String> {
    let answer = phone.documents(office, &[id]).await;
    answer.items.into_iter().next().map(|item| match item.content {
        PulledContent::Draft { body, .. } => body,
        _ => panic!("no draft"),
    })
}

#[tokio::test]
async fn a_draft_is_seen_by_its_author_alone() {
    let office = Office::open().await;
    let (mut amina, mut leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let id = DocumentId::from_bytes(random());
    assert_eq!(
        amina.push(&office, vec![draft(id, 1, None, Some(&draft_body(r#"{"kind":"street"}"#)))]).await,
        [Answer::Accepted]
    );
    assert_eq!(amina.sees(&office, Scope::Drafts(amina.person)).await, [id]);
    assert!(kari.documents(&office, &[id]).await.items.is_empty());
    assert!(leila.documents(&office, &[id]).await.items.is_empty());
    assert!(kari.sees(&office, Scope::Coordinators).await.is_empty());
    let scope = vec![from_the_start(Scope::Drafts(amina.person))];
    assert_eq!(kari.pull(&office, scope).await.map(|_| ()), Err(ErrorCode::NotFound));
    let taken =
        leila.push(&office, vec![draft(id, 2, Some(1), None), draft(id, 2, None, Some(&draft_body("{}")))]).await;
    assert_eq!(taken, [Answer::Refused(ErrorCode::NotFound); 2]);
    assert_eq!(body(&office, &amina, id).await, Some(draft_body(r#"{"kind":"street"}"#)));
}

#[tokio::test]
async fn a_draft_is_replaced_only_from_the_state_that_is_here() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let id = DocumentId::from_bytes(random());
    let answers = amina
        .push(
            &office,
            vec![
                draft(id, 1, None, Some(&draft_body(r#"{"minutes":1}"#))),
                draft(id, 1, None, Some(&draft_body(r#"{"minutes":1}"#))),
                draft(id, 2, Some(1), Some(&draft_body(r#"{"minutes":2}"#))),
                draft(id, 3, Some(1), Some(&draft_body(r#"{"minutes":3}"#))),
                draft(id, 3, None, Some(&draft_body(r#"{"minutes":3}"#))),
                draft(id, 3, Some(1), None),
                draft(id, 3, Some(2), Some("no object")),
            ],
        )
        .await;
    let malformed = Answer::Refused(ErrorCode::Malformed);
    let expected = [Answer::Accepted, Answer::Duplicate, Answer::Accepted, CHANGED, CHANGED, CHANGED, malformed];
    assert_eq!(answers, expected);
    assert_eq!(body(&office, &amina, id).await, Some(draft_body(r#"{"minutes":2}"#)));
    let gone = amina.push(&office, vec![draft(id, 4, Some(2), None), draft(id, 4, Some(2), None)]).await;
    assert_eq!(gone, [Answer::Accepted, Answer::Duplicate]);
    assert_eq!(body(&office, &amina, id).await, None);
    assert!(amina.sees(&office, Scope::Drafts(amina.person)).await.is_empty());
}

#[tokio::test]
async fn a_draft_whose_body_no_device_could_read_is_not_taken() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    for body in [
        "{}".to_owned(),
        r#"{"minutes":5}"#.to_owned(),
        draft_body("{}").replace("visit", "note"),
        draft_body("{}").replace("1795341600000", "1e999"),
        draft_body(r#"{"minutes":1e999}"#),
        draft_body(r#"{"place":"\ud800"}"#),
        draft_body(r#"{"minutes":null}"#),
        draft_body(r#"{"topics":{"a":{"b":1}}}"#),
        draft_body(&"[".repeat(20_000)),
    ] {
        let id = DocumentId::from_bytes(random());
        let answers = amina.push(&office, vec![draft(id, 1, None, Some(&body))]).await;
        assert_eq!(answers, [Answer::Refused(ErrorCode::Malformed)], "{body:.100}");
    }
    assert!(amina.sees(&office, Scope::Drafts(amina.person)).await.is_empty());
}

#[tokio::test]
async fn a_draft_that_is_done_is_a_draft_no_more() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    amina.push(&office, vec![draft(visit.id, 1, None, Some(&draft_body("{}")))]).await;
    assert_eq!(amina.push(&office, vec![visit.item()]).await, [Answer::Accepted]);
    let scope = vec![from_the_start(Scope::Drafts(amina.person))];
    let frames = amina.pull(&office, scope).await.unwrap();
    let left: Vec<_> = frames.iter().flat_map(|frame| &frame.items).collect();
    assert_eq!((left.len(), left[0].id, &left[0].content), (1, visit.id, &PulledContent::Left));
    let late = amina
        .push(&office, vec![draft(visit.id, 2, Some(1), Some(&draft_body("{}"))), draft(visit.id, 2, Some(1), None)])
        .await;
    assert_eq!(late, [CHANGED, Answer::Duplicate]);
}

/// A draft as a device keeps it, with this many minutes.
fn typed(minutes: u32) -> String {
    draft_body(&format!(r#"{{"minutes":{minutes}}}"#))
}

/// A record made of these states of its draft.
fn made_of(visit: &Recorded, marks: &[u8]) -> Item {
    let Item::Change(item) = visit.item() else { unreachable!() };
    Item::Change(ChangeItem { drafts: Some(marks.iter().map(|mark| Mark::from_bytes([*mark; 8])).collect()), ..item })
}

/// Her drafts, with the minutes in each.
async fn hers(office: &Office, phone: &Phone) -> Vec<(DocumentId, String)> {
    let mut all = Vec::new();
    for id in phone.sees(office, Scope::Drafts(phone.person)).await {
        all.push((id, body(office, phone, id).await.unwrap()));
    }
    all
}

#[tokio::test]
async fn what_another_device_typed_meanwhile_stays_as_a_draft_of_its_own() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.record(Kind::Visit, json!({"kind": "street", "minutes": 5}));
    let changes = vec![draft(visit.id, 1, None, Some(&typed(5))), draft(visit.id, 2, Some(1), Some(&typed(7)))];
    amina.push(&office, changes).await;
    assert_eq!(amina.push(&office, vec![made_of(&visit, &[1])]).await, [Answer::Accepted]);
    let beside = hers(&office, &amina).await;
    assert_eq!(beside.len(), 1);
    assert!(beside[0].0 != visit.id && beside[0].1 == typed(7));
    assert_eq!(amina.sees(&office, Scope::Person(amina.person)).await, [visit.id]);
    assert_eq!(amina.push(&office, vec![made_of(&visit, &[1])]).await, [Answer::Duplicate]);
    assert_eq!(hers(&office, &amina).await, beside);
}

#[tokio::test]
async fn a_draft_whose_record_was_made_of_it_or_says_the_same_leaves_nothing_behind() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    for (last, marks) in [(7, &[1, 2][..]), (5, &[1]), (5, &[])] {
        let visit = amina.record(Kind::Visit, json!({"kind": "street", "minutes": 5}));
        let changes = vec![draft(visit.id, 1, None, Some(&typed(9))), draft(visit.id, 2, Some(1), Some(&typed(last)))];
        amina.push(&office, changes).await;
        assert_eq!(amina.push(&office, vec![made_of(&visit, marks)]).await, [Answer::Accepted]);
        assert_eq!(hers(&office, &amina).await, []);
    }
}

#[tokio::test]
async fn nobody_makes_a_record_of_anothers_draft() {
    let office = Office::open().await;
    let (mut amina, mut leila) = (office.amina().await, office.leila().await);
    let visit = leila.visit();
    amina.push(&office, vec![draft(visit.id, 1, None, Some(&draft_body("{}")))]).await;
    assert_eq!(leila.push(&office, vec![visit.item()]).await, [Answer::Refused(ErrorCode::NotFound)]);
}

#[tokio::test]
async fn words_deleted_from_a_draft_are_in_no_file_once_the_server_has_stopped() {
    let office = Office::open().await;
    let mut amina = office.phone(Role::Volunteer, "Amina", &["Dalhem"]).await;
    let id = DocumentId::from_bytes(random());
    let secret = draft_body(&format!(r#"{{"text":"{}"}}"#, "words taken back ".repeat(500)));
    amina.push(&office, vec![draft(id, 1, None, Some(&secret))]).await;
    amina.push(&office, vec![draft(id, 2, Some(1), Some(&draft_body(r#"{"text":"what stays"}"#)))]).await;
    office.state.stop().await;
    let mut everything = Vec::new();
    for entry in std::fs::read_dir(office.data()).unwrap() {
        everything.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |words: &str| everything.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(holds("what stays") && !holds("words taken back"));
}
