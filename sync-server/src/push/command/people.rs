//! Commands about people: role, revoke, reinstate, invite, review link. Called by [`super::take`]. Invariant: judged
//! and carried out where the review pages and the administrator's are, in `people`.

use footbridge_model::{Command, PersonId};
use footbridge_protocol::CommandItem;

use super::Outcome;
use crate::people;
use crate::push::Sender;
use crate::storage::Writing;

/// Carries it out.
pub(super) fn carry_out(writing: &mut Writing<'_>, sender: &Sender, item: &CommandItem, command: &Command) -> Outcome {
    match people::carry_out(writing, sender.by(), sender.programme, PersonId::from(item.id), command) {
        Ok(()) => Ok(Ok(())),
        Err(refused) => refused.code().map(Err),
    }
}
