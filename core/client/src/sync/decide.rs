//! What an answer of the server does to an item that waits in the outbox: one table, for a device that syncs and for a
//! revoked one that hands over. [`decide`] says what is to happen, [`carry_out`] does it.
//!
//! Invariant: everything that was recorded here and not confirmed by the server is still in the outbox, or set aside
//! and shown, or erased by the right of somebody. `docs/design/sync.md` holds the same table, and a test compares them.

use std::cmp::Ordering;

use footbridge_model::{Command, PersonId, Timestamp};
use footbridge_protocol::ErrorCode;
use footbridge_protocol::error_code::Remedy;
use footbridge_protocol::push::Answer;
use footbridge_store::outbox::{self, ItemKind, OutboxRow};
use footbridge_store::{Writing, records};

use crate::erasing::{self, Removal};
use crate::error::FootbridgeError;

/// What kind of thing waits, as far as an answer is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    /// A draft as it is.
    Draft,
    /// That a draft is gone.
    Removal,
    /// A change of this device, with the intent from which it can be rebased.
    Edit,
    /// A change without an intent, as others wrote it: it can be given back, and not be made again.
    Copy,
    /// A fresh document in the place of the former.
    Rewrite,
    /// A command about a record or a person.
    Command,
    /// The command that erases a record.
    Erasure,
    /// That a coordinator has opened a record. It holds nothing that anybody said.
    Receipt,
}

impl Item {
    /// What an outbox row is.
    pub(crate) fn of(row: &OutboxRow) -> Self {
        match row.item {
            ItemKind::Draft if Removal::of(row).is_some() => Self::Removal,
            ItemKind::Draft => Self::Draft,
            ItemKind::Change if row.intent.is_some() => Self::Edit,
            ItemKind::Change => Self::Copy,
            ItemKind::Renewal => Self::Rewrite,
            ItemKind::Command if erasing::is_erasure(row) => Self::Erasure,
            ItemKind::Command => Self::Command,
            ItemKind::Receipt => Self::Receipt,
        }
    }
}

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A device with its person's rights.
    Sync,
    /// A revoked device, whose items go into quarantine.
    HandOver,
}

/// What is to happen with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The server has it: it leaves the outbox.
    Confirmed,
    /// The record is erased: it is dropped with all that waits of it, and the person is told.
    Forget,
    /// It leaves the outbox unheard: a receipt, which holds nothing that anybody said.
    GiveUp,
    /// It stays in the outbox, is shown with this code and not sent again before something changes.
    SetAside(u16),
    /// It stays in the outbox and is rebased on what the server has.
    Rebase,
    /// It stays in the outbox and is sent again as it is.
    Wait,
}

/// What `answer` does to `item`.
pub(crate) fn decide(item: Item, answer: Answer, mode: Mode) -> Decision {
    match answer {
        Answer::Accepted | Answer::Duplicate => match (item, mode) {
            (Item::Erasure, Mode::Sync) => Decision::Forget,
            _ => Decision::Confirmed,
        },
        Answer::RefusedUnknown(number) => set_aside(item, number),
        Answer::Refused(code) => match mode {
            Mode::Sync => in_sync(item, code),
            Mode::HandOver => in_hand_over(item, code),
        },
    }
}

fn in_sync(item: Item, code: ErrorCode) -> Decision {
    match (code, item) {
        (ErrorCode::Erased, _) => return Decision::Forget,
        // It is as gone as was asked for.
        (ErrorCode::NotFound, Item::Erasure) => return Decision::Forget,
        // Others have said something since: the fresh document is made again with that beside it.
        (ErrorCode::Changed, Item::Rewrite) => return Decision::Rebase,
        // The pull that follows brings the other state; this one is then kept beside it.
        (ErrorCode::Changed, Item::Draft | Item::Removal) => return Decision::Wait,
        _ => {}
    }
    match (code.remedy(), item) {
        (Remedy::Retry | Remedy::OpenSession, _) => Decision::Wait,
        // What others wrote is not made again by this device's actor.
        (Remedy::Remake | Remedy::Renumber, Item::Edit | Item::Rewrite) => Decision::Rebase,
        (
            Remedy::Remake
            | Remedy::Renumber
            | Remedy::SetAside
            | Remedy::AskPerson
            | Remedy::SendLess
            | Remedy::Update
            | Remedy::Rejoin
            | Remedy::Lock
            | Remedy::LetGo,
            _,
        ) => set_aside(item, code.number()),
    }
}

