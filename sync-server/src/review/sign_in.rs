//! Signing in: the page of a link, a link that does not work, and what to do without one. Called by the sign-in route
//! and wherever nobody is signed in. Invariant: showing a page uses no link up.

use footbridge_text::text;
use maud::{Markup, html};

use super::icons;
use super::layout::{Place, TOKEN_FIELD, notice, open_page};
use crate::reviewing::{Coordinator, LinkState, SIGN_IN_PATH};

/// The name of the form field, and of the pair in the link, that holds the link's token.
pub const LINK_FIELD: &str = "token";

/// The page of a link that works.
pub fn confirm(place: &Place, coordinator: &Coordinator, link: &str, token_of_page: &str) -> Markup {
    let arguments =
        [("name", coordinator.name.as_str().into()), ("programme", coordinator.programme_name.as_str().into())];
    let title = text(place.language, "review-sign-in-title", &[]);
    open_page(
        place,
        &title,
        &html! {
            div class="alone" {
                h1 { (title) }
                p class="lead" { (text(place.language, "review-sign-in-confirm", &arguments)) }
                form method="post" action=(place.to(SIGN_IN_PATH)) {
                    input type="hidden" name=(TOKEN_FIELD) value=(token_of_page);
                    input type="hidden" name=(LINK_FIELD) value=(link);
                    button type="submit" { (text(place.language, "review-sign-in-button", &[])) }
                }
                p class="soft" { (text(place.language, "review-sign-in-once", &[])) }
            }
        },
    )
}

/// The page of a link that does not work.
pub fn no_link(place: &Place, link: LinkState) -> Markup {
    let say = |key: &str| text(place.language, key, &[]);
    let why = match link {
        LinkState::Used => "review-link-used",
        LinkState::Late => "review-link-expired",
        LinkState::Unknown | LinkState::Fresh(..) => "review-link-unknown",
    };
    let why = html! {
        p class="notice" { (icons::heed()) span { (say(why)) } }
        // A device can show its link before the server knows it.
        @if why == "review-link-unknown" { p { (say("review-link-waits")) } }
        p { (say("review-link-again")) }
        p { a class="button" href=(place.to("/review")) { (say("review-sign-in-button")) } }
    };
    outside(place, &why)
}

/// Why nobody is signed in, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// She signed out.
    SignedOut,
    /// Her time was over.
    InTime,
}

/// The page where nobody is signed in.
pub fn needed(place: &Place, ended: Option<Ended>) -> Markup {
    outside(
        place,
        &html! {
            @match ended {
                Some(Ended::SignedOut) => (notice(place, true, "review-signed-out")),
                Some(Ended::InTime) => (notice(place, false, "review-session-ended")),
                None => {},
            }
            p class="lead" { (text(place.language, "review-sign-in-needed", &[])) }
        },
    )
}

/// A page for whoever cannot come in: why, and how she gets a link.
fn outside(place: &Place, why: &Markup) -> Markup {
    let title = text(place.language, "review-sign-in-title", &[]);
    open_page(
        place,
        &title,
        &html! {
            div class="alone" {
                h1 { (title) }
                (why)
                p { (text(place.language, "review-sign-in-device", &[])) }
                details {
                    summary { (text(place.language, "join-terminal", &[])) }
                    p { (text(place.language, "review-sign-in-device-command", &[])) }
                    pre { code { "footbridge --store FOLDER review" } }
                }
                (how(place))
            }
        },
    )
}

/// What whoever runs the server does to make a link.
fn how(place: &Place) -> Markup {
    html! {
        details {
            summary { (text(place.language, "review-sign-in-how", &[])) }
            p { (text(place.language, "review-sign-in-how-command", &[])) }
            pre { code { "footbridge-server --data DIR review-link PROGRAMME --person ID" } }
        }
    }
}
