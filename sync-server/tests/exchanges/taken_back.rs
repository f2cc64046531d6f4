//! Words that are taken back: records erased, records reworded, and who has seen what.

use std::collections::BTreeMap;

use footbridge_model::document;
use footbridge_model::{ChangeHash, Command, DocumentId, FieldChange, Kind, Scope, Timestamp};
use footbridge_protocol::{Answer, ErrorCode, Item, PulledContent, RenewalItem};
use footbridge_server::admin::AdminRequest;
use serde_json::{Value, json};

use super::support::{NOW, Office, Phone, Recorded, draft, draft_body, from_the_start, set};

const REFUSED: fn(ErrorCode) -> Answer = Answer::Refused;

/// What becomes of each record in a scope.
async fn contents(office: &Office, phone: &Phone, scope: Scope) -> BTreeMap<DocumentId, PulledContent> {
    let frames = phone.pull(office, vec![from_the_start(scope)]).await.unwrap();
    frames.into_iter().flat_map(|frame| frame.items).map(|item| (item.id, item.content)).collect()
}

/// The facts of a record, as somebody is told them.
async fn facts(office: &Office, phone: &Phone, id: DocumentId) -> Value {
    match &phone.documents(office, &[id]).await.items[0].content {
        PulledContent::Document { facts, .. } => serde_json::from_str(facts).unwrap(),
        other => panic!("no document: {other:?}"),
    }
}

fn draft_on(id: DocumentId, on: DocumentId) -> Item {
    let Item::Draft(mut item) = draft(id, 1, None, Some(&draft_body("{}").replace("visit", "note"))) else {
        unreachable!()
    };
    item.kind = "note".to_owned();
    item.on = Some(on);
    Item::Draft(item)
}

/// The author's fresh document of a record with these changes.
fn renewal(phone: &Phone, of: &Recorded, generation: u64, changes: &[FieldChange]) -> (Item, Recorded) {
    let made = document::renew(&of.made.stored, phone.actor, Timestamp(NOW), changes, &[], &[]).unwrap().edited;
    let item = Item::Renewal(RenewalItem {
        id: of.id,
        kind: of.kind.name().to_owned(),
        generation,
        document: made.change.clone(),
        seen: document::heads(&of.made.stored).unwrap(),
        drafts: None,
    });
    (item, Recorded { id: of.id, kind: of.kind, made })
}

fn of_generation(item: Item, generation: u64) -> Item {
    let Item::Change(mut item) = item else { panic!("no change") };
    item.generation = generation;
    Item::Change(item)
}

#[tokio::test]
async fn what_a_coordinator_erases_goes_with_all_that_is_on_it_and_does_not_come_back() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let (visit, other) = (amina.visit(), amina.visit());
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon heter Blåklocka." }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "work" }));
    let unfinished = DocumentId::from_bytes([9; 16]);
    let mut items: Vec<_> = [&visit, &other, &note, &follow_up].map(Recorded::item).to_vec();
    items.push(draft_on(unfinished, visit.id));
    assert_eq!(amina.push(&office, items).await, [Answer::Accepted; 5]);

    let erase = kari.command(visit.id, &Command::Erase);
    assert_eq!(kari.push(&office, vec![erase.clone()]).await, [Answer::Accepted]);
    assert_eq!(kari.push(&office, vec![erase]).await, [Answer::Duplicate], "an answer that was lost is given again");

    let hers = contents(&office, &amina, Scope::Person(amina.person)).await;
    for gone in [&visit, &note, &follow_up] {
        assert_eq!(hers[&gone.id], PulledContent::Erased);
    }
    assert!(matches!(hers[&other.id], PulledContent::Document { .. }));
    assert_eq!(contents(&office, &amina, Scope::Drafts(amina.person)).await[&unfinished], PulledContent::Erased);
    assert_eq!(amina.documents(&office, &[note.id]).await.items[0].content, PulledContent::Erased);

    let late = amina.edit(&visit, &[set("minutes", 5)]);
    let late_note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Ännu en." }));
    let answers =
        amina.push(&office, vec![late.item(), visit.item(), late_note.item(), draft_on(unfinished, visit.id)]);
    assert_eq!(answers.await, [REFUSED(ErrorCode::Erased); 4]);
    let close = amina.command(follow_up.id, &Command::Close { outcome: None });
    assert_eq!(amina.push(&office, vec![close]).await, [REFUSED(ErrorCode::Erased)]);

    let audit = office.ask(AdminRequest::Audit { programme: office.programme, before: None, limit: 1 }).await;
    let entry = &audit["items"][0];
    assert_eq!((&entry["deed"], &entry["about"]), (&json!("erased"), &json!(visit.id)));
    assert_eq!(entry["detail"], json!({ "kind": "visit", "records": 4 }));
    assert!(!audit.to_string().contains("klocka"));
    office.state.stop().await;
    for entry in std::fs::read_dir(office.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("klocka"));
    }
}

