//! `GET /review/lists`, `GET /review/lists/LIST`, and what is done there: `POST …/LIST` adds a code, `POST …/LIST/ID`
//! names it and says whether it is offered, `POST …/LIST/ID/place` moves it. Invariant: a form comes from a page of the
//! same browser, and names what that page showed.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use footbridge_model::DocumentId;
use footbridge_text::list_label;

use super::outcome::Outcome;
use super::settle::heads;
use super::{Answer, Visitor, pairs};
use crate::review::follow_ups::Look;
use crate::review::layout::{TOKEN_FIELD, Tab};
use crate::review::lists::{PATH, all, field, one};
use crate::review::plain::Why;
use crate::reviewing::{self, Renaming, ReviewError};
use crate::state::ServerState;

/// Every list.
pub async fn every(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
    Ok(visitor.show(Tab::Lists, &words.say("review-lists"), &all(&look)))
}

/// One list.
pub async fn get(State(state): State<ServerState>, visitor: Visitor, Path(list): Path<String>) -> Answer {
    let codes = reviewing::codes(&state, &visitor.coordinator, &list).await;
    let codes = codes.map_err(|error| visitor.guest.refuse(error))?;
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
    let content = one(&look, &list, &codes, &visitor.notice());
    Ok(visitor.show(Tab::Lists, &list_label(words.language, &list), &content))
}

/// Adds a code.
pub async fn add(State(state): State<ServerState>, visitor: Visitor, Path(list): Path<String>, form: Bytes) -> Answer {
    check(&visitor, &form)?;
    let added = reviewing::add_code(&state, &visitor.coordinator, &list, labels(&form)).await;
    back(&visitor, &list, None, added)
}

/// Names a code, and says whether it is offered.
pub async fn rename(
    State(state): State<ServerState>,
    visitor: Visitor,
    Path((list, id)): Path<(String, String)>,
    form: Bytes,
) -> Answer {
    check(&visitor, &form)?;
    let [on, seen] = pairs(&form, [field::ON, field::SEEN]);
    let Some(seen) = seen.and_then(|seen| heads(&seen)) else {
        return Ok(visitor.guest.say(StatusCode::BAD_REQUEST, Why::OldForm));
    };
    let id = code(&visitor, &id)?;
    let renaming = Renaming { id, labels: labels(&form), on: on.is_some(), seen };
    let renamed = reviewing::rename(&state, &visitor.coordinator, &list, renaming).await;
    back(&visitor, &list, Some(id), renamed)
}

/// Moves a code.
pub async fn place(
    State(state): State<ServerState>,
    visitor: Visitor,
    Path((list, id)): Path<(String, String)>,
    form: Bytes,
) -> Answer {
    check(&visitor, &form)?;
    let [up] = pairs(&form, [field::UP]);
    let id = code(&visitor, &id)?;
    let moved = reviewing::shift(&state, &visitor.coordinator, &list, id, up.as_deref() == Some("true")).await;
    back(&visitor, &list, Some(id), moved)
}

fn check(visitor: &Visitor, form: &[u8]) -> Result<(), super::Refused> {
    let [token] = pairs(form, [TOKEN_FIELD]);
    visitor.check(token.as_deref())
}

fn code(visitor: &Visitor, id: &str) -> Result<DocumentId, super::Refused> {
    id.parse().map_err(|_| visitor.guest.refuse(ReviewError::NotFound))
}

/// What the code is called in each language.
fn labels(form: &[u8]) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(form);
    let labels =
        pairs.filter_map(|(name, label)| Some((name.strip_prefix(field::LABEL)?.to_owned(), label.trim().to_owned())));
    labels.take(footbridge_protocol::limits::LIST_ITEMS).collect()
}

fn back(visitor: &Visitor, list: &str, id: Option<DocumentId>, done: Result<(), ReviewError>) -> Answer {
    let outcome = match done {
        Ok(()) => Outcome::Saved,
        Err(ReviewError::Changed) => Outcome::Changed,
        Err(ReviewError::Taken) => Outcome::Taken,
        Err(ReviewError::NotOffered) => Outcome::NoName,
        Err(ReviewError::Invalid(_)) => Outcome::Refused,
        Err(error) => return Err(visitor.guest.refuse(error)),
    };
    let anchor = id.map(|id| format!("#{id}")).unwrap_or_default();
    Ok(visitor.guest.send_on(&format!("{PATH}/{list}?{}={}{anchor}", super::outcome::DONE, outcome.name())))
}
