//! Follow-ups: what was promised, by when, with whom; given on, closed and opened again from here. Called by their route
//! and by the page of a record. Invariant: what narrows the list stands in the address; each step is a form with the
//! token of its page.

use footbridge_model::{DocumentId, FollowUpState, Kind, Timestamp};
use footbridge_text::{field_label, state_label};
use maud::{Markup, html};

use super::answers::{path, title};
use super::filter::query;
use super::layout::{Desk, Place, TOKEN_FIELD};
use super::list::{self, Choices, people};
use super::words::Words;
use super::{answers, icons};
use crate::reviewing::{self, Due, FollowUpsWanted, Found, Onward, Shown, With};
use crate::storage::documents::DocumentRow;

/// The path of the page.
pub const PATH: &str = "/review/follow-ups";

/// What a form of a follow-up carries beside its token.
pub mod field {
    /// To whom it is given: `person/ID` or `district/NAME`.
    pub const TO: &str = "to";
    /// How often it had been handed on when the page was made.
    pub const HANDED_ON: &str = "handed_on";
    /// How it ended.
    pub const OUTCOME: &str = "outcome";
    /// The page on which the form stood.
    pub const BACK: &str = "back";
}

const SHOWN: [(Shown, &str, &str); 3] = [
    (Shown::Open, "open", "review-follow-ups-open"),
    (Shown::Late, "late", "review-follow-ups-late"),
    (Shown::Closed, "closed", "review-follow-ups-closed"),
];

/// What is wanted, from the pairs of an address.
pub fn wanted(pairs: &[(String, String)]) -> FollowUpsWanted {
    let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let shown = SHOWN.iter().find(|(_, name, _)| find("show") == Some(name)).map(|(shown, ..)| *shown);
    FollowUpsWanted {
        shown: shown.unwrap_or_default(),
        with: find("with").and_then(read_with),
        after: find("after").and_then(read_onward),
    }
}

fn read_with(text: &str) -> Option<With> {
    match text.split_once('/') {
        None if text == "nobody" => Some(With::Nobody),
        Some(("person", id)) => id.parse().ok().map(With::Person),
        Some(("district", name)) if !name.is_empty() && !name.contains('|') => Some(With::District(name.to_owned())),
        _ => None,
    }
}

fn written_with(with: &With) -> String {
    match with {
        With::Nobody => "nobody".to_owned(),
        With::Person(person) => format!("person/{person}"),
        With::District(district) => format!("district/{district}"),
    }
}

fn read_onward(text: &str) -> Option<Onward> {
    let mut parts = text.splitn(3, '.');
    let (list, at, id) = (parts.next()?, parts.next()?, parts.next()?.parse::<DocumentId>().ok()?);
    match list {
        "w" => Some(Onward::Waiting(Due { day: at.to_owned(), id })),
        "c" => Some(Onward::Closed(reviewing::Place { sort_at: Timestamp(at.parse().ok()?), id })),
        _ => None,
    }
}

/// The address of a list.
fn address(shown: Shown, with: Option<&With>, after: Option<&Onward>) -> String {
    let name = SHOWN.iter().find(|(one, ..)| *one == shown && shown != Shown::Open).map(|(_, name, _)| *name);
    let after = after.map(|after| match after {
        Onward::Waiting(Due { day, id }) => format!("w.{day}.{id}"),
        Onward::Closed(reviewing::Place { sort_at, id }) => format!("c.{}.{id}", sort_at.0),
    });
    let pairs = [("show", name.map(str::to_owned)), ("with", with.map(written_with)), ("after", after)];
    format!("{PATH}{}", query(pairs.into_iter().filter_map(|(name, value)| Some((name, value?)))))
}

/// Who looks at them, and where.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The words.
    pub words: &'a Words<'a>,
    /// Where the page is.
    pub place: &'a Place,
    /// What ties her forms to her browser.
    pub desk: &'a Desk<'a>,
}