#[tokio::test]
async fn an_author_erases_her_note_and_nobody_erases_what_is_not_hers() {
    let office = Office::open().await;
    let (mut amina, mut leila, mut kari) = (office.amina().await, office.leila().await, office.kari().await);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill jobba." }));
    amina.push(&office, vec![visit.item(), note.item()]).await;
    let erase = |phone: &Phone, id| phone.command(id, &Command::Erase);
    let item = erase(&leila, note.id);
    assert_eq!(leila.push(&office, vec![item]).await, [REFUSED(ErrorCode::NotFound)], "she does not see it");
    let item = erase(&amina, visit.id);
    assert_eq!(amina.push(&office, vec![item]).await, [REFUSED(ErrorCode::Forbidden)], "a visit is a coordinator's");
    let person = erase(&kari, amina.person.document());
    let programme = erase(&kari, office.programme.document());
    assert_eq!(kari.push(&office, vec![person, programme]).await, [REFUSED(ErrorCode::Forbidden); 2]);
    let item = erase(&amina, note.id);
    assert_eq!(amina.push(&office, vec![item]).await, [Answer::Accepted]);
    assert_eq!(
        leila.push(&office, vec![note.item()]).await,
        [REFUSED(ErrorCode::NotFound)],
        "who could not see it is told what she was told before"
    );
    assert!(amina.sees(&office, Scope::Person(amina.person)).await.contains(&visit.id));
}

#[tokio::test]
async fn the_handle_of_an_erased_contact_is_on_no_follow_up_any_more() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "gul halsduk" }));
    let visit = amina.record(Kind::Visit, json!({ "kind": "street", "contact": contact.id }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "work" }));
    amina.push(&office, vec![contact.item(), visit.item(), follow_up.item()]).await;
    assert_eq!(facts(&office, &kari, follow_up.id).await["handle"], "gul halsduk");
    let erase = kari.command(contact.id, &Command::Erase);
    kari.push(&office, vec![erase]).await;
    assert_eq!(facts(&office, &kari, follow_up.id).await["handle"], Value::Null);
}

#[tokio::test]
async fn her_own_fresh_document_takes_the_place_of_the_one_she_saw_and_of_its_history() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.record(Kind::Visit, json!({ "kind": "street", "place": "vid Blåklockan" }));
    amina.push(&office, vec![visit.item()]).await;
    let place = [FieldChange::Set { field: "place".into(), value: footbridge_model::Scalar::Str("library".into()) }];
    let (by_kari, _) = renewal(&kari, &visit, 1, &place);
    assert_eq!(kari.push(&office, vec![by_kari]).await, [REFUSED(ErrorCode::Forbidden)], "only its author may");
    let (early, fresh) = renewal(&amina, &visit, 1, &place);

    let edited = kari.edit(&visit, &[set("minutes", 5)]);
    assert_eq!(kari.push(&office, vec![edited.item()]).await, [Answer::Accepted]);
    assert_eq!(amina.push(&office, vec![early]).await, [REFUSED(ErrorCode::Changed)], "she did not see what Kari said");
    let merged = Recorded {
        made: document::Edited {
            stored: document::merge(&visit.made.stored, &edited.made.stored).unwrap().stored,
            ..fresh.made
        },
        ..visit.clone()
    };
    let (again, fresh) = renewal(&amina, &merged, 1, &place);
    assert_eq!(amina.push(&office, vec![again.clone()]).await, [Answer::Accepted]);
    assert_eq!(amina.push(&office, vec![again]).await, [Answer::Duplicate]);

    let told = kari.documents(&office, &[visit.id]).await.items.remove(0);
    assert_eq!(told.generation, 1);
    let PulledContent::Document { document, projection, .. } = told.content else { panic!("no document") };
    assert_eq!(document, fresh.made.stored);
    let projection: Value = serde_json::from_str(&projection).unwrap();
    assert_eq!((&projection["fields"]["place"], &projection["fields"]["minutes"]), (&json!("library"), &json!(5)));

    let late = kari.edit(&edited, &[set("reached", 2)]);
    assert_eq!(kari.push(&office, vec![late.item()]).await, [REFUSED(ErrorCode::StaleGeneration)]);
    let on_it = kari.edit(&fresh, &[set("reached", 2)]);
    assert_eq!(kari.push(&office, vec![of_generation(on_it.item(), 1)]).await, [Answer::Accepted]);
    let (skipping, _) = renewal(&amina, &on_it, 3, &place);
    assert_eq!(amina.push(&office, vec![skipping]).await, [REFUSED(ErrorCode::StaleGeneration)]);
    office.state.stop().await;
    for entry in std::fs::read_dir(office.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("klockan"));
    }
}

