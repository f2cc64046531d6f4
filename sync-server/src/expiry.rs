//! Notes go when the programme's days are over, counted from the later of when they were recorded and when they came
//! (`footbridge_model::expiry`). Called by `serve` when it starts and every hour. Invariant: only the server's clock
//! counts, and only while it can be believed; what has gone is in no row and, once the write-ahead log is emptied, in
//! no file.

use std::time::Duration;

use footbridge_model::{Kind, ProgrammeId, Timestamp, expiry, starter};
use rusqlite::Connection;

use crate::erasing::{self, Why};
use crate::journal::Entry;
use crate::keeping;
use crate::state::ServerState;
use crate::storage::audit::{self, By};
use crate::storage::clock::Known;
use crate::storage::{StorageError, Writing, documents, programmes, server};

/// Leap days make no difference to anybody.
const YEAR: i64 = 365 * 24 * 60 * 60 * 1000;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many go in one transaction.
const TOGETHER: usize = 200;

/// Lets go of every note whose time is over; gives their number. While the clock is in doubt none goes, and the log
/// says so.
pub async fn sweep(state: &ServerState) -> Result<usize, StorageError> {
    let known = state.storage().write(|writing| {
        writing.note_clock()?;
        keeping::take_effect(writing)?;
        Ok::<_, StorageError>(writing.clock())
    });
    let mut gone = 0;
    match known.await? {
        Known { at, is_in_doubt: true } => tracing::error!(
            known_until = %at,
            now = %state.now(),
            "the clock has leapt: nothing expires until it is put right, or confirmed by `footbridge-server clock confirm`"
        ),
        Known { .. } => loop {
            let some = state.storage().write(sweep_some).await?;
            if some == 0 {
                break;
            }
            gone += some;
        },
    }
    forget_old_audit(state).await?;
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

/// The audit trail has an end: what is older than the years that the server was told to keep it is gone, unless the
/// clock is in doubt.
async fn forget_old_audit(state: &ServerState) -> Result<(), StorageError> {
    let gone = state.storage().write(|writing| {
        if !writing.is_sure_of_time() {
            return Ok(0);
        }
        let years = server::audit_years(writing.connection())?;
        let before = writing.now().plus_millis(-years.saturating_mul(YEAR));
        audit::forget_before(writing.connection(), before)
    });
    let gone = gone.await?;
    if gone > 0 {
        tracing::info!(gone, "old entries of the audit trail are gone");
    }
    Ok(())
}

fn sweep_some(writing: &mut Writing<'_>) -> Result<usize, StorageError> {
    if !writing.is_sure_of_time() {
        return Ok(0);
    }
    let now = writing.now();
    let mut gone = 0;
    for programme in programmes::all(writing.connection())? {
        let days = programmes::keeping(writing.connection(), programme.id)?.days.unwrap_or(starter::NOTE_DAYS);
        let until = expiry::over_until(days, now);
        let old = documents::counting_until(writing.connection(), programme.id, Kind::Note, until, TOGETHER)?;
        for id in &old {
            erasing::erase(writing, programme.id, *id, Why::Expired, By::Administrator)?;
            writing.journal(Entry::Erased { programme: programme.id, id: *id, by: None, expired: true });
        }
        gone += old.len();
    }
    Ok(gone)
}

/// How many notes would be over by a number of days at a moment.
pub(crate) fn would_go(
    connection: &Connection,
    programme: ProgrammeId,
    days: i64,
    at: Timestamp,
) -> Result<usize, StorageError> {
    let until = expiry::over_until(days, at);
    Ok(documents::counting_until(connection, programme, Kind::Note, until, usize::MAX)?.len())
}
