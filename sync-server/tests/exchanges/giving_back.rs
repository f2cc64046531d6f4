//! What devices give back to a server that lost it, and who may; and people who wait to be admitted.

use footbridge_model::vocabulary::code_id;
use footbridge_model::{DocumentId, Kind, PersonId, Role, Timestamp};
use footbridge_protocol::{Answer, ErrorCode, Item, PulledContent};
use footbridge_server::admin::AdminRequest;
use footbridge_server::storage::{StorageError, members};
use serde_json::json;

use super::people::{from_the_journal, invitation_of};
use super::support::{Office, Phone, Recorded, push_envelopes, random, set};

fn refused(code: ErrorCode) -> Answer {
    Answer::Refused(code)
}

/// A change as a device gives it back.
fn given(recorded: &Recorded, author: Option<PersonId>, by: Option<PersonId>) -> Item {
    match recorded.item() {
        Item::Change(mut item) => {
            item.given_back = Some(true);
            item.author = author;
            item.by = by;
            Item::Change(item)
        }
        other => other,
    }
}

fn of_generation(item: Item, generation: u64) -> Item {
    match item {
        Item::Change(mut item) => {
            item.generation = generation;
            Item::Change(item)
        }
        other => other,
    }
}

/// The facts of a record and its generation, as somebody is told them.
async fn told(office: &Office, phone: &Phone, id: DocumentId) -> (serde_json::Value, u64, serde_json::Value) {
    let answer = phone.documents(office, &[id]).await;
    let item = answer.items.first().unwrap();
    let PulledContent::Document { facts, projection, .. } = &item.content else { panic!("a document") };
    (serde_json::from_str(facts).unwrap(), item.generation, serde_json::from_str(projection).unwrap())
}

#[tokio::test]
async fn what_a_coordinator_gives_back_is_its_authors_and_its_authors_device_goes_on() {
    let office = Office::restored().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let edited = amina.edit(&visit, &[set("minutes", 20)]);
    let hers = Some(amina.person);
    let answers = kari.push(&office, vec![given(&visit, hers, hers), given(&edited, hers, hers)]).await;
    assert_eq!(answers, [Answer::Accepted, Answer::Accepted]);
    assert_eq!(told(&office, &amina, visit.id).await.0["author"], json!(amina.person));
    assert_eq!(kari.documents(&office, &[visit.id]).await.actors[0].person, amina.person, "her hand");
    let next = amina.edit(&edited, &[set("minutes", 25)]);
    let answers = amina.push(&office, vec![visit.item(), edited.item(), next.item()]).await;
    assert_eq!(answers, [Answer::Duplicate, Answer::Duplicate, Answer::Accepted]);
    let again = amina.edit(&next, &[set("minutes", 30)]);
    let borrowed = kari.push(&office, vec![again.item()]).await;
    assert_eq!(borrowed, [refused(ErrorCode::WrongActor)], "it is bound to her device by now");
}

#[tokio::test]
async fn a_volunteer_gives_back_her_own_work_and_nobody_elses() {
    let office = Office::restored().await;
    let (mut amina, mut leila, mut kari) = (office.amina().await, office.leila().await, office.kari().await);
    let visit = leila.visit();
    let hers = Some(leila.person);
    for (author, by) in [(hers, hers), (Some(amina.person), hers), (hers, Some(amina.person)), (None, None)] {
        assert_eq!(amina.push(&office, vec![given(&visit, author, by)]).await, [refused(ErrorCode::WrongActor)]);
    }
    // On another phone of hers she was the one who wrote it.
    assert_eq!(leila.push(&office, vec![given(&visit, hers, hers)]).await, [Answer::Accepted]);
    // What the server knows counts, not what is said.
    let edited = leila.edit(&visit, &[set("minutes", 20)]);
    let mine = Some(amina.person);
    assert_eq!(amina.push(&office, vec![given(&edited, mine, mine)]).await, [refused(ErrorCode::NotFound)]);
    assert_eq!(kari.push(&office, vec![given(&edited, mine, mine)]).await, [Answer::Accepted]);
    assert_eq!(told(&office, &kari, visit.id).await.0["author"], json!(leila.person));
}

