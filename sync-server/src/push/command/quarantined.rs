//! Commands about the quarantine: take, discard. Called by [`super::take`]. Invariant: asked about an entry, done to
//! all that its device handed over about the record; what cannot be taken stays, and the first reason is the answer.

use footbridge_model::{Command, QuarantineId};
use footbridge_protocol::CommandItem;

use super::Outcome;
use crate::push::Sender;
use crate::quarantine;
use crate::storage::Writing;

/// Carries it out.
pub(super) fn carry_out(writing: &mut Writing<'_>, sender: &Sender, item: &CommandItem, command: &Command) -> Outcome {
    let entry = QuarantineId::from_bytes(*item.id.as_bytes());
    let (by, programme) = (sender.by(), sender.programme);
    let done = if *command == Command::Take {
        quarantine::take(writing, by, programme, entry).map(|taken| taken.stays)
    } else {
        quarantine::discard(writing, by, programme, entry).map(|()| None)
    };
    match done {
        Ok(None) => Ok(Ok(())),
        Ok(Some(code)) => Ok(Err(code)),
        Err(refused) => refused.code().map(Err),
    }
}
