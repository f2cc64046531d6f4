//! What every page has around it: head, the way about, the choice of language, sign-out. Called by every page.
//! Invariant: a page loads nothing but our own style sheet and pictures, and a form that changes something carries the
//! token that ties it to its browser.

use footbridge_text::{Arg, Language, text};
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, html};

use super::assets::{self, ARCHES, ICON, JOIN_SCRIPT, STYLE};
use super::filter::query;
use super::{aside, follow_ups, icons, lists, people};
use crate::reviewing::Shortening;

/// The name of the form field that ties a form to its browser.
pub const TOKEN_FIELD: &str = "token_of_this_page";

/// Where it is taken back that notes are to be kept for fewer days.
pub const KEEP_NOTES_PATH: &str = "/review/keep-notes";

/// Where a page is shown.
#[derive(Debug, Clone)]
pub struct Place {
    /// The reader's language.
    pub language: Language,
    /// What stands before every path, where the server is below one.
    pub prefix: String,
    /// The path of this page, for the choice of language.
    pub path: String,
    /// The pairs behind it, without the language.
    pub pairs: Vec<(String, String)>,
}

impl Place {
    /// The address of a path of ours.
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// This page below the server's own address, as a form says where it stood; without what was just done.
    pub fn here(&self) -> String {
        let pairs = self.pairs.iter().filter(|(key, _)| key != "done");
        format!("{}{}", self.path, query(pairs.map(|(key, value)| (key, value))))
    }

    /// This page in a language.
    fn in_language(&self, language: Language) -> String {
        let pairs = self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        self.to(&format!("{}{}", self.path, query(pairs.chain([("lang", language.code())]))))
    }
}

/// Whose page it is.
#[derive(Debug, Clone)]
pub struct Desk<'a> {
    /// Her name.
    pub name: &'a str,
    /// Her programme's name.
    pub programme: &'a str,
    /// How many answers wait to be chosen.
    pub open_disagreements: u64,
    /// How many follow-ups wait whose day is over.
    pub late_follow_ups: u64,
    /// How many records wait in quarantine.
    pub quarantined: u64,
    /// What ties her forms to her browser.
    pub token: &'a str,
    /// Notes that will be erased because they are to be kept for fewer days.
    pub shortening: Option<Shortening>,
    /// The programme's time zone.
    pub time_zone: &'a str,
}

/// The main ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What came in.
    List,
    /// Where answers differ.
    Disagreements,
    /// What was promised.
    FollowUps,
    /// Who belongs to the programme, with which devices.
    People,
    /// Its code lists.
    Lists,
    /// What stands aside.
    Aside,
    /// Elsewhere.
    None,
}

/// A page of a coordinator who is signed in.
pub fn page(place: &Place, desk: &Desk<'_>, tab: Tab, title: &str, content: &Markup) -> Markup {
    let say = |key: &str| text(place.language, key, &[]);
    let way = |to: Tab, path: &str, words: Markup| {
        html! { a href=(place.to(path)) aria-current=[(tab == to).then_some("page")] { (words) } }
    };
    let badge = |count: u64| html! { @if count > 0 { " " span class="badge" { (count) } } };
    whole(
        place,
        &format!("{title} – {}", desk.programme),
        &html! {
            (brand(place, desk.programme))
            (languages(place))
            nav class="ways" aria-label=(say("review-menu")) {
                (way(Tab::List, "/review", html! { (say("review-visits")) }))
                (way(Tab::FollowUps, follow_ups::PATH, html! {
                    (say("review-follow-ups")) (badge(desk.late_follow_ups))
                }))
                (way(Tab::Disagreements, "/review/disagreements", html! {
                    (say("review-disagreements")) (badge(desk.open_disagreements))
                }))
                (way(Tab::People, people::PATH, html! { (say("review-people")) }))
                (way(Tab::Aside, aside::PATH, html! { (say("review-aside")) (badge(desk.quarantined)) }))
                (way(Tab::Lists, lists::PATH, html! { (say("review-lists")) }))
            }
            form class="sign-out" method="post" action=(place.to("/review/sign-out")) {
                input type="hidden" name=(TOKEN_FIELD) value=(desk.token);
                span class="who" dir="auto" { (desk.name) }
                button class="quiet" type="submit" { (say("review-sign-out")) }
            }
        },
        &html! {
            @if let Some(shortening) = desk.shortening { (notes_will_go(place, desk, shortening)) }
            (content)
        },
        false,
    )
}

