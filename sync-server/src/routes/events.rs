//! `GET /v1/events`: server-sent events that say that there is news. Called by devices in a session that wait.
//! Invariant: an event says nothing but that a scope of hers has news; the stream ends with its session.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use footbridge_protocol::event::MEDIA_EVENTS;

use crate::error::ApiError;
use crate::state::ServerState;
use crate::{news, reader};

/// Answers.
pub async fn get(State(state): State<ServerState>, headers: HeaderMap) -> Result<Response<Body>, ApiError> {
    let session = reader::session(&state, &headers)?;
    let stream = news::listen(&state, session).await?;
    Ok(super::with_type(stream, MEDIA_EVENTS))
}
