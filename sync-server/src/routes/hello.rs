//! `POST /v1/hello`: who the server is. Called by devices before join and session. Invariant: needs no session, writes
//! nothing.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{HelloRequest, MEDIA_COSE, decode, limits};

use crate::error::ApiError;
use crate::joining;
use crate::state::ServerState;

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let body = super::body(request, limits::REQUEST_BYTES).await?;
    let hello: HelloRequest = decode(&body)?;
    let signed = joining::hello(&state, &hello)?;
    Ok(super::with_type(Body::from(signed), MEDIA_COSE))
}
