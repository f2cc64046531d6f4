//! `GET /v1/events`: server-sent events that say that there is news. Called by devices in a session that wait.
//! Invariant: an event says nothing but that a scope of hers has news; the stream ends with its session.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use footbridge_protocol::event::{MEDIA_EVENTS, SINCE};

use crate::error::ApiError;
use crate::state::ServerState;
use crate::storage::log::Seq;
use crate::{news, reader};

/// Answers.
pub async fn get(State(state): State<ServerState>, headers: HeaderMap, uri: Uri) -> Result<Response<Body>, ApiError> {
    let session = reader::session(&state, &headers)?;
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let since = pairs.filter(|(name, _)| name == SINCE).find_map(|(_, seq)| seq.parse().ok());
    let stream = news::listen(&state, session, since.map(Seq)).await?;
    Ok(super::with_type(stream, MEDIA_EVENTS))
}
