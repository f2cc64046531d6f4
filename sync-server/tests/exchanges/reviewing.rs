//! What the review pages stand on: links, sign-in, lists, one record, choosing an answer.

use footbridge_model::{Kind, Role};
use footbridge_protocol::ErrorCode;
use footbridge_server::admin::error::AdminErrorKind;
use footbridge_server::admin::{AdminRequest, execute};
use footbridge_server::reviewing::{self, Choice, Coordinator, LinkState, RecordsWanted, ReviewError};
use serde_json::json;

use super::support::{Office, Phone, Recorded, set};

const QUARTER: i64 = 15 * 60 * 1000;

async fn link(office: &Office, kari: &Phone) -> String {
    let request = AdminRequest::ReviewLink { programme: office.programme, person: kari.person, lasts_millis: QUARTER };
    let answer = office.ask(request).await;
    answer["url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
}

async fn signed_in(office: &Office, kari: &Phone) -> Coordinator {
    let token = link(office, kari).await;
    let (cookie, _) = reviewing::sign_in(&office.state, &token).await.unwrap().unwrap();
    reviewing::coordinator(&office.state, &cookie).await.unwrap().unwrap()
}

fn visits() -> RecordsWanted {
    RecordsWanted { kind: Some(Kind::Visit), limit: 2, ..RecordsWanted::default() }
}

/// A visit on which Amina and Kari disagree.
async fn disputed(office: &Office, amina: &mut Phone, kari: &mut Phone) -> Recorded {
    let visit = amina.visit();
    let (hers, karis) = (amina.edit(&visit, &[set("minutes", 20)]), kari.edit(&visit, &[set("minutes", 30)]));
    amina.push(office, vec![visit.item(), hers.item()]).await;
    kari.push(office, vec![karis.item()]).await;
    visit
}

#[tokio::test]
async fn a_link_signs_a_coordinator_in_once() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let token = link(&office, &kari).await;
    for _ in 0..2 {
        let (state, whom) = reviewing::look_at_link(&office.state, &token).await.unwrap();
        assert_eq!(state, LinkState::Fresh(office.programme, kari.person));
        assert_eq!(whom.unwrap().name, "Kari");
    }
    let (cookie, whom) = reviewing::sign_in(&office.state, &token).await.unwrap().unwrap();
    assert_eq!(whom.programme_name, "Stadsdelsmammor");
    assert_eq!(reviewing::sign_in(&office.state, &token).await.unwrap(), None);
    assert_eq!(reviewing::look_at_link(&office.state, &token).await.unwrap().0, LinkState::Used);
    assert_eq!(reviewing::coordinator(&office.state, &cookie).await.unwrap(), Some(whom.clone()));
    let office = office.restart().await;
    assert_eq!(reviewing::coordinator(&office.state, &cookie).await.unwrap(), Some(whom));
    reviewing::sign_out(&office.state, &cookie).await.unwrap();
    assert_eq!(reviewing::coordinator(&office.state, &cookie).await.unwrap(), None);
}

#[tokio::test]
async fn a_late_link_and_a_late_session_sign_nobody_in() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let (late, token) = (link(&office, &kari).await, link(&office, &kari).await);
    let (cookie, _) = reviewing::sign_in(&office.state, &token).await.unwrap().unwrap();
    office.clock.pass(QUARTER);
    assert_eq!(reviewing::look_at_link(&office.state, &late).await.unwrap().0, LinkState::Late);
    assert_eq!(reviewing::sign_in(&office.state, &late).await.unwrap(), None);
    assert!(reviewing::coordinator(&office.state, &cookie).await.unwrap().is_some());
    office.clock.pass(reviewing::SESSION_LASTS_MILLIS);
    assert_eq!(reviewing::coordinator(&office.state, &cookie).await.unwrap(), None);
}

#[tokio::test]
async fn a_volunteer_gets_no_link() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let request = AdminRequest::ReviewLink { programme: office.programme, person: amina.person, lasts_millis: QUARTER };
    assert_eq!(execute(&office.state, request).await.unwrap_err().error, AdminErrorKind::Invalid);
}

