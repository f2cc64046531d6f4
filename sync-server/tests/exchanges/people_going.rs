//! Rights taken away and given back: a revoked device is told so by a signed notice, and is served nothing any more.

use footbridge_model::{Command, Kind, Recipient, Role, Scope};
use footbridge_protocol::{
    Answer, DocumentsRequest, ErrorBody, ErrorCode, PublicKey, PullRequest, RevocationMessage, SessionToken, decode,
    encode, event, pull,
};
use footbridge_server::admin::{AdminRequest, execute};
use footbridge_server::reviewing;
use http_body_util::BodyExt;
use serde_json::json;

use super::people::{facts, latest_deed, to};
use super::support::{Answered, NOW, Office, Phone, from_the_start};

const HOUR: i64 = 60 * 60 * 1000;

fn revoke(office: &Office, phone: &Phone) -> AdminRequest {
    AdminRequest::Revoke { programme: office.programme, person: phone.person, wipe: false }
}

/// The notice in a refusal `revoked`, opened as a device does.
fn notice(office: &Office, phone: &Phone, body: &ErrorBody) -> RevocationMessage {
    assert_eq!(body.code(), Some(ErrorCode::Revoked));
    let bytes = body.notice.as_deref().expect("a notice");
    assert!(RevocationMessage::open(bytes, PublicKey::from_bytes([7; 32]), phone.device).is_err(), "another server");
    let stranger = footbridge_model::DeviceId::from_bytes([7; 16]);
    assert!(RevocationMessage::open(bytes, office.state.identity().public(), stranger).is_err(), "another device");
    RevocationMessage::open(bytes, office.state.identity().public(), phone.device).unwrap()
}

async fn pulled(office: &Office, token: &SessionToken) -> Answered {
    let request = PullRequest { scopes: vec![from_the_start(Scope::Programme)], first_frame_bytes: None };
    office.post(pull::PATH, Some(token), encode(&request).unwrap()).await
}

#[tokio::test]
async fn a_revoked_device_is_told_so_at_once_by_every_route_and_is_served_nothing() {
    let office = Office::open().await;
    let (amina, leila) = (office.amina().await, office.leila().await);
    let token = amina.session(&office).await.unwrap().token;
    assert!(pulled(&office, &token).await.status.is_success());
    let mut stream = office.listen(event::PATH, &token).await;
    stream.frame().await;
    office.clock.pass(1000);
    office.ask(revoke(&office, &amina)).await;
    let documents = encode(&DocumentsRequest { ids: vec![amina.person.document()] }).unwrap();
    let events = axum::http::Request::get(event::PATH).header("authorization", token.to_authorization());
    let answers = [
        pulled(&office, &token).await,
        office.post(pull::DOCUMENTS_PATH, Some(&token), documents).await,
        office.send(events.body(axum::body::Body::empty()).unwrap()).await,
    ];
    for answer in answers {
        assert_eq!(answer.status.as_u16(), 403);
        let told = notice(&office, &amina, &decode(&answer.body).unwrap());
        assert_eq!((told.programme, told.revoked_at.0, told.wipe), (office.programme, NOW + 1000, false));
    }
    notice(&office, &amina, &amina.refused_session(&office).await);
    while let Some(frame) = stream.frame().await {
        assert!(frame.unwrap().is_data());
    }
    assert!(leila.session(&office).await.is_ok());
    let devices = office.ask(AdminRequest::Devices { programme: office.programme }).await;
    let mut devices = devices["items"].as_array().unwrap().iter();
    let hers = devices.find(|device| device["name"] == "Amina").unwrap();
    assert_eq!(hers["unsent"], 3, "that it has made contact is noted");
    assert_eq!(hers["revoked_at"], "2026-11-22T10:00:01Z");
    assert_eq!(facts(&office, &leila, amina.person.document()).await["revoked_at"], json!(NOW + 1000));
}

#[tokio::test]
async fn a_lost_phone_is_revoked_alone_and_told_to_wipe() {
    let office = Office::open().await;
    let (amina, mut kari) = (office.amina().await, office.kari().await);
    let (programme, person) = (office.programme, amina.person);
    let link = office.ask(AdminRequest::InviteFurther { programme, person, lasts_millis: Some(HOUR) }).await;
    let mut second = Phone::new();
    let invitation = footbridge_protocol::Invitation::parse(link["url"].as_str().unwrap()).unwrap();
    second.join(&office, &invitation).await.unwrap();
    let lost = |wipe| Command::Revoke { device: Some(amina.device), wipe };
    let plain = kari.command(amina.person.document(), &lost(false));
    let anothers = kari.command(kari.person.document(), &lost(true));
    let answers = kari.push(&office, vec![plain, anothers]).await;
    assert_eq!(answers, [Answer::Accepted, Answer::Refused(ErrorCode::NotFound)]);
    assert!(!notice(&office, &amina, &amina.refused_session(&office).await).wipe);
    let wiped = kari.command(amina.person.document(), &lost(true));
    assert_eq!(kari.push(&office, vec![wiped]).await, [Answer::Accepted]);
    assert!(notice(&office, &amina, &amina.refused_session(&office).await).wipe);
    assert!(second.session(&office).await.is_ok());
    assert_eq!(facts(&office, &kari, amina.person.document()).await.get("revoked_at"), None);
    let deed = latest_deed(&office).await;
    assert_eq!((&deed["deed"], &deed["about"]), (&json!("device_revoked"), &json!(amina.device)));
    office.ask(revoke(&office, &amina)).await;
    assert!(!notice(&office, &second, &second.refused_session(&office).await).wipe);
    office.ask(AdminRequest::Reinstate { programme, person: Some(person) }).await;
    assert!(second.session(&office).await.is_ok());
    assert_eq!(amina.session(&office).await.map(|_| ()), Err(ErrorCode::Revoked), "the lost one stays outside");
}

