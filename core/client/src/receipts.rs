//! Receipts: that a coordinator has opened a record is told to the server, so that its author learns it. Invariant:
//! nobody waits for a receipt; it makes nothing unsent, and one that cannot be given is given up.

use footbridge_model::{Command, DocumentId, Kind, policy};
use footbridge_store::outbox::{self, ItemKind};
use footbridge_store::{Snapshot, records};

use crate::error::FootbridgeError;
use crate::recording::waiting;
use crate::{Footbridge, identity};

impl Footbridge {
    /// To be called when a record is shown to this person. Where she is a coordinator, its author learns that it was seen
    /// as it is now, at the next sync of both; a record of her own, or seen before, says nothing new.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn seen(&self, id: DocumentId) -> Result<(), FootbridgeError> {
        let Some(payload) = self.inner.store.read(|snapshot| to_be_told(snapshot, id))? else { return Ok(()) };
        let now = self.inner.now();
        let mut name = vec![0; 16];
        self.inner.environment.random.fill(&mut name);
        let receipt = waiting(id, ItemKind::Receipt, payload, None, name, now);
        self.inner.store.write(|writing| outbox::put_receipt(writing, &receipt))?;
        self.inner.recorded.notify_one();
        Ok(())
    }
}

/// The command that says so; none where it would say nothing new, or is not hers to say.
fn to_be_told(snapshot: &Snapshot<'_>, id: DocumentId) -> Result<Option<Vec<u8>>, FootbridgeError> {
    let Some(membership) = identity::membership(snapshot)? else { return Ok(None) };
    let Some(row) = records::get(snapshot, id)? else { return Ok(None) };
    let kind: Option<Kind> = row.projection.known_kind();
    let seen = |heads| Command::Seen { heads };
    let may_see = |kind| policy::may_command(&membership.member(), kind, &row.facts, &seen(Vec::new())).is_ok();
    let may = kind.is_some_and(may_see);
    let is_own = row.scopes == 0 || row.facts.author == Some(membership.person);
    let is_known = row.facts.seen.iter().any(|seen| seen.by == membership.person);
    if !may || is_own || is_known {
        return Ok(None);
    }
    // Asked last: a document is loaded for it.
    let Some(stored) = row.document()? else { return Ok(None) };
    let payload = serde_json::to_vec(&seen(footbridge_model::document::heads(&stored)?))
        .map_err(|_| FootbridgeError::damaged())?;
    let waits = outbox::receipt_of(snapshot, id)?.is_some_and(|item| item.payload == payload);
    Ok(if waits { None } else { Some(payload) })
}
