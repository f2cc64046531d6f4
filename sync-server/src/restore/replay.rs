//! Tells a restored database what happened after its backup, from the journal. Called by [`super::restore`], in one
//! transaction. Invariant: replaying what the database knows already changes nothing; afterwards nobody and nothing is
//! there that the journal says is gone.

use footbridge_model::{DeviceId, Member, PersonId, ProgrammeId, Timestamp};
use serde_json::json;

use crate::erasing::{self, Why};
use crate::journal::{Entry, Journalled};
use crate::records;
use crate::storage::actors::{self, ActorRow};
use crate::storage::audit::{self, By, Deed};
use crate::storage::devices::{self, DeviceRow};
use crate::storage::invitations::{self, InvitationRow};
use crate::storage::members::{self, MemberRow};
use crate::storage::programmes::{self, ProgrammeRow};
use crate::storage::{StorageError, Writing, documents, log, quarantine, review_links, review_sessions, server};

/// What the database was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How many lines.
    pub(super) lines: u64,
    /// How many of them were erasures.
    pub(super) erased: u64,
    /// How many people are not admitted.
    pub(super) held: u64,
}

/// A new epoch: cursors from before begin anew, the server writes with new actors, and no browser is signed in.
pub(super) fn begin_anew(writing: &mut Writing<'_>) -> Result<(), StorageError> {
    let connection = writing.connection();
    server::begin_anew(connection, writing.now(), writing.random())?;
    actors::retire_the_servers(connection)?;
    review_sessions::forget_all(connection)?;
    review_links::forget_all(connection)
}

/// Says in every programme's audit trail that its server was restored, and from when.
pub(super) fn note(writing: &mut Writing<'_>, made_at: Timestamp, with_journal: bool) -> Result<(), StorageError> {
    for programme in programmes::all(writing.connection())? {
        let detail = json!({ "backup": made_at.to_string(), "journal": with_journal });
        audit::note(writing, programme.id, By::Administrator, Deed::Restored, *programme.id.as_bytes(), &detail)?;
    }
    Ok(())
}

/// Nothing is known: everybody waits, and no invitation from before is worth anything.
pub(super) fn hold(writing: &mut Writing<'_>) -> Result<Told, StorageError> {
    let now = writing.now();
    invitations::end_all_unused(writing.connection(), now)?;
    let held = members::hold_everyone(writing.connection(), now)?;
    Ok(Told { held: held as u64, ..Told::default() })
}

/// Tells it every line, in order.
pub(super) fn everything(writing: &mut Writing<'_>, lines: &[Journalled]) -> Result<Told, StorageError> {
    let mut told = Told::default();
    for line in lines {
        one(writing, &line.entry, line.at)?;
        told.lines += 1;
        told.erased += u64::from(matches!(line.entry, Entry::Erased { .. }));
    }
    Ok(told)
}

