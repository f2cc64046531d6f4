//! Who belongs to a programme, as what and with which devices. Called by administration, by commands in a push and by
//! the review pages, each of which says who asks ([`By`]). Invariant: what is asked is judged against what is stored;
//! rights, the person's record, the journal and the audit trail change in one transaction, and what is refused changes
//! nothing.

mod ended;
mod invite;
mod refused;
mod revoke;

use std::collections::BTreeSet;

use footbridge_model::{Command, Facts, Kind, PersonId, ProgrammeId, Role, policy};
use footbridge_protocol::limits;
use rusqlite::Connection;
use serde_json::json;

use crate::journal::Entry;
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::{self, Deed};
use crate::storage::members::{self, MemberRow};
use crate::storage::{Writing, devices, documents, erased};

pub use crate::storage::audit::By;
pub(crate) use ended::{browser as end_browser, invitation as end_invitation};
pub(crate) use invite::{INVITATION_LASTS_MAX_MILLIS, lasts_millis};
pub use refused::Refused;

/// Carries a command about a person out, in a transaction of its own: role, revoke, reinstate, invite, review link.
pub async fn ask(
    state: &ServerState,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    command: Command,
) -> Result<(), Refused> {
    state.storage().write(move |writing| carry_out(writing, by, programme, person, &command)).await
}

/// Carries a command about a person out. `person` is the one whom the command is about.
pub fn carry_out(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    command: &Command,
) -> Result<(), Refused> {
    authorise(writing.connection(), by, programme, command)?;
    match command {
        Command::Role { role, districts } => set_role(writing, by, programme, person, *role, districts),
        Command::Revoke { device: None, wipe } => revoke::person(writing, by, programme, person, *wipe),
        Command::Revoke { device: Some(device), wipe } => {
            revoke::device(writing, by, programme, person, *device, *wipe)
        }
        Command::Reinstate => reinstate(writing, by, programme, person),
        Command::Invite { token, name: Some(name), role, districts, expires_at } => {
            let whom = invite::Newcomer { name, role: *role, districts };
            invite::newcomer(writing, by, programme, person, &whom, *token, *expires_at)
        }
        Command::Invite { token, name: None, expires_at, .. } => {
            invite::further_device(writing, by, programme, person, *token, *expires_at)
        }
        Command::ReviewLink { token, expires_at } => {
            invite::review_link(writing, by, programme, person, *token, *expires_at)
        }
        // About records, not about people.
        Command::Give { .. }
        | Command::Close { .. }
        | Command::Reopen
        | Command::Attribute { .. }
        | Command::Erase
        | Command::Seen { .. }
        | Command::Take
        | Command::Discard => Err(Refused::Forbidden),
    }
}

/// Lets everybody of a programme in who waits since a restore; gives their number.
pub(crate) fn admit_everyone(writing: &mut Writing<'_>, programme: ProgrammeId) -> Result<usize, Refused> {
    let waiting = members::held_of(writing.connection(), programme)?;
    for person in &waiting {
        admit(writing, programme, *person)?;
    }
    Ok(waiting.len())
}

/// Whoever is not the administrator must be a coordinator with her rights, at this moment.
fn authorise(connection: &Connection, by: By, programme: ProgrammeId, command: &Command) -> Result<(), Refused> {
    let Some(person) = by.person() else { return Ok(()) };
    let found = members::find(connection, person)?.filter(|found| found.programme == programme && found.is_active());
    let found = found.ok_or(Refused::Forbidden)?;
    policy::may_command(&found.member, Kind::Person, &Facts::default(), command).map_err(|_| Refused::Forbidden)
}

/// A member of this programme; others are as unknown as those who are nowhere, and those whose name was erased.
fn member(connection: &Connection, programme: ProgrammeId, person: PersonId) -> Result<MemberRow, Refused> {
    if erased::is_known(connection, person.document())? {
        return Err(Refused::NotFound);
    }
    members::find(connection, person)?.filter(|found| found.programme == programme).ok_or(Refused::NotFound)
}

/// Without the administrator, a programme keeps a coordinator.
fn leaves_a_coordinator(connection: &Connection, by: By, found: &MemberRow) -> Result<(), Refused> {
    let is_free = by == By::Administrator
        || found.member.role != Role::Coordinator
        || members::has_another_coordinator(connection, found.programme, found.member.person)?;
    if is_free { Ok(()) } else { Err(Refused::LastCoordinator) }
}

fn known_districts(
    connection: &Connection,
    programme: ProgrammeId,
    districts: &BTreeSet<String>,
) -> Result<(), Refused> {
    let document = documents::find(connection, programme.document())?;
    let known = document.map(|row| records::districts(&row)).unwrap_or_default();
    if districts.len() > limits::LIST_ITEMS || !districts.is_subset(&known) {
        return Err(Refused::UnknownDistrict { known });
    }
    Ok(())
}

fn set_role(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    role: Role,
    districts: &BTreeSet<String>,
) -> Result<(), Refused> {
    let found = member(writing.connection(), programme, person)?;
    if found.revoked_at.is_some() {
        return Err(Refused::Gone);
    }
    known_districts(writing.connection(), programme, districts)?;
    if role != Role::Coordinator {
        leaves_a_coordinator(writing.connection(), by, &found)?;
    }
    if found.member.role == role && found.member.districts == *districts {
        return Ok(());
    }
    members::set_role(writing.connection(), person, role, districts)?;
    if role != Role::Coordinator {
        // What a coordinator alone could make ends with her being one.
        ended::everything_of(writing, person, None)?;
    }
    records::save_person(writing, programme, person)?;
    writing.journal(Entry::Role { programme, person, role, districts: districts.clone() });
    let detail = json!({ "role": role, "districts": districts, "was": found.member.role });
    Ok(audit::note(writing, programme, by, Deed::RoleChanged, *person.as_bytes(), &detail)?)
}

fn reinstate(writing: &mut Writing<'_>, by: By, programme: ProgrammeId, person: PersonId) -> Result<(), Refused> {
    let found = member(writing.connection(), programme, person)?;
    if found.held_at.is_some() && by == By::Administrator {
        admit(writing, programme, person)?;
    }
    if found.revoked_at.is_none() {
        return Ok(());
    }
    members::set_revoked(writing.connection(), person, None)?;
    devices::reinstate_all(writing.connection(), person)?;
    records::save_person(writing, programme, person)?;
    writing.journal(Entry::Reinstated { programme, person });
    Ok(audit::note(writing, programme, by, Deed::Reinstated, *person.as_bytes(), &json!({}))?)
}

fn admit(writing: &mut Writing<'_>, programme: ProgrammeId, person: PersonId) -> Result<(), Refused> {
    members::admit(writing.connection(), person)?;
    writing.journal(Entry::Admitted { programme, person });
    Ok(audit::note(writing, programme, By::Administrator, Deed::Admitted, *person.as_bytes(), &json!({}))?)
}
