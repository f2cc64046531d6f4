//! A volunteer is denied another's records by every route; what she sees she may not all do.

use footbridge_model::{Command, DocumentId, FieldChange, Kind, Recipient, Role, Scalar, Scope};
use footbridge_protocol::{Answer, ErrorCode, Item};
use serde_json::json;

use super::support::{Office, Phone, Recorded, draft, draft_body, from_the_start, random, set};

const NOT_FOUND: Answer = Answer::Refused(ErrorCode::NotFound);
const FORBIDDEN: Answer = Answer::Refused(ErrorCode::Forbidden);

/// Amina with a visit, a note, a contact and a follow-up on the server.
async fn recorded(office: &Office) -> (Phone, Vec<Recorded>) {
    let mut amina = office.amina().await;
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill läsa." }));
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal" }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    let records = vec![visit, note, contact, follow_up];
    let answers = amina.push(office, records.iter().map(Recorded::item).collect()).await;
    assert_eq!(answers, [Answer::Accepted; 4]);
    (amina, records)
}

#[tokio::test]
async fn a_volunteer_is_denied_anothers_records_by_every_route() {
    let office = Office::open().await;
    let (amina, records) = recorded(&office).await;
    let mut leila = office.leila().await;
    let ids: Vec<_> = records.iter().map(|record| record.id).collect();
    let known = leila.documents(&office, &ids).await;
    let unknown = leila.documents(&office, &[DocumentId::from_bytes(random())]).await;
    assert_eq!(known, unknown);
    for scope in [Scope::Person(amina.person), Scope::Drafts(amina.person), Scope::Coordinators] {
        let asked = leila.pull(&office, vec![from_the_start(scope)]).await.map(|_| ());
        assert_eq!(asked, Err(ErrorCode::NotFound));
    }
    let elsewhere = Scope::District("Dalhem".to_owned());
    assert_eq!(leila.pull(&office, vec![from_the_start(elsewhere)]).await.map(|_| ()), Err(ErrorCode::NotFound));
    for record in &records {
        let text = FieldChange::Set { field: "text".to_owned(), value: Scalar::Str("Nej.".to_owned()) };
        let change = if record.kind == Kind::Note { text } else { set("minutes", 5) };
        let items = vec![
            leila.edit(record, &[change]).item(),
            leila.command(record.id, &Command::Close { outcome: None }),
            leila.command(record.id, &Command::Give { to: Recipient::Person(leila.person), seen: None }),
            leila.command(record.id, &Command::Attribute { person: leila.person }),
            record.item(),
            draft(record.id, 1, None, Some(&draft_body("{}"))),
        ];
        assert_eq!(leila.push(&office, items).await, [NOT_FOUND; 6], "{:?}", record.kind);
    }
    let note = leila.record(Kind::Note, json!({ "on": records[0].id, "text": "Jag lyssnar." }));
    let follow_up = leila.record(Kind::FollowUp, json!({ "about": records[2].id, "what": "work" }));
    assert_eq!(leila.push(&office, vec![note.item(), follow_up.item()]).await, [NOT_FOUND; 2]);
}

#[tokio::test]
async fn what_follows_the_end_of_her_rights_in_one_envelope_is_judged_without_them() {
    let office = Office::open().await;
    let (_, records) = recorded(&office).await;
    let (mut kari, _other) = (office.kari().await, office.phone(Role::Coordinator, "Eva", &[]).await);
    let as_volunteer = Command::Role { role: Role::Volunteer, districts: ["Närlunda".to_owned()].into() };
    let her = kari.person.document();
    let hers = kari.visit();
    let items = vec![
        kari.edit(&records[0], &[set("minutes", 5)]).item(),
        kari.command(her, &as_volunteer),
        kari.edit(&records[2], &[set("minutes", 5)]).item(),
        kari.command(records[3].id, &Command::Close { outcome: None }),
        kari.command(her, &Command::Revoke { device: None, wipe: false }),
        hers.item(),
    ];
    let answers = kari.push(&office, items).await;
    assert_eq!(answers, [Answer::Accepted, Answer::Accepted, NOT_FOUND, NOT_FOUND, FORBIDDEN, Answer::Accepted]);
    let mut eva = office.phone(Role::Coordinator, "Noor", &[]).await;
    let later = eva.visit();
    let items = vec![eva.command(eva.person.document(), &Command::Revoke { device: None, wipe: false }), later.item()];
    let answers = eva.push(&office, items).await;
    assert_eq!(answers, [Answer::Accepted, Answer::Refused(ErrorCode::Quarantined)]);
}

