//! What a search found. Called by its route; the field by the list too. Invariant: what is shown of a record is escaped
//! and stands in its own direction.

use footbridge_model::Kind;
use maud::{Markup, html};

use super::answers::{path, title, under_title};
use super::filter::query;
use super::icons;
use super::layout::Place;
use super::words::Words;
use crate::reviewing::Found;

/// The path of the page.
pub const PATH: &str = "/review/search";

/// The longest that is searched for.
pub const LONGEST: usize = 200;

/// How much of a note is shown.
const EXCERPT: usize = 240;

/// Where one says what to look for.
pub fn field(words: &Words<'_>, place: &Place, text: &str) -> Markup {
    html! {
        form class="search" method="get" action=(place.to(PATH)) role="search" {
            label {
                span { (words.say("review-search-field")) }
                input type="search" name="q" value=(text) maxlength=(LONGEST) dir="auto" autocomplete="off";
            }
            button type="submit" { (words.say("review-search")) }
        }
    }
}

/// The page. `found` is absent where nothing was asked for; `older` is where it goes on.
pub fn content(words: &Words<'_>, place: &Place, text: &str, found: Option<&[Found]>, older: Option<i64>) -> Markup {
    html! {
        h1 { (words.say("review-search")) }
        (field(words, place, text))
        @match found {
            None => p class="soft" { (words.say("review-search-how")) },
            Some([]) => div class="nothing" { (icons::bridge()) p { (words.say("review-search-nothing")) } },
            Some(found) => {
                ul class="visits" role="list" { @for one in found { (hit(words, place, one)) } }
            }
        }
        @if let Some(older) = older {
            nav class="pages" aria-label=(words.say("review-pages")) {
                a class="button" rel="next"
                    href=(place.to(&format!("{PATH}{}", query([("q", text), ("before", &older.to_string())])))) {
                    (words.say("review-older"))
                }
            }
        }
    }
}

fn hit(words: &Words<'_>, place: &Place, found: &Found) -> Markup {
    let row = &found.row;
    html! {
        li class="visit" {
            span class="where" { (icons::of_kind(row.kind, row.projection.text("kind"))) }
            div class="what" {
                h2 { a href=(place.to(&path(row))) { (title(words, row)) } }
                @if row.kind == Kind::Note {
                    p class="excerpt" dir="auto" lang="" { (excerpt(row.projection.text("text").unwrap_or_default())) }
                }
                @if let Some(handle) = row.facts.handle.as_deref().filter(|_| row.kind == Kind::FollowUp) {
                    p class="handle" dir="auto" lang="" { (handle) }
                }
                p class="facts" {
                    @if let Some(parent) = &found.parent { span { (title(words, parent)) } }
                    (under_title(words, row))
                }
            }
        }
    }
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_note_is_shown_by_its_beginning() {
        assert_eq!(excerpt("Hon vill\nläsa.  "), "Hon vill läsa.");
        let long = excerpt(&"ö".repeat(EXCERPT + 1));
        assert_eq!((long.chars().count(), long.ends_with('…')), (EXCERPT + 1, true));
    }
}
