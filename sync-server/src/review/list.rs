//! The list: what came in, newest first, a heading for each day. Called by its route. Invariant: what narrows it stands
//! in the address.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::{DocumentId, Kind, Shape};
use footbridge_text::{Language, language_name, list, sort_by_words, state_label};
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::Value;

use super::filter::{Filter, State};
use super::layout::Place;
use super::words::Words;
use super::{icons, search};
use crate::reviewing;
use crate::storage::documents::DocumentRow;

/// One page of the list.
#[derive(Debug)]
pub struct List<'a> {
    /// The words.
    pub words: &'a Words<'a>,
    /// Where it is shown.
    pub place: &'a Place,
    /// What is wanted.
    pub filter: &'a Filter,
    /// The visits of this page.
    pub visits: &'a [DocumentRow],
    /// How many notes they have.
    pub notes: &'a BTreeMap<DocumentId, u64>,
    /// What was just done.
    pub notice: &'a Markup,
    /// How many there are on all pages; absent on a later one.
    pub count: Option<u64>,
    /// Where the next page begins.
    pub older: Option<reviewing::Place>,
}

/// The page.
pub fn content(list: &List<'_>) -> Markup {
    let words = list.words;
    html! {
        h1 { (words.say("review-title")) }
        (list.notice)
        (waiting(list))
        (search::field(words, list.place, ""))
        (filters(list))
        @if let Some(count) = list.count { p class="soft" { (words.count("review-count", count)) } }
        @if list.visits.is_empty() { (nothing(list)) }
        @for day in list.visits.chunk_by(|a, b| words.day_of(a.sort_at) == words.day_of(b.sort_at)) {
            @if let Some(first) = day.first() {
                section class="day" {
                    h2 { (words.day_heading(words.day_of(first.sort_at))) }
                    ul class="visits" role="list" { @for visit in day { (row(list, visit)) } }
                }
            }
        }
        (pages(list))
    }
}

/// How many answers wait.
fn waiting(list: &List<'_>) -> Markup {
    let (words, count) = (list.words, list.words.programme().open_disagreements);
    html! {
        @if count > 0 {
            a class="waiting" href=(list.place.to("/review/disagreements")) {
                (icons::differ())
                span {
                    strong { (words.count("review-has-disagreements", count)) }
                    " "
                    span { (words.say("review-differ-short")) }
                }
            }
        }
    }
}

fn filters(list: &List<'_>) -> Markup {
    let (words, filter) = (list.words, list.filter);
    let mut districts = words.every_district();
    if let Some(asked) = filter.district.as_ref().filter(|asked| districts.iter().all(|(id, _)| id != *asked)) {
        districts.push((asked.clone(), words.district(asked)));
    }
    let volunteer = filter.volunteer.map(|person| person.to_string());
    html! {
        form class="filters" method="get" action=(list.place.to("/review")) aria-label=(words.say("review-filter")) {
            (choice(words, "volunteer", "review-filter-volunteer", &people(words), volunteer.as_deref()))
            (choice(words, "district", "review-filter-district", &districts, filter.district.as_deref()))
            details open[filter.is_narrowed_more()] {
                summary { (words.say("review-filter-more")) }
                div class="filters" { (more_filters(words, filter)) }
            }
            button type="submit" { (words.say("review-filter-apply")) }
            @if filter.is_narrowed() {
                a class="button quiet" href=(list.place.to("/review")) { (words.say("review-filter-clear")) }
            }
        }
    }
}

fn more_filters(words: &Words<'_>, filter: &Filter) -> Markup {
    let kinds = match Kind::Visit.spec().field("kind").map(|field| field.shape) {
        Some(Shape::Fixed(kinds)) => kinds,
        _ => &[],
    };
    let kinds = kinds.iter().map(|kind| ((*kind).to_owned(), words.code("kind", kind))).collect();
    let topics = words.programme().lists.get("topics").into_iter().flatten();
    let topics = topics.map(|listed| (listed.code.clone(), words.code("topics", &listed.code))).collect();
    let languages: BTreeSet<&String> = words.programme().languages.iter().chain(&filter.language).collect();
    let named = |tag: &String| (tag.clone(), language_name(words.language, tag));
    let mut languages: Choices = languages.into_iter().map(named).collect();
    sort_by_words(words.language, &mut languages, |(_, name)| name);
    let states = State::ALL.map(|state| {
        let label = match state {
            State::New => words.say("review-filter-new"),
            State::Differ => words.say("review-filter-disagreements"),
            State::Done | State::Withdrawn => state_label(words.language, state.name()),
        };
        (state.name().to_owned(), label)
    });
    let day = |name: &str, key: &str, day: Option<Date>| {
        html! { label { span { (words.say(key)) } input type="date" name=(name) value=[day]; } }
    };
    html! {
        (day("since", "review-filter-since", filter.since))
        (day("until", "review-filter-until", filter.until))
        (choice(words, "kind", "review-filter-kind", &kinds, filter.kind.as_deref()))
        (choice(words, "topic", "review-filter-topic", &topics, filter.topic.as_deref()))
        (choice(words, "language", "review-filter-language", &languages, filter.language.as_deref()))
        (choice(words, "state", "review-filter-state", &states.into(), filter.state.map(State::name)))
    }
}

/// What can be chosen: value and label.
pub(super) type Choices = Vec<(String, String)>;

/// The programme's people, as one looks for them.
pub(super) fn people(words: &Words<'_>) -> Choices {
    let people = words.programme().people.keys();
    let mut people: Choices = people.map(|id| (id.to_string(), words.told_apart(*id))).collect();
    sort_by_words(words.language, &mut people, |(_, name)| name);
    people
}

