//! `POST /v1/push`: signed envelopes come in. Called by devices, or by whoever carries their envelopes. Invariant: no
//! token is asked for, the signature of each envelope says who sends.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{ErrorCode, limits};

use crate::error::ApiError;
use crate::push;
use crate::state::ServerState;

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let _place = state.pushes().acquire().await.map_err(|_| ErrorCode::Busy)?;
    let body = super::body(request, limits::PUSH_BODY_BYTES).await?;
    let pushed = push::receive(&state, body).await?;
    super::answer(&pushed)
}