fn one(writing: &mut Writing<'_>, entry: &Entry, at: Timestamp) -> Result<(), StorageError> {
    match entry {
        Entry::Programme { programme } if !programmes::exists(writing.connection(), *programme)? => {
            programmes::insert(writing.connection(), ProgrammeRow { id: *programme, created_at: at })
        }
        Entry::Programme { .. } => Ok(()),
        Entry::Member { programme, person, role, districts } => {
            if members::find(writing.connection(), *person)?.is_some() {
                return Ok(());
            }
            let member = Member { person: *person, role: *role, districts: districts.clone() };
            members::insert(writing.connection(), &MemberRow::new(*programme, member, at))
        }
        Entry::Role { programme, person, role, districts } => {
            members::set_role(writing.connection(), *person, *role, districts)?;
            tell_of(writing, *programme, *person)
        }
        Entry::Invited { programme, person, token_hash, expires_at, by, from } => {
            if invitations::find(writing.connection(), *token_hash)?.is_some() {
                return Ok(());
            }
            let row = InvitationRow {
                token_hash: *token_hash,
                programme: *programme,
                person: *person,
                created_at: at,
                expires_at: *expires_at,
                by: *by,
                from: *from,
                used_by: None,
            };
            invitations::insert(writing.connection(), &row)
        }
        Entry::InvitationEnded { programme, token_hash } => {
            invitations::end(writing.connection(), *programme, *token_hash, at).map(drop)
        }
        Entry::Device { programme, person, device, public_key } => {
            if devices::find(writing.connection(), *device)?.is_some() {
                return Ok(());
            }
            let row = DeviceRow {
                id: *device,
                programme: *programme,
                person: *person,
                public_key: *public_key,
                joined_at: at,
                seen_at: at,
                build: String::new(),
                unsent: 0,
                counter: 0,
                revoked_at: None,
                with_her: false,
                wipe: false,
                name: String::new(),
            };
            devices::insert(writing.connection(), &row)
        }
        Entry::Used { token_hash, device } => invitations::mark_used(writing.connection(), *token_hash, *device, at),
        Entry::Actor { programme, actor, device, person } => {
            let bound = actors::find(writing.connection(), *actor)?;
            match (bound, device, person) {
                (None, device, person) => {
                    let (device, person, past) = (*device, *person, device.is_none());
                    let row = ActorRow { actor: *actor, programme: *programme, device, person, past };
                    actors::bind(writing.connection(), row, at)
                }
                (Some(bound), Some(device), Some(person)) if bound.past => {
                    actors::claim(writing.connection(), *actor, *device, *person)
                }
                (Some(_), _, _) => Ok(()),
            }
        }
        Entry::Revoked { programme, person, device, wipe } => revoked(writing, *programme, *person, *device, *wipe, at),
        Entry::Reinstated { programme, person } => reinstated(writing, *programme, *person),
        Entry::Admitted { programme: _, person } => members::admit(writing.connection(), *person).map(drop),
        Entry::Discarded { programme: _, device, record } => {
            for row in quarantine::of_record(writing.connection(), *device, *record)? {
                quarantine::delete(writing.connection(), row.id)?;
            }
            Ok(())
        }
        Entry::Moved { programme, record, scope, left } => match scope.parse() {
            Ok(scope) => log::tell_of_move(writing, *programme, *record, &scope, *left),
            Err(_) => Err(StorageError::Damaged("the name of a scope in the journal")),
        },
        Entry::Erased { programme, id, by, expired } => {
            let why = if *expired { Why::Expired } else { Why::Erased };
            erasing::bury(writing, *programme, *id, why, *by)?;
            // A record made and erased after the backup stood in scopes that are not known any more, and a device that
            // was away since still has it.
            log::tell_everyone(writing, *programme, *id)
        }
    }
}

fn revoked(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    person: PersonId,
    device: Option<DeviceId>,
    wipe: bool,
    at: Timestamp,
) -> Result<(), StorageError> {
    let connection = writing.connection();
    invitations::end_made_by(connection, person, device, at)?;
    if let Some(device) = device {
        return devices::revoke(connection, device, at, wipe);
    }
    members::set_revoked(connection, person, Some(at))?;
    invitations::end_unused(connection, person, at)?;
    devices::revoke_all(connection, person, at, wipe)?;
    tell_of(writing, programme, person)
}

fn reinstated(writing: &mut Writing<'_>, programme: ProgrammeId, person: PersonId) -> Result<(), StorageError> {
    members::set_revoked(writing.connection(), person, None)?;
    devices::reinstate_all(writing.connection(), person)?;
    tell_of(writing, programme, person)
}

/// Brings a person's record in line with what she is, where the record is here.
fn tell_of(writing: &mut Writing<'_>, programme: ProgrammeId, person: PersonId) -> Result<(), StorageError> {
    let is_here = documents::find(writing.connection(), person.document())?.is_some();
    if is_here { records::save_person(writing, programme, person) } else { Ok(()) }
}