/// One thing by which a list is narrowed.
pub(super) fn choice(words: &Words<'_>, name: &str, key: &str, choices: &Choices, chosen: Option<&str>) -> Markup {
    html! {
        label {
            span { (words.say(key)) }
            select name=(name) {
                option value="" { (words.say("review-filter-all")) }
                @for (value, label) in choices {
                    option value=(value) selected[chosen == Some(value)] { (label) }
                }
            }
        }
    }
}

fn nothing(list: &List<'_>) -> Markup {
    let words = list.words;
    html! {
        div class="nothing" {
            (icons::bridge())
            @if list.filter.is_narrowed() || list.filter.after.is_some() {
                p { (words.say("review-empty-filtered")) }
                p { a class="button" href=(list.place.to("/review")) { (words.say("review-filter-clear")) } }
            } @else {
                p { (words.say("review-empty")) }
                p { (words.say("review-empty-invite")) }
            }
        }
    }
}

fn row(list: &List<'_>, visit: &DocumentRow) -> Markup {
    let (words, fields) = (list.words, &visit.projection.fields);
    let kind = visit.projection.text("kind").unwrap_or_default();
    let is_withdrawn = visit.projection.text("state") == Some("withdrawn");
    // The page of the visit leads back to this very place.
    let path = format!("/review/visits/{}{}", visit.id, list.filter.query(list.filter.after));
    let notes = list.notes.get(&visit.id).copied().unwrap_or_default();
    let differ = u64::try_from(visit.projection.disagreements.len()).unwrap_or_default();
    html! {
        li id=(visit.id) class={ "visit" @if is_withdrawn { " withdrawn" } } {
            span class="where" { (icons::of_visit(kind)) }
            div class="what" {
                h3 { a href=(list.place.to(&path)) { (heading(words, visit)) } }
                p class="facts" {
                    @if let Some(time) = visit.projection.text("happened_at").and_then(|at| words.clock(at)) {
                        span class="time" { (time) }
                    }
                    @if visit.projection.text("place").is_some() { span { (words.code("kind", kind)) } }
                    @if let Some(district) = visit.projection.text("district") {
                        span { bdi { (words.district(district)) } }
                    }
                    @if let Some(minutes) = amount(words, visit, "minutes") { span { (minutes) } }
                    @if let Some(languages) = languages(words, fields.get("languages")) { span { (languages) } }
                }
                div class="tags" {
                    (marks(words, is_withdrawn, notes, differ))
                    (chips(words, "topics", fields.get("topics")))
                }
            }
            span class="author" { bdi { (words.person(visit.facts.author)) } }
        }
    }
}

fn marks(words: &Words<'_>, is_withdrawn: bool, notes: u64, differ: u64) -> Markup {
    html! {
        @if is_withdrawn { span class="mark-of gone" { (state_label(words.language, "withdrawn")) } }
        @if differ > 0 {
            span class="mark-of differ" { (icons::differ()) (words.count("review-has-disagreements", differ)) }
        }
        @if notes > 0 { span class="mark-of" { (icons::note()) (words.count("review-has-notes", notes)) } }
    }
}

fn pages(list: &List<'_>) -> Markup {
    let words = list.words;
    html! {
        @if list.older.is_some() || list.filter.after.is_some() {
            nav class="pages" aria-label=(words.say("review-pages")) {
                @if list.filter.after.is_some() {
                    a class="button quiet" href=(list.place.to(&format!("/review{}", list.filter.query(None)))) {
                        (words.say("review-newest"))
                    }
                }
                @if let Some(older) = list.older {
                    a class="button" rel="next"
                        href=(list.place.to(&format!("/review{}", list.filter.query(Some(older))))) {
                        (words.say("review-older"))
                    }
                }
            }
        }
    }
}

/// What a visit is called: its place, else its kind.
pub(super) fn heading(words: &Words<'_>, visit: &DocumentRow) -> Markup {
    let kind = visit.projection.text("kind").unwrap_or_default();
    match visit.projection.fields.get("place") {
        Some(place) => words.shown(Kind::Visit, "place", place),
        None => html! { (words.code("kind", kind)) },
    }
}

/// Codes of a list, each in a frame of its own.
pub(super) fn chips(words: &Words<'_>, list: &str, codes: Option<&Value>) -> Markup {
    let codes = codes.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut labels: Vec<_> = codes.map(|code| words.code(list, code)).collect();
    sort_by_words(words.language, &mut labels, |label| label);
    html! {
        @if !labels.is_empty() {
            ul class="chips" role="list" { @for label in labels { li dir="auto" { (label) } } }
        }
    }
}

/// Words as one looks for them, one behind the other. A set has no order of its own.
pub(super) fn in_order(language: Language, mut words: Vec<String>) -> String {
    sort_by_words(language, &mut words, |word| word);
    list(language, &words)
}

/// The names of languages.
pub(super) fn languages(words: &Words<'_>, tags: Option<&Value>) -> Option<String> {
    let tags = tags.and_then(Value::as_array)?;
    let names = tags.iter().filter_map(Value::as_str).map(|tag| language_name(words.language, tag));
    let names = in_order(words.language, names.collect());
    (!names.is_empty()).then_some(names)
}

/// A number with what it counts, and whether it is an estimate: "omtrent 20 minutter".
pub(super) fn amount(words: &Words<'_>, visit: &DocumentRow, field: &str) -> Option<String> {
    let said = words.number(field, visit.projection.fields.get(field)?.as_i64()?);
    let is_estimate = visit.projection.fields.get(&format!("{field}_estimated")) == Some(&Value::Bool(true));
    Some(estimated(words, said, is_estimate))
}

/// A number as an estimate, where it is one.
pub(super) fn estimated(words: &Words<'_>, said: String, is_estimate: bool) -> String {
    if is_estimate { words.say_with("value-about", &[("count", said.as_str().into())]) } else { said }
}
