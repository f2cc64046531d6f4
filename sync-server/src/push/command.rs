//! Commands in a push: one file a family of verbs. Called by [`super::write`]. Invariant: a command is carried out
//! once, against what is stored, by somebody who may see the record and do this; one that is refused writes nothing.

mod people;
mod quarantined;
pub(super) mod record;
mod taken_back;

use footbridge_model::Command;
use footbridge_protocol::{Answer, CommandItem, ErrorCode};

use super::Sender;
use crate::storage::{StorageError, Writing, commands};
use record::Asker;

/// What became of a command: done, or why not.
pub(crate) type Outcome = Result<Result<(), ErrorCode>, StorageError>;

/// Carries a command out.
pub(super) fn take(writing: &mut Writing<'_>, sender: &Sender, item: &CommandItem) -> Result<Answer, StorageError> {
    let command = match item.command() {
        Ok(command) => command,
        Err(code) => return Ok(code.into()),
    };
    let command_id = *item.command_id.as_bytes();
    if commands::is_known(writing.connection(), command_id, sender.device)? {
        return Ok(Answer::Duplicate);
    }
    let done = match &command {
        Command::Give { .. } | Command::Close { .. } | Command::Reopen | Command::Attribute { .. } => {
            let asker = Asker { programme: sender.programme, member: &sender.member, by: sender.by() };
            record::carry_out(writing, &asker, item.id, item.at, &command)?
        }
        Command::Role { .. }
        | Command::Revoke { .. }
        | Command::Reinstate
        | Command::Invite { .. }
        | Command::ReviewLink { .. } => people::carry_out(writing, sender, item, &command)?,
        Command::Take | Command::Discard => quarantined::carry_out(writing, sender, item, &command)?,
        Command::Erase => return taken_back::erase(writing, sender, item),
        Command::Seen { heads } => return taken_back::seen(writing, sender, item, heads),
    };
    if let Err(code) = done {
        return Ok(code.into());
    }
    let now = writing.now();
    commands::insert(writing.connection(), command_id, sender.programme, item.id, sender.device, now)?;
    Ok(Answer::Accepted)
}