/// The page.
pub fn content(
    look: &Look<'_>,
    wanted: &FollowUpsWanted,
    found: &[Found],
    onward: Option<&Onward>,
    notice: &Markup,
) -> Markup {
    let (words, with) = (look.words, wanted.with.as_ref());
    html! {
        h1 { (words.say("review-follow-ups")) }
        (notice)
        nav class="choices" aria-label=(words.say("review-follow-ups")) {
            @for (shown, _, key) in SHOWN {
                a href=(look.place.to(&address(shown, with, None)))
                    aria-current=[(shown == wanted.shown).then_some("true")] {
                    (words.say(key))
                    @if shown == Shown::Late && look.desk.late_follow_ups > 0 {
                        " " span class="badge" { (look.desk.late_follow_ups) }
                    }
                }
            }
        }
        (filters(look, wanted))
        @if found.is_empty() {
            div class="nothing" { (icons::bridge()) p { (words.say("review-follow-ups-none")) } }
        }
        @for one in found { (card(look, &one.row, one.parent.as_ref(), true)) }
        @if wanted.after.is_some() || onward.is_some() {
            nav class="pages" aria-label=(words.say("review-pages")) {
                @if wanted.after.is_some() {
                    a class="button quiet" href=(look.place.to(&address(wanted.shown, with, None))) {
                        (words.say("review-to-the-first"))
                    }
                }
                @if onward.is_some() {
                    a class="button" rel="next" href=(look.place.to(&address(wanted.shown, with, onward))) {
                        (words.say("review-more"))
                    }
                }
            }
        }
    }
}

fn filters(look: &Look<'_>, wanted: &FollowUpsWanted) -> Markup {
    let words = look.words;
    let mut choices: Choices = vec![("nobody".to_owned(), words.say("review-with-nobody"))];
    choices.extend(recipients(words, false));
    let chosen = wanted.with.as_ref().map(written_with);
    let show = SHOWN.iter().find(|(shown, ..)| *shown == wanted.shown).map(|(_, name, _)| *name);
    html! {
        form class="filters" method="get" action=(look.place.to(PATH)) aria-label=(words.say("review-filter")) {
            @if let Some(show) = show { input type="hidden" name="show" value=(show); }
            (list::choice(words, "with", "review-with", &choices, chosen.as_deref()))
            button type="submit" { (words.say("review-filter-apply")) }
            @if wanted.with.is_some() {
                a class="button quiet" href=(look.place.to(&address(wanted.shown, None, None))) {
                    (words.say("review-filter-clear"))
                }
            }
        }
    }
}

/// To whom a follow-up can go; `only_present` leaves out who belongs to the programme no more.
fn recipients(words: &Words<'_>, only_present: bool) -> Choices {
    let gone = &words.programme().gone;
    let is_here = |id: &String| !only_present || !id.parse().is_ok_and(|id| gone.contains(&id));
    let people = people(words).into_iter().filter(|(id, _)| is_here(id));
    let people = people.map(|(id, name)| (format!("person/{id}"), name));
    // Nothing new is opened to a district that is closed; what was opened before is found.
    let is_open = |id: &String| words.programme().districts.contains(id);
    let districts = words.every_district().into_iter().filter(|(id, _)| !only_present || is_open(id));
    let districts = districts.map(|(id, name)| {
        let name = words.say_with("review-open-to", &[("district", name.as_str().into())]);
        (format!("district/{id}"), name)
    });
    people.chain(districts).collect()
}

/// One follow-up, with what can be done about it. `parent` is what it is about, named where `with_parent`.
pub fn card(look: &Look<'_>, row: &DocumentRow, parent: Option<&DocumentRow>, with_parent: bool) -> Markup {
    let words = look.words;
    let what = row.projection.text("what").unwrap_or_default();
    let is_late = row.projection.text("due").is_some_and(|due| !row.facts.is_closed() && due < &*words.today());
    html! {
        article class={ "follow-up" @if is_late { " late" } } id=(row.id) {
            h2 {
                a href=(look.place.to(&path(row))) { (words.code("next_step", what)) }
                " "
                @if is_late { span class="mark-of differ" { (words.say("review-late")) } }
                @else { span class="mark-of" { (state_of(words, row)) } }
            }
            @if with_parent {
                p {
                    @if let Some(handle) = &row.facts.handle { span class="handle" dir="auto" lang="" { (handle) } " " }
                    @if let Some(parent) = parent {
                        a href=(look.place.to(&path(parent))) { span { (title(words, parent)) } }
                    }
                }
            }
            (facts(words, row))
            @if !row.projection.disagreements.is_empty() {
                p { a class="mark-of differ" href=(look.place.to(&answers::path(row))) {
                    (icons::differ()) (words.say("review-disagreements"))
                } }
            }
            (steps(look, row))
        }
    }
}

