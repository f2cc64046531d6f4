//! What a revoked device hands over is kept apart, bounded and once, until a coordinator takes it over or throws it
//! away. Drafts are not handed over.

use footbridge_model::{Command, DocumentId, Kind, QuarantineId, Recipient, Role, Scope, Timestamp, TokenHash};
use footbridge_protocol::{
    Answer, ChangeItem, ErrorCode, Item, PulledContent, QuarantineMessage, QuarantineRequest, decode, encode,
    quarantine as wire,
};
use footbridge_server::admin::AdminRequest;
use footbridge_server::people::{By, Refused};
use footbridge_server::quarantine;
use serde_json::{Value, json};

use super::people::{facts, latest_deed, to};
use super::support::{NOW, Office, Phone, Recorded, draft, draft_body, push_envelopes, random, set};

const QUARANTINED: Answer = Answer::Refused(ErrorCode::Quarantined);
const FORBIDDEN: Answer = Answer::Refused(ErrorCode::Forbidden);
const NOT_FOUND: Answer = Answer::Refused(ErrorCode::NotFound);

pub async fn revoke(office: &Office, phone: &Phone) {
    office.ask(AdminRequest::Revoke { programme: office.programme, person: phone.person, wipe: false }).await;
}

async fn asked(office: &Office, phone: &Phone, after: Option<QuarantineId>) -> Result<QuarantineMessage, ErrorCode> {
    let token = phone.session(office).await.unwrap().token;
    let answer = office.post(wire::PATH, Some(&token), encode(&QuarantineRequest { after }).unwrap()).await;
    answer.code().map_or_else(|| Ok(decode(&answer.body).unwrap()), Err)
}

/// What is in quarantine: the record, and what it would be.
pub async fn listed(office: &Office, kari: &Phone) -> Vec<(QuarantineId, DocumentId, Value)> {
    let message = asked(office, kari, None).await.unwrap();
    let items = message.items.into_iter().map(|item| {
        let projection = item.projection.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        (item.id, item.record, projection)
    });
    items.collect()
}

/// A command about an entry.
pub fn about(kari: &Phone, entry: QuarantineId, command: &Command) -> Item {
    kari.command(DocumentId::from_bytes(*entry.as_bytes()), command)
}

