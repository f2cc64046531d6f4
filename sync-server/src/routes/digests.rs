//! `POST /v1/digests`: what the documents of a scope count for. Called by devices in a session that found a difference.
//! Invariant: a scope that is not hers and one that there is none of are alike.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{DigestsRequest, decode, limits};

use crate::error::ApiError;
use crate::state::ServerState;
use crate::{pull, reader};

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let session = reader::session(&state, request.headers())?;
    let body = super::body(request, limits::REQUEST_BYTES).await?;
    let asked: DigestsRequest = decode(&body)?;
    let found = pull::digests(&state, session, asked).await?;
    super::answer(&found)
}
