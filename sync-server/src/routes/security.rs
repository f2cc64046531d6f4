//! `GET /.well-known/security.txt` (RFC 9116): to whom a fault of this server's safety is told. Invariant: it is the file
//! that the administrator wrote beside the data; where there is none, or more than a page, there is no such route.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use footbridge_protocol::ErrorCode;

use crate::error::ApiError;
use crate::state::ServerState;

/// The path.
pub const PATH: &str = "/.well-known/security.txt";

const MEDIA: &str = "text/plain; charset=utf-8";

/// Answers.
pub async fn get(State(state): State<ServerState>) -> Result<Response<Body>, ApiError> {
    let told = state.security_contact().ok_or(ErrorCode::NotFound)?;
    Ok(super::with_type(Body::from(told.to_owned()), MEDIA))
}
