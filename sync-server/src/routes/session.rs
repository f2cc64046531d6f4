//! `POST /v1/session`: a device signs a nonce and may read for a while. Called by devices before they pull. Invariant:
//! the sender holds the key of a device that joined.

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
    let opened = joining::session(&state, body.to_vec()).await?;
    presence.is_known();
    super::answer(&opened)
}
