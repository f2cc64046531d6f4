//! People come, become something else, and have further devices: asked by the administrator, by a coordinator's device
//! and in the review pages, and judged alike.

use std::collections::BTreeSet;

use footbridge_model::{Command, DocumentId, Kind, Member, PersonId, Role, Scope, Timestamp, TokenHash};
use footbridge_protocol::{Answer, ErrorCode, Invitation, InvitationToken, PulledContent};
use footbridge_server::admin::{AdminRequest, execute};
use footbridge_server::people::{self, By, Refused};
use footbridge_server::reviewing;
use footbridge_server::storage::invitations::{self, InvitationRow};
use footbridge_server::storage::members::{self, MemberRow};
use footbridge_server::storage::{StorageError, Writing};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::support::{NOW, Office, Phone, draft, draft_body, random};

const NOT_FOUND: Answer = Answer::Refused(ErrorCode::NotFound);
const FORBIDDEN: Answer = Answer::Refused(ErrorCode::Forbidden);
const HOUR: i64 = 60 * 60 * 1000;

pub fn to(role: Role, districts: &[&str]) -> Command {
    Command::Role { role, districts: districts.iter().map(|name| (*name).to_owned()).collect() }
}

/// The facts of a record, as this phone sees them.
pub async fn facts(office: &Office, phone: &Phone, id: DocumentId) -> Value {
    let answer = phone.documents(office, &[id]).await;
    match &answer.items[0].content {
        PulledContent::Document { facts, .. } => serde_json::from_str(facts).unwrap(),
        other => panic!("a document, not {other:?}"),
    }
}

/// The latest deed, as it is kept.
pub async fn latest_deed(office: &Office) -> Value {
    let request = AdminRequest::Audit { programme: office.programme, before: None, limit: 1 };
    office.ask(request).await["items"][0].clone()
}

pub fn invitation_of(office: &Office, token: [u8; 32]) -> Invitation {
    Invitation {
        server: "http://127.0.0.1:8787".to_owned(),
        identity: office.state.identity().public(),
        token: InvitationToken::from_bytes(token),
        fingerprint: None,
        is_plain: false,
    }
}

fn invite(token: [u8; 32], name: Option<&str>, districts: &[&str]) -> Command {
    Command::Invite {
        token: TokenHash(Sha256::digest(token).into()),
        name: name.map(str::to_owned),
        role: Role::Volunteer,
        districts: districts.iter().map(|name| (*name).to_owned()).collect(),
        expires_at: Timestamp(NOW + HOUR),
    }
}

/// Somebody as a restored server knows her from its journal: what she is and by what she joins, and no name.
pub async fn from_the_journal(office: &Office, token: [u8; 32]) -> PersonId {
    let (person, programme) = (PersonId::from_bytes(random()), office.programme);
    let rows = move |writing: &mut Writing<'_>| {
        let member = Member { person, role: Role::Volunteer, districts: BTreeSet::new() };
        members::insert(writing.connection(), &MemberRow::new(programme, member, Timestamp(NOW)))?;
        let (token_hash, created_at, expires_at) =
            (Sha256::digest(token).into(), Timestamp(NOW), Timestamp(NOW + HOUR));
        let row = InvitationRow {
            token_hash,
            programme,
            person,
            created_at,
            expires_at,
            by: None,
            from: None,
            used_by: None,
        };
        invitations::insert(writing.connection(), &row)
    };
    let written: Result<(), StorageError> = office.state.storage().write(rows).await;
    written.unwrap();
    person
}

