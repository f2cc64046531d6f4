//! What stands aside: what revoked devices handed over, to be taken over or thrown away; what was refused to devices,
//! why, and what to do. Called by its route. Invariant: what is in quarantine is shown as what it would be, and is no
//! record of the programme yet.

use footbridge_model::{Kind, QuarantineId};
use footbridge_protocol::ErrorCode;
use footbridge_text::{Language, field_label, kind_label, reason, what_to_do_of};
use maud::{Markup, html};
use serde_json::Value;

use super::filter::query;
use super::follow_ups::Look;
use super::icons;
use super::layout::TOKEN_FIELD;
use super::words::Words;
use crate::quarantine::Waiting;
use crate::reviewing::{Aside, SetAside};

/// The path of the page.
pub const PATH: &str = "/review/aside";

/// The page.
pub fn content(look: &Look<'_>, aside: &Aside, notice: &Markup) -> Markup {
    let words = look.words;
    let last = aside.waiting.last().filter(|_| aside.more).map(|entry| entry.first.id);
    html! {
        h1 { (words.say("review-aside")) }
        (notice)
        section aria-labelledby="quarantine" {
            h2 id="quarantine" { (words.say("review-quarantine")) }
            p class="soft" { (words.say("review-quarantine-intro")) }
            @if aside.waiting.is_empty() { p { (words.say("review-quarantine-none")) } }
            @for entry in &aside.waiting { (waiting(look, entry)) }
            @if let Some(last) = last {
                nav class="pages" aria-label=(words.say("review-pages")) {
                    a class="button" rel="next"
                        href=(look.place.to(&format!("{PATH}{}", query([("after", last.to_string())])))) {
                        (words.say("review-more"))
                    }
                }
            }
        }
        section aria-labelledby="set-aside" {
            h2 id="set-aside" { (words.say("review-set-aside")) }
            p class="soft" { (words.say("review-set-aside-intro")) }
            @if aside.set_aside.is_empty() { p { (words.say("review-set-aside-none")) } }
            @for entry in &aside.set_aside { (set_aside(look, entry)) }
        }
    }
}

fn waiting(look: &Look<'_>, entry: &Waiting) -> Markup {
    let (words, first) = (look.words, &entry.first);
    let arguments = [("name", words.person(Some(first.person))), ("when", words.moment(first.at))];
    let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let form = |step: &str, class: &str, key: &str| {
        html! {
            form class="step" method="post" action=(look.place.to(&path(first.id, step))) {
                input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                button class=(class) type="submit" { (words.say(key)) }
            }
        }
    };
    html! {
        article class="card wide" {
            h3 { (kind(words, &first.kind)) }
            p class="facts" {
                span { (words.say_with("review-quarantine-of", &arguments)) }
                span { (words.count("review-quarantine-items", entry.items as u64)) }
            }
            @match (&entry.projection, Kind::from_name(&first.kind)) {
                (Some(projection), Some(kind)) => (fields(words, kind, &projection.fields)),
                _ => p class="soft" { (words.say("review-quarantine-unreadable")) },
            }
            @if let Some(code) = entry.refused { (why(words, code)) }
            div class="steps-of" {
                (form("take", "", "review-take"))
                details {
                    summary { (words.say("review-discard")) }
                    p class="soft" { (words.say("review-discard-how")) }
                    (form("discard", "grave", "review-discard"))
                }
            }
        }
    }
}

/// The path of a step with an entry.
fn path(entry: QuarantineId, step: &str) -> String {
    format!("{PATH}/{entry}/{step}")
}

fn kind(words: &Words<'_>, name: &str) -> String {
    if name.is_empty() { words.say("review-unknown-person") } else { kind_label(words.language, name) }
}

fn fields(words: &Words<'_>, kind: Kind, fields: &serde_json::Map<String, Value>) -> Markup {
    let is_there = |value: &Value| match value {
        Value::Null => false,
        Value::Array(members) => !members.is_empty(),
        _ => true,
    };
    let asked = kind.spec().fields.iter().filter_map(|field| Some((field.name, fields.get(field.name)?)));
    html! {
        dl class="known" {
            @for (name, value) in asked.filter(|(_, value)| is_there(value)) {
                div {
                    dt { (field_label(words.language, kind.name(), name)) }
                    dd { (words.shown(kind, name, value)) }
                }
            }
        }
    }
}

fn set_aside(look: &Look<'_>, entry: &SetAside) -> Markup {
    let words = look.words;
    html! {
        article class="card wide" {
            h3 {
                @match entry.record {
                    Some(record) => a href=(look.place.to(&format!("/review/records/{record}"))) {
                        (kind(words, &entry.row.kind))
                    },
                    None => (kind(words, &entry.row.kind)),
                }
            }
            p class="facts" {
                strong { bdi { (words.person(Some(entry.person))) } }
                span { (words.moment(entry.row.at)) }
            }
            @if ErrorCode::from_number(entry.row.code) == Some(ErrorCode::Forbidden) {
                // The sentence of the phones speaks to her who was refused.
                p class="notice quiet" { (icons::heed()) span {
                    (words.say_with("review-refused-forbidden", &[("name", words.person(Some(entry.person)).as_str().into())]))
                } }
            } @else { (why(words, entry.row.code)) }
        }
    }
}

/// Why something was not taken, and what to do. These sentences are those of the phones, which do not speak every
/// language of the pages.
fn why(words: &Words<'_>, code: u16) -> Markup {
    let name = ErrorCode::from_number(code).map_or("unknown", ErrorCode::name);
    let spoken = if Language::ALL.contains(&words.language) { words.language } else { Language::English };
    let is_other = (spoken != words.language).then_some(());
    html! {
        p class="notice quiet" {
            (icons::heed())
            span lang=[is_other.map(|()| spoken.code())] dir=[is_other.map(|()| "ltr")] {
                (reason(spoken, name)) " " (what_to_do_of(spoken, name, None, true))
            }
        }
    }
}
