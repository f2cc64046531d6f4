//! `POST /v1/pull`: what she may read, in frames. Called by devices in a session. Invariant: only scopes that are hers.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{MEDIA_STREAM, PullRequest, decode, limits};

use crate::error::ApiError;
use crate::state::ServerState;
use crate::{pull, reader};

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let session = reader::session(&state, request.headers())?;
    let body = super::body(request, limits::REQUEST_BYTES).await?;
    let asked: PullRequest = decode(&body)?;
    let stream = pull::stream(&state, session, asked).await?;
    Ok(super::with_type(stream, MEDIA_STREAM))
}
