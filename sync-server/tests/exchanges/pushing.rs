//! Push: answers for each item, counters, bindings of actors, what builds on what.

use std::collections::BTreeSet;

use footbridge_model::{Actor, Command, DocumentId, Kind, ProgrammeId, Recipient, Scope};
use footbridge_protocol::{Answer, ChangeItem, EnvelopeMessage, ErrorCode, Item, PulledContent, StreamWriter, push};
use serde_json::{Value, json};

use super::support::{Office, Phone, Recorded, push_envelopes, random, set};

fn refused(code: ErrorCode) -> Answer {
    Answer::Refused(code)
}

/// The fields of a record as the phone gets them.
async fn fields(office: &Office, phone: &Phone, id: DocumentId) -> Value {
    let answer = phone.documents(office, &[id]).await;
    let PulledContent::Document { projection, .. } = &answer.items[0].content else { panic!("no document") };
    serde_json::from_str(projection).unwrap()
}

/// What the server decides about a record.
async fn facts(office: &Office, phone: &Phone, id: DocumentId) -> Value {
    let answer = phone.documents(office, &[id]).await;
    let PulledContent::Document { facts, .. } = &answer.items[0].content else { panic!("no document") };
    serde_json::from_str(facts).unwrap()
}

#[tokio::test]
async fn what_was_recorded_arrives_and_its_author_is_who_signed() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    assert_eq!(amina.push(&office, vec![visit.item()]).await, [Answer::Accepted]);
    assert_eq!(facts(&office, &kari, visit.id).await["author"], json!(amina.person));
    let answer = kari.documents(&office, &[visit.id]).await;
    assert_eq!(answer.actors.len(), 1);
    assert_eq!((answer.actors[0].actor, answer.actors[0].person), (amina.actor, amina.person));
}

#[tokio::test]
async fn one_bad_item_among_200_is_refused_and_199_arrive() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let mut items: Vec<Item> = (0..200).map(|_| amina.visit().item()).collect();
    let Item::Change(bad) = &mut items[77] else { panic!("a change") };
    bad.change.truncate(20);
    let answers = amina.push(&office, items).await;
    assert_eq!(answers[77], refused(ErrorCode::Malformed));
    assert_eq!(answers.iter().filter(|answer| **answer == Answer::Accepted).count(), 199);
    assert_eq!(amina.sees(&office, Scope::Person(amina.person)).await.len(), 199);
}

#[tokio::test]
async fn the_same_envelope_again_gets_the_same_answers() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    let unknown = amina.command(DocumentId::from_bytes(random()), &Command::Reopen);
    let envelope = amina.envelope(&office, vec![visit.item(), unknown, visit.item()]);
    let first = push_envelopes(&office, std::slice::from_ref(&envelope)).await;
    let answers: Vec<_> = first.envelopes[0].items.iter().map(|item| item.answer).collect();
    assert_eq!(answers, [Answer::Accepted, refused(ErrorCode::NotFound), Answer::Duplicate]);
    let office = office.restart().await;
    assert_eq!(push_envelopes(&office, &[envelope]).await, first);
}

#[tokio::test]
async fn a_counter_is_used_once() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    amina.counter = 4;
    amina.push(&office, vec![amina.visit().item()]).await;
    for counter in [4, 3, 0] {
        amina.counter = counter;
        let envelope = amina.envelope(&office, vec![amina.visit().item()]);
        let pushed = push_envelopes(&office, &[envelope]).await;
        assert_eq!(pushed.envelopes[0].answer, refused(ErrorCode::CounterUsed), "{}", counter + 1);
    }
    assert_eq!(amina.sees(&office, Scope::Person(amina.person)).await.len(), 1);
    assert_eq!(amina.session(&office).await.unwrap().counter, 5);
}

#[tokio::test]
async fn several_envelopes_are_judged_each_by_itself() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    let edited = amina.edit(&visit, &[set("minutes", 20)]);
    let first = amina.envelope(&office, vec![visit.item()]);
    let mut broken = amina.envelope(&office, vec![amina.visit().item()]);
    let last = broken.len() - 1;
    broken[last] ^= 1;
    let third = amina.envelope(&office, vec![edited.item()]);
    let pushed = push_envelopes(&office, &[first, broken, third]).await;
    let answers: Vec<_> = pushed.envelopes.iter().map(|envelope| (envelope.counter, envelope.answer)).collect();
    assert_eq!(answers, [(1, Answer::Accepted), (0, refused(ErrorCode::BadSignature)), (3, Answer::Accepted)]);
    assert_eq!(fields(&office, &amina, visit.id).await["fields"]["minutes"], 20);
}

