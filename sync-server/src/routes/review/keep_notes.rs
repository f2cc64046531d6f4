//! `POST /review/keep-notes`: that notes are to be kept for fewer days is taken back. Invariant: the form comes from a
//! page of the same browser.

use axum::body::Bytes;
use axum::extract::State;

use super::outcome::Outcome;
use super::{Answer, Visitor, pairs};
use crate::review::layout::{KEEP_NOTES_PATH, TOKEN_FIELD};
use crate::reviewing::{self, ReviewError};
use crate::state::ServerState;

/// The path of the form.
pub const PATH: &str = KEEP_NOTES_PATH;

/// Takes it back and goes to what came in.
pub async fn post(State(state): State<ServerState>, visitor: Visitor, form: Bytes) -> Answer {
    let [token] = pairs(&form, [TOKEN_FIELD]);
    visitor.check(token.as_deref())?;
    let outcome = match reviewing::keep_notes(&state, &visitor.coordinator).await {
        Ok(()) => Outcome::NotesKept,
        Err(ReviewError::Changed) => Outcome::Changed,
        Err(error) => return Err(visitor.guest.refuse(error)),
    };
    Ok(visitor.send_back(None, "/review", outcome))
}