async fn fields(office: &Office, phone: &Phone, id: DocumentId) -> Value {
    let answer = phone.documents(office, &[id]).await;
    match answer.items.first().map(|item| &item.content) {
        Some(PulledContent::Document { projection, .. }) => serde_json::from_str::<Value>(projection).unwrap(),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn a_revoked_device_hands_over_what_it_recorded_and_a_coordinator_takes_it_as_hers() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let edited = amina.edit(&visit, &[set("minutes", 20)]);
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill läsa svenska." }));
    revoke(&office, &amina).await;
    let items = vec![visit.item(), edited.item(), note.item()];
    assert_eq!(amina.push(&office, items.clone()).await, [QUARANTINED; 3]);
    assert_eq!(amina.push(&office, items).await, [QUARANTINED; 3], "again, and still once");
    assert_eq!(kari.sees(&office, Scope::Coordinators).await, [], "nothing was applied");
    let devices = office.ask(AdminRequest::Devices { programme: office.programme }).await;
    let hers = devices["items"].as_array().unwrap().iter().find(|device| device["name"] == "Amina").unwrap();
    assert_eq!(hers["quarantined"], 2);
    let entries = listed(&office, &kari).await;
    assert_eq!(entries.iter().map(|entry| entry.1).collect::<Vec<_>>(), [visit.id, note.id]);
    assert_eq!((&entries[0].2["fields"]["minutes"], &entries[0].2["kind"]), (&json!(20), &json!("visit")));
    assert_eq!(entries[1].2["fields"]["text"], "Hon vill läsa svenska.");
    let early = about(&kari, entries[1].0, &Command::Take);
    assert_eq!(kari.push(&office, vec![early]).await, [NOT_FOUND], "the visit that it is on is not here yet");
    let whole = asked(&office, &kari, None).await.unwrap();
    assert_eq!((whole.items.len(), whole.more), (2, false), "and stays");
    let rest = asked(&office, &kari, Some(entries[0].0)).await.unwrap();
    assert_eq!(rest.items.len(), 1);
    let take = entries.iter().map(|entry| about(&kari, entry.0, &Command::Take)).collect();
    assert_eq!(kari.push(&office, take).await, [Answer::Accepted; 2]);
    let deed = latest_deed(&office).await;
    assert_eq!((&deed["deed"], &deed["name"], &deed["about"]), (&json!("taken_over"), &json!("Kari"), &json!(note.id)));
    assert_eq!(deed["detail"]["person"], json!(amina.person));
    assert!(!deed.to_string().contains("svenska"));
    assert_eq!(fields(&office, &kari, visit.id).await["fields"]["minutes"], 20);
    assert_eq!(facts(&office, &kari, visit.id).await["author"], json!(amina.person));
    let answer = kari.documents(&office, &[visit.id]).await;
    assert!(answer.actors.iter().any(|actor| actor.actor == amina.actor && actor.person == amina.person));
    assert!(listed(&office, &kari).await.is_empty());
    assert_eq!(amina.push(&office, vec![edited.item()]).await, [Answer::Duplicate], "as good as accepted");
}

#[tokio::test]
async fn what_had_arrived_before_is_a_duplicate_and_drafts_and_decisions_are_not_handed_over() {
    let office = Office::open().await;
    let (mut noor, leila) = (office.phone(Role::Coordinator, "Noor", &[]).await, office.leila().await);
    let kari = office.kari().await;
    let visit = noor.visit();
    let follow_up = noor.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    let given = noor.command(follow_up.id, &Command::Give { to: Recipient::Person(leila.person), seen: None });
    noor.push(&office, vec![visit.item(), follow_up.item(), given.clone()]).await;
    let other = noor.visit();
    noor.push(&office, vec![other.item()]).await;
    revoke(&office, &noor).await;
    assert_eq!(noor.push(&office, vec![visit.item(), given]).await, [Answer::Duplicate; 2]);
    let id = DocumentId::from_bytes(random());
    let own = noor.person.document();
    let expires_at = Timestamp(NOW + 60_000);
    let invite = Command::Invite {
        token: TokenHash(random()),
        name: Some("Hodan".to_owned()),
        role: Role::Coordinator,
        districts: std::collections::BTreeSet::new(),
        expires_at,
    };
    let items = vec![
        draft(id, 1, None, Some(&draft_body(r#"{"place":"only hers"}"#))),
        noor.command(own, &Command::Reinstate),
        noor.command(kari.person.document(), &Command::Revoke { device: None, wipe: true }),
        noor.command(leila.person.document(), &to(Role::Coordinator, &[])),
        noor.command(id, &invite),
        noor.command(own, &Command::ReviewLink { token: TokenHash(random()), expires_at }),
        noor.command(visit.id, &Command::Seen { heads: Vec::new() }),
        noor.command(id, &Command::Take),
        noor.command(id, &Command::Discard),
    ];
    assert_eq!(noor.push(&office, items).await, [FORBIDDEN; 9]);
    let close = noor.command(follow_up.id, &Command::Close { outcome: None });
    assert_eq!(noor.push(&office, vec![close]).await, [QUARANTINED]);
    assert_eq!(facts(&office, &kari, follow_up.id).await["state"], "open");
    let entries = listed(&office, &kari).await;
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].1, &entries[0].2["kind"]), (follow_up.id, &json!("follow_up")));
    let page = By::Page { person: kari.person };
    let taken = quarantine::take_over(&office.state, page, office.programme, entries[0].0).await.unwrap();
    assert_eq!((taken.items, taken.stays), (1, None));
    let closed = facts(&office, &kari, follow_up.id).await;
    assert_eq!((&closed["state"], &closed["closed_by"]), (&json!("closed"), &json!(noor.person)));
}

#[tokio::test]
async fn malformed_items_are_refused_and_the_same_envelope_gets_the_same_answers() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    revoke(&office, &amina).await;
    let Item::Change(mut cut) = visit.item() else { panic!("a change") };
    cut.change.truncate(20);
    let long = Item::Change(ChangeItem { kind: "x".repeat(1000), ..cut.clone() });
    let items = vec![Item::Change(cut), long, Item::Unreadable(vec![0xa1, 0x00, 0x18, 0x63]), visit.item()];
    let envelope = amina.envelope(&office, items);
    let first = push_envelopes(&office, std::slice::from_ref(&envelope)).await;
    let answers: Vec<_> = first.envelopes[0].items.iter().map(|item| item.answer).collect();
    let (malformed, unknown) = (Answer::Refused(ErrorCode::Malformed), Answer::Refused(ErrorCode::UnknownKind));
    assert_eq!(answers, [malformed, malformed, unknown, QUARANTINED]);
    let office = office.restart().await;
    assert_eq!(push_envelopes(&office, &[envelope]).await, first);
}

