//! Takes rights away: of a person with all her devices, or of one device. Called by [`super::carry_out`]. Invariant:
//! from that commit on nothing is served to a revoked device, and what it sends goes into quarantine; only the signed
//! notice that it is then told locks it; and no browser, link or invitation that came from it is worth anything.

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Scope};
use serde_json::json;

use super::{By, Refused, ended, leaves_a_coordinator, member};
use crate::journal::Entry;
use crate::records;
use crate::storage::audit::{self, Deed};
use crate::storage::{Writing, devices, invitations, members};

/// Revokes a person with all that she has.
pub(super) fn person(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    wipe: bool,
) -> Result<(), Refused> {
    let found = member(writing.connection(), programme, person)?;
    leaves_a_coordinator(writing.connection(), by, &found)?;
    let now = writing.now();
    let ended = ended::everything_of(writing, person, None)?;
    if found.revoked_at.is_none() {
        members::set_revoked(writing.connection(), person, Some(now))?;
        invitations::end_unused(writing.connection(), person, now)?;
    } else if !wipe {
        return Ok(());
    }
    devices::revoke_all(writing.connection(), person, now, wipe)?;
    records::save_person(writing, programme, person)?;
    end_listening(writing, programme, person);
    writing.journal(Entry::Revoked { programme, person, device: None, wipe });
    let mut detail = ended.told();
    detail.insert("wipe".to_owned(), json!(wipe));
    Ok(audit::note(writing, programme, by, Deed::Revoked, *person.as_bytes(), &detail.into())?)
}

/// Revokes one device of a person.
pub(super) fn device(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    person: PersonId,
    device: DeviceId,
    wipe: bool,
) -> Result<(), Refused> {
    member(writing.connection(), programme, person)?;
    let found = devices::find(writing.connection(), device)?;
    let found = found.filter(|found| found.programme == programme && found.person == person);
    let found = found.ok_or(Refused::NotFound)?;
    if found.revoked_at.is_some() && !found.with_her && (found.wipe || !wipe) {
        return Ok(());
    }
    devices::revoke(writing.connection(), device, writing.now(), wipe)?;
    end_listening(writing, programme, person);
    writing.journal(Entry::Revoked { programme, person, device: Some(device), wipe });
    let mut detail = ended::everything_of(writing, person, Some(device))?.told();
    detail.insert("person".to_owned(), json!(person));
    detail.insert("wipe".to_owned(), json!(wipe));
    Ok(audit::note(writing, programme, by, Deed::DeviceRevoked, *device.as_bytes(), &detail.into())?)
}

/// A device that listens for news looks again whether it may.
fn end_listening(writing: &mut Writing<'_>, programme: ProgrammeId, person: PersonId) {
    writing.touch(programme, Scope::Person(person));
}
