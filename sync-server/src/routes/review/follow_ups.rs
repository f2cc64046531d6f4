//! `GET /review/follow-ups` and what is done there: `POST /review/follow-ups/ID/give`, `…/close`, `…/reopen`. Invariant:
//! a form comes from a page of the same browser.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use footbridge_model::{DocumentId, Recipient};

use super::outcome::Outcome;
use super::{Answer, Visitor, pairs};
use crate::review::follow_ups::{Look, PATH, content, field, wanted};
use crate::review::layout::{TOKEN_FIELD, Tab};
use crate::review::plain::Why;
use crate::reviewing::{self, ReviewError, Step};
use crate::state::ServerState;

/// How many follow-ups a page has.
const PAGE: u32 = 30;

/// The page.
pub async fn get(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let guest = &visitor.guest;
    let wanted = wanted(&guest.browser.pairs);
    let listed = reviewing::follow_ups(&state, &visitor.coordinator, wanted.clone(), PAGE).await;
    let (found, onward) = listed.map_err(|error| guest.refuse(error))?;
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &guest.place, desk: &desk };
    let content = content(&look, &wanted, &found, onward.as_ref(), &visitor.notice());
    Ok(visitor.show(Tab::FollowUps, &words.say("review-follow-ups"), &content))
}

/// Gives it to somebody.
pub async fn give(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [to, seen] = pairs(&form, [field::TO, field::HANDED_ON]);
    let to = match to.as_deref().and_then(|to| to.split_once('/')) {
        Some(("person", id)) => id.parse().ok().map(Recipient::Person),
        Some(("district", name)) => Some(Recipient::District(name.to_owned())),
        _ => None,
    };
    let seen = seen.and_then(|seen| seen.parse().ok());
    let step = to.zip(seen).map(|(to, seen)| Step::Give { to, seen });
    take(&state, &visitor, &id, &form, step, Outcome::Given).await
}

/// Closes it.
pub async fn close(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [outcome] = pairs(&form, [field::OUTCOME]);
    let outcome = outcome.filter(|outcome| !outcome.is_empty());
    take(&state, &visitor, &id, &form, Some(Step::Close(outcome)), Outcome::Closed).await
}

/// Opens it again.
pub async fn reopen(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    take(&state, &visitor, &id, &form, Some(Step::Reopen), Outcome::Reopened).await
}

async fn take(
    state: &ServerState,
    visitor: &Visitor,
    id: &str,
    form: &[u8],
    step: Option<Step>,
    done: Outcome,
) -> Answer {
    let [token, back] = pairs(form, [TOKEN_FIELD, field::BACK]);
    visitor.check(token.as_deref())?;
    let guest = &visitor.guest;
    let Ok(id) = id.parse::<DocumentId>() else { return Err(guest.refuse(ReviewError::NotFound)) };
    let Some(step) = step else { return Ok(guest.say(StatusCode::BAD_REQUEST, Why::OldForm)) };
    let outcome = match reviewing::step(state, &visitor.coordinator, id, step).await {
        Ok(()) => done,
        Err(ReviewError::Changed) => Outcome::Changed,
        Err(ReviewError::NotOffered) => Outcome::NotAllowed,
        Err(error) => return Err(guest.refuse(error)),
    };
    Ok(visitor.send_back(back.as_deref(), PATH, outcome))
}