#[tokio::test]
async fn a_volunteer_gives_back_her_own_record_that_the_server_made_and_nobody_elses() {
    let office = Office::restored().await;
    let (mut amina, token) = (office.amina().await, random());
    let noor = from_the_journal(&office, token).await;
    let mut hers = Phone::new();
    hers.join(&office, &invitation_of(&office, token)).await.unwrap();
    let made = || Recorded { id: noor.document(), ..Phone::new().record(Kind::Person, json!({"name": "Noor"})) };
    let record = made();
    assert_eq!(amina.push(&office, vec![given(&record, Some(noor), None)]).await, [refused(ErrorCode::WrongActor)]);
    let anothers = given(&record, Some(noor), Some(amina.person));
    assert_eq!(hers.push(&office, vec![anothers]).await, [refused(ErrorCode::WrongActor)]);
    assert_eq!(hers.push(&office, vec![given(&record, Some(noor), None)]).await, [Answer::Accepted]);
    let (facts, _, projection) = told(&office, &amina, noor.document()).await;
    assert_eq!((&facts["author"], &projection["fields"]["name"]), (&json!(noor), &json!("Noor")));
    // One that was made anew meanwhile takes the former in.
    assert_eq!(hers.push(&office, vec![given(&made(), Some(noor), None)]).await, [Answer::Accepted]);
    assert_eq!(told(&office, &amina, noor.document()).await.2["disagreements"], json!(null));
}

#[tokio::test]
async fn an_author_or_a_hand_that_is_no_member_is_refused_and_changes_nothing() {
    let office = Office::restored().await;
    let (amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let (hers, stranger) = (Some(amina.person), Some(PersonId::from_bytes(random())));
    for (author, by) in [(stranger, hers), (hers, stranger), (None, hers)] {
        assert_eq!(kari.push(&office, vec![given(&visit, author, by)]).await, [refused(ErrorCode::Forbidden)]);
    }
    assert!(kari.documents(&office, &[visit.id]).await.items.is_empty());
    let answers = kari.push(&office, vec![given(&visit, hers, hers)]).await;
    assert_eq!(answers, [Answer::Accepted], "no actor was bound meanwhile");
}

#[tokio::test]
async fn a_record_comes_back_in_its_generation_and_a_later_one_replaces_an_earlier_one() {
    let office = Office::restored().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let hers = Some(amina.person);
    let unknown = amina.visit();
    let item = of_generation(given(&unknown, hers, hers), 2);
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Accepted]);
    assert_eq!(told(&office, &amina, unknown.id).await.1, 2);

    let before = amina.visit();
    let edited = amina.edit(&before, &[set("minutes", 20)]);
    amina.push(&office, vec![before.item(), edited.item()]).await;
    let after = Recorded { id: before.id, ..amina.record(before.kind, json!({ "kind": "home", "minutes": 10 })) };
    let late = of_generation(edited.item(), 1);
    let item = of_generation(given(&after, hers, hers), 1);
    assert_eq!(kari.push(&office, vec![late.clone()]).await, [refused(ErrorCode::StaleGeneration)]);
    assert_eq!(kari.push(&office, vec![item.clone()]).await, [Answer::Accepted]);
    let (facts, generation, projection) = told(&office, &amina, before.id).await;
    assert_eq!((&facts["author"], generation), (&json!(amina.person), 1));
    assert_eq!((&projection["fields"]["kind"], &projection["fields"]["minutes"]), (&json!("home"), &json!(10)));
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Duplicate]);
    assert_eq!(amina.push(&office, vec![edited.item()]).await, [refused(ErrorCode::StaleGeneration)]);
}

