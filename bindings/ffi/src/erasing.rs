//! Taking words and records back, and the receipts that say who has seen what.

use std::collections::HashMap;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::recording::parsed;
use crate::value::{Value, fields};

#[uniffi::export]
impl Footbridge {
    /// Takes a record back, with what is on it: a draft at once; a note of hers, or for a coordinator anything, when the
    /// server has erased it everywhere, and until then it is in no list. Says whether it waits for the server.
    pub async fn delete(&self, id: String) -> Result<bool, FootbridgeError> {
        self.on_disk(move |client| Ok(client.delete(parsed("id", &id)?)?)).await
    }

    /// Takes earlier wording of a record back, history included: the fields of `patch` as in an edit, and all that was
    /// ever said in it but what stands now is gone, here at once, elsewhere at the next contact. For its author.
    pub async fn reword(&self, id: String, patch: HashMap<String, Value>) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.reword(parsed("id", &id)?, &fields(patch))?)).await
    }

    /// To be called when a record is shown to this person. Where she is a coordinator, its author learns at the next
    /// sync of both that it was seen as it stands.
    pub async fn seen(&self, id: String) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.seen(parsed("id", &id)?)?)).await
    }

    /// What was taken back in the last weeks, and what became of a damaged store, need be shown no longer; see
    /// `Status.taken_back` and `recovered`.
    pub async fn dismiss_notices(&self) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.dismiss_notices()?)).await
    }

    /// Whether something of this record was set aside, so that `discard` would throw it away.
    pub async fn is_set_aside(&self, id: String) -> Result<bool, FootbridgeError> {
        self.on_disk(move |client| Ok(client.is_set_aside(parsed("id", &id)?)?)).await
    }
}
