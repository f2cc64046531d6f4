//! `POST /v1/push`: signed envelopes come in. Called by devices, or by whoever carries their envelopes. Invariant: no
//! token is asked for, the signature of each envelope says who sends.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{ErrorCode, limits};
use tokio::sync::OwnedSemaphorePermit;

use crate::error::ApiError;
use crate::push;
use crate::state::ServerState;

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let _place = state.pushes().acquire().await.map_err(|_| ErrorCode::Busy)?;
    let room = room(&state, super::announced(&request)).await?;
    let body = super::body(request, limits::PUSH_BODY_BYTES).await?;
    let pushed = push::receive(&state, body, room).await?;
    super::answer(&pushed)
}

/// Room for a body before any of it is read: as much as it announces, or as it may have. Waits for it as long as a push
/// may take: what waits is a connection, and nothing of the body.
async fn room(state: &ServerState, announced: Option<u64>) -> Result<OwnedSemaphorePermit, ErrorCode> {
    let length = announced.unwrap_or(limits::PUSH_BODY_BYTES as u64);
    if length > limits::PUSH_BODY_BYTES as u64 {
        return Err(ErrorCode::TooLarge);
    }
    let units = u32::try_from(length / ServerState::ROOM_UNIT as u64 + 1).map_err(|_| ErrorCode::TooLarge)?;
    state.pushed_bodies().acquire_many_owned(units).await.map_err(|_| ErrorCode::Busy)
}
