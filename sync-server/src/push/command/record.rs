//! Commands about a record and its follow-ups: give, close, reopen, attribute. Called by [`super::take`] and by the review pages. Invariant:
//! what follows is a fact beside the document, saved with everything that depends on it.

use footbridge_model::{Command, DocumentId, Facts, Member, PersonId, ProgrammeId, Recipient, Timestamp, policy};
use footbridge_protocol::{ErrorCode, limits};
use rusqlite::Connection;
use serde_json::json;

use super::Outcome;
use crate::records;
use crate::sight::{self, Sight};
use crate::storage::audit::{self, By, Deed};
use crate::storage::documents::{self, DocumentRow};
use crate::storage::members::{self, MemberRow};
use crate::storage::{StorageError, Writing};

/// Who asks: on a device of hers, or in the review pages.
pub(crate) struct Asker<'a> {
    /// In which programme.
    pub(crate) programme: ProgrammeId,
    /// Who, with her rights at this moment.
    pub(crate) member: &'a Member,
    /// From where.
    pub(crate) by: By,
}

/// Carries it out.
pub(crate) fn carry_out(
    writing: &mut Writing<'_>,
    asker: &Asker<'_>,
    id: DocumentId,
    at: Timestamp,
    command: &Command,
) -> Outcome {
    let mut row = match find(writing.connection(), asker, id, command)? {
        Ok(row) => row,
        Err(code) => return Ok(Err(code)),
    };
    if let Some(code) = stands_against(writing.connection(), asker.programme, &row.facts, command)? {
        return Ok(Err(code));
    }
    // A device's clock may be years ahead.
    let at = at.min(writing.now());
    row.facts = row.facts.after(command, Some(asker.member.person), at);
    records::save(writing, row)?;
    if let Command::Attribute { person } = command {
        let detail = json!({ "person": person });
        audit::note(writing, asker.programme, asker.by, Deed::Attributed, *id.as_bytes(), &detail)?;
    }
    Ok(Ok(()))
}

/// The record, if she may see it and do this.
pub(super) fn find(
    connection: &Connection,
    asker: &Asker<'_>,
    id: DocumentId,
    command: &Command,
) -> Result<Result<DocumentRow, ErrorCode>, StorageError> {
    if sight::of(connection, asker.programme, asker.member, id)? == Sight::Hidden {
        return Ok(Err(ErrorCode::NotFound));
    }
    let Some(row) = documents::find(connection, id)? else {
        return Ok(Err(sight::absent(connection, asker.programme, asker.member, id)?));
    };
    let may = policy::may_command(asker.member, row.kind, &row.facts, command);
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
        // A server that was restored has counted less than the asker saw: that is no news to her.
        Command::Give { seen: Some(seen), .. } if *seen < facts.handed_on => Some(ErrorCode::Changed),
        // What somebody did before she left may be said to be hers; nothing new is given to her.
        Command::Give { to: Recipient::Person(person), .. } => {
            let found = member(connection, programme, *person)?;
            refuse_unless(found.is_some_and(|found| found.revoked_at.is_none()), ErrorCode::NotFound)
        }
        Command::Attribute { person } => {
            refuse_unless(member(connection, programme, *person)?.is_some(), ErrorCode::NotFound)
        }
        Command::Give { to: Recipient::District(district), .. } => {
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