#[tokio::test]
async fn visits_are_listed_a_page_at_a_time_and_narrowed() {
    let office = Office::open().await;
    let (mut amina, mut leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    for _ in 0..3 {
        amina.push(&office, vec![amina.visit().item()]).await;
    }
    leila
        .push(&office, vec![leila.record(Kind::Visit, json!({ "kind": "home", "district": "Närlunda" })).item()])
        .await;
    let kari = signed_in(&office, &kari).await;
    let (first, place) = reviewing::records(&office.state, &kari, visits()).await.unwrap();
    let (second, end) =
        reviewing::records(&office.state, &kari, RecordsWanted { after: place, ..visits() }).await.unwrap();
    assert_eq!((first.len(), second.len(), end), (2, 2, None));
    let hers = RecordsWanted { author: Some(leila.person), ..visits() };
    assert_eq!(reviewing::records(&office.state, &kari, hers).await.unwrap().0.len(), 1);
    let there = RecordsWanted { district: Some("Dalhem".to_owned()), limit: 50, ..visits() };
    assert_eq!(reviewing::records(&office.state, &kari, there).await.unwrap().0.len(), 3);
    let programme = reviewing::programme(&office.state, &kari).await.unwrap();
    assert_eq!(programme.districts, ["Dalhem", "Närlunda"]);
    assert_eq!(programme.time_zone, "Europe/Stockholm");
    assert_eq!(programme.people[&amina.person], ("Amina".to_owned(), Some(Role::Volunteer)));
    assert_eq!(programme.labels["topics"]["housing"].len(), 3);
}

#[tokio::test]
async fn a_visit_is_shown_with_its_notes_timeline_and_both_answers() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hon vill läsa." }));
    amina.push(&office, vec![note.item()]).await;
    let coordinator = signed_in(&office, &kari).await;
    let shown = reviewing::record(&office.state, &coordinator, visit.id).await.unwrap();
    assert_eq!(shown.notes.len(), 1);
    assert_eq!(shown.notes[0].projection.text("text"), Some("Hon vill läsa."));
    assert_eq!(shown.disputed.len(), 1);
    let mut answers: Vec<_> =
        shown.disputed[0].answers.iter().map(|given| (given.value.as_i64(), given.person)).collect();
    answers.sort();
    assert_eq!(answers, [(Some(20), Some(amina.person)), (Some(30), Some(kari.person))]);
    let said: Vec<_> = shown.timeline.iter().filter(|line| line.field == "minutes").map(|line| line.person).collect();
    assert_eq!(said.len(), 2);
    let unknown = footbridge_model::DocumentId::from_bytes([1; 16]);
    let missing = reviewing::record(&office.state, &coordinator, unknown).await;
    assert!(matches!(missing, Err(ReviewError::NotFound)));
}

#[tokio::test]
async fn a_choice_settles_for_all_and_is_hers_in_the_timeline() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let coordinator = signed_in(&office, &kari).await;
    let wanted = || RecordsWanted { kind: None, disputed: true, ..visits() };
    assert_eq!(reviewing::records(&office.state, &coordinator, wanted()).await.unwrap().0.len(), 1);
    let seen = reviewing::record(&office.state, &coordinator, visit.id).await.unwrap().heads;
    let choice = |value| Choice { id: visit.id, field: "minutes".to_owned(), value, seen: seen.clone() };
    let invalid = reviewing::settle(&office.state, &coordinator, choice(json!("many"))).await;
    assert!(matches!(invalid, Err(ReviewError::Invalid(_))), "{invalid:?}");
    reviewing::settle(&office.state, &coordinator, choice(json!(25))).await.unwrap();
    let shown = reviewing::record(&office.state, &coordinator, visit.id).await.unwrap();
    assert!(shown.disputed.is_empty());
    assert_eq!(shown.row.projection.fields["minutes"], 25);
    assert_eq!(
        shown.timeline.last().map(|line| (line.field.as_str(), line.person)),
        Some(("minutes", Some(kari.person)))
    );
    assert!(reviewing::records(&office.state, &coordinator, wanted()).await.unwrap().0.is_empty());
    // On the page as it was before, the field has another answer now.
    let late = reviewing::settle(&office.state, &coordinator, choice(json!(20))).await;
    assert!(matches!(late, Err(ReviewError::Changed)), "{late:?}");
}

#[tokio::test]
async fn a_third_answer_that_came_meanwhile_is_not_overruled_unseen() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let coordinator = signed_in(&office, &kari).await;
    let seen = reviewing::record(&office.state, &coordinator, visit.id).await.unwrap().heads;
    let mut noor = office.phone(Role::Coordinator, "Noor", &[]).await;
    let third = noor.edit(&visit, &[set("minutes", 40)]);
    noor.push(&office, vec![third.item()]).await;
    let choice = Choice { id: visit.id, field: "minutes".to_owned(), value: json!(20), seen };
    let refused = reviewing::settle(&office.state, &coordinator, choice).await;
    assert!(matches!(refused, Err(ReviewError::Changed)));
    let shown = reviewing::record(&office.state, &coordinator, visit.id).await.unwrap();
    assert_eq!(shown.disputed[0].answers.len(), 3);
}

#[tokio::test]
async fn another_programme_is_another_world() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    amina.push(&office, vec![visit.item()]).await;
    let mut solveig = office.solveig(Role::Coordinator).await;
    assert!(solveig.documents(&office, &[visit.id, office.programme.document()]).await.items.is_empty());
    let edit = solveig.edit(&visit, &[set("minutes", 1)]);
    let answers = solveig.push(&office, vec![edit.item()]).await;
    assert_eq!(answers, [footbridge_protocol::Answer::Refused(ErrorCode::NotFound)]);
    let request =
        AdminRequest::ReviewLink { programme: solveig.programme, person: solveig.person, lasts_millis: QUARTER };
    let token = office.ask(request).await["url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned();
    let (_, coordinator) = reviewing::sign_in(&office.state, &token).await.unwrap().unwrap();
    let shown = reviewing::record(&office.state, &coordinator, visit.id).await;
    assert!(matches!(shown, Err(ReviewError::NotFound)));
    // A device that belongs to one programme does not join another.
    let elsewhere = office
        .ask(AdminRequest::Invite {
            programme: solveig.programme,
            role: Role::Volunteer,
            name: "Amina".to_owned(),
            districts: Vec::new(),
            lasts_millis: Some(QUARTER),
        })
        .await;
    let elsewhere = footbridge_protocol::Invitation::parse(elsewhere["url"].as_str().unwrap()).unwrap();
    assert_eq!(amina.join(&office, &elsewhere).await, Err(ErrorCode::WrongProgramme));
}
