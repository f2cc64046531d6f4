//! Roles changed, rights taken away and given back, on the administrator's word. Called by [`super::execute`].
//! Invariant: what may be done is `people`'s to say, as for everybody else.

use footbridge_model::{Command, DeviceId, PersonId, ProgrammeId};
use serde_json::{Value, json};

use super::telling::must_be_here;
use super::{AdminError, iso};
use crate::people::{self, By, Refused};
use crate::state::ServerState;
use crate::storage::audit::{self, AuditRow};
use crate::storage::{StorageError, Writing, devices, members};

/// What a person is told to be, or whether she has her rights; answers how she now stands.
pub(super) async fn carry_out(
    state: &ServerState,
    programme: ProgrammeId,
    person: PersonId,
    command: Command,
) -> Result<Value, AdminError> {
    let done = state.storage().write(move |writing| {
        must_be_here(writing.connection(), programme)?;
        let before = last(writing, programme)?.map(|row| row.seq);
        people::carry_out(writing, By::Administrator, programme, person, &command)?;
        let found = members::find(writing.connection(), person)?.ok_or(Refused::NotFound)?;
        Ok::<_, AdminError>(json!({
            "person": person,
            "role": found.member.role,
            "districts": found.member.districts,
            "revoked_at": found.revoked_at.map(iso),
            "ended": ended(writing, programme, before)?,
        }))
    });
    done.await
}

fn last(writing: &Writing<'_>, programme: ProgrammeId) -> Result<Option<AuditRow>, StorageError> {
    Ok(audit::latest(writing.connection(), programme, None, 1)?.pop())
}

/// What ended with what was just done, as the audit trail tells it.
fn ended(writing: &Writing<'_>, programme: ProgrammeId, before: Option<i64>) -> Result<Value, StorageError> {
    let done = last(writing, programme)?.filter(|row| Some(row.seq) != before);
    let told = |name: &str| done.as_ref().and_then(|row| row.detail.get(name).cloned());
    Ok(json!({
        "browsers": told("browsers").unwrap_or(json!(0)),
        "links": told("links").unwrap_or(json!(0)),
        "invitations": told("invitations").unwrap_or(json!([])),
    }))
}

/// Takes away the rights of one device, whosever it is.
pub(super) async fn revoke_device(
    state: &ServerState,
    programme: ProgrammeId,
    device: DeviceId,
    wipe: bool,
) -> Result<Value, AdminError> {
    let done = state.storage().write(move |writing| {
        must_be_here(writing.connection(), programme)?;
        let person = devices::find(writing.connection(), device)?.map(|found| found.person).ok_or(Refused::NotFound)?;
        let command = Command::Revoke { device: Some(device), wipe };
        let before = last(writing, programme)?.map(|row| row.seq);
        people::carry_out(writing, By::Administrator, programme, person, &command)?;
        let found = devices::find(writing.connection(), device)?.ok_or(Refused::NotFound)?;
        Ok::<_, AdminError>(json!({
            "person": person,
            "device": device,
            "revoked_at": found.revoked_at.map(iso),
            "wipe": found.wipe,
            "ended": ended(writing, programme, before)?,
        }))
    });
    done.await
}

/// Lets everybody in who waits since a restore without a journal.
pub(super) async fn admit_everyone(state: &ServerState, programme: ProgrammeId) -> Result<Value, AdminError> {
    let done = state.storage().write(move |writing| {
        must_be_here(writing.connection(), programme)?;
        let admitted = people::admit_everyone(writing, programme)?;
        Ok::<_, AdminError>(json!({ "admitted": admitted }))
    });
    done.await
}