/// A revoked device rebases nothing and decides nothing: what is not in quarantine waits, and the device with it.
fn in_hand_over(item: Item, code: ErrorCode) -> Decision {
    match code.remedy() {
        Remedy::LetGo if code == ErrorCode::Erased => Decision::Confirmed,
        // What is in quarantine is kept here until the device is emptied: her rights may be given back before.
        Remedy::LetGo | Remedy::SetAside => set_aside(item, code.number()),
        Remedy::Remake
        | Remedy::AskPerson
        | Remedy::Retry
        | Remedy::OpenSession
        | Remedy::Renumber
        | Remedy::SendLess
        | Remedy::Update
        | Remedy::Rejoin
        | Remedy::Lock => Decision::Wait,
    }
}

fn set_aside(item: Item, number: u16) -> Decision {
    if item == Item::Receipt { Decision::GiveUp } else { Decision::SetAside(number) }
}

/// Does to an outbox row what was decided. What has taken its place while it was under way stays as it is. Rebasing
/// is for the rounds that follow.
pub(super) fn carry_out(
    writing: &Writing<'_>,
    row: &OutboxRow,
    decision: Decision,
    mode: Mode,
    me: Option<PersonId>,
    now: Timestamp,
) -> Result<(), FootbridgeError> {
    match decision {
        Decision::Wait | Decision::Rebase => Ok(()),
        Decision::GiveUp => outbox::answered(writing, row).map_err(Into::into),
        Decision::Forget => erasing::forget(writing, me, now, row.record),
        Decision::Confirmed => {
            outbox::answered(writing, row)?;
            if mode == Mode::Sync { confirmed(writing, row, me) } else { Ok(()) }
        }
        Decision::SetAside(number) => {
            if mode == Mode::Sync && erasing::is_erasure(row) {
                // It stays: it is in the lists again.
                records::set_deleting(writing, row.record, false)?;
            }
            outbox::refuse(writing, row, u32::from(number)).map_err(Into::into)
        }
    }
}

/// What the device knows of a record once the server has taken an item about it.
fn confirmed(writing: &Writing<'_>, row: &OutboxRow, me: Option<PersonId>) -> Result<(), FootbridgeError> {
    let Some(mut record) = records::get(writing, row.record)? else { return Ok(()) };
    match row.item {
        ItemKind::Draft => {
            // The server's state is now the one that was sent; a later edit builds on it.
            let mark = row.name.as_slice().try_into().map_err(|_| FootbridgeError::damaged())?;
            record.draft_mark = Some(mark);
            records::set_draft_mark(writing, &record)?;
        }
        ItemKind::Command | ItemKind::Receipt => {
            // Until the pull brings the server's own word, the device goes by what it was told: accepted.
            if let Ok(command) = serde_json::from_slice::<Command>(&row.payload) {
                record.facts = record.facts.after(&command, me, row.made_at);
                records::set_facts(writing, &record)?;
            }
        }
        ItemKind::Change | ItemKind::Renewal => {
            // Whoever else had seen it has not seen this.
            let seen = record.facts.seen.len();
            record.facts.seen.retain(|seen| Some(seen.by) == me);
            if record.facts.seen.len() < seen {
                records::set_facts(writing, &record)?;
            }
        }
    }
    Ok(())
}

/// On what a record's unsent work is to stand, when the server's document of it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The same generation: both are merged, or the edits rebased.
    Same,
    /// A rewrite waits: it is made again on the server's document, with what others said since beside it.
    Rewriting,
    /// The author has rewritten the record: the edits are rebased on the fresh document.
    Rewritten,
    /// A restored server has a former document: this device keeps the later one, and gives it back.
    Ahead,
    /// A server that was never restored cannot be behind: the later generation was a lie, and gives way.
    Misled,
}

/// Whether the device has rewritten a record, and the server has not confirmed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rewrite {
    /// It has not.
    None,
    /// The rewrite waits.
    Waits,
    /// The rewrite was refused: it is set aside, and its document is nobody's ground.
    Refused,
}

impl Rewrite {
    /// Of what waits of a record.
    pub(super) fn of(waiting: &[OutboxRow]) -> Self {
        let rewrites = waiting.iter().filter(|item| item.item == ItemKind::Renewal);
        rewrites.fold(Self::None, |so_far, item| match so_far {
            Self::Waits => Self::Waits,
            Self::None | Self::Refused if item.refused.is_none() => Self::Waits,
            Self::None | Self::Refused => Self::Refused,
        })
    }
}

/// Compares the generations of the device's own document and of the server's.
pub(super) fn standing(ours: u64, theirs: u64, rewrite: Rewrite, may_hold_later: bool) -> Standing {
    match (rewrite, theirs.cmp(&ours)) {
        (Rewrite::Waits, _) => Standing::Rewriting,
        (_, Ordering::Equal) | (Rewrite::Refused, Ordering::Less) => Standing::Same,
        (_, Ordering::Greater) => Standing::Rewritten,
        (Rewrite::None, Ordering::Less) if may_hold_later => Standing::Ahead,
        (Rewrite::None, Ordering::Less) => Standing::Misled,
    }
}

#[cfg(test)]
mod tests;