#[tokio::test]
async fn what_is_thrown_away_is_gone_and_noted() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let secret = "ord som ingen ska läsa ".repeat(40);
    let visit = amina.visit();
    amina.push(&office, vec![visit.item()]).await;
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": secret.trim() }));
    revoke(&office, &amina).await;
    amina.push(&office, vec![note.item()]).await;
    let entry = listed(&office, &kari).await[0].0;
    let page = By::Page { person: amina.person };
    let asked = quarantine::throw_away(&office.state, page, office.programme, entry).await;
    assert!(matches!(asked, Err(Refused::Forbidden)));
    let discard = about(&kari, entry, &Command::Discard);
    let again = about(&kari, entry, &Command::Discard);
    assert_eq!(kari.push(&office, vec![discard, again]).await, [Answer::Accepted, NOT_FOUND]);
    assert!(listed(&office, &kari).await.is_empty());
    assert_eq!(latest_deed(&office).await["deed"], "discarded");
    assert_eq!(kari.sees(&office, Scope::Coordinators).await, [visit.id]);
    let journal = std::fs::read_to_string(office.data().join("footbridge.journal")).unwrap();
    assert!(journal.lines().last().unwrap().contains("discarded"), "a restored backup does not bring it back");
    office.state.stop().await;
    let mut everything = Vec::new();
    for entry in std::fs::read_dir(office.data()).unwrap() {
        everything.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |words: &str| everything.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(!holds("ord som ingen ska") && holds("street"));
}

#[tokio::test]
async fn what_cannot_be_taken_says_why_and_stays() {
    let office = Office::open().await;
    let (mut amina, mut kari, mut leila) = (office.amina().await, office.kari().await, office.leila().await);
    let anothers = leila.visit();
    leila.push(&office, vec![anothers.item()]).await;
    let visit = amina.visit();
    let second = amina.edit(&visit, &[set("minutes", 5)]);
    let third = amina.edit(&second, &[set("reached", 2)]);
    let meddled = amina.edit(&anothers, &[set("minutes", 99)]);
    revoke(&office, &amina).await;
    // The second change was lost on the way: the third cannot stand.
    let items = vec![visit.item(), third.item(), meddled.item()];
    assert_eq!(amina.push(&office, items).await, [QUARANTINED; 3]);
    let entries = listed(&office, &kari).await;
    let take: Vec<_> = entries.iter().map(|entry| about(&kari, entry.0, &Command::Take)).collect();
    let missing = Answer::Refused(ErrorCode::MissingDeps);
    assert_eq!(kari.push(&office, take).await, [missing, NOT_FOUND]);
    assert_eq!(fields(&office, &kari, anothers.id).await["fields"].get("minutes"), None);
    assert_eq!(fields(&office, &kari, visit.id).await["fields"]["kind"], "street", "what could be taken was");
    let left = listed(&office, &kari).await;
    assert_eq!(left.len(), 2);
    let programme = office.programme;
    let waiting = office.state.storage().read(move |connection| quarantine::waiting(connection, programme, None, 10));
    let (waiting, _) = waiting.await.unwrap();
    assert_eq!(waiting[0].refused, Some(ErrorCode::MissingDeps.number()));
    assert_eq!(waiting[1].refused, Some(ErrorCode::NotFound.number()));
    amina.push(&office, vec![second.item()]).await;
    let entry = listed(&office, &kari).await.into_iter().find(|entry| entry.1 == visit.id).unwrap().0;
    let take = |kari: &Phone| about(kari, entry, &Command::Take);
    let first = take(&kari);
    assert_eq!(kari.push(&office, vec![first]).await, [missing], "in the order in which they came");
    let again = take(&kari);
    assert_eq!(kari.push(&office, vec![again]).await, [Answer::Accepted]);
    assert_eq!(fields(&office, &kari, visit.id).await["fields"]["reached"], 2);
}