#[tokio::test]
async fn a_fresh_document_of_what_is_not_here_makes_it_and_what_is_given_once_stays() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let (visit, other) = (amina.visit(), amina.visit());
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill jobba." }));
    let (made, fresh) = renewal(&amina, &visit, 1, &[]);
    assert_eq!(amina.push(&office, vec![made, note.item(), other.item()]).await, [Answer::Accepted; 3]);
    assert_eq!(amina.documents(&office, &[visit.id]).await.items[0].generation, 1);
    let elsewhere =
        [FieldChange::Set { field: "on".into(), value: footbridge_model::Scalar::Str(other.id.to_string()) }];
    let (moved, _) = renewal(&amina, &note, 1, &elsewhere);
    assert_eq!(amina.push(&office, vec![moved]).await, [REFUSED(ErrorCode::Forbidden)]);
    let two = amina.edit(&fresh, &[set("minutes", 5)]);
    let mut twice = renewal(&amina, &fresh, 2, &[]).0;
    if let Item::Renewal(item) = &mut twice {
        item.document = two.made.change.clone();
    }
    let answer = amina.push(&office, vec![twice]).await;
    assert_eq!(answer, [REFUSED(ErrorCode::MissingDeps)], "a change that stands on others begins nothing");
}

#[tokio::test]
async fn a_record_is_seen_as_it_is_until_somebody_else_changes_it() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let mut siv = office.phone(footbridge_model::Role::Coordinator, "Siv", &[]).await;
    let visit = amina.visit();
    amina.push(&office, vec![visit.item()]).await;
    let heads = |record: &Recorded| document::heads(&record.made.stored).unwrap();
    let seen = |phone: &Phone, heads| phone.command(visit.id, &Command::Seen { heads });
    let by = |facts: Value| {
        let seen = facts["seen"].as_array().cloned().unwrap_or_default();
        seen.into_iter().map(|seen| seen["by"].clone()).collect::<Vec<_>>()
    };
    let item = seen(&amina, heads(&visit));
    assert_eq!(amina.push(&office, vec![item]).await, [REFUSED(ErrorCode::Forbidden)], "only coordinators' eyes count");
    let item = seen(&kari, vec![ChangeHash([1; 32])]);
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Accepted]);
    assert_eq!(by(facts(&office, &amina, visit.id).await), Vec::<Value>::new(), "she saw it as it was before");
    let item = seen(&kari, heads(&visit));
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Accepted]);
    let item = seen(&kari, heads(&visit));
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Duplicate]);
    let item = seen(&siv, heads(&visit));
    siv.push(&office, vec![item]).await;
    assert_eq!(by(facts(&office, &amina, visit.id).await), [json!(kari.person), json!(siv.person)]);
    let edited = kari.edit(&visit, &[set("minutes", 5)]);
    kari.push(&office, vec![edited.item()]).await;
    assert_eq!(by(facts(&office, &amina, visit.id).await), [json!(kari.person)], "what Kari wrote Siv has not seen");
    let item = seen(&siv, heads(&edited));
    siv.push(&office, vec![item]).await;
    let (fresh, _) = renewal(&amina, &edited, 1, &[]);
    assert_eq!(amina.push(&office, vec![fresh]).await, [Answer::Accepted]);
    assert_eq!(by(facts(&office, &amina, visit.id).await), Vec::<Value>::new());
    let own = kari.visit();
    kari.push(&office, vec![own.item()]).await;
    let item = kari.command(own.id, &Command::Seen { heads: heads(&own) });
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Accepted]);
    assert_eq!(by(facts(&office, &kari, own.id).await), Vec::<Value>::new(), "her own she need not see");
}

#[tokio::test]
async fn no_generation_is_claimed_that_leaves_none_to_reword_with() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let too_large = Answer::Refused(ErrorCode::TooLarge);
    for generation in [65_537, u64::from(u32::MAX), u64::MAX] {
        let (item, _) = renewal(&amina, &amina.visit(), generation, &[]);
        assert_eq!(amina.push(&office, vec![item]).await, [too_large], "{generation}");
    }
    let (item, made) = renewal(&amina, &amina.visit(), 65_536, &[]);
    let (next, _) = renewal(&amina, &made, 65_537, &[set("minutes", 5)]);
    let (other, _) = renewal(&amina, &made, 65_539, &[set("minutes", 6)]);
    let stale = Answer::Refused(ErrorCode::StaleGeneration);
    assert_eq!(amina.push(&office, vec![item, other, next]).await, [Answer::Accepted, stale, Answer::Accepted]);
}
