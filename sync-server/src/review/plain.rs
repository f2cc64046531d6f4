//! Pages that say one thing: not here, not now, come in. Called by the routes where nothing else can be shown.
//! Invariant: what is unknown and what is forbidden read alike.

use footbridge_text::text;
use maud::{DOCTYPE, Markup, html};

use super::icons;
use super::layout::{Place, open_page};

/// Why nothing else is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no such page, or it is not hers.
    NotFound,
    /// The form did not come from a page of this browser.
    OldForm,
    /// It broke.
    Failed,
    /// Too much was asked from this address.
    SlowDown,
}

impl Why {
    const fn key(self) -> &'static str {
        match self {
            Self::NotFound => "review-not-found",
            Self::OldForm => "review-form-old",
            Self::Failed => "review-page-failed",
            Self::SlowDown => "review-slow-down",
        }
    }
}

/// The page.
pub fn page(place: &Place, why: Why) -> Markup {
    let title = text(place.language, "review-page-title", &[]);
    open_page(
        place,
        &title,
        &html! {
            div class="alone" {
                h1 { (title) }
                p class="notice" { (icons::heed()) span { (text(place.language, why.key(), &[])) } }
                p { a class="button" href=(place.to("/review")) { (text(place.language, "review-to-the-list", &[])) } }
            }
        },
    )
}

/// A page that asks for itself again. A browser that comes from elsewhere keeps its cookie to itself; coming from here
/// it shows it.
pub fn again(place: &Place, address: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(place.language.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="refresh" content={ "0;url=" (address) };
                title { "Footbridge" }
            }
            body { p { a href=(address) { (text(place.language, "review-continue", &[])) } } }
        }
    }
}
