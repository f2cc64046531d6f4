//! `POST /v1/quarantine`: what revoked devices handed over. Called by coordinators' devices in a session. Invariant: of
//! their own programme; drafts are never among it.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{QuarantineRequest, decode, limits};

use crate::error::ApiError;
use crate::state::ServerState;
use crate::{quarantine, reader};

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let session = reader::session(&state, request.headers())?;
    let body = super::body(request, limits::REQUEST_BYTES).await?;
    let asked: QuarantineRequest = decode(&body)?;
    let found = quarantine::list(&state, session, asked).await?;
    super::answer(&found)
}
