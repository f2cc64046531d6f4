//! Invites: a newcomer, a further device of somebody who is there, a coordinator's own browser. Called by
//! [`super::carry_out`]. Invariant: a token is known by its hash alone; a newcomer's record, her rights and her
//! invitation are made together.

use std::collections::BTreeSet;

use footbridge_model::{
    Fields, Kind, Member, PersonId, ProgrammeId, Role, Timestamp, TokenHash, Vocabulary, validation,
};
use serde_json::json;

use super::{By, Refused, known_districts, member};
use crate::journal::Entry;
use crate::records;
use crate::reviewing::{LINK_LASTS_MAX_MILLIS, LINK_REMEMBERED_MILLIS};
use crate::storage::audit::{self, Deed};
use crate::storage::documents::DocumentRow;
use crate::storage::invitations::{self, InvitationRow};
use crate::storage::members::{self, MemberRow};
use crate::storage::review_links::{self, LinkState};
use crate::storage::{Writing, actors, documents, drafts};

/// The longest that an invitation can be used, where the administrator says so.
pub(crate) const INVITATION_LASTS_MAX_MILLIS: i64 = 365 * DAY_MILLIS;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How long an invitation can be used where the administrator says nothing else: one that makes a coordinator, or a
/// further device of one, opens everything.
pub(crate) const fn lasts_millis(role: Role) -> i64 {
    match role {
        Role::Volunteer => 7 * DAY_MILLIS,
        Role::Coordinator => DAY_MILLIS,
    }
}

/// Somebody who is to belong to the programme.
pub(super) struct Newcomer<'a> {
    pub(super) name: &'a str,
    pub(super) role: Role,
    pub(super) districts: &'a BTreeSet<String>,
}

/// Makes a person and an invitation for her.
pub(super) fn newcomer(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    whom: &Newcomer<'_>,
    token: TokenHash,
    expires_at: Timestamp,
) -> Result<(), Refused> {
    let (id, connection) = (person.document(), writing.connection());
    let asked_before = invitations::find(connection, token.0)?;
    if asked_before.is_some_and(|row| (row.programme, row.person) == (programme, person)) {
        // Asked for again. After a restore she and her invitation are known from the journal, and her name is not.
        let is_lost = documents::find(connection, id)?.is_none() && members::find(connection, person)?.is_some();
        if is_lost {
            let row = record(writing, programme, person, whom.name)?;
            records::save(writing, row)?;
        }
        return Ok(());
    }
    let is_taken = members::find(connection, person)?.is_some()
        || documents::find(connection, id)?.is_some()
        || drafts::find(connection, id)?.is_some();
    if is_taken {
        return Err(Refused::Taken);
    }
    known_districts(connection, programme, whom.districts)?;
    let expires_at = in_time(writing, by, whom.role, token, expires_at)?;
    let row = record(writing, programme, person, whom.name)?;
    let (role, districts) = (whom.role, whom.districts.clone());
    let detail = json!({ "role": role, "districts": districts });
    writing.journal(Entry::Member { programme, person, role, districts: districts.clone() });
    let member = Member { person, role, districts };
    members::insert(writing.connection(), &MemberRow::new(programme, member, writing.now()))?;
    records::save(writing, row)?;
    keep(writing, by, programme, person, token, expires_at)?;
    Ok(audit::note(writing, programme, by, Deed::Invited, *person.as_bytes(), &detail)?)
}

/// A person's record; not saved yet.
fn record(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    person: PersonId,
    name: &str,
) -> Result<DocumentRow, Refused> {
    let (mut fields, vocabulary, now) = (Fields::new(), Vocabulary::starter(), writing.now());
    fields.insert("name".to_owned(), name.into());
    validation::create(Kind::Person, &fields, &vocabulary, now).map_err(Refused::Invalid)?;
    let actor = actors::of_the_server(writing, programme, None)?;
    let made = records::make(Kind::Person, programme, person.document(), actor, &fields, &vocabulary, now)?;
    let mut row = made.map_err(Refused::Invalid)?;
    // Her record is hers to edit.
    row.facts.author = Some(person);
    Ok(row)
}

/// Makes an invitation for a further device of somebody who is there.
pub(super) fn further_device(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    token: TokenHash,
    expires_at: Timestamp,
) -> Result<(), Refused> {
    let found = member(writing.connection(), programme, person)?;
    if found.revoked_at.is_some() {
        return Err(Refused::Gone);
    }
    let asked_before = invitations::find(writing.connection(), token.0)?;
    if asked_before.is_some_and(|row| (row.programme, row.person) == (programme, person)) {
        return Ok(());
    }
    let expires_at = in_time(writing, by, found.member.role, token, expires_at)?;
    keep(writing, by, programme, person, token, expires_at)?;
    let detail = json!({ "further_device": true });
    Ok(audit::note(writing, programme, by, Deed::Invited, *person.as_bytes(), &detail)?)
}

/// Makes a link that signs a coordinator in to the review pages. From a device or page it is her own.
pub(super) fn review_link(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    token: TokenHash,
    expires_at: Timestamp,
) -> Result<(), Refused> {
    if by.person().is_some_and(|asking| asking != person) {
        return Err(Refused::Forbidden);
    }
    let found = member(writing.connection(), programme, person)?;
    if found.revoked_at.is_some() {
        return Err(Refused::Gone);
    }
    if found.member.role != Role::Coordinator {
        return Err(Refused::NoCoordinator);
    }
    let (connection, now) = (writing.connection(), writing.now());
    if expires_at <= now {
        return Err(Refused::Late);
    }
    if review_links::look(connection, token.0, now)? != LinkState::Unknown {
        return Err(Refused::Taken);
    }
    review_links::forget_late(connection, now.plus_millis(-LINK_REMEMBERED_MILLIS))?;
    let expires_at = expires_at.min(now.plus_millis(LINK_LASTS_MAX_MILLIS));
    review_links::insert(connection, token.0, programme, person, now, expires_at)?;
    Ok(audit::note(writing, programme, by, Deed::ReviewLinked, *person.as_bytes(), &json!({}))?)
}

/// Until when an invitation holds, if its token is new and its time is not over.
fn in_time(
    writing: &Writing<'_>,
    by: By,
    role: Role,
    token: TokenHash,
    expires_at: Timestamp,
) -> Result<Timestamp, Refused> {
    if expires_at <= writing.now() {
        return Err(Refused::Late);
    }
    if invitations::find(writing.connection(), token.0)?.is_some() {
        return Err(Refused::Taken);
    }
    let most = if by == By::Administrator { INVITATION_LASTS_MAX_MILLIS } else { lasts_millis(role) };
    // A device's clock may be years ahead.
    Ok(expires_at.min(writing.now().plus_millis(most)))
}

fn keep(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    token: TokenHash,
    expires_at: Timestamp,
) -> Result<(), Refused> {
    let (token_hash, created_at) = (token.0, writing.now());
    let (by, from) = (by.person(), by.device());
    let row = InvitationRow { token_hash, programme, person, created_at, expires_at, by, from, used_by: None };
    invitations::insert(writing.connection(), &row)?;
    writing.journal(Entry::Invited { programme, person, token_hash, expires_at, by, from });
    Ok(())
}
