//! `GET /review/visits/ID` and `GET /review/records/ID`: one record with all that belongs to it, which marks it seen;
//! `GET` and `POST /review/records/ID/erase`. Invariant: what is
//! unknown and what is another programme's are answered alike.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use footbridge_model::{DocumentId, Kind};

use super::outcome::Outcome;
use super::{Answer, Refused, Visitor, pairs};
use crate::review::answers::{Back, Look, path};
use crate::review::filter::query;
use crate::review::layout::{Desk, TOKEN_FIELD, Tab};
use crate::review::record;
use crate::review::words::Words;
use crate::reviewing::{self, ReviewError, Reviewed};
use crate::state::ServerState;

/// The page of a visit.
pub async fn visit(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let reviewed = find(&state, &visitor, &id).await?;
    if reviewed.row.kind != Kind::Visit {
        return Err(visitor.guest.refuse(ReviewError::NotFound));
    }
    let reviewed = note_seen(&state, &visitor, reviewed).await?;
    Ok(show(&state, &visitor, &reviewed))
}

/// The page of a record of another kind; a visit has its own.
pub async fn any(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let reviewed = find(&state, &visitor, &id).await?;
    if reviewed.row.kind == Kind::Visit {
        let pairs = visitor.guest.browser.pairs.iter().map(|(key, value)| (key, value));
        return Ok(visitor.guest.send_on(&format!("{}{}", path(&reviewed.row), query(pairs))));
    }
    let reviewed = note_seen(&state, &visitor, reviewed).await?;
    Ok(show(&state, &visitor, &reviewed))
}

/// Notes that she has opened the record, with the notes and follow-ups that its page shows; gives it as it then is.
async fn note_seen(state: &ServerState, visitor: &Visitor, reviewed: Reviewed) -> Result<Reviewed, Refused> {
    if visitor.guest.browser.only_fetches_ahead {
        return Ok(reviewed);
    }
    let shown = reviewed.notes.iter().chain(&reviewed.follow_ups).chain([&reviewed.row]);
    let ids = shown.map(|row| row.id).collect();
    let noted = reviewing::seen(state, &visitor.coordinator, ids).await;
    noted.map_err(|error| visitor.guest.refuse(error))?;
    find(state, visitor, &reviewed.row.id.to_string()).await
}

/// Asks once more before a record is erased.
pub async fn ask_erase(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let reviewed = find(&state, &visitor, &id).await?;
    if !record::may_be_erased(reviewed.row.kind) {
        return Err(visitor.guest.refuse(ReviewError::NotFound));
    }
    let words = visitor.words(&state);
    let desk = visitor.desk();
    let content = record::erase(&look(&visitor, &words, &desk), &reviewed.row);
    Ok(visitor.show(Tab::None, &words.say("review-erase-title"), &content))
}

/// Erases it, and goes on to what it was on, or to the list.
pub async fn erase(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [token] = pairs(&form, [TOKEN_FIELD]);
    visitor.check(token.as_deref())?;
    let reviewed = find(&state, &visitor, &id).await?;
    let erased = reviewing::erase(&state, &visitor.coordinator, reviewed.row.id).await;
    erased.map_err(|error| visitor.guest.refuse(error))?;
    let back = reviewed.parent.as_ref().map_or_else(|| "/review".to_owned(), path);
    Ok(visitor.send_back(None, &back, Outcome::Erased))
}

async fn find(state: &ServerState, visitor: &Visitor, id: &str) -> Result<Reviewed, Refused> {
    let found = match id.parse::<DocumentId>() {
        Ok(id) => reviewing::record(state, &visitor.coordinator, id).await,
        Err(_) => Err(ReviewError::NotFound),
    };
    found.map_err(|error| visitor.guest.refuse(error))
}

fn show(state: &ServerState, visitor: &Visitor, reviewed: &Reviewed) -> Response<Body> {
    let words = visitor.words(state);
    let desk = visitor.desk();
    let look = look(visitor, &words, &desk);
    let kind = words.kind(reviewed.row.kind);
    visitor.show(Tab::None, &kind, &record::content(&look, reviewed, &visitor.notice()))
}

fn look<'a>(visitor: &'a Visitor, words: &'a Words<'a>, desk: &'a Desk<'a>) -> Look<'a> {
    Look { words, place: &visitor.guest.place, coordinator: &visitor.coordinator, desk, back: Back::Record }
}
