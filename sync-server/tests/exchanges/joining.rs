//! Hello, join, session; the limits of every route.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use footbridge_model::{Role, Scope};
use footbridge_protocol::{ErrorCode, HelloRequest, Nonce, PublicKey, SessionMessage, encode, hello, pull, session};
use footbridge_server::admin::{AdminRequest, execute};

use super::support::{Office, Phone, from_the_start, random};

const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;

#[tokio::test]
async fn a_device_joins_and_opens_a_session() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let opened = amina.session(&office).await.unwrap();
    assert_eq!((opened.programme, opened.person, opened.role), (office.programme, amina.person, Role::Volunteer));
    let scopes = [
        Scope::Programme,
        Scope::Person(amina.person),
        Scope::Drafts(amina.person),
        Scope::District("Dalhem".to_owned()),
    ];
    assert_eq!(opened.scopes, scopes);
    assert_eq!(opened.counter, 0);
}

#[tokio::test]
async fn a_hello_in_an_unknown_version_is_refused() {
    let office = Office::open().await;
    let request = encode(&HelloRequest { client_nonce: Nonce::from_bytes(random()), versions: vec![7] }).unwrap();
    assert_eq!(office.post(hello::PATH, None, request).await.code(), Some(ErrorCode::UnsupportedVersion));
}

#[tokio::test]
async fn an_invitation_used_twice_lets_the_second_device_stay_outside() {
    let office = Office::open().await;
    let invitation = office.invite(Role::Volunteer, "Amina", &["Dalhem"]).await;
    let mut first = Phone::new();
    first.join(&office, &invitation).await.unwrap();
    assert_eq!(Phone::new().join(&office, &invitation).await, Err(ErrorCode::InvitationUsed));
}

#[tokio::test]
async fn a_join_can_be_repeated_with_the_same_key_even_late() {
    let office = Office::open().await;
    let invitation = office.invite(Role::Volunteer, "Amina", &["Dalhem"]).await;
    let mut amina = Phone::new();
    let first = amina.join(&office, &invitation).await.unwrap();
    office.clock.pass(2 * WEEK);
    assert_eq!(amina.join(&office, &invitation).await, Ok(first));
}

#[tokio::test]
async fn a_device_that_belongs_here_uses_no_invitation_up() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let invitation = office.invite(Role::Volunteer, "Leila", &["Dalhem"]).await;
    assert_eq!(amina.join(&office, &invitation).await, Err(ErrorCode::Forbidden));
    // Nor one for a further device of her own.
    let (programme, person, lasts_millis) = (office.programme, amina.person, Some(WEEK));
    let made = office.ask(AdminRequest::InviteFurther { programme, person, lasts_millis }).await;
    let further = footbridge_protocol::Invitation::parse(made["url"].as_str().unwrap()).unwrap();
    assert_eq!(amina.join(&office, &further).await, Err(ErrorCode::Forbidden));
    let mut solveig = office.solveig(Role::Volunteer).await;
    assert_eq!(solveig.join(&office, &invitation).await, Err(ErrorCode::WrongProgramme));
    for unused in [invitation, further] {
        assert!(Phone::new().join(&office, &unused).await.is_ok());
    }
}

#[tokio::test]
async fn an_invitation_that_comes_late_is_refused() {
    let office = Office::open().await;
    let invitation = office.invite(Role::Volunteer, "Amina", &["Dalhem"]).await;
    office.clock.pass(WEEK);
    assert_eq!(Phone::new().join(&office, &invitation).await, Err(ErrorCode::InvitationExpired));
}

#[tokio::test]
async fn an_unknown_invitation_and_another_server_are_told_apart() {
    let office = Office::open().await;
    let mut invitation = office.invite(Role::Volunteer, "Amina", &["Dalhem"]).await;
    invitation.token = footbridge_protocol::InvitationToken::from_bytes([1; 32]);
    assert_eq!(Phone::new().join(&office, &invitation).await, Err(ErrorCode::InvitationUnknown));
    invitation.identity = PublicKey::from_bytes([1; 32]);
    assert_eq!(Phone::new().join(&office, &invitation).await, Err(ErrorCode::WrongServer));
}

#[tokio::test]
async fn a_device_cannot_take_anothers_id() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let invitation = office.invite(Role::Volunteer, "Leila", &[]).await;
    let mut impostor = Phone::new();
    impostor.device = amina.device;
    assert_eq!(impostor.join(&office, &invitation).await, Err(ErrorCode::BadSignature));
    assert_eq!(impostor.session(&office).await.map(|_| ()), Err(ErrorCode::BadSignature));
}