/// How many notes will be erased, and when; with the way to take it back.
fn notes_will_go(place: &Place, desk: &Desk<'_>, shortening: Shortening) -> Markup {
    let zone = TimeZone::get(desk.time_zone).unwrap_or(TimeZone::UTC);
    let day = shortening.at.day_in(&zone).to_string();
    let named =
        [("count", shortening.notes.into()), ("days", shortening.days.unsigned_abs().into()), ("day", Arg::Text(&day))];
    html! {
        aside class="notice" {
            (icons::heed())
            span { (text(place.language, "review-notes-will-go", &named)) }
            form method="post" action=(place.to(KEEP_NOTES_PATH)) {
                input type="hidden" name=(TOKEN_FIELD) value=(desk.token);
                button type="submit" { (text(place.language, "review-keep-notes", &[])) }
            }
        }
    }
}

/// A page for whoever comes.
pub fn open_page(place: &Place, title: &str, content: &Markup) -> Markup {
    whole(place, title, &html! { (brand(place, "")) (languages(place)) }, content, false)
}

/// A page for whoever comes, with the script that lets it copy its own address.
pub fn open_page_with_script(place: &Place, title: &str, content: &Markup) -> Markup {
    whole(place, title, &html! { (brand(place, "")) (languages(place)) }, content, true)
}

/// A sentence that says what was just done.
pub fn notice(place: &Place, is_good: bool, key: &str) -> Markup {
    html! {
        p class={ "notice" @if is_good { " good" } } role="status" {
            @if is_good { (icons::done()) } @else { (icons::heed()) }
            span { (text(place.language, key, &[])) }
        }
    }
}

fn brand(place: &Place, programme: &str) -> Markup {
    let words = html! {
        (icons::bridge())
        span class="names" {
            span class="product" { "Footbridge" }
            @if !programme.is_empty() { span class="programme" dir="auto" { (programme) } }
        }
    };
    html! {
        @if programme.is_empty() { span class="brand" { (words) } }
        @else { a class="brand" href=(place.to("/review")) { (words) } }
    }
}

fn whole(place: &Place, title: &str, head: &Markup, content: &Markup, with_script: bool) -> Markup {
    let language = place.language;
    html! {
        (DOCTYPE)
        html lang=(language.code()) dir=(if language.rtl() { "rtl" } else { "ltr" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                meta name="color-scheme" content="light dark";
                meta name="theme-color" media="(prefers-color-scheme: light)" content="#0d4f4a";
                meta name="theme-color" media="(prefers-color-scheme: dark)" content="#10302d";
                title { (title) }
                link rel="icon" type="image/svg+xml" href=(assets::address(&place.prefix, &ICON));
                link rel="stylesheet" href=(assets::address(&place.prefix, &STYLE));
                @if with_script { script src=(assets::address(&place.prefix, &JOIN_SCRIPT)) defer {} }
            }
            body {
                a class="skip" href="#content" { (text(language, "review-skip", &[])) }
                header class="head" {
                    div class="bar" { (head) }
                    img class="arches" src=(assets::address(&place.prefix, &ARCHES)) alt="" width="4000" height="14";
                }
                main id="content" tabindex="-1" { (content) }
            }
        }
    }
}

fn languages(place: &Place) -> Markup {
    html! {
        nav class="languages" aria-label=(text(place.language, "review-language", &[])) {
            @for language in Language::PAGES {
                a href=(place.in_language(language)) lang=(language.code()) hreflang=(language.code())
                    aria-current=[(language == place.language).then_some("true")] {
                    span class="long" { (language.own_name()) }
                    abbr class="short" title=(language.own_name()) { (language.code().to_uppercase()) }
                }
            }
        }
    }
}