#[tokio::test]
async fn an_envelope_for_another_server_programme_or_from_a_stranger_is_not_opened() {
    let office = Office::open().await;
    let (amina, stranger) = (office.amina().await, Phone::new());
    let envelope = |phone: &Phone, identity, programme| {
        let device = phone.device;
        EnvelopeMessage { identity, programme, device, counter: 1, items: Vec::new() }.seal(&phone.key).unwrap()
    };
    let (ours, theirs) = (office.state.identity().public(), amina.key.public());
    let other = ProgrammeId::from_bytes([1; 16]);
    let envelopes = [
        envelope(&amina, theirs, office.programme),
        envelope(&amina, ours, other),
        envelope(&stranger, ours, office.programme),
    ];
    let pushed = push_envelopes(&office, &envelopes).await;
    let answers: Vec<_> = pushed.envelopes.iter().map(|envelope| envelope.answer).collect();
    let codes = [ErrorCode::WrongServer, ErrorCode::WrongProgramme, ErrorCode::UnknownDevice];
    assert_eq!(answers, codes.map(refused));
}

#[tokio::test]
async fn too_many_envelopes_or_a_cut_stream_are_refused_as_a_whole() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let envelopes: Vec<_> = (0..9).map(|_| amina.envelope(&office, Vec::new())).collect();
    let nine = StreamWriter::whole(&envelopes).unwrap();
    assert_eq!(office.post(push::PATH, None, nine).await.code(), Some(ErrorCode::TooMany));
    let one = StreamWriter::whole(&envelopes[..1]).unwrap();
    let cut = one[..one.len() / 2].to_vec();
    assert_eq!(office.post(push::PATH, None, cut).await.code(), Some(ErrorCode::Malformed));
}

#[tokio::test]
async fn concurrent_edits_of_two_devices_meet() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    amina.push(&office, vec![visit.item()]).await;
    let hers = amina.edit(&visit, &[set("minutes", 20), set("reached", 1)]);
    let kari_edit = kari.edit(&visit, &[set("minutes", 30)]);
    assert_eq!(amina.push(&office, vec![hers.item()]).await, [Answer::Accepted]);
    assert_eq!(kari.push(&office, vec![kari_edit.item()]).await, [Answer::Accepted]);
    let projection = fields(&office, &amina, visit.id).await;
    assert_eq!(projection["fields"]["reached"], 1);
    assert_eq!(projection["disagreements"], json!(["minutes"]));
}

#[tokio::test]
async fn what_builds_on_a_refused_item_is_refused_and_the_rest_arrives() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let (bad, good) = (amina.visit(), amina.visit());
    let edited = amina.edit(&bad, &[set("minutes", 20)]);
    let note_on = |visit: &Recorded| amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill läsa." }));
    let (lost, kept) = (note_on(&bad), note_on(&good));
    let Item::Change(mut cut) = bad.item() else { panic!("a change") };
    cut.change.pop();
    let items = vec![Item::Change(cut), edited.item(), lost.item(), good.item(), kept.item()];
    let answers = amina.push(&office, items).await;
    let unknown = refused(ErrorCode::NotFound);
    let malformed = refused(ErrorCode::Malformed);
    assert_eq!(answers, [malformed, unknown, unknown, Answer::Accepted, Answer::Accepted]);
}

#[tokio::test]
async fn a_fork_and_a_borrowed_actor_are_told() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let (one, other) = (amina.edit(&visit, &[set("minutes", 20)]), amina.edit(&visit, &[set("minutes", 30)]));
    let answers = amina.push(&office, vec![visit.item(), one.item(), other.item()]).await;
    assert_eq!(answers, [Answer::Accepted, Answer::Accepted, refused(ErrorCode::Forked)]);
    let own = kari.actor;
    kari.actor = amina.actor;
    let borrowed = kari.visit();
    assert_eq!(kari.push(&office, vec![borrowed.item()]).await, [refused(ErrorCode::WrongActor)]);
    kari.actor = own;
    assert_eq!(kari.push(&office, vec![kari.visit().item()]).await, [Answer::Accepted]);
    // A copied installation goes on with an actor of its own.
    amina.actor = Actor::from_bytes(random());
    assert_eq!(amina.push(&office, vec![amina.visit().item()]).await, [Answer::Accepted]);
}

