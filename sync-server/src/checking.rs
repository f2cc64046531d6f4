//! The server looks at itself: whether each document is as it was written, and whether what devices are told of scopes
//! follows from the log. Called by `serve` when it starts and every hour, and by administration. Invariant: a document
//! is never changed for it; what follows from others is made anew where it is wrong; the log says how many, never which.

use std::time::Duration;

use footbridge_model::DocumentId;

use crate::state::ServerState;
use crate::storage::{StorageError, recount};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many documents are looked at in one moment of the database.
const TOGETHER: u32 = 2_000;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many documents there are.
    pub documents: u64,
    /// Those that are not as they were written, or not here any more.
    pub damaged: Vec<DocumentId>,
    /// How many scopes devices were told something wrong of, which has been put right.
    pub scopes_mended: u64,
}

/// Looks at everything.
pub async fn check(state: &ServerState) -> Result<Checked, StorageError> {
    let mut checked = Checked::default();
    let mut after = None;
    loop {
        let looked = state.storage().read(move |connection| recount::documents(connection, after, TOGETHER)).await?;
        checked.documents += looked.count;
        checked.damaged.extend(looked.damaged);
        after = looked.last;
        if looked.count < u64::from(TOGETHER) {
            break;
        }
    }
    let counted = state.storage().read(recount::log).await?;
    checked.damaged.extend(counted.missing);
    checked.damaged.sort_unstable();
    if counted.wrong > 0 {
        state.storage().write(recount::mend).await?;
        checked.scopes_mended = counted.wrong;
        tracing::error!(scopes = counted.wrong, "what devices were told of scopes was wrong, and has been put right");
    }
    state.metrics().checked(checked.damaged.len());
    if !checked.damaged.is_empty() {
        let documents = checked.damaged.len();
        tracing::error!(documents, "documents are damaged: see footbridge-server check");
    }
    Ok(checked)
}

/// Checks at once and every hour until the server stops.
pub(crate) async fn keep_checking(state: ServerState) {
    loop {
        if let Err(error) = check(&state).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                because = error.because(),
                "the server could not look at itself"
            );
        }
        tokio::select! {
            () = state.stopping().cancelled() => return,
            () = tokio::time::sleep(HOUR) => {}
        }
    }
}