#[tokio::test]
async fn a_volunteer_cannot_change_what_everybody_sees() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let ids = amina.sees(&office, Scope::Programme).await;
    assert!(ids.len() > 60, "the programme, its codes and its people: {}", ids.len());
    let frames = amina.pull(&office, vec![from_the_start(Scope::Programme)]).await.unwrap();
    let items: Vec<_> = frames.into_iter().flat_map(|frame| frame.items).collect();
    let mut edits = Vec::new();
    for item in items.iter().filter(|item| item.kind == "programme" || item.kind == "code").take(5) {
        let footbridge_protocol::PulledContent::Document { document, .. } = &item.content else { panic!("document") };
        let changes = [set("order", 7)];
        let base = footbridge_model::document::Base::Current;
        let now = footbridge_model::Timestamp(super::support::NOW);
        let made = footbridge_model::document::edit(document, amina.actor, now, &changes, &base).unwrap().unwrap();
        let kind = Kind::from_name(&item.kind).unwrap();
        edits.push(Recorded { id: item.id, kind, made }.item());
    }
    let count = edits.len();
    assert_eq!(amina.push(&office, edits).await, vec![FORBIDDEN; count]);
    for kind in [Kind::Person, Kind::Programme, Kind::Code] {
        let fields = match kind {
            Kind::Person => json!({ "name": "Solveig" }),
            Kind::Code => json!({ "list": "topics", "code": "gardening" }),
            _ => json!({ "name": "Bro", "country": "SE", "time_zone": "Europe/Oslo" }),
        };
        let made = amina.record(kind, fields);
        assert_eq!(amina.push(&office, vec![made.item()]).await, [FORBIDDEN], "{kind:?}");
    }
}

#[tokio::test]
async fn a_person_edits_her_own_record_and_a_coordinator_too() {
    let office = Office::open().await;
    let (mut amina, mut leila, mut kari) = (office.amina().await, office.leila().await, office.kari().await);
    let shown = amina.documents(&office, &[amina.person.document()]).await;
    let footbridge_protocol::PulledContent::Document { document, facts, .. } = &shown.items[0].content else {
        panic!("a document");
    };
    assert!(facts.contains(r#""role":"volunteer""#) && facts.contains("Dalhem"), "{facts}");
    let edit = |phone: &Phone, tag: &str| {
        let add = [FieldChange::Add { field: "languages".to_owned(), member: tag.to_owned() }];
        let base = footbridge_model::document::Base::Current;
        let now = footbridge_model::Timestamp(super::support::NOW);
        let made = footbridge_model::document::edit(document, phone.actor, now, &add, &base).unwrap().unwrap();
        Recorded { id: amina.person.document(), kind: Kind::Person, made }.item()
    };
    let (hers, leilas, karis): (Item, Item, Item) = (edit(&amina, "so"), edit(&leila, "ar"), edit(&kari, "sv"));
    assert_eq!(amina.push(&office, vec![hers]).await, [Answer::Accepted]);
    assert_eq!(leila.push(&office, vec![leilas]).await, [FORBIDDEN]);
    assert_eq!(kari.push(&office, vec![karis]).await, [Answer::Accepted]);
}

#[tokio::test]
async fn a_coordinator_corrects_a_visit_but_does_not_withdraw_it() {
    let office = Office::open().await;
    let (mut amina, records) = recorded(&office).await;
    let mut kari = office.kari().await;
    let withdrawn = [FieldChange::Set { field: "state".to_owned(), value: Scalar::Str("withdrawn".to_owned()) }];
    let recorded_again = [FieldChange::Set { field: "recorded_at".to_owned(), value: Scalar::Instant(0) }];
    let moved = [FieldChange::Set { field: "on".to_owned(), value: Scalar::Str(records[2].id.to_string()) }];
    let edits = [
        (&records[0], vec![set("minutes", 5)]),
        (&records[0], withdrawn.to_vec()),
        (&records[0], recorded_again.to_vec()),
        (&records[1], moved.to_vec()),
    ];
    let mut items = Vec::new();
    for (record, changes) in edits {
        kari.actor = footbridge_model::Actor::from_bytes(random());
        items.push(kari.edit(record, &changes).item());
    }
    assert_eq!(kari.push(&office, items).await, [Answer::Accepted, FORBIDDEN, FORBIDDEN, FORBIDDEN]);
    let hers = amina.edit(&records[0], &withdrawn);
    assert_eq!(amina.push(&office, vec![hers.item()]).await, [Answer::Accepted]);
}

#[tokio::test]
async fn a_follow_up_goes_only_to_people_and_districts_that_there_are() {
    let office = Office::open().await;
    let (mut amina, records) = recorded(&office).await;
    let nobody = footbridge_model::PersonId::from_bytes(random());
    let follow_up = records[3].id;
    let items = vec![
        amina.command(follow_up, &Command::Give { to: Recipient::Person(nobody), seen: None }),
        amina.command(follow_up, &Command::Give { to: Recipient::District("Månen".to_owned()), seen: None }),
        amina.command(records[0].id, &Command::Attribute { person: nobody }),
        amina.command(records[0].id, &Command::Close { outcome: None }),
    ];
    assert_eq!(amina.push(&office, items).await, [NOT_FOUND, NOT_FOUND, FORBIDDEN, FORBIDDEN]);
}
