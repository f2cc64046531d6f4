//! `GET /metrics`: figures for whoever watches over the server. Invariant: only for somebody at this machine itself or
//! with the token; for everybody else there is no such route.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use footbridge_protocol::ErrorCode;

use crate::error::ApiError;
use crate::exposure::Peer;
use crate::metrics;
use crate::state::ServerState;

/// The path.
pub const PATH: &str = "/metrics";

const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers.
pub async fn get(State(state): State<ServerState>, request: Request) -> Result<Response<Body>, ApiError> {
    let peer = request.extensions().get::<Peer>();
    if !peer.is_some_and(|peer| state.exposure().may_measure(peer.0, request.headers())) {
        return Err(ErrorCode::NotFound.into());
    }
    let figures = metrics::shown(&state).await?;
    Ok(super::with_type(Body::from(figures), MEDIA))
}
