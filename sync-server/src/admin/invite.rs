//! Makes links by which people join: a newcomer, or a further device of somebody who is there. Called by
//! [`super::execute`]. Invariant: the token is in the link alone; who may join is `people`'s to say.

use std::collections::BTreeSet;

use footbridge_model::{Command, PersonId, ProgrammeId, Role, Timestamp, TokenHash};
use footbridge_protocol::invitation::is_in_the_clear;
use footbridge_protocol::{Invitation, InvitationToken};

use super::AdminError;
use super::telling::must_be_here;
use crate::joining::token_hash;
use crate::people::{self, By};
use crate::records;
use crate::state::ServerState;
use crate::storage::{Writing, members, server};

/// Whom an invitation is for.
pub(super) enum Invitee {
    /// Somebody new.
    Newcomer { name: String, role: Role, districts: Vec<String> },
    /// Somebody who is there.
    There(PersonId),
}

/// What came of it.
pub(super) struct Invited {
    pub(super) url: String,
    pub(super) expires_at: Timestamp,
    pub(super) person: PersonId,
}

/// Makes it.
pub(super) async fn invite(
    state: &ServerState,
    programme: ProgrammeId,
    invitee: Invitee,
    lasts_millis: Option<i64>,
) -> Result<Invited, AdminError> {
    let mut bytes = [0; 32];
    state.random().fill(&mut bytes);
    let token = InvitationToken::from_bytes(bytes);
    let hash = TokenHash(token_hash(&token));
    let written = state.storage().write(move |writing| write(writing, programme, invitee, hash, lasts_millis)).await?;
    let Written { server, fingerprint, expires_at, person } = written;
    Ok(Invited { url: invitation_url(state, server, token, fingerprint), expires_at, person })
}

/// The link of an invitation.
pub(crate) fn invitation_url(
    state: &ServerState,
    server: String,
    token: InvitationToken,
    fingerprint: Option<[u8; 32]>,
) -> String {
    // `serve` takes such an address only from an administrator who said --insecure.
    let is_plain = is_in_the_clear(&server);
    Invitation { server, identity: state.identity().public(), token, fingerprint, is_plain }.to_url()
}

struct Written {
    server: String,
    fingerprint: Option<[u8; 32]>,
    expires_at: Timestamp,
    person: PersonId,
}

fn write(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    invitee: Invitee,
    token: TokenHash,
    lasts_millis: Option<i64>,
) -> Result<Written, AdminError> {
    must_be_here(writing.connection(), programme)?;
    let of = match &invitee {
        Invitee::Newcomer { role, .. } => *role,
        Invitee::There(person) => {
            members::find(writing.connection(), *person)?.map_or(Role::Volunteer, |found| found.member.role)
        }
    };
    let expires_at = writing.now().plus_millis(lasts_millis.unwrap_or_else(|| people::lasts_millis(of)));
    let (person, name, role, districts) = match invitee {
        Invitee::Newcomer { name, role, districts } => {
            let person = PersonId::new(writing.now(), writing.random());
            (person, Some(name), role, records::district_ids(writing.connection(), programme, districts)?)
        }
        // Her role is not looked at.
        Invitee::There(person) => (person, None, Role::Volunteer, BTreeSet::new()),
    };
    let command = Command::Invite { token, name, role, districts, expires_at };
    people::carry_out(writing, By::Administrator, programme, person, &command)?;
    let server = server::base_url(writing.connection())?;
    let fingerprint = server::fingerprint(writing.connection())?;
    Ok(Written { server, fingerprint, expires_at, person })
}
