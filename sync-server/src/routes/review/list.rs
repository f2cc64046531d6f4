//! `GET /review`: what came in, newest first, narrowed and paged by the address.

use axum::extract::State;

use super::{Answer, Visitor};
use crate::review::filter::Filter;
use crate::review::layout::Tab;
use crate::review::list::{List, content};
use crate::reviewing;
use crate::state::ServerState;

/// How many visits a page has.
const PAGE: u32 = 40;

/// The page.
pub async fn get(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let guest = &visitor.guest;
    let filter = Filter::from_pairs(&guest.browser.pairs);
    let words = visitor.words(&state);
    let wanted = filter.wanted(words.zone(), PAGE);
    let count = match filter.after {
        None => Some(reviewing::count(&state, &visitor.coordinator, wanted.clone()).await),
        Some(_) => None,
    };
    let count = count.transpose().map_err(|error| guest.refuse(error))?;
    let listed = reviewing::records(&state, &visitor.coordinator, wanted).await;
    let (visits, older) = listed.map_err(|error| guest.refuse(error))?;
    let ids = visits.iter().map(|visit| visit.id).collect();
    let notes = reviewing::note_counts(&state, &visitor.coordinator, ids).await;
    let notes = notes.map_err(|error| guest.refuse(error))?;
    let list = List {
        words: &words,
        place: &guest.place,
        filter: &filter,
        visits: &visits,
        notes: &notes,
        notice: &visitor.notice(),
        count,
        older,
    };
    Ok(visitor.show(Tab::List, &words.say("review-title"), &content(&list)))
}