#[tokio::test]
async fn a_role_is_changed_from_the_terminal_a_device_and_a_page_alike() {
    let office = Office::open().await;
    let (amina, mut kari) = (office.amina().await, office.kari().await);
    let scopes =
        async |phone: &Phone| phone.session(&office).await.unwrap().scopes.into_iter().collect::<BTreeSet<_>>();
    let role = |role, districts: &[&str]| AdminRequest::Role {
        programme: office.programme,
        person: amina.person,
        role,
        districts: districts.iter().map(|name| (*name).to_owned()).collect(),
    };
    let made = office.ask(role(Role::Coordinator, &[])).await;
    assert_eq!((&made["role"], &made["revoked_at"]), (&json!("coordinator"), &Value::Null));
    assert!(scopes(&amina).await.contains(&Scope::Coordinators));
    assert_eq!(latest_deed(&office).await["detail"]["was"], "volunteer");
    let command = kari.command(amina.person.document(), &to(Role::Volunteer, &["Närlunda"]));
    assert_eq!(kari.push(&office, vec![command.clone(), command]).await, [Answer::Accepted, Answer::Duplicate]);
    let hers = scopes(&amina).await;
    assert!(hers.contains(&Scope::District("Närlunda".to_owned())) && !hers.contains(&Scope::Coordinators));
    assert_eq!(facts(&office, &amina, amina.person.document()).await["districts"], json!(["Närlunda"]));
    let page = By::Page { person: kari.person };
    let ask = |command| people::ask(&office.state, page, office.programme, amina.person, command);
    ask(to(Role::Volunteer, &["Dalhem", "Närlunda"])).await.unwrap();
    assert_eq!(facts(&office, &kari, amina.person.document()).await["districts"], json!(["Dalhem", "Närlunda"]));
    let deed = latest_deed(&office).await;
    assert_eq!((&deed["from"], &deed["name"], &deed["about"]), (&json!("page"), &json!("Kari"), &json!(amina.person)));
    ask(to(Role::Volunteer, &["Dalhem", "Närlunda"])).await.unwrap();
    assert_eq!(latest_deed(&office).await, deed, "what is so already is no deed");
}

#[tokio::test]
async fn a_district_that_there_is_not_and_a_person_of_elsewhere_are_refused() {
    let office = Office::open().await;
    let (amina, mut kari) = (office.amina().await, office.kari().await);
    let stranger = PersonId::from_bytes(random());
    let items = vec![
        kari.command(amina.person.document(), &to(Role::Volunteer, &["Månen"])),
        kari.command(stranger.document(), &to(Role::Volunteer, &[])),
        kari.command(stranger.document(), &Command::Revoke { device: None, wipe: false }),
        kari.command(stranger.document(), &Command::Reinstate),
        kari.command(stranger.document(), &invite(random(), None, &[])),
    ];
    assert_eq!(kari.push(&office, items).await, [NOT_FOUND; 5]);
    assert_eq!(facts(&office, &amina, amina.person.document()).await["districts"], json!(["Dalhem"]));
    let request = AdminRequest::Role {
        programme: office.programme,
        person: amina.person,
        role: Role::Volunteer,
        districts: vec!["Månen".to_owned()],
    };
    let refused = execute(&office.state, request).await.unwrap_err();
    assert!(refused.message.contains("Dalhem, Närlunda"), "{}", refused.message);
}

#[tokio::test]
async fn a_volunteer_decides_about_nobody_not_even_herself() {
    let office = Office::open().await;
    let (mut amina, leila) = (office.amina().await, office.leila().await);
    office.kari().await;
    let (hers, own) = (leila.person.document(), amina.person.document());
    let expires_at = Timestamp(NOW + HOUR);
    let items = vec![
        amina.command(own, &to(Role::Coordinator, &[])),
        amina.command(hers, &to(Role::Volunteer, &[])),
        amina.command(hers, &Command::Revoke { device: None, wipe: true }),
        amina.command(hers, &Command::Revoke { device: Some(leila.device), wipe: true }),
        amina.command(hers, &Command::Reinstate),
        amina.command(own, &invite(random(), None, &[])),
        amina.command(DocumentId::from_bytes(random()), &invite(random(), Some("Noor"), &[])),
        amina.command(own, &Command::ReviewLink { token: TokenHash(random()), expires_at }),
    ];
    assert_eq!(amina.push(&office, items).await, [FORBIDDEN; 8]);
    let page = By::Page { person: amina.person };
    let asked = people::ask(&office.state, page, office.programme, amina.person, to(Role::Coordinator, &[])).await;
    assert!(matches!(asked, Err(Refused::Forbidden)));
}

#[tokio::test]
async fn a_coordinator_of_another_programme_is_nobody_here() {
    let office = Office::open().await;
    let amina = office.amina().await;
    let mut solveig = office.solveig(Role::Coordinator).await;
    let items = vec![
        solveig.command(amina.person.document(), &Command::Revoke { device: None, wipe: true }),
        solveig.command(amina.person.document(), &to(Role::Coordinator, &[])),
    ];
    assert_eq!(solveig.push(&office, items).await, [NOT_FOUND; 2]);
    let page = By::Page { person: solveig.person };
    let asked = people::ask(&office.state, page, office.programme, amina.person, Command::Reinstate).await;
    assert!(matches!(asked, Err(Refused::Forbidden)));
    let wrong = AdminRequest::RevokeDevice { programme: solveig.programme, device: amina.device, wipe: true };
    assert!(execute(&office.state, wrong).await.is_err());
    assert!(amina.session(&office).await.is_ok());
}