#[tokio::test]
async fn a_nonce_opens_one_session() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let message = SessionMessage {
        server_nonce: office.nonce().await,
        identity: office.state.identity().public(),
        device: amina.device,
        build: "test".to_owned(),
        unsent: 3,
        name: None,
    };
    let sealed = message.seal(&amina.key).unwrap();
    assert_eq!(office.post(session::PATH, None, sealed.clone()).await.status, StatusCode::OK);
    assert_eq!(office.post(session::PATH, None, sealed).await.code(), Some(ErrorCode::BadNonce));
}

#[tokio::test]
async fn a_device_that_never_joined_gets_no_session() {
    let office = Office::open().await;
    assert_eq!(Phone::new().session(&office).await.map(|_| ()), Err(ErrorCode::UnknownDevice));
}

#[tokio::test]
async fn a_session_ends() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let token = amina.session(&office).await.unwrap().token;
    office.clock.pass(15 * 60 * 1000);
    let scopes = vec![from_the_start(Scope::Programme)];
    let request = encode(&footbridge_protocol::PullRequest { scopes, first_frame_bytes: None }).unwrap();
    assert_eq!(office.post(pull::PATH, Some(&token), request).await.code(), Some(ErrorCode::ExpiredSession));
}

#[tokio::test]
async fn every_route_refuses_what_is_too_large_or_no_message() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let token = amina.session(&office).await.unwrap().token;
    for (path, limit) in [("hello", 16), ("join", 16), ("session", 16), ("pull", 16), ("documents", 16), ("push", 8300)]
    {
        let path = format!("/v1/{path}");
        let large = office.post(&path, Some(&token), vec![0; limit * 1024 + 1]).await;
        assert_eq!(large.code(), Some(ErrorCode::TooLarge), "{path}");
        let nonsense = office.post(&path, Some(&token), vec![0xff; 100]).await;
        assert_eq!(nonsense.code(), Some(ErrorCode::Malformed), "{path}");
    }
    for path in ["/v1/nothing", "/v1/hello"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(office.send(request).await.code(), Some(ErrorCode::NotFound), "{path}");
    }
}

#[tokio::test]
async fn health_and_the_join_page_answer() {
    let office = Office::open().await;
    for path in ["/healthz", "/readyz", "/join"] {
        let request = Request::get(path).header("accept-language", "sv").body(Body::empty()).unwrap();
        assert_eq!(office.send(request).await.status, StatusCode::OK, "{path}");
    }
    office.state.stop().await;
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    assert_eq!(office.send(request).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_wrong_programme_or_person_is_refused_with_what_is_allowed() {
    let office = Office::open().await;
    let create = |country: &str, languages: &[&str], districts: &[&str]| AdminRequest::CreateProgramme {
        name: "Bro".to_owned(),
        country: country.to_owned(),
        time_zone: Some("Europe/Stockholm".to_owned()),
        languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
        districts: districts.iter().map(|name| (*name).to_owned()).collect(),
    };
    for (request, field) in [
        (create("Sweden", &["sv"], &["A"]), "country"),
        (create("SE", &["no language"], &["A"]), "languages"),
        (create("SE", &["sv"], &["A", "a"]), "districts"),
    ] {
        let refused = execute(&office.state, request).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field));
    }
    let invite = AdminRequest::Invite {
        programme: office.programme,
        role: Role::Volunteer,
        name: "Amina".to_owned(),
        districts: vec!["Månen".to_owned()],
        lasts_millis: Some(1000),
    };
    let refused = execute(&office.state, invite).await.unwrap_err();
    assert!(refused.message.contains("Dalhem, Närlunda"), "{}", refused.message);
    let items = office.ask(AdminRequest::Members { programme: office.programme }).await;
    assert_eq!(items["items"].as_array().map(Vec::len), Some(0), "nothing was made");
}

#[tokio::test]
async fn a_restart_keeps_members_devices_and_counters() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.visit();
    amina.push(&office, vec![visit.item()]).await;
    let epoch = amina.session(&office).await.unwrap().epoch;
    let office = office.restart().await;
    let opened = amina.session(&office).await.unwrap();
    assert_eq!((opened.counter, opened.epoch), (1, epoch));
    assert_eq!(amina.sees(&office, Scope::Person(amina.person)).await, [visit.id]);
    let items = office.ask(AdminRequest::Members { programme: office.programme }).await;
    assert_eq!(items["items"][0]["name"], "Amina");
    assert_eq!(items["items"][0]["devices"], 1);
}
