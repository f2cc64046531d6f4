//! `POST /v1/documents`: single records by their ids. Called by devices in a session. Invariant: unknown and forbidden
//! are equally absent.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use footbridge_protocol::{DocumentsRequest, decode, limits};

use crate::error::ApiError;
use crate::state::ServerState;
use crate::{pull, reader};

/// Answers.
pub async fn post(State(state): State<ServerState>, request: Request<Body>) -> Result<Response<Body>, ApiError> {
    let session = reader::session(&state, request.headers())?;
    let body = super::body(request, limits::REQUEST_BYTES).await?;
    let asked: DocumentsRequest = decode(&body)?;
    let found = pull::documents(&state, session, asked).await?;
    super::answer(&found)
}
