//! What the server knows of its clock, and the administrator's word that it is right. Called by [`super::execute`].
//! Invariant: nothing that waits for the clock goes on without that word, but that the clock is put right.

use serde_json::{Value, json};

use super::{AdminError, iso};
use crate::expiry;
use crate::state::ServerState;
use crate::storage::StorageError;

/// What the clock says, and until when it is known to have gone right.
pub(super) async fn told(state: &ServerState) -> Result<Value, AdminError> {
    let told = state.storage().write(|writing| Ok::<_, StorageError>((writing.now(), writing.clock())));
    let (now, known) = told.await?;
    Ok(json!({ "now": iso(now), "known_until": iso(known.at), "in_doubt": known.is_in_doubt }))
}

/// The clock is right: notes whose days are over by it go now.
pub(super) async fn confirm(state: &ServerState) -> Result<Value, AdminError> {
    let before = told(state).await?;
    state.storage().write(|writing| writing.confirm_clock()).await?;
    let expired = expiry::sweep(state).await?;
    let after = told(state).await?;
    Ok(json!({
        "now": after["now"],
        "known_until": before["known_until"],
        "in_doubt": after["in_doubt"],
        "expired": expired,
    }))
}