#[tokio::test]
async fn a_server_that_lost_nothing_is_given_nothing_back_by_anybody() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let hers = Some(amina.person);
    let item = given(&visit, hers, hers);
    assert_eq!(amina.push(&office, vec![item.clone()]).await, [refused(ErrorCode::Forbidden)]);
    assert_eq!(kari.push(&office, vec![item.clone()]).await, [refused(ErrorCode::Forbidden)]);
    office.was_restored().await;
    assert_eq!(kari.push(&office, vec![item]).await, [Answer::Accepted], "a control");
    let trail = office.ask(AdminRequest::Audit { programme: office.programme, before: None, limit: 1 }).await;
    let deed = &trail["items"][0];
    assert_eq!((&deed["deed"], &deed["detail"]["author"]), (&json!("given_back"), &json!(amina.person)));
    office.clock.pass(91 * 24 * 60 * 60 * 1000);
    let late = given(&amina.visit(), hers, hers);
    assert_eq!(kari.push(&office, vec![late]).await, [refused(ErrorCode::Forbidden)], "and not for ever");
}

#[tokio::test]
async fn a_volunteer_gives_back_no_programme_no_code_and_nobody_else() {
    let office = Office::restored().await;
    let (mut amina, leila) = (office.amina().await, office.leila().await);
    let mine = Some(amina.person);
    let fields = json!({"name": "Stadsdelsmammor", "country": "SE", "time_zone": "Europe/Stockholm", "note_days": 0});
    let programme = amina.record(Kind::Programme, fields);
    let code = amina.record(Kind::Code, json!({"list": "topics", "code": "housing"}));
    let person = amina.record(Kind::Person, json!({"name": "Amina"}));
    let all = [
        (office.programme.document(), programme),
        (code_id(office.programme, "topics", "housing"), code.clone()),
        (code_id(office.programme, "topics", "swimming"), code),
        (leila.person.document(), person),
    ];
    for (id, record) in all {
        let record = Recorded { id, ..record };
        for (generation, by, author) in [(0, mine, mine), (1, mine, mine), (1, None, None), (7, None, mine)] {
            let item = of_generation(given(&record, author, by), generation);
            assert_eq!(amina.push(&office, vec![item]).await, [refused(ErrorCode::WrongActor)]);
        }
    }
}

#[tokio::test]
async fn who_is_not_admitted_neither_opens_a_session_nor_pushes_nor_joins() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let invitation = office.invite(Role::Volunteer, "Leila", &["Närlunda"]).await;
    let token = amina.session(&office).await.unwrap().token;
    let hold = office.state.storage().write(|writing| members::hold_everyone(writing.connection(), Timestamp(1)));
    assert_eq!(hold.await.unwrap(), 2);
    assert_eq!(amina.session(&office).await.unwrap_err(), ErrorCode::NotAdmitted);
    let visit = amina.visit();
    let envelope = amina.envelope(&office, vec![visit.item()]);
    let pushed = push_envelopes(&office, std::slice::from_ref(&envelope)).await;
    assert_eq!(pushed.envelopes[0].answer, refused(ErrorCode::NotAdmitted));
    let answer = office.post(footbridge_protocol::pull::DOCUMENTS_PATH, Some(&token), vec![0xa1, 0x00, 0x80]).await;
    assert_eq!(answer.code(), Some(ErrorCode::NotAdmitted), "a session from before is worth nothing");
    assert_eq!(Phone::new().join(&office, &invitation).await.unwrap_err(), ErrorCode::NotAdmitted);
    let person = amina.person;
    let admit = office.state.storage().write(move |writing| members::admit(writing.connection(), person));
    assert!(admit.await.unwrap_or_else(|_: StorageError| panic!("admitted")));
    let pushed = push_envelopes(&office, &[envelope]).await;
    assert_eq!(pushed.envelopes[0].items[0].answer, Answer::Accepted, "the same bytes again");
}
