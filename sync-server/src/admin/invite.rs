//! Makes a person and an invitation for her. Called by [`super::execute`]. Invariant: the person's record, her rights
//! and the invitation are made together.

use std::collections::BTreeSet;

use footbridge_model::{Fields, Kind, Member, PersonId, ProgrammeId, Role, Timestamp, Vocabulary};
use footbridge_protocol::{Invitation, InvitationToken};
use serde_json::json;

use super::AdminError;
use super::programme::make;
use crate::joining::token_hash;
use crate::journal::Entry;
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::{self, By, Deed};
use crate::storage::invitations::{self, InvitationRow};
use crate::storage::members::{self, MemberRow};
use crate::storage::{Writing, actors, documents, programmes, server};

/// Whom an invitation is for.
pub(super) struct NewMember {
    pub(super) programme: ProgrammeId,
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) districts: Vec<String>,
    pub(super) lasts_millis: i64,
}

/// What came of it.
pub(super) struct Invited {
    pub(super) url: String,
    pub(super) expires_at: Timestamp,
    pub(super) person: PersonId,
}

/// Makes it.
pub(super) async fn invite(state: &ServerState, asked: NewMember) -> Result<Invited, AdminError> {
    let mut bytes = [0; 32];
    state.random().fill(&mut bytes);
    let token = InvitationToken::from_bytes(bytes);
    let hash = token_hash(&token);
    let written = state.storage().write(move |writing| write(writing, asked, hash)).await?;
    let Written { server, expires_at, person } = written;
    let url = Invitation { server, identity: state.identity().public(), token, fingerprint: None }.to_url();
    Ok(Invited { url, expires_at, person })
}

struct Written {
    server: String,
    expires_at: Timestamp,
    person: PersonId,
}

fn write(writing: &mut Writing<'_>, asked: NewMember, token_hash: [u8; 32]) -> Result<Written, AdminError> {
    let NewMember { programme, role, name, districts, lasts_millis } = asked;
    let now = writing.now();
    if !programmes::exists(writing.connection(), programme)? {
        return Err(AdminError::not_found("no such programme; `programme list` shows those that there are"));
    }
    let districts: BTreeSet<String> = districts.into_iter().collect();
    check_districts(writing, programme, &districts)?;
    let person = PersonId::new(now, writing.random());
    let detail = json!({ "role": role, "districts": districts });
    audit::note(writing, programme, By::Administrator, Deed::Invited, *person.as_bytes(), &detail)?;
    let member = Member { person, role, districts };
    writing.journal(Entry::Member { programme, person, role, districts: member.districts.clone() });
    members::insert(writing.connection(), &MemberRow { programme, member, added_at: now })?;
    let actor = actors::of_the_server(writing, programme, None)?;
    let mut fields = Fields::new();
    fields.insert("name".to_owned(), name.into());
    let vocabulary = Vocabulary::starter();
    let mut row = make(Kind::Person, programme, person.document(), actor, &fields, &vocabulary, now)?;
    // Her record is hers to edit.
    row.facts.author = Some(person);
    records::save(writing, row)?;
    let expires_at = now.plus_millis(lasts_millis);
    let row = InvitationRow { token_hash, programme, person, created_at: now, expires_at, used_by: None };
    invitations::insert(writing.connection(), &row)?;
    writing.journal(Entry::Invited { programme, person, token_hash, expires_at });
    Ok(Written { server: server::base_url(writing.connection())?, expires_at, person })
}

fn check_districts(
    writing: &Writing<'_>,
    programme: ProgrammeId,
    districts: &BTreeSet<String>,
) -> Result<(), AdminError> {
    let document = documents::find(writing.connection(), programme.document())?;
    let known = document.map(|row| records::districts(&row)).unwrap_or_default();
    if districts.is_subset(&known) {
        return Ok(());
    }
    let known: Vec<_> = known.into_iter().collect();
    Err(AdminError::invalid("district", format!("district: not one of the programme; allowed: {}", known.join(", "))))
}
