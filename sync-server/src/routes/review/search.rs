//! `GET /review/search`: what has the words that were asked for.

use axum::extract::State;

use super::{Answer, Visitor};
use crate::review::layout::Tab;
use crate::review::search::{LONGEST, content};
use crate::reviewing;
use crate::state::ServerState;

/// How many records a page has.
const PAGE: u32 = 30;

/// The page.
pub async fn get(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let guest = &visitor.guest;
    let text: String = guest.browser.pair("q").unwrap_or_default().chars().take(LONGEST).collect();
    let before = guest.browser.pair("before").and_then(|number| number.parse().ok());
    let (found, older) = if text.trim().is_empty() {
        (None, None)
    } else {
        let found = reviewing::search(&state, &visitor.coordinator, &text, before, PAGE).await;
        let (found, older) = found.map_err(|error| guest.refuse(error))?;
        (Some(found), older)
    };
    let words = visitor.words(&state);
    let content = content(&words, &guest.place, &text, found.as_deref(), older);
    Ok(visitor.show(Tab::None, &words.say("review-search"), &content))
}