#[tokio::test]
async fn who_was_revoked_joins_neither_by_an_old_invitation_nor_by_a_new_one_until_she_is_reinstated() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let (programme, person) = (office.programme, amina.person);
    let further = AdminRequest::InviteFurther { programme, person, lasts_millis: Some(HOUR) };
    let link = office.ask(further.clone()).await;
    let unused = footbridge_protocol::Invitation::parse(link["url"].as_str().unwrap()).unwrap();
    office.ask(revoke(&office, &amina)).await;
    assert_eq!(Phone::new().join(&office, &unused).await, Err(ErrorCode::InvitationExpired));
    assert_eq!(amina.join(&office, &unused).await, Err(ErrorCode::Revoked));
    assert!(execute(&office.state, further.clone()).await.unwrap_err().message.contains("reinstate"));
    office.ask(AdminRequest::Reinstate { programme, person: Some(person) }).await;
    assert_eq!(latest_deed(&office).await["deed"], "reinstated");
    assert!(amina.session(&office).await.is_ok());
    assert_eq!(Phone::new().join(&office, &unused).await, Err(ErrorCode::InvitationExpired));
    let link = office.ask(further).await;
    let fresh = footbridge_protocol::Invitation::parse(link["url"].as_str().unwrap()).unwrap();
    assert!(Phone::new().join(&office, &fresh).await.is_ok());
}

#[tokio::test]
async fn a_coordinator_who_leaves_is_signed_out_of_the_review_pages() {
    let office = Office::open().await;
    let (kari, mut noor) = (office.kari().await, office.phone(Role::Coordinator, "Noor", &[]).await);
    let link = |person| AdminRequest::ReviewLink { programme: office.programme, person, lasts_millis: HOUR };
    let token = async || {
        let answer = office.ask(link(kari.person)).await;
        answer["url"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
    };
    for command in [to(Role::Volunteer, &[]), Command::Revoke { device: None, wipe: false }] {
        let (cookie, _) = reviewing::sign_in(&office.state, &token().await).await.unwrap().unwrap();
        let unused = token().await;
        assert!(reviewing::coordinator(&office.state, &cookie).await.unwrap().is_some());
        let command = noor.command(kari.person.document(), &command);
        assert_eq!(noor.push(&office, vec![command]).await, [Answer::Accepted]);
        assert!(reviewing::coordinator(&office.state, &cookie).await.unwrap().is_none());
        let back = [to(Role::Coordinator, &[]), Command::Reinstate];
        let back = back.map(|command| noor.command(kari.person.document(), &command)).to_vec();
        noor.push(&office, back).await;
        let again = noor.command(kari.person.document(), &to(Role::Coordinator, &[]));
        noor.push(&office, vec![again]).await;
        assert!(reviewing::coordinator(&office.state, &cookie).await.unwrap().is_none(), "she signs in anew");
        assert!(reviewing::sign_in(&office.state, &unused).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_was_given_to_somebody_who_left_stays_with_the_coordinators_and_nothing_new_is_given_to_her() {
    let office = Office::open().await;
    let (mut amina, leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let visit = amina.visit();
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    let give = Command::Give { to: Recipient::Person(leila.person), seen: None };
    let items = vec![visit.item(), follow_up.item(), amina.command(follow_up.id, &give)];
    assert_eq!(amina.push(&office, items).await, [Answer::Accepted; 3]);
    office.ask(revoke(&office, &leila)).await;
    let told = facts(&office, &kari, follow_up.id).await;
    assert_eq!((&told["given_to"], &told["state"]), (&json!(leila.person), &json!("open")));
    let again = amina.command(follow_up.id, &give);
    assert_eq!(amina.push(&office, vec![again]).await, [Answer::Refused(ErrorCode::NotFound)]);
    let taken = amina.command(follow_up.id, &Command::Give { to: Recipient::Person(amina.person), seen: None });
    assert_eq!(amina.push(&office, vec![taken]).await, [Answer::Accepted]);
}
