//! Commands about a record and its follow-ups: give, close, reopen, attribute. Called by [`super::take`]. Invariant:
//! what follows is a fact beside the document, saved with everything that depends on it.

use footbridge_model::{Command, Facts, PersonId, ProgrammeId, Recipient, policy};
use footbridge_protocol::{CommandItem, ErrorCode, limits};
use rusqlite::Connection;
use serde_json::json;

use super::Outcome;
use crate::push::Sender;
use crate::records;
use crate::storage::audit::{self, Deed};
use crate::storage::documents::{self, DocumentRow};
use crate::storage::members::{self, MemberRow};
use crate::storage::{StorageError, Writing, log};

/// Carries it out.
pub(super) fn carry_out(writing: &mut Writing<'_>, sender: &Sender, item: &CommandItem, command: &Command) -> Outcome {
    let mut row = match find(writing.connection(), sender, item, command)? {
        Ok(row) => row,
        Err(code) => return Ok(Err(code)),
    };
    if let Some(code) = stands_against(writing.connection(), sender.programme, &row.facts, command)? {
        return Ok(Err(code));
    }
    // A device's clock may be years ahead.
    let at = item.at.min(writing.now());
    row.facts = row.facts.after(command, Some(sender.member.person), at);
    let id = row.id;
    records::save(writing, row)?;
    if let Command::Attribute { person } = command {
        let detail = json!({ "person": person });
        audit::note(writing, sender.programme, sender.by(), Deed::Attributed, *id.as_bytes(), &detail)?;
    }
    Ok(Ok(()))
}

/// The record, if she may see it and do this.
pub(super) fn find(
    connection: &Connection,
    sender: &Sender,
    item: &CommandItem,
    command: &Command,
) -> Result<Result<DocumentRow, ErrorCode>, StorageError> {
    let found = documents::find(connection, item.id)?.filter(|row| row.programme == sender.programme);
    let Some(row) = found else { return Ok(Err(ErrorCode::NotFound)) };
    if !sender.member.sees(&log::audience(connection, row.id)?) {
        return Ok(Err(ErrorCode::NotFound));
    }
    let may = policy::may_command(&sender.member, row.kind, &row.facts, command);
    Ok(may.map(|()| row).map_err(|_| ErrorCode::Forbidden))
}

/// Why what is stored does not allow it.
fn stands_against(
    connection: &Connection,
    programme: ProgrammeId,
    facts: &Facts,
    command: &Command,
) -> Result<Option<ErrorCode>, StorageError> {
    let refuse_unless = |allowed: bool, code| if allowed { None } else { Some(code) };
    Ok(match command {
        Command::Give { .. } | Command::Close { .. } if facts.is_closed() => Some(ErrorCode::Changed),
        // What somebody did before she left may be said to be hers; nothing new is given to her.
        Command::Give { to: Recipient::Person(person) } => {
            let found = member(connection, programme, *person)?;
            refuse_unless(found.is_some_and(|found| found.revoked_at.is_none()), ErrorCode::NotFound)
        }
        Command::Attribute { person } => {
            refuse_unless(member(connection, programme, *person)?.is_some(), ErrorCode::NotFound)
        }
        Command::Give { to: Recipient::District(district) } => {
            let document = documents::find(connection, programme.document())?;
            let known = document.is_some_and(|row| records::districts(&row).contains(district));
            refuse_unless(known, ErrorCode::NotFound)
        }
        Command::Close { outcome } => {
            let short = outcome.as_ref().is_none_or(|outcome| outcome.len() <= limits::OUTCOME_BYTES);
            refuse_unless(short, ErrorCode::TooLarge)
        }
        Command::Reopen => refuse_unless(facts.is_closed(), ErrorCode::Changed),
        // Other families' to judge.
        Command::Erase
        | Command::Role { .. }
        | Command::Revoke { .. }
        | Command::Reinstate
        | Command::Invite { .. }
        | Command::Seen { .. }
        | Command::Take
        | Command::Discard
        | Command::ReviewLink { .. } => None,
    })
}

fn member(
    connection: &Connection,
    programme: ProgrammeId,
    person: PersonId,
) -> Result<Option<MemberRow>, StorageError> {
    Ok(members::find(connection, person)?.filter(|found| found.programme == programme))
}
