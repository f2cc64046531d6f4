//! `GET /healthz` and `GET /readyz`: for whoever watches over the server. Invariant: they tell nothing about what is
//! kept.

use axum::extract::State;
use axum::http::StatusCode;

use crate::state::ServerState;
use crate::storage::{StorageError, server};

const CLOCK_IN_DOUBT: &str = "ready\nthe clock has leapt: nothing expires until it is put right or confirmed (footbridge-server clock confirm)\n";

const NO_ROOM: &str = "not ready\nthe disk of the data folder is full: make room there\n";

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers too, and the server is not stopping.
///
/// A clock that leapt keeps nobody from syncing: the server is ready, and says so.
pub async fn ready(State(state): State<ServerState>) -> (StatusCode, &'static str) {
    let read = state.storage().read(server::epoch).await;
    let write = state.storage().write(|writing| Ok::<_, StorageError>(writing.is_sure_of_time())).await;
    let is_ready = read.is_ok() && !state.stopping().is_cancelled();
    if is_ready && !state.storage().has_room() {
        return (StatusCode::SERVICE_UNAVAILABLE, NO_ROOM);
    }
    match write {
        Ok(true) if is_ready => (StatusCode::OK, "ready\n"),
        Ok(false) if is_ready => (StatusCode::OK, CLOCK_IN_DOUBT),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}
