//! `GET /review/visits/ID` and `GET /review/records/ID`: one record with all that belongs to it. Invariant: what is
//! unknown and what is another programme's are answered alike.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use footbridge_model::{DocumentId, Kind};

use super::{Answer, Refused, Visitor};
use crate::review::answers::{Back, Look, path};
use crate::review::filter::query;
use crate::review::layout::Tab;
use crate::review::record;
use crate::reviewing::{self, ReviewError, Reviewed};
use crate::state::ServerState;

/// The page of a visit.
pub async fn visit(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let reviewed = find(&state, &visitor, &id).await?;
    if reviewed.row.kind != Kind::Visit {
        return Err(visitor.guest.refuse(ReviewError::NotFound));
    }
    Ok(show(&state, &visitor, &reviewed))
}

/// The page of a record of another kind; a visit has its own.
pub async fn any(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let reviewed = find(&state, &visitor, &id).await?;
    if reviewed.row.kind == Kind::Visit {
        let pairs = visitor.guest.browser.pairs.iter().map(|(key, value)| (key, value));
        return Ok(visitor.guest.send_on(&format!("{}{}", path(&reviewed.row), query(pairs))));
    }
    Ok(show(&state, &visitor, &reviewed))
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
    let look = Look {
        words: &words,
        place: &visitor.guest.place,
        coordinator: &visitor.coordinator,
        desk: &desk,
        back: Back::Record,
    };
    let kind = words.kind(reviewed.row.kind);
    visitor.show(Tab::None, &kind, &record::content(&look, reviewed, &visitor.notice()))
}