#[tokio::test]
async fn the_quarantine_of_a_device_is_bounded_and_has_room_again_once_some_is_thrown_away() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    revoke(&office, &amina).await;
    let visits: Vec<Recorded> = (0..2001).map(|_| amina.visit()).collect();
    let mut answers = Vec::new();
    for some in visits.chunks(500) {
        answers.extend(amina.push(&office, some.iter().map(Recorded::item).collect()).await);
    }
    let full = Answer::Refused(ErrorCode::QuarantineFull);
    assert!(answers[..2000].iter().all(|answer| *answer == QUARANTINED));
    assert_eq!(answers[2000], full);
    assert_eq!(amina.push(&office, vec![visits[0].item(), visits[2000].item()]).await, [QUARANTINED, full]);
    let page = asked(&office, &kari, None).await.unwrap();
    assert_eq!((page.items.len(), page.more), (200, true));
    let next = asked(&office, &kari, page.items.last().map(|item| item.id)).await.unwrap();
    assert!(next.items.iter().all(|item| page.items.iter().all(|before| before.id != item.id)));
    let discard = about(&kari, page.items[0].id, &Command::Discard);
    assert_eq!(kari.push(&office, vec![discard]).await, [Answer::Accepted]);
    assert_eq!(amina.push(&office, vec![visits[2000].item()]).await, [QUARANTINED]);
}

#[tokio::test]
async fn only_coordinators_of_the_programme_look_into_the_quarantine() {
    let office = Office::open().await;
    let (mut amina, mut leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    revoke(&office, &amina).await;
    amina.push(&office, vec![amina.visit().item()]).await;
    assert_eq!(asked(&office, &leila, None).await, Err(ErrorCode::Forbidden));
    let entry = listed(&office, &kari).await[0].0;
    let items = vec![about(&leila, entry, &Command::Take), about(&leila, entry, &Command::Discard)];
    assert_eq!(leila.push(&office, items).await, [FORBIDDEN; 2]);
    let mut solveig = office.solveig(Role::Coordinator).await;
    assert_eq!(asked(&office, &solveig, None).await.map(|message| message.items.len()), Ok(0));
    let items = vec![about(&solveig, entry, &Command::Take), about(&solveig, entry, &Command::Discard)];
    assert_eq!(solveig.push(&office, items).await, [NOT_FOUND; 2]);
    assert_eq!(listed(&office, &kari).await.len(), 1);
}

#[tokio::test]
async fn what_a_device_could_not_get_accepted_is_remembered_without_content_until_it_is() {
    let office = Office::open().await;
    let (mut amina, mut leila) = (office.amina().await, office.leila().await);
    let visit = leila.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill läsa." }));
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal" }));
    assert_eq!(amina.push(&office, vec![note.item(), contact.item()]).await, [NOT_FOUND, Answer::Accepted]);
    let set_aside = async || {
        let programme = office.programme;
        let read = office
            .state
            .storage()
            .read(move |connection| footbridge_server::storage::set_aside::of(connection, programme));
        read.await
            .unwrap()
            .into_iter()
            .map(|(person, row)| (person, row.record, row.kind, row.code))
            .collect::<Vec<_>>()
    };
    let told = (amina.person, note.id, "note".to_owned(), ErrorCode::NotFound.number());
    assert_eq!(set_aside().await, [told]);
    let devices = office.ask(AdminRequest::Devices { programme: office.programme }).await;
    let hers = devices["items"].as_array().unwrap().iter().find(|device| device["name"] == "Amina").unwrap();
    assert_eq!(hers["set_aside"], 1);
    // A coordinator says that the visit was hers: now the note can be taken.
    let mut kari = office.kari().await;
    leila.push(&office, vec![visit.item()]).await;
    let attribute = kari.command(visit.id, &Command::Attribute { person: amina.person });
    kari.push(&office, vec![attribute]).await;
    assert_eq!(amina.push(&office, vec![note.item()]).await, [Answer::Accepted]);
    assert_eq!(set_aside().await, []);
    let close = amina.command(contact.id, &Command::Reopen);
    assert_eq!(amina.push(&office, vec![close]).await, [FORBIDDEN]);
    assert_eq!(set_aside().await.len(), 1);
    amina.session(&office).await.unwrap();
    assert_eq!(set_aside().await, [], "the device has nothing unsent: it was discarded there");
}
