//! People and devices in the review pages: who is there, as what, with which devices; invitations. Called by their
//! routes. Invariant: what is done to people is done by `people`, asked as from a page; here is what is shown.

use std::collections::BTreeMap;

use footbridge_model::{Command, DeviceId, DocumentId, Fields, Kind, PersonId, Role, Timestamp, TokenHash};
use footbridge_protocol::InvitationToken;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::lists::edit;
use super::{Coordinator, ReviewError, still_coordinator};
use crate::admin::invitation_url;
use crate::joining::token_hash;
use crate::people::{self, By, Refused};
use crate::state::ServerState;
use crate::storage::devices::DeviceRow;
use crate::storage::members::MemberRow;
use crate::storage::{StorageError, devices, documents, erased, members, quarantine, server};

/// Somebody of the programme.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// What decides her rights.
    pub row: MemberRow,
    /// What she is called.
    pub name: String,
    /// Her devices, the last that was here first.
    pub devices: Vec<DeviceRow>,
    /// About how many records each of them has handed something over that still waits.
    pub handed_over: BTreeMap<DeviceId, u64>,
}

/// Everybody of the programme, in the order in which they came.
pub async fn everybody(state: &ServerState, coordinator: &Coordinator) -> Result<Vec<Somebody>, ReviewError> {
    let coordinator = coordinator.clone();
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, coordinator.programme, coordinator.person)?;
            let handed_over = quarantine::counts(connection, coordinator.programme)?;
            let mut devices = devices::of(connection, coordinator.programme)?;
            devices.sort_by_key(|device| std::cmp::Reverse(device.seen_at));
            let mut members = members::of(connection, coordinator.programme)?;
            let mut erased = Vec::new();
            for row in members.iter().filter(|row| row.revoked_at.is_some()) {
                if erased::is_known(connection, row.member.person.document())? {
                    erased.push(row.member.person);
                }
            }
            // Nobody remembers them.
            members.retain(|row| !erased.contains(&row.member.person));
            let all: Result<Vec<_>, StorageError> = members
                .into_iter()
                .map(|row| {
                    let hers: Vec<_> =
                        devices.iter().filter(|device| device.person == row.member.person).cloned().collect();
                    let handed_over = hers
                        .iter()
                        .filter_map(|device| Some((device.id, handed_over.get(&device.id).copied()?)))
                        .collect();
                    Ok(Somebody {
                        name: name(connection, row.member.person.document())?,
                        devices: hers,
                        handed_over,
                        row,
                    })
                })
                .collect();
            Ok(all?)
        })
        .await
}

fn name(connection: &Connection, id: DocumentId) -> Result<String, StorageError> {
    let row = documents::find(connection, id)?;
    Ok(row.and_then(|row| row.projection.text("name").map(str::to_owned)).unwrap_or_default())
}

/// Somebody of her programme.
pub async fn somebody(
    state: &ServerState,
    coordinator: &Coordinator,
    person: PersonId,
) -> Result<Somebody, ReviewError> {
    let all = everybody(state, coordinator).await?;
    all.into_iter().find(|somebody| somebody.row.member.person == person).ok_or(ReviewError::NotFound)
}

/// Whom an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitee {
    /// Somebody new, whose id the page has made, so that asking twice makes one person.
    Newcomer {
        /// What she is called.
        name: String,
        /// As what she joins.
        role: Role,
        /// Where she is a volunteer.
        districts: std::collections::BTreeSet<String>,
    },
    /// Somebody who is there, with a further device.
    There,
}

/// An invitation, to be shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The link.
    pub url: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// Makes an invitation. `form` names the browser and the form that was sent: the same form sent twice (a double click)
/// makes one invitation, and shows its link again.
pub async fn invite(
    state: &ServerState,
    coordinator: &Coordinator,
    person: PersonId,
    invitee: Invitee,
    form: &str,
) -> Result<Invited, Refused> {
    let secret = secret_of(form);
    let token = TokenHash(token_hash(&secret));
    let (name, role, districts) = match invitee {
        Invitee::Newcomer { name, role, districts } => (Some(name), role, districts),
        // What the command says of her role is not looked at.
        Invitee::There => (None, role_of(state, person).await?, Default::default()),
    };
    let expires_at = state.now().plus_millis(people::lasts_millis(role));
    let command = Command::Invite { token, name, role, districts, expires_at };
    ask(state, coordinator, person, command).await?;
    let (base, pin) = state
        .storage()
        .read(|connection| Ok::<_, StorageError>((server::base_url(connection)?, server::fingerprint(connection)?)))
        .await?;
    Ok(Invited { url: invitation_url(state, base, secret, pin), expires_at })
}

/// The secret of the invitation that a form makes. `form` holds the secret of its browser, which nobody else has.
fn secret_of(form: &str) -> InvitationToken {
    let mut hash = Sha256::new();
    hash.update("footbridge/1/invitation-of-a-form\0");
    hash.update(form);
    InvitationToken::from_bytes(hash.finalize().into())
}

/// Writes a person's name as it is: an edit of her record, in the coordinator's name.
pub async fn call(
    state: &ServerState,
    coordinator: &Coordinator,
    person: PersonId,
    name: String,
) -> Result<(), ReviewError> {
    let coordinator = coordinator.clone();
    state
        .storage()
        .write(move |writing| {
            still_coordinator(writing.connection(), coordinator.programme, coordinator.person)?;
            let row = documents::find(writing.connection(), person.document())?;
            let row = row.filter(|row| row.programme == coordinator.programme && row.kind == Kind::Person);
            let patch = Fields::from_iter([("name".to_owned(), name.into())]);
            edit(writing, &coordinator, row.ok_or(ReviewError::NotFound)?, &patch)
        })
        .await
}

async fn role_of(state: &ServerState, person: PersonId) -> Result<Role, Refused> {
    let found = state.storage().read(move |connection| members::find(connection, person)).await?;
    Ok(found.map_or(Role::Volunteer, |found| found.member.role))
}

/// Does something to a person.
pub async fn ask(
    state: &ServerState,
    coordinator: &Coordinator,
    person: PersonId,
    command: Command,
) -> Result<(), Refused> {
    let by = By::Page { person: coordinator.person };
    people::ask(state, by, coordinator.programme, person, command).await
}
