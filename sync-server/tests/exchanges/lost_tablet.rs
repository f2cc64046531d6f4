//! What a coordinator's lost tablet leaves behind: browsers, links and invitations end with its rights, and it is said
//! which; each can be ended by itself; and none lasts longer than it should.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use footbridge_model::{Command, Role, Timestamp};
use footbridge_protocol::{Answer, ErrorCode, Invitation, InvitationToken};
use footbridge_server::admin::{AdminRequest, execute};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::pages::Browser;
use super::support::{NOW, Office, Phone, random};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Invites from this phone, for as long as it likes.
async fn invited(office: &Office, phone: &mut Phone, role: Role, days: i64) -> Invitation {
    let token = InvitationToken::from_bytes(random());
    let hash = footbridge_model::TokenHash(Sha256::digest(token.as_bytes()).into());
    let (name, districts) = (Some("Maryam".to_owned()), BTreeSet::new());
    let expires_at = Timestamp(NOW + days * DAY);
    let command = Command::Invite { token: hash, name, role, districts, expires_at };
    let id = footbridge_model::DocumentId::from_bytes(random());
    let item = phone.command(id, &command);
    assert_eq!(phone.push(office, vec![item]).await, [Answer::Accepted]);
    let server = "http://127.0.0.1:1".to_owned();
    Invitation { server, identity: office.state.identity().public(), token, fingerprint: None, is_plain: true }
}

async fn list(office: &Office, request: AdminRequest) -> Vec<Value> {
    office.ask(request).await["items"].as_array().unwrap().clone()
}

async fn invitations(office: &Office) -> Vec<Value> {
    list(office, AdminRequest::Invitations { programme: office.programme, end: None }).await
}

async fn browsers(office: &Office) -> Vec<Value> {
    list(office, AdminRequest::Browsers { programme: office.programme, end: None }).await
}

#[tokio::test]
async fn what_a_lost_tablet_has_open_ends_with_its_rights_and_is_told() {
    let office = Office::open().await;
    let (mut kari, mut siri) = (office.kari().await, office.phone(Role::Coordinator, "Siri", &[]).await);
    let mut browser = Browser::of(&office, &kari).await;
    let mut siris = Browser::of(&office, &siri).await;
    let link =
        office.ask(AdminRequest::ReviewLink { programme: office.programme, person: kari.person, lasts_millis: DAY });
    let link = link.await["url"].as_str().unwrap().to_owned();
    let (used, open) = (
        invited(&office, &mut kari, Role::Volunteer, 7).await,
        invited(&office, &mut kari, Role::Coordinator, 1).await,
    );
    let siris_invitation = invited(&office, &mut siri, Role::Volunteer, 7).await;
    Phone::new().join(&office, &used).await.unwrap();
    assert_eq!(
        (invitations(&office).await.len(), browsers(&office).await.len()),
        (2, 2),
        "what is looked for is there"
    );
    assert_eq!(browser.get(&office, "/review").await.status, StatusCode::OK);
    let revoke = AdminRequest::RevokeDevice { programme: office.programme, device: kari.device, wipe: true };
    let done = office.ask(revoke).await;
    assert_eq!((&done["ended"]["browsers"], &done["ended"]["links"]), (&json!(1), &json!(1)));
    assert_eq!(done["ended"]["invitations"].as_array().unwrap().len(), 1);
    assert_eq!(browser.get(&office, "/review").await.status, StatusCode::FORBIDDEN);
    assert_eq!(siris.get(&office, "/review").await.status, StatusCode::OK, "and nobody else's");
    let path = link.split_once("/review/").map(|(_, rest)| format!("/review/{rest}")).unwrap();
    let page = Browser::new().get(&office, &path).await;
    assert!(!page.text.contains("name=\"token\""), "the link signs nobody in");
    assert_eq!(Phone::new().join(&office, &open).await.unwrap_err(), ErrorCode::InvitationExpired);
    Phone::new().join(&office, &siris_invitation).await.unwrap();
    let trail = office.ask(AdminRequest::Audit { programme: office.programme, before: None, limit: 20 }).await;
    let revoked = trail["items"].as_array().unwrap().iter().find(|deed| deed["deed"] == "device_revoked").unwrap();
    assert_eq!(revoked["detail"]["browsers"], json!(1));
}

#[tokio::test]
async fn what_a_person_has_open_ends_when_she_leaves_or_is_a_coordinator_no_more() {
    let office = Office::open().await;
    let (mut kari, mut siri) = (office.kari().await, office.phone(Role::Coordinator, "Siri", &[]).await);
    let (karis, siris) = (
        invited(&office, &mut kari, Role::Coordinator, 1).await,
        invited(&office, &mut siri, Role::Coordinator, 1).await,
    );
    let (programme, person) = (office.programme, kari.person);
    office.ask(AdminRequest::Revoke { programme, person, wipe: false }).await;
    let districts = Vec::new();
    office.ask(AdminRequest::Role { programme, person: siri.person, role: Role::Volunteer, districts }).await;
    for invitation in [karis, siris] {
        assert_eq!(Phone::new().join(&office, &invitation).await.unwrap_err(), ErrorCode::InvitationExpired);
    }
    // After a restart too, and with the journal after a restore (`journal/tests.rs`).
    assert_eq!(invitations(&office.restart().await).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_invitation_lasts_a_week_a_coordinators_a_day_unless_the_administrator_says_otherwise() {
    let office = Office::open().await;
    let mut kari = office.kari().await;
    for (role, most) in [(Role::Volunteer, 7), (Role::Coordinator, 1)] {
        let invitation = invited(&office, &mut kari, role, 365).await;
        let until = Timestamp(NOW + most * DAY).to_string();
        assert_eq!(invitations(&office).await[0]["expires_at"], json!(until));
        let hash = invitations(&office).await[0]["invitation"].as_str().unwrap().to_owned();
        // One is ended by itself; the same again is told.
        let end = || AdminRequest::Invitations { programme: office.programme, end: Some(hash.clone()) };
        assert_eq!(office.ask(end()).await["items"], json!([]));
        assert!(execute(&office.state, end()).await.is_err(), "it is ended already");
        assert_eq!(Phone::new().join(&office, &invitation).await.unwrap_err(), ErrorCode::InvitationExpired);
        let (programme, name) = (office.programme, "Noor".to_owned());
        let asked = |lasts_millis| AdminRequest::Invite {
            programme,
            role,
            name: name.clone(),
            districts: vec![],
            lasts_millis,
        };
        assert_eq!(office.ask(asked(None)).await["expires_at"], json!(until));
        let longer = Timestamp(NOW + 30 * DAY).to_string();
        assert_eq!(office.ask(asked(Some(30 * DAY))).await["expires_at"], json!(longer));
        for row in invitations(&office).await {
            let end = row["invitation"].as_str().map(str::to_owned);
            office.ask(AdminRequest::Invitations { programme: office.programme, end }).await;
        }
    }
}

#[tokio::test]
async fn a_browser_is_signed_out_by_itself() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let (mut one, mut other) = (Browser::of(&office, &kari).await, Browser::of(&office, &kari).await);
    let listed = browsers(&office).await;
    assert_eq!((listed.len(), &listed[0]["name"]), (2, &json!("Kari")));
    let end = listed[0]["browser"].as_str().map(str::to_owned);
    let left = list(&office, AdminRequest::Browsers { programme: office.programme, end }).await;
    assert_eq!(left, listed[1..]);
    let status = [one.get(&office, "/review").await.status, other.get(&office, "/review").await.status];
    assert_eq!(status.iter().filter(|status| **status == StatusCode::OK).count(), 1);
}
