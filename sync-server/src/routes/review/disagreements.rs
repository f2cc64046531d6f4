//! `GET /review/disagreements`: every record in which people disagree, with the answers.

use axum::extract::State;

use super::{Answer, Visitor};
use crate::review::answers::{self, Back, Look};
use crate::review::filter::Filter;
use crate::review::layout::Tab;
use crate::reviewing::{self, RecordsWanted, ReviewError};
use crate::state::ServerState;

/// How many records a page has.
const PAGE: u32 = 20;

/// The path of the page.
pub const PATH: &str = "/review/disagreements";

/// The page.
pub async fn get(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let guest = &visitor.guest;
    let after = Filter::from_pairs(&guest.browser.pairs).after;
    let wanted = RecordsWanted { disputed: true, after, limit: PAGE, ..RecordsWanted::default() };
    let listed = reviewing::records(&state, &visitor.coordinator, wanted).await;
    let (rows, older) = listed.map_err(|error| guest.refuse(error))?;
    let mut records = Vec::new();
    for row in rows {
        match reviewing::record(&state, &visitor.coordinator, row.id).await {
            // Settled or gone since the list was read.
            Err(ReviewError::NotFound) => {}
            Ok(reviewed) if reviewed.disputed.is_empty() => {}
            Ok(reviewed) => records.push(reviewed),
            Err(error) => return Err(guest.refuse(error)),
        }
    }
    let words = visitor.words(&state);
    let desk = visitor.desk();
    let look =
        Look { words: &words, place: &guest.place, coordinator: &visitor.coordinator, desk: &desk, back: Back::List };
    let older = older.map(|place| format!("{PATH}{}", Filter::default().query(Some(place))));
    let content = answers::list(&look, &records, older.as_deref(), &visitor.notice());
    Ok(visitor.show(Tab::Disagreements, &words.say("review-disagreements"), &content))
}
