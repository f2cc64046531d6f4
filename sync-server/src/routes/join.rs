//! `POST /v1/join`: a device presents an invitation. Called by devices once. Invariant: the sender holds the key that
//! it names.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::limits;

use crate::error::ApiError;
use crate::joining;
use crate::serve::Presence;
use crate::state::ServerState;

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let presence = request.extensions().get::<Presence>().cloned().unwrap_or_default();
    let body = super::body(request, limits::REQUEST_BYTES).await?;
    let joined = joining::join(&state, &body).await?;
    presence.is_known();
    super::answer(&joined)
}
