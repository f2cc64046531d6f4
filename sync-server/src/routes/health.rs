//! `GET /healthz` and `GET /readyz`: for whoever watches over the server. Invariant: they tell nothing about what is
//! kept.

use axum::extract::State;
use axum::http::StatusCode;

use crate::state::ServerState;
use crate::storage::{StorageError, server};

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers too, and the server is not stopping.
pub async fn ready(State(state): State<ServerState>) -> (StatusCode, &'static str) {
    let read = state.storage().read(server::epoch).await;
    let write = state.storage().write(|_| Ok::<_, StorageError>(())).await;
    if read.is_ok() && write.is_ok() && !state.stopping().is_cancelled() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
