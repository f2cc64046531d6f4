//! Commands that take a record back, and those that say that somebody has seen one. Called by [`super::take`].
//! Invariant: an erasure that comes again is a duplicate; a receipt changes nothing but the receipt, and only of the
//! record as it is now. Neither is noted as carried out: the first leaves a stone, the second itself.

use std::collections::BTreeSet;

use footbridge_model::{ChangeHash, Command, Timestamp, document};
use footbridge_protocol::{Answer, CommandItem, ErrorCode};

use super::record::{Asker, find};
use crate::erasing::{self, Why};
use crate::push::Sender;
use crate::records;
use crate::storage::documents::DocumentRow;
use crate::storage::{StorageError, Writing};

/// Erases a record with what is on it.
pub(super) fn erase(writing: &mut Writing<'_>, sender: &Sender, item: &CommandItem) -> Result<Answer, StorageError> {
    let asker = Asker { programme: sender.programme, member: &sender.member, by: sender.by() };
    match find(writing.connection(), &asker, item.id, &Command::Erase)? {
        Ok(_) => {
            erasing::erase(writing, sender.programme, item.id, Why::Erased, asker.by)?;
            Ok(Answer::Accepted)
        }
        Err(ErrorCode::Erased) => Ok(Answer::Duplicate),
        Err(code) => Ok(code.into()),
    }
}

/// Notes that a coordinator has opened a record as it is now. Her own she need not tell of.
pub(super) fn seen(
    writing: &mut Writing<'_>,
    sender: &Sender,
    item: &CommandItem,
    heads: &[ChangeHash],
) -> Result<Answer, StorageError> {
    let command = Command::Seen { heads: Vec::new() };
    let asker = Asker { programme: sender.programme, member: &sender.member, by: sender.by() };
    let mut row = match find(writing.connection(), &asker, item.id, &command)? {
        Ok(row) => row,
        Err(code) => return Ok(code.into()),
    };
    let person = sender.member.person;
    if row.facts.author == Some(person) {
        return Ok(Answer::Accepted);
    }
    if row.facts.seen.iter().any(|seen| seen.by == person) {
        return Ok(Answer::Duplicate);
    }
    let Some(is_as_seen) = is_as_seen(&row, heads) else {
        // One damaged record holds nothing else up.
        tracing::error!("a receipt of a document that is damaged here was not taken");
        return Ok(ErrorCode::Internal.into());
    };
    if is_as_seen {
        // A device's clock may be years ahead.
        let at: Timestamp = item.at.min(writing.now());
        row.facts = row.facts.after(&command, Some(person), at);
        records::save(writing, row)?;
    }
    Ok(Answer::Accepted)
}

/// Whether the record is as she saw it; none where it cannot be read.
fn is_as_seen(row: &DocumentRow, heads: &[ChangeHash]) -> Option<bool> {
    let now = document::heads(&row.stored).ok()?;
    Some(now.iter().collect::<BTreeSet<_>>() == heads.iter().collect())
}
