//! `GET /review/aside` and what is done there: `POST /review/aside/ID/take`, `…/discard`. Invariant: a form comes from a
//! page of the same browser.

use axum::body::Bytes;
use axum::extract::{Path, State};
use footbridge_model::QuarantineId;

use super::outcome::Outcome;
use super::{Answer, Visitor, pairs};
use crate::review::aside::{PATH, content};
use crate::review::follow_ups::Look;
use crate::review::layout::{TOKEN_FIELD, Tab};
use crate::reviewing::{self, Refused, ReviewError};
use crate::state::ServerState;

/// The page.
pub async fn get(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let guest = &visitor.guest;
    let after = guest.browser.pair("after").and_then(|id| id.parse().ok());
    let aside = reviewing::aside(&state, &visitor.coordinator, after).await;
    let aside = aside.map_err(|error| guest.refuse(error))?;
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &guest.place, desk: &desk };
    Ok(visitor.show(Tab::Aside, &words.say("review-aside"), &content(&look, &aside, &visitor.notice())))
}

/// Takes it over.
pub async fn take(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let entry = entry(&visitor, &id, &form)?;
    match reviewing::take_over(&state, &visitor.coordinator, entry).await {
        Ok(taken) if taken.stays.is_none() => Ok(visitor.send_back(None, PATH, Outcome::TakenOver)),
        Ok(_) => Ok(visitor.send_back(None, PATH, Outcome::TakenPartly)),
        Err(refused) => Err(refuse(&visitor, refused)),
    }
}

/// Throws it away.
pub async fn discard(
    State(state): State<ServerState>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Bytes,
) -> Answer {
    let entry = entry(&visitor, &id, &form)?;
    match reviewing::throw_away(&state, &visitor.coordinator, entry).await {
        Ok(()) => Ok(visitor.send_back(None, PATH, Outcome::Discarded)),
        Err(refused) => Err(refuse(&visitor, refused)),
    }
}

fn entry(visitor: &Visitor, id: &str, form: &[u8]) -> Result<QuarantineId, super::Refused> {
    let [token] = pairs(form, [TOKEN_FIELD]);
    visitor.check(token.as_deref())?;
    id.parse().map_err(|_| visitor.guest.refuse(ReviewError::NotFound))
}

fn refuse(visitor: &Visitor, refused: Refused) -> super::Refused {
    let error = match refused {
        Refused::Storage(error) => ReviewError::Storage(error),
        _ => ReviewError::NotFound,
    };
    visitor.guest.refuse(error)
}
