//! `POST /v1/push`: signed envelopes come in. Called by devices, or by whoever carries their envelopes. Invariant: no
//! token is asked for, the signature of each envelope says who sends.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{ErrorCode, limits};

use crate::error::ApiError;
use crate::push::{self, Arriving};
use crate::state::ServerState;
use crate::throttle;

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    if super::announced(&request).is_some_and(|length| length > limits::PUSH_BODY_BYTES as u64) {
        return Err(ErrorCode::TooLarge.into());
    }
    let from = throttle::caller(&request);
    let presence = request.extensions().get().cloned().unwrap_or_default();
    let place = state.intake().begin(from.0).await?;
    let pushed = push::receive(&state, Arriving::new(request.into_body()), place, &presence).await?;
    super::answer(&pushed)
}
