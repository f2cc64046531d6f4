//! Notes go when the programme's days are over, counted from when they were recorded. Called by `serve` when it starts
//! and every hour. Invariant: only the server's clock counts; what came late, or with a clock that was behind, is here
//! for `GRACE_DAYS` all the same, so that nothing goes unseen; what has gone is in no row and, once the write-ahead
//! log is emptied, in no file.

use std::time::Duration;

use footbridge_model::{Kind, Timestamp, starter};
use serde_json::Value;

use crate::erasing::{self, Why};
use crate::journal::Entry;
use crate::state::ServerState;
use crate::storage::audit::By;
use crate::storage::{StorageError, Writing, documents, programmes};

/// How long everything is here at least.
const GRACE_DAYS: i64 = 7;

const DAY: i64 = 24 * 60 * 60 * 1000;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many go in one transaction.
const TOGETHER: u32 = 200;

/// Lets go of every note whose time is over; gives their number.
pub async fn sweep(state: &ServerState) -> Result<usize, StorageError> {
    let mut gone = 0;
    loop {
        let some = state.storage().write(sweep_some).await?;
        if some == 0 {
            break;
        }
        gone += some;
    }
    // Of drafts too: what was taken back since the last time.
    state.storage().empty_log().await?;
    if gone > 0 {
        tracing::info!(gone, "notes have expired");
    }
    Ok(gone)
}

/// Sweeps every hour until the server stops.
pub(crate) async fn keep_sweeping(state: ServerState) {
    loop {
        tokio::select! {
            () = state.stopping().cancelled() => return,
            () = tokio::time::sleep(HOUR) => {}
        }
        if let Err(error) = sweep(&state).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                because = error.because(),
                "what has expired could not be let go of"
            );
        }
    }
}

fn sweep_some(writing: &mut Writing<'_>) -> Result<usize, StorageError> {
    let now = writing.now();
    let mut gone = 0;
    for programme in programmes::all(writing.connection())? {
        let document = documents::find(writing.connection(), programme.id.document())?;
        let days = document.and_then(|row| row.projection.fields.get("note_days").and_then(Value::as_i64));
        let days = days.unwrap_or(starter::NOTE_DAYS).max(0);
        let before = |days: i64| Timestamp(now.0.saturating_sub(days.saturating_mul(DAY)));
        let (recorded, received) = (before(days), before(GRACE_DAYS));
        let old = documents::older_than(writing.connection(), programme.id, Kind::Note, recorded, received, TOGETHER)?;
        for id in &old {
            erasing::erase(writing, programme.id, *id, Why::Expired, By::Administrator)?;
            writing.journal(Entry::Erased { programme: programme.id, id: *id, by: None, expired: true });
        }
        gone += old.len();
    }
    Ok(gone)
}