#[tokio::test]
async fn the_last_coordinator_stays_unless_the_administrator_says_otherwise() {
    let office = Office::open().await;
    let mut kari = office.kari().await;
    let own = kari.person.document();
    let demote = kari.command(own, &to(Role::Volunteer, &[]));
    let revoke = kari.command(own, &Command::Revoke { device: None, wipe: false });
    assert_eq!(kari.push(&office, vec![demote, revoke]).await, [FORBIDDEN; 2]);
    let page = By::Page { person: kari.person };
    let asked = people::ask(&office.state, page, office.programme, kari.person, to(Role::Volunteer, &[])).await;
    assert!(matches!(asked, Err(Refused::LastCoordinator)));
    let mut noor = office.phone(Role::Coordinator, "Noor", &[]).await;
    let demote = noor.command(own, &to(Role::Volunteer, &[]));
    assert_eq!(noor.push(&office, vec![demote]).await, [Answer::Accepted]);
    let (programme, person) = (office.programme, noor.person);
    office.ask(AdminRequest::Revoke { programme, person, wipe: false }).await;
    assert_eq!(noor.session(&office).await.map(|_| ()), Err(ErrorCode::Revoked));
}

#[tokio::test]
async fn a_second_phone_of_the_same_person_has_her_drafts() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let id = DocumentId::from_bytes(random());
    amina
        .push(&office, vec![draft(id, 1, None, Some(&draft_body(r#"{"kind":"street"}"#))), amina.visit().item()])
        .await;
    let token = random();
    let command = kari.command(amina.person.document(), &invite(token, None, &[]));
    assert_eq!(kari.push(&office, vec![command]).await, [Answer::Accepted]);
    let mut second = Phone::new();
    let joined = second.join(&office, &invitation_of(&office, token)).await.unwrap();
    assert_eq!((joined.person, joined.role), (amina.person, Role::Volunteer));
    assert_eq!(second.sees(&office, Scope::Drafts(amina.person)).await, [id]);
    assert_eq!(second.sees(&office, Scope::Person(amina.person)).await.len(), 1);
    assert!(Phone::new().join(&office, &invitation_of(&office, token)).await.is_err(), "forwarded after use");
    let (programme, person) = (office.programme, amina.person);
    let link = office.ask(AdminRequest::InviteFurther { programme, person, lasts_millis: Some(HOUR) }).await;
    assert_eq!(link["person"], json!(amina.person));
    let third = Invitation::parse(link["url"].as_str().unwrap()).unwrap();
    assert_eq!(Phone::new().join(&office, &third).await.map(|joined| joined.person), Ok(amina.person));
}

#[tokio::test]
async fn a_coordinator_invites_from_her_device_with_a_token_that_only_the_link_has() {
    let office = Office::open().await;
    let mut kari = office.kari().await;
    let (token, noor) = (random(), PersonId::from_bytes(random()));
    let command = kari.command(noor.document(), &invite(token, Some("Noor"), &["Dalhem"]));
    assert!(Phone::new().join(&office, &invitation_of(&office, token)).await.is_err(), "it holds once it has arrived");
    assert_eq!(kari.push(&office, vec![command.clone(), command]).await, [Answer::Accepted, Answer::Duplicate]);
    let mut phone = Phone::new();
    let joined = phone.join(&office, &invitation_of(&office, token)).await.unwrap();
    assert_eq!((joined.person, joined.districts), (noor, BTreeSet::from(["Dalhem".to_owned()])));
    let members = office.ask(AdminRequest::Members { programme: office.programme }).await;
    let mut members = members["items"].as_array().unwrap().iter();
    assert_eq!(members.find(|member| member["person"] == json!(noor)).unwrap()["name"], "Noor");
    let late = Command::Invite {
        token: TokenHash(random()),
        name: Some("Hodan".to_owned()),
        role: Role::Volunteer,
        districts: BTreeSet::new(),
        expires_at: Timestamp(NOW),
    };
    let somebody = || DocumentId::from_bytes(random());
    let items = vec![
        kari.command(noor.document(), &invite(random(), Some("Noor again"), &[])),
        kari.command(somebody(), &invite(token, Some("Hodan"), &[])),
        kari.command(somebody(), &invite(random(), Some("Hodan"), &["Månen"])),
        kari.command(somebody(), &invite(random(), Some(&"x".repeat(81)), &[])),
        kari.command(somebody(), &late),
    ];
    let changed = Answer::Refused(ErrorCode::Changed);
    let (long, late) = (Answer::Refused(ErrorCode::TooLarge), Answer::Refused(ErrorCode::InvitationExpired));
    assert_eq!(kari.push(&office, items).await, [changed, changed, NOT_FOUND, long, late]);
    let members = office.ask(AdminRequest::Members { programme: office.programme }).await;
    assert_eq!(members["items"].as_array().map(Vec::len), Some(2), "nobody more was made");
}

#[tokio::test]
async fn an_invitation_that_is_asked_again_after_a_restore_brings_back_the_name_that_only_it_knows() {
    let office = Office::open().await;
    let mut kari = office.kari().await;
    let (token, programme) = (random(), office.programme);
    let noor = from_the_journal(&office, token).await;
    for name in ["Noor", "Another"] {
        let again = kari.command(noor.document(), &invite(token, Some(name), &["Dalhem"]));
        assert_eq!(kari.push(&office, vec![again]).await, [Answer::Accepted]);
    }
    let members = office.ask(AdminRequest::Members { programme }).await;
    let mut members = members["items"].as_array().unwrap().iter();
    assert_eq!(members.find(|member| member["person"] == json!(noor)).unwrap()["name"], "Noor");
    assert_eq!(facts(&office, &kari, noor.document()).await["role"], json!("volunteer"));
}

#[tokio::test]
async fn a_coordinator_signs_in_by_a_link_that_her_own_device_made() {
    let office = Office::open().await;
    let (mut kari, noor) = (office.kari().await, office.phone(Role::Coordinator, "Noor", &[]).await);
    let link = |token: &str| Command::ReviewLink {
        token: TokenHash(Sha256::digest(token.as_bytes()).into()),
        expires_at: Timestamp(NOW + HOUR),
    };
    let own = kari.command(kari.person.document(), &link("hers"));
    let anothers = kari.command(noor.person.document(), &link("noors"));
    assert_eq!(kari.push(&office, vec![own, anothers]).await, [Answer::Accepted, FORBIDDEN]);
    let (_, coordinator) = reviewing::sign_in(&office.state, "hers").await.unwrap().unwrap();
    assert_eq!((coordinator.person, coordinator.name.as_str()), (kari.person, "Kari"));
    assert!(reviewing::sign_in(&office.state, "hers").await.unwrap().is_none(), "once");
    assert!(reviewing::sign_in(&office.state, "noors").await.unwrap().is_none());
}

#[tokio::test]
async fn a_link_of_years_holds_for_a_day_at_most() {
    let office = Office::open().await;
    let mut kari = office.kari().await;
    let token = TokenHash(Sha256::digest("hers".as_bytes()).into());
    let command = Command::ReviewLink { token, expires_at: Timestamp(NOW + 10_000 * HOUR) };
    let command = kari.command(kari.person.document(), &command);
    assert_eq!(kari.push(&office, vec![command]).await, [Answer::Accepted]);
    office.clock.pass(24 * HOUR);
    assert!(reviewing::sign_in(&office.state, "hers").await.unwrap().is_none());
}

#[tokio::test]
async fn a_handle_that_was_lent_to_a_coordinators_follow_up_goes_when_she_is_one_no_more() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let mut noor = office.phone(Role::Coordinator, "Noor", &[]).await;
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal" }));
    amina.push(&office, vec![contact.item()]).await;
    let visit = kari.record(Kind::Visit, json!({ "kind": "home", "contact": contact.id }));
    let follow_up = kari.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    kari.push(&office, vec![visit.item(), follow_up.item()]).await;
    assert_eq!(facts(&office, &kari, follow_up.id).await["handle"], "blå sjal");
    let make = async |noor: &mut Phone, role| {
        let command = noor.command(kari.person.document(), &to(role, &["Dalhem"]));
        assert_eq!(noor.push(&office, vec![command]).await, [Answer::Accepted]);
    };
    make(&mut noor, Role::Volunteer).await;
    assert_eq!(facts(&office, &kari, follow_up.id).await.get("handle"), None);
    assert_eq!(kari.sees(&office, Scope::Person(kari.person)).await.len(), 2, "what is hers stays hers");
    make(&mut noor, Role::Coordinator).await;
    assert_eq!(facts(&office, &kari, follow_up.id).await["handle"], "blå sjal");
}
