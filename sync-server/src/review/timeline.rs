//! Who said what, and when: what was said at one moment stands together, in the order of the questions. Called by the
//! page of a record. Invariant: nothing that was said is left out, but for what every new visit is.

use std::collections::BTreeSet;

use footbridge_model::{Kind, PersonId, Timestamp};
use maud::{Markup, html};
use serde_json::Value;

use super::list::estimated;
use super::words::Words;
use crate::reviewing::{Line, Reviewed};

/// What one person said at one moment.
struct Saying<'a> {
    at: Timestamp,
    person: Option<PersonId>,
    lines: Vec<&'a Line>,
}

/// The timeline, oldest first. What was said at first is folded away while nobody has said more.
pub(super) fn content(words: &Words<'_>, reviewed: &Reviewed) -> Markup {
    let sayings = sayings(&reviewed.timeline, reviewed.row.kind);
    let is_edited = sayings.len() > 1;
    html! {
        ol class="timeline" {
            @for (number, saying) in sayings.iter().enumerate() {
                li {
                    p class="by" {
                        strong { bdi { (words.hand(saying.person)) } }
                        span { (words.moment(saying.at)) }
                    }
                    @if number == 0 {
                        details open[is_edited] {
                            summary {
                                @if reviewed.row.kind == Kind::Visit { (words.say("review-timeline-first")) }
                                @else { (words.say("review-details")) }
                            }
                            (lines(words, reviewed, saying, true))
                        }
                    } @else { (lines(words, reviewed, saying, false)) }
                }
            }
        }
    }
}

/// Lines of one moment and one hand belong together, until a question is answered once more.
fn sayings(timeline: &[Line], kind: Kind) -> Vec<Saying<'_>> {
    let mut sayings: Vec<Saying<'_>> = Vec::new();
    let mut answered = BTreeSet::new();
    for line in timeline {
        match sayings.last_mut() {
            Some(last) if (last.at, last.person) == (line.at, line.person) && answered.insert(&line.field) => {
                last.lines.push(line);
            }
            _ => {
                answered = BTreeSet::from([&line.field]);
                sayings.push(Saying { at: line.at, person: line.person, lines: vec![line] });
            }
        }
    }
    let place = |line: &&Line| kind.spec().fields.iter().position(|field| field.name == line.field);
    sayings.iter_mut().for_each(|saying| saying.lines.sort_by_key(place));
    sayings
}

fn lines(words: &Words<'_>, reviewed: &Reviewed, saying: &Saying<'_>, is_first: bool) -> Markup {
    let says = |field: &str| saying.lines.iter().any(|line| line.field == field);
    let is_heard = |line: &Line| {
        let of_a_number = line.field.strip_suffix("_estimated").is_some_and(says);
        let is_done_at_first = is_first && line.field == "state" && line.value == "done";
        !of_a_number && !is_done_at_first
    };
    html! {
        ul role="list" {
            @for line in saying.lines.iter().filter(|line| is_heard(line)) { (told(words, reviewed, saying, line)) }
        }
    }
}

fn told(words: &Words<'_>, reviewed: &Reviewed, saying: &Saying<'_>, line: &Line) -> Markup {
    let kind = reviewed.row.kind;
    let label = words.field(kind, &line.field);
    let entry = |value: Markup| html! { li { span class="field" { (label) ":" } " " (value) } };
    match &line.value {
        Value::Object(parts) if parts.contains_key("add") || parts.contains_key("remove") => {
            let members = |what: &str| parts.get(what).map(|members| words.value(kind, &line.field, members));
            html! {
                @if let Some(added) = members("add") { (entry(html! { (added) })) }
                @if let Some(removed) = members("remove") {
                    (entry(html! { (words.say_with("review-timeline-removed", &[("value", removed.as_str().into())])) }))
                }
            }
        }
        Value::Null => entry(html! { em { (words.say("review-timeline-cleared")) } }),
        Value::Number(number) => {
            let flag = format!("{}_estimated", line.field);
            let is_estimate = saying.lines.iter().any(|line| line.field == flag && line.value == true);
            let said = words.number(&line.field, number.as_i64().unwrap_or_default());
            entry(html! { (estimated(words, said, is_estimate)) })
        }
        value => entry(referred(words, reviewed, line, value)),
    }
}

/// A contact by the name that was chosen for her, where it is the one that the page shows.
fn referred(words: &Words<'_>, reviewed: &Reviewed, line: &Line, value: &Value) -> Markup {
    let contact = reviewed
        .contact
        .as_ref()
        .filter(|contact| line.field == "contact" && value.as_str().and_then(|id| id.parse().ok()) == Some(contact.id));
    match contact.and_then(|contact| contact.projection.text("handle")) {
        Some(handle) => html! { span dir="auto" lang="" { (handle) } },
        None => words.shown(reviewed.row.kind, &line.field, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: i64, person: u8, field: &str) -> Line {
        let person = Some(PersonId::from_bytes([person; 16]));
        Line { at: Timestamp(at), person, field: field.to_owned(), value: Value::Null }
    }

    fn told(timeline: &[Line]) -> Vec<Vec<&str>> {
        let sayings = sayings(timeline, Kind::Visit);
        sayings.iter().map(|saying| saying.lines.iter().map(|line| line.field.as_str()).collect()).collect()
    }

    #[test]
    fn what_was_said_at_one_moment_stands_together_in_the_order_of_the_questions() {
        let timeline = [line(1, 1, "minutes"), line(1, 1, "kind"), line(1, 2, "kind"), line(2, 2, "place")];
        assert_eq!(told(&timeline), [vec!["kind", "minutes"], vec!["kind"], vec!["place"]]);
    }

    #[test]
    fn a_second_answer_of_the_same_moment_stands_by_itself() {
        let timeline = [line(1, 1, "minutes"), line(1, 1, "minutes"), line(1, 1, "place")];
        assert_eq!(told(&timeline), [vec!["minutes"], vec!["place", "minutes"]]);
    }
}
