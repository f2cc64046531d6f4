//! Commands in a push. Called by [`super::write`]. Invariant: a command is carried out once, against what is stored,
//! by somebody who may see the record and do this.

use footbridge_model::{Command, Facts, PersonId, ProgrammeId, Recipient, policy};
use footbridge_protocol::{Answer, CommandItem, ErrorCode, limits};
use rusqlite::Connection;
use serde_json::json;

use super::Sender;
use crate::records;
use crate::storage::audit::{self, By, Deed};
use crate::storage::{StorageError, Writing, commands, documents, log, members};

/// Carries a command out.
pub(super) fn take(writing: &mut Writing<'_>, sender: &Sender, item: &CommandItem) -> Result<Answer, StorageError> {
    let command = match item.command() {
        Ok(command) => command,
        Err(code) => return Ok(code.into()),
    };
    if !matches!(command, Command::Give { .. } | Command::Close { .. } | Command::Reopen | Command::Attribute { .. }) {
        // Not taken by this build yet.
        return Ok(ErrorCode::UnknownKind.into());
    }
    let command_id = *item.command_id.as_bytes();
    if commands::is_known(writing.connection(), command_id, sender.device)? {
        return Ok(Answer::Duplicate);
    }
    let Some(mut row) = documents::find(writing.connection(), item.id)? else {
        return Ok(ErrorCode::NotFound.into());
    };
    if row.programme != sender.programme || !sender.member.sees(&log::audience(writing.connection(), row.id)?) {
        return Ok(ErrorCode::NotFound.into());
    }
    if policy::may_command(&sender.member, row.kind, &row.facts, &command).is_err() {
        return Ok(ErrorCode::Forbidden.into());
    }
    if let Some(code) = stands_against(writing.connection(), sender.programme, &row.facts, &command)? {
        return Ok(code.into());
    }
    // A device's clock may be years ahead.
    let at = item.at.min(writing.now());
    row.facts = row.facts.after(&command, Some(sender.member.person), at);
    let (id, now) = (row.id, writing.now());
    records::save(writing, row)?;
    if let Command::Attribute { person } = command {
        let by = By::Device { person: sender.member.person, device: sender.device };
        let detail = json!({ "person": person });
        audit::note(writing, sender.programme, by, Deed::Attributed, *id.as_bytes(), &detail)?;
    }
    commands::insert(writing.connection(), command_id, sender.programme, id, sender.device, now)?;
    Ok(Answer::Accepted)
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
        Command::Give { to: Recipient::Person(person) } | Command::Attribute { person } => {
            refuse_unless(belongs(connection, programme, *person)?, ErrorCode::NotFound)
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

fn belongs(connection: &Connection, programme: ProgrammeId, person: PersonId) -> Result<bool, StorageError> {
    Ok(members::find(connection, person)?.is_some_and(|found| found.programme == programme))
}
