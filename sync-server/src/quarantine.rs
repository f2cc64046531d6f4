//! What revoked devices hand over: kept apart, looked at by coordinators, taken over or thrown away by them. Called by
//! push, by its route and by the review pages. Invariant: nothing of a revoked device is applied before a coordinator
//! takes it; then it is judged as if its device had sent it in its time, with its person's rights, and stays hers.

mod listing;
mod receiving;

use footbridge_model::{Command, Facts, Kind, Member, ProgrammeId, QuarantineId, policy};
use footbridge_protocol::{Answer, ErrorCode, Item, decode};
use rusqlite::Connection;
use serde_json::json;

use crate::journal::Entry;
use crate::people::{By, Refused};
use crate::push;
use crate::state::ServerState;
use crate::storage::audit::{self, Deed};
use crate::storage::quarantine::{self, QuarantineRow};
use crate::storage::{StorageError, Writing, members};

pub(crate) use listing::list;
pub use listing::{Waiting, waiting};
pub(crate) use receiving::{Receiving, keep};

/// What came of taking a record over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// How many items were taken.
    pub items: usize,
    /// Why the first of those that stay could not be.
    pub stays: Option<ErrorCode>,
}

/// Takes a record over, in a transaction of its own: all that the device handed over about the record of this entry.
pub async fn take_over(
    state: &ServerState,
    by: By,
    programme: ProgrammeId,
    entry: QuarantineId,
) -> Result<Taken, Refused> {
    state.storage().write(move |writing| take(writing, by, programme, entry)).await
}

/// Throws away, in a transaction of its own, all that the device handed over about the record of this entry.
pub async fn throw_away(
    state: &ServerState,
    by: By,
    programme: ProgrammeId,
    entry: QuarantineId,
) -> Result<(), Refused> {
    state.storage().write(move |writing| discard(writing, by, programme, entry)).await
}

/// Takes over all that a device handed over about the record of this entry, in the order in which it came. What cannot
/// be taken stays, with why.
pub(crate) fn take(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    entry: QuarantineId,
) -> Result<Taken, Refused> {
    let rows = of_entry(writing.connection(), by, programme, entry, &Command::Take)?;
    let mut taken = Taken { items: 0, stays: None };
    let Some(first) = rows.first() else { return Err(Refused::NotFound) };
    let found = members::find(writing.connection(), first.person)?.ok_or(Refused::NotFound)?;
    for row in &rows {
        match as_if_pushed(writing, row, &found.member)? {
            Answer::Accepted | Answer::Duplicate => {
                quarantine::delete(writing.connection(), row.id)?;
                taken.items += 1;
            }
            refused => {
                quarantine::set_refused(writing.connection(), row.id, refused.number())?;
                taken.stays = taken.stays.or(ErrorCode::from_number(refused.number()));
            }
        }
    }
    if taken.items > 0 {
        note(writing, by, first, Deed::Taken, taken.items)?;
    }
    Ok(taken)
}

/// Throws away all that a device handed over about the record of this entry.
pub(crate) fn discard(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    entry: QuarantineId,
) -> Result<(), Refused> {
    let rows = of_entry(writing.connection(), by, programme, entry, &Command::Discard)?;
    for row in &rows {
        quarantine::delete(writing.connection(), row.id)?;
    }
    writing.overwrite()?;
    let Some(first) = rows.first() else { return Err(Refused::NotFound) };
    writing.journal(Entry::Discarded { programme, device: first.device, record: first.record });
    note(writing, by, first, Deed::Discarded, rows.len())
}

/// All about the record of an entry from its device, if whoever asks is a coordinator of that programme now.
fn of_entry(
    connection: &Connection,
    by: By,
    programme: ProgrammeId,
    entry: QuarantineId,
    command: &Command,
) -> Result<Vec<QuarantineRow>, Refused> {
    if let Some(person) = by.person() {
        let found =
            members::find(connection, person)?.filter(|found| found.programme == programme && found.is_active());
        let may = found.map(|found| policy::may_command(&found.member, Kind::Person, &Facts::default(), command));
        if !matches!(may, Some(Ok(()))) {
            return Err(Refused::Forbidden);
        }
    }
    let found = quarantine::find(connection, entry)?.filter(|row| row.programme == programme);
    let found = found.ok_or(Refused::NotFound)?;
    Ok(quarantine::of_record(connection, found.device, found.record)?)
}

fn as_if_pushed(writing: &mut Writing<'_>, row: &QuarantineRow, member: &Member) -> Result<Answer, StorageError> {
    let item: Item = decode(&row.payload).map_err(|_| StorageError::Damaged("the quarantine"))?;
    push::as_if_sent(writing, row.device, row.programme, member, &item)
}

fn note(writing: &mut Writing<'_>, by: By, first: &QuarantineRow, deed: Deed, items: usize) -> Result<(), Refused> {
    let detail = json!({ "kind": first.kind, "person": first.person, "device": first.device, "items": items });
    Ok(audit::note(writing, first.programme, by, deed, *first.record.as_bytes(), &detail)?)
}