fn facts(words: &Words<'_>, row: &DocumentRow) -> Markup {
    let label = |field| field_label(words.language, Kind::FollowUp.name(), field);
    html! {
        p class="facts" {
            @if let Some(due) = row.projection.fields.get("due").filter(|due| !due.is_null()) {
                span { (label("due")) ": " (words.value(Kind::FollowUp, "due", due)) }
            }
            @if row.facts.given_to.is_some() {
                span { (label("given_to")) ": " (words.person(row.facts.given_to)) }
                @if !row.facts.is_closed() && row.facts.given_to.is_some_and(|who| words.programme().gone.contains(&who)) {
                    span class="mark-of differ" { (words.say("review-given-to-gone")) }
                }
            }
            @if let Some(district) = &row.facts.open_to {
                span { (label("open_to")) ": " bdi { (words.district(district)) } }
            }
            @if row.facts.given_to.is_none() && row.facts.open_to.is_none() && !row.facts.is_closed() {
                span { (words.say("review-with-nobody")) }
            }
            @if let Some(outcome) = &row.facts.outcome {
                span { (label("outcome")) ": " (words.code("outcome", outcome)) }
            }
            @if let (Some(_), Some(at)) = (row.facts.closed_by, row.facts.closed_at) {
                span { (label("closed_by")) ": " bdi { (words.person(row.facts.closed_by)) } ", " bdi { (words.moment(at)) } }
            }
            @if row.facts.author.is_some() {
                span { (words.say_with("review-recorded-by", &[("name", words.person(row.facts.author).as_str().into())])) }
            }
        }
    }
}

/// How it stands, in a word.
pub fn state_of(words: &Words<'_>, row: &DocumentRow) -> String {
    state_label(
        words.language,
        match row.facts.state.unwrap_or_default() {
            FollowUpState::Open => "open",
            FollowUpState::Closed => "closed",
        },
    )
}

fn steps(look: &Look<'_>, row: &DocumentRow) -> Markup {
    let words = look.words;
    let form = |step: &str, inner: Markup| {
        html! {
            form class="step" method="post" action=(look.place.to(&format!("{PATH}/{}/{step}", row.id))) {
                input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                input type="hidden" name=(field::BACK) value=(look.place.here());
                (inner)
            }
        }
    };
    if row.facts.is_closed() {
        return form("reopen", html! { button class="quiet" type="submit" { (words.say("review-reopen")) } });
    }
    let outcomes = words.programme().lists.get("outcome").into_iter().flatten().filter(|listed| listed.on);
    html! {
        div class="steps-of" {
            details {
                summary { (words.say("review-give")) }
                (form("give", html! {
                    input type="hidden" name=(field::HANDED_ON) value=(row.facts.handed_on);
                    label {
                        span { (words.say("review-give-to")) }
                        select name=(field::TO) required {
                            @for (value, label) in recipients(words, true) { option value=(value) { (label) } }
                        }
                    }
                    button type="submit" { (words.say("review-give")) }
                }))
            }
            details {
                summary { (words.say("review-close")) }
                (form("close", html! {
                    label {
                        span { (field_label(words.language, Kind::FollowUp.name(), "outcome")) }
                        select name=(field::OUTCOME) {
                            @for listed in outcomes {
                                option value=(listed.code) { (words.code("outcome", &listed.code)) }
                            }
                        }
                    }
                    button type="submit" { (words.say("review-close")) }
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use footbridge_model::PersonId;

    use super::*;

    fn read(address: &str) -> FollowUpsWanted {
        let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
        wanted(&form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>())
    }

    #[test]
    fn a_list_of_follow_ups_is_the_same_from_its_address() {
        let id = DocumentId::from_bytes([7; 16]);
        let due = |day: &str| Some(Onward::Waiting(Due { day: day.to_owned(), id }));
        let closed = Some(Onward::Closed(reviewing::Place { sort_at: Timestamp(-5), id }));
        for (shown, with, after) in [
            (Shown::Open, None, None),
            (Shown::Open, Some(With::Nobody), due("none")),
            (Shown::Late, Some(With::Person(PersonId::from_bytes([3; 16]))), due("2026-12-01")),
            (Shown::Closed, Some(With::District("Nord/Öst & Co".to_owned())), closed),
        ] {
            let wanted = FollowUpsWanted { shown, with, after };
            assert_eq!(read(&address(wanted.shown, wanted.with.as_ref(), wanted.after.as_ref())), wanted);
        }
        for wrong in ["?show=all", "?with=person/x", "?with=district/", "?after=w.1", "?after=x.1.2", "?with=a"] {
            assert_eq!(read(wrong), FollowUpsWanted::default(), "{wrong}");
        }
    }
}
