//! One record: its facts, notes, follow-ups, the answers that differ, its timeline. Called by its route. Invariant: a
//! visit that was taken back says so before anything else.

use footbridge_model::{Kind, expiry};
use footbridge_text::{field_label, list};
use jiff::Span;
use maud::{Markup, html};
use serde_json::Value;

use super::answers::{self, Look};
use super::filter::Filter;
use super::layout::TOKEN_FIELD;
use super::list::{amount, chips, languages};
use super::words::Words;
use super::{follow_ups, icons, timeline};
use crate::reviewing::Reviewed;
use crate::storage::documents::DocumentRow;

/// The page. `notice` says what was just done.
pub fn content(look: &Look<'_>, reviewed: &Reviewed, notice: &Markup) -> Markup {
    let (words, row) = (look.words, &reviewed.row);
    let is_withdrawn = row.projection.text("state") == Some("withdrawn");
    let filter = Filter::from_pairs(&look.place.pairs);
    let list = format!("/review{}#{}", filter.query(filter.after), row.id);
    html! {
        p class="back" { a href=(look.place.to(&list)) { (words.say("review-title")) } }
        div class={ "title" @if is_withdrawn { " withdrawn" } } {
            @if row.kind == Kind::Visit {
                span class="where" { (icons::of_visit(row.projection.text("kind").unwrap_or_default())) }
            }
            div {
                h1 { (answers::title(words, row)) }
                p class="facts" { (answers::under_title(words, row)) }
            }
        }
        (notice)
        @if is_withdrawn { p class="notice gone" { (icons::heed()) span { (words.say("review-withdrawn")) } } }
        @if let Some(parent) = &reviewed.parent {
            p { a class="button quiet" href=(look.place.to(&answers::path(parent))) {
                (words.kind(parent.kind)) ": " (answers::title(words, parent))
            } }
        }
        @if !reviewed.disputed.is_empty() {
            section class="differing" aria-labelledby="differing" {
                h2 id="differing" { (words.say("review-differ")) }
                p class="lead" { (words.say("review-differ-intro")) }
                (answers::cards(look, reviewed))
            }
        }
        section aria-labelledby="details" {
            h2 id="details" { (words.say("review-details")) }
            (facts(words, reviewed))
        }
        @if matches!(row.kind, Kind::Visit | Kind::Contact) {
            (notes(look, reviewed))
            (follow_ups(look, reviewed))
        }
        @if row.kind == Kind::FollowUp {
            (follow_ups::card(
                &follow_ups::Look { words, place: look.place, desk: look.desk },
                row,
                reviewed.parent.as_ref(),
                false,
            ))
        }
        @if row.kind == Kind::Note && !disputes(row, "text") { (text_of(row)) }
        (seen(words, row))
        section aria-labelledby="timeline" {
            h2 id="timeline" { (words.say("review-timeline")) }
            (timeline::content(words, reviewed))
        }
        @if may_be_erased(row.kind) { p { (erase_link(look, row)) } }
    }
}