#[tokio::test]
async fn an_unknown_kind_generation_or_item_costs_only_itself() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    let item = |kind: &str, generation| {
        let (kind, change) = (kind.to_owned(), visit.made.change.clone());
        Item::Change(ChangeItem {
            id: visit.id,
            kind,
            generation,
            change,
            given_back: None,
            author: None,
            by: None,
            drafts: None,
        })
    };
    let items = vec![
        item("multicafe", 0),
        item("note", 0),
        item("visit", 3),
        Item::Unreadable(vec![0xa1, 0x00, 0x18, 0x63]),
        item("visit", 0),
        item("visit", 1),
    ];
    let answers = amina.push(&office, items).await;
    assert_eq!(answers[0], refused(ErrorCode::UnknownKind));
    assert_eq!(answers[1], refused(ErrorCode::Malformed), "a visit that says it is a note");
    assert_eq!(answers[2], refused(ErrorCode::NotFound));
    assert_eq!(answers[3], refused(ErrorCode::UnknownKind));
    assert_eq!(answers[4], Answer::Accepted);
    assert_eq!(answers[5], refused(ErrorCode::StaleGeneration));
}

#[tokio::test]
async fn a_follow_up_is_given_closed_by_another_and_opened_again() {
    let office = Office::open().await;
    let (mut amina, mut leila) = (office.amina().await, office.leila().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal", "district": "Dalhem" }));
    let visit = amina.record(Kind::Visit, json!({ "kind": "home", "district": "Dalhem", "contact": contact.id }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    amina.push(&office, vec![contact.item(), visit.item(), follow_up.item()]).await;
    assert!(leila.documents(&office, &[follow_up.id]).await.items.is_empty(), "not given yet");
    let give = Command::Give { to: Recipient::District("Närlunda".to_owned()), seen: None };
    let give = amina.command(follow_up.id, &give);
    assert_eq!(amina.push(&office, vec![give.clone(), give]).await, [Answer::Accepted, Answer::Duplicate]);
    let seen = facts(&office, &leila, follow_up.id).await;
    assert_eq!(
        (&seen["handle"], &seen["district"], &seen["state"]),
        (&json!("blå sjal"), &json!("Dalhem"), &json!("open"))
    );
    assert!(leila.documents(&office, &[visit.id, contact.id]).await.items.is_empty(), "but not the visit");
    let close = Command::Close { outcome: Some("done".to_owned()) };
    let (hers, late) = (leila.command(follow_up.id, &close), amina.command(follow_up.id, &close));
    assert_eq!(leila.push(&office, vec![hers]).await, [Answer::Accepted]);
    assert_eq!(amina.push(&office, vec![late]).await, [refused(ErrorCode::Changed)]);
    let closed = facts(&office, &amina, follow_up.id).await;
    assert_eq!((&closed["closed_by"], &closed["outcome"]), (&json!(leila.person), &json!("done")));
    let reopen = leila.command(follow_up.id, &Command::Reopen);
    assert_eq!(leila.push(&office, vec![reopen]).await, [Answer::Accepted]);
    assert_eq!(facts(&office, &amina, follow_up.id).await["state"], "open");
}

#[tokio::test]
async fn a_follow_up_hears_when_what_it_is_about_changes() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal" }));
    let visit = amina.record(Kind::Visit, json!({ "kind": "home", "contact": contact.id }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    // The contact comes last: the handle follows as soon as it is known.
    amina.push(&office, vec![visit.item(), follow_up.item(), contact.item()]).await;
    assert_eq!(facts(&office, &amina, follow_up.id).await["handle"], "blå sjal");
    let named = |field: &str, value: &str| footbridge_model::FieldChange::Set {
        field: field.to_owned(),
        value: footbridge_model::Scalar::Str(value.to_owned()),
    };
    let (handle, district) = (named("handle", "röd sjal"), named("district", "Dalhem"));
    let items = vec![amina.edit(&contact, &[handle]).item(), amina.edit(&visit, &[district]).item()];
    amina.push(&office, items).await;
    let now = facts(&office, &amina, follow_up.id).await;
    assert_eq!((&now["handle"], &now["district"]), (&json!("röd sjal"), &json!("Dalhem")));
}

#[tokio::test]
async fn nobody_learns_a_handle_by_naming_anothers_contact() {
    let office = Office::open().await;
    let (mut amina, mut leila) = (office.amina().await, office.leila().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal" }));
    amina.push(&office, vec![contact.item()]).await;
    let visit = leila.record(Kind::Visit, json!({ "kind": "home", "contact": contact.id }));
    let follow_up = leila.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    leila.push(&office, vec![visit.item(), follow_up.item()]).await;
    assert_eq!(facts(&office, &leila, follow_up.id).await.get("handle"), None);
}

#[tokio::test]
async fn a_note_moves_with_what_it_is_on() {
    let office = Office::open().await;
    let (mut kari, amina) = (office.kari().await, office.amina().await);
    let visit = kari.visit();
    let note = kari.record(Kind::Note, json!({ "on": visit.id, "text": "Från pärmen." }));
    kari.push(&office, vec![visit.item(), note.item()]).await;
    assert!(amina.sees(&office, Scope::Person(amina.person)).await.is_empty());
    let attribute = Command::Attribute { person: amina.person };
    let attribute = kari.command(visit.id, &attribute);
    assert_eq!(kari.push(&office, vec![attribute]).await, [Answer::Accepted]);
    let seen: BTreeSet<_> = amina.sees(&office, Scope::Person(amina.person)).await.into_iter().collect();
    assert_eq!(seen, BTreeSet::from([visit.id, note.id]));
    assert_eq!(kari.sees(&office, Scope::Person(kari.person)).await, [note.id], "the note is still hers");
    assert_eq!(facts(&office, &amina, visit.id).await["author"], json!(amina.person));
}

#[tokio::test]
async fn two_coordinators_who_add_the_same_code_meet_in_one() {
    let office = Office::open().await;
    let (mut kari, mut noor) =
        (office.kari().await, office.phone(footbridge_model::Role::Coordinator, "Noor", &[]).await);
    let id = footbridge_model::vocabulary::code_id(office.programme, "topics", "gardening");
    let code = |phone: &Phone, labels: Value| {
        let fields = json!({ "list": "topics", "code": "gardening", "labels": labels });
        let mut code = phone.record(Kind::Code, fields);
        code.id = id;
        code
    };
    let (first, second) = (code(&kari, json!({ "sv": "Odling" })), code(&noor, json!({ "nb": "Hagearbeid" })));
    assert_eq!(kari.push(&office, vec![first.item()]).await, [Answer::Accepted]);
    assert_eq!(noor.push(&office, vec![second.item()]).await, [Answer::Accepted]);
    let projection = fields(&office, &kari, id).await;
    assert_eq!(projection["fields"]["labels"], json!({ "nb": "Hagearbeid", "sv": "Odling" }));
    let mut elsewhere = code(&kari, json!({}));
    elsewhere.id = DocumentId::from_bytes(random());
    assert_eq!(kari.push(&office, vec![elsewhere.item()]).await, [refused(ErrorCode::Malformed)]);
}

#[tokio::test]
async fn the_same_row_imported_on_two_devices_is_one_visit() {
    let office = Office::open().await;
    let (mut kari, mut noor) =
        (office.kari().await, office.phone(footbridge_model::Role::Coordinator, "Noor", &[]).await);
    let (first, mut second) = (kari.visit(), noor.visit());
    second.id = first.id;
    assert_eq!(kari.push(&office, vec![first.item()]).await, [Answer::Accepted]);
    assert_eq!(noor.push(&office, vec![second.item()]).await, [Answer::Accepted]);
    let projection = fields(&office, &kari, first.id).await;
    assert_eq!(projection.get("disagreements"), None, "{projection}");
    assert_eq!(facts(&office, &kari, first.id).await["author"], json!(kari.person));
}

#[tokio::test]
async fn a_value_of_another_shape_than_its_field_is_not_taken_and_a_later_versions_field_is() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    assert_eq!(amina.push(&office, vec![visit.item()]).await, [Answer::Accepted]);
    for (field, number, answer) in [
        ("minutes", 1441, refused(ErrorCode::UnknownField)),
        ("place", 5, refused(ErrorCode::UnknownField)),
        ("Not a field", 5, refused(ErrorCode::UnknownField)),
        ("shoe_size", 38, Answer::Accepted),
    ] {
        let changes = [super::support::set(field, number)];
        let made = footbridge_model::document::edit(
            &visit.made.stored,
            footbridge_model::Actor::from_bytes(super::support::random()),
            footbridge_model::Timestamp(super::support::NOW),
            &changes,
            &footbridge_model::document::Base::Current,
        );
        let change = made.unwrap().unwrap().change;
        let Item::Change(item) = visit.item() else { unreachable!() };
        let item = Item::Change(footbridge_protocol::ChangeItem { change, ..item });
        assert_eq!(amina.push(&office, vec![item]).await, [answer], "{field}");
    }
}