/// Who has opened it as it is now, and when.
fn seen(words: &Words<'_>, row: &DocumentRow) -> Markup {
    html! {
        @if may_be_erased(row.kind) {
            section aria-labelledby="seen" {
                h2 id="seen" { (words.say("review-seen")) }
                @if row.facts.seen.is_empty() { p class="soft" { (words.say("review-not-seen")) } }
                @else {
                    ul role="list" {
                        @for seen in &row.facts.seen {
                            li {
                                (words.say_with("review-seen-by", &[
                                    ("name", words.person(Some(seen.by)).as_str().into()),
                                    ("when", words.moment(seen.at).as_str().into()),
                                ]))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a coordinator erases records of this kind, and whether it is told who has seen one.
pub fn may_be_erased(kind: Kind) -> bool {
    matches!(kind, Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp)
}

fn erase_link(look: &Look<'_>, row: &DocumentRow) -> Markup {
    html! {
        a class="button quiet" href=(look.place.to(&format!("/review/records/{}/erase", row.id))) {
            (look.words.say("review-erase"))
        }
    }
}

/// Asks once more before a record is erased.
pub fn erase(look: &Look<'_>, row: &DocumentRow) -> Markup {
    let words = look.words;
    let back = look.place.to(&answers::path(row));
    html! {
        p class="back" { a href=(back) { (answers::title(words, row)) } }
        h1 { (words.say("review-erase-title")) }
        p class="facts" { span { (answers::title(words, row)) } (answers::under_title(words, row)) }
        p class="notice" { (icons::heed()) span { (words.say("review-erase-what")) } }
        form class="asked" method="post" action=(look.place.to(&format!("/review/records/{}/erase", row.id))) {
            input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
            button class="grave" type="submit" { (words.say("review-erase-button")) }
            a class="button quiet" href=(back) { (words.say("review-erase-keep")) }
        }
    }
}

/// What is known, and in one line what is not.
fn facts(words: &Words<'_>, reviewed: &Reviewed) -> Markup {
    let row = &reviewed.row;
    let asked = row.kind.spec().fields.iter().map(|field| field.name).filter(|name| is_asked(row.kind, name));
    let (known, missing): (Vec<_>, Vec<_>) = asked
        .map(|name| (name, fact(words, reviewed, name)))
        .partition(|(name, shown)| shown.is_some() || disputes(row, name));
    let missing: Vec<_> = missing.iter().map(|(name, _)| field_label(words.language, row.kind.name(), name)).collect();
    html! {
        dl class="known" {
            @for (name, shown) in known {
                div {
                    dt { (field_label(words.language, row.kind.name(), name)) }
                    dd {
                        @if disputes(row, name) {
                            a class="mark-of differ" href={ "#" (answers::anchor(row, name)) } {
                                (icons::differ()) (words.say("review-disagreements"))
                            }
                        } @else if let Some(shown) = shown { (shown) }
                    }
                }
            }
            div {
                dt { (words.say("field-any-recorded-at")) }
                dd { (words.moment(row.projection.recorded_at)) }
            }
        }
        @if !missing.is_empty() && row.kind == Kind::Visit {
            p class="soft" { (words.say_with("review-not-said-list", &[("fields", list(words.language, &missing).as_str().into())])) }
        }
    }
}

/// Fields that stand elsewhere on the page are not asked for here.
fn is_asked(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Visit => !matches!(name, "state" | "reached_estimated" | "minutes_estimated"),
        Kind::Note => false,
        Kind::FollowUp => name != "about",
        Kind::Programme | Kind::Code | Kind::Person | Kind::Contact => true,
    }
}

fn disputes(row: &DocumentRow, name: &str) -> bool {
    row.projection.disagreements.contains(name)
}

fn fact(words: &Words<'_>, reviewed: &Reviewed, name: &str) -> Option<Markup> {
    let row = &reviewed.row;
    let value = match (row.kind, name) {
        (Kind::FollowUp, "state") => return Some(html! { (follow_ups::state_of(words, row)) }),
        (Kind::FollowUp, "outcome") => {
            return row.facts.outcome.as_ref().map(|code| html! { (words.code("outcome", code)) });
        }
        (Kind::Person, "role") => {
            return row.facts.role.map(|role| html! { (footbridge_text::role_label(words.language, role.name())) });
        }
        _ => row.projection.fields.get(name).filter(|value| !is_empty(value))?,
    };
    Some(match name {
        "topics" | "needs" => chips(words, "topics", Some(value)),
        "help" | "with" if row.kind == Kind::Visit => chips(words, name, Some(value)),
        "reached" | "minutes" => html! { (amount(words, row, name)?) },
        "languages" => html! { (languages(words, Some(value))?) },
        "contact" => contact(words, reviewed),
        _ => words.shown(row.kind, name, value),
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(members) => members.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

fn contact(words: &Words<'_>, reviewed: &Reviewed) -> Markup {
    let Some(contact) = &reviewed.contact else { return html! { (words.kind(Kind::Contact)) } };
    html! {
        span class="handle" dir="auto" lang="" { (contact.projection.text("handle").unwrap_or_default()) }
        @if let Some(languages) = languages(words, contact.projection.fields.get("languages")) {
            span class="soft" { " · " (languages) }
        }
        (chips(words, "topics", contact.projection.fields.get("needs")))
    }
}

fn notes(look: &Look<'_>, reviewed: &Reviewed) -> Markup {
    let words = look.words;
    html! {
        section aria-labelledby="notes" {
            h2 id="notes" { (words.say("review-notes")) }
            @if reviewed.notes.is_empty() { p class="soft" { (words.say("review-no-notes")) } }
            @for note in &reviewed.notes {
                article class="note" {
                    @if disputes(note, "text") {
                        a class="mark-of differ" href=(look.place.to(&answers::path(note))) {
                            (icons::differ()) (words.say("review-differ"))
                        }
                    } @else { (text_of(note)) }
                    p class="by" {
                        strong { bdi { (words.person(note.facts.author)) } }
                        span { (words.moment(note.projection.recorded_at)) }
                        @if let Some(until) = kept_until(words, note) {
                            span { (words.say_with("review-note-expires", &[("day", until.as_str().into())])) }
                        }
                    }
                    p { (erase_link(look, note)) }
                }
            }
        }
    }
}

/// The text of a note.
fn text_of(note: &DocumentRow) -> Markup {
    answers::prose(note.projection.text("text").unwrap_or_default())
}

fn kept_until(words: &Words<'_>, note: &DocumentRow) -> Option<String> {
    let days = Span::new().try_days(words.programme().note_days).ok()?;
    let recorded_at = note.projection.recorded_at;
    let from = note.facts.received_at.map_or(recorded_at, |received_at| expiry::counts_from(recorded_at, received_at));
    let until = words.day_of(from).checked_add(days).ok()?;
    Some(words.day(until))
}

fn follow_ups(look: &Look<'_>, reviewed: &Reviewed) -> Markup {
    let words = look.words;
    let look = follow_ups::Look { words, place: look.place, desk: look.desk };
    html! {
        section aria-labelledby="follow-ups" {
            h2 id="follow-ups" { (words.say("review-follow-ups-of-visit")) }
            @if reviewed.follow_ups.is_empty() { p class="soft" { (words.say("review-no-follow-ups")) } }
            @for follow_up in &reviewed.follow_ups { (follow_ups::card(&look, follow_up, None, false)) }
        }
    }
}
