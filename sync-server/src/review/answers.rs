//! Where people disagree: their answers side by side, each with "choose this one". Called by the page of a record and
//! by the list of disagreements. Invariant: a choice names the state of the record that was looked at, so that nobody's
//! later answer is overruled unseen.

use footbridge_model::kinds::SetBy;
use footbridge_model::{Kind, Shape};
use maud::{Markup, html};

use super::icons;
use super::layout::{Desk, Place, TOKEN_FIELD};
use super::list::heading;
use super::words::Words;
use crate::reviewing::{Coordinator, Disputed, Reviewed};
use crate::storage::documents::DocumentRow;

/// What a form of choice carries beside its token.
pub mod field {
    /// Which field it is about.
    pub const NAME: &str = "field";
    /// The answer, as JSON.
    pub const VALUE: &str = "value";
    /// An answer in words of one's own, in the place of all that stand there.
    pub const OWN: &str = "own";
    /// The newest changes of the record as it was shown.
    pub const SEEN: &str = "seen";
    /// Where to go on afterwards.
    pub const BACK: &str = "back";
}

/// Where a choice leads back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// To the record.
    Record,
    /// To the list of disagreements.
    List,
}

impl Back {
    /// Its name in a form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::List => "list",
        }
    }
}

/// Who looks at them, and where.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The words.
    pub words: &'a Words<'a>,
    /// Where the page is.
    pub place: &'a Place,
    /// Who she is.
    pub coordinator: &'a Coordinator,
    /// What ties her forms to her browser.
    pub desk: &'a Desk<'a>,
    /// Where a choice leads back to.
    pub back: Back,
}

/// The answers to every question of a record that has several.
pub fn cards(look: &Look<'_>, reviewed: &Reviewed) -> Markup {
    html! { @for disputed in &reviewed.disputed { (question(look, reviewed, disputed)) } }
}

fn question(look: &Look<'_>, reviewed: &Reviewed, disputed: &Disputed) -> Markup {
    let (words, kind) = (look.words, reviewed.row.kind);
    let label = words.field(kind, &disputed.field);
    let anchor = anchor(&reviewed.row, &disputed.field);
    let may_choose = may_choose(look, &reviewed.row, &disputed.field);
    let seen: Vec<_> = reviewed.heads.iter().map(ToString::to_string).collect();
    let seen = seen.join(".");
    html! {
        section class="question" id=(anchor) aria-labelledby={ (anchor) "-title" } {
            h3 id={ (anchor) "-title" } { (icons::differ()) span { (label) } }
            ul class="answers" role="list" {
                @for answer in &disputed.answers {
                    li class="answer" {
                        @if is_prose(kind, &disputed.field) {
                            (prose(answer.value.as_str().unwrap_or_default()))
                        } @else {
                            p class="value" { (words.shown(kind, &disputed.field, &answer.value)) }
                        }
                        p class="by" {
                            strong { bdi { (words.hand(answer.person)) } }
                            span { (words.moment(answer.at)) }
                        }
                        @if may_choose {
                            form method="post"
                                action=(look.place.to(&format!("/review/records/{}/answers", reviewed.row.id))) {
                                input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                                input type="hidden" name=(field::NAME) value=(disputed.field);
                                input type="hidden" name=(field::VALUE) value=(answer.value);
                                input type="hidden" name=(field::SEEN) value=(seen);
                                input type="hidden" name=(field::BACK) value=(look.back.name());
                                button type="submit" aria-label=(words.say_with("review-choose-labelled", &[
                                    ("value", words.value(kind, &disputed.field, &answer.value).as_str().into()),
                                    ("field", label.as_str().into()),
                                ])) { (words.say("review-choose")) }
                            }
                        }
                    }
                }
            }
            @if !may_choose { p class="soft" { (words.say("review-author-chooses")) } }
            @else if let Some(longest) = longest(kind, &disputed.field) {
                (third(look, reviewed, disputed, &seen, longest))
            }
        }
    }
}

/// A form for an answer that nobody has given yet.
fn third(look: &Look<'_>, reviewed: &Reviewed, disputed: &Disputed, seen: &str, longest: usize) -> Markup {
    let words = look.words;
    let id = format!("{}-own", anchor(&reviewed.row, &disputed.field));
    html! {
        form class="own" method="post" action=(look.place.to(&format!("/review/records/{}/answers", reviewed.row.id))) {
            input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
            input type="hidden" name=(field::NAME) value=(disputed.field);
            input type="hidden" name=(field::SEEN) value=(seen);
            input type="hidden" name=(field::BACK) value=(look.back.name());
            label for=(id) { (words.say("review-own-answer")) }
            @if is_prose(reviewed.row.kind, &disputed.field) {
                textarea id=(id) name=(field::OWN) rows="4" maxlength=(longest) dir="auto" lang="" required {}
            } @else {
                input id=(id) name=(field::OWN) type="text" maxlength=(longest) dir="auto" lang="" required;
            }
            button type="submit" { (words.say("review-own-answer-button")) }
        }
    }
}

/// Whether a field holds a text of several lines.
fn is_prose(kind: Kind, field: &str) -> bool {
    matches!(kind.spec().field(field).map(|spec| spec.shape), Some(Shape::Prose { .. }))
}

/// How long an answer in words of one's own may be; none where a field takes no such words.
fn longest(kind: Kind, field: &str) -> Option<usize> {
    match kind.spec().field(field)?.shape {
        Shape::Text { max } | Shape::Prose { max } => Some(max),
        _ => None,
    }
}

/// A text of several lines, each in its own direction.
pub fn prose(text: &str) -> Markup {
    html! {
        div class="prose" lang="" {
            @for line in text.lines() {
                @if line.trim().is_empty() { br; } @else { p dir="auto" { (line) } }
            }
        }
    }
}

/// The place of a question in its page.
pub fn anchor(row: &DocumentRow, field: &str) -> String {
    format!("answers-{}-{}", row.id, field.replace('/', "-"))
}

/// Whether the choice can be hers: what only an author says, only the author takes back.
fn may_choose(look: &Look<'_>, row: &DocumentRow, field: &str) -> bool {
    let name = field.split_once('/').map_or(field, |(map, _)| map);
    let is_authors = row.kind.spec().field(name).is_some_and(|spec| spec.set_by == SetBy::Author);
    !is_authors || row.facts.author == Some(look.coordinator.person)
}

/// One page of the list of disagreements.
pub fn list(look: &Look<'_>, records: &[Reviewed], older: Option<&str>, notice: &Markup) -> Markup {
    let words = look.words;
    html! {
        h1 { (words.say("review-disagreements")) }
        (notice)
        @if records.is_empty() {
            div class="nothing" {
                (icons::bridge())
                p { (words.say("review-no-disagreements")) }
                p { a class="button" href=(look.place.to("/review")) { (words.say("review-title")) } }
            }
        } @else {
            p class="lead" { (words.say("review-differ-intro")) }
        }
        @for reviewed in records {
            article class="disputed" {
                h2 { a href=(look.place.to(&path(&reviewed.row))) { span { (title(words, &reviewed.row)) } } }
                p class="facts" { (under_title(words, &reviewed.row)) }
                (cards(look, reviewed))
            }
        }
        @if let Some(older) = older {
            nav class="pages" aria-label=(words.say("review-pages")) {
                a class="button" rel="next" href=(look.place.to(older)) { (words.say("review-older")) }
            }
        }
    }
}

/// The path of a record's page.
pub fn path(row: &DocumentRow) -> String {
    let folder = if row.kind == Kind::Visit { "visits" } else { "records" };
    format!("/review/{folder}/{}", row.id)
}

/// What a record is called.
pub fn title(words: &Words<'_>, row: &DocumentRow) -> Markup {
    let named = match row.kind {
        Kind::Visit => return heading(words, row),
        Kind::Programme | Kind::Person => "name",
        Kind::Code => "code",
        Kind::Contact => "handle",
        Kind::FollowUp => "what",
        Kind::Note => return html! { (words.kind(row.kind)) },
    };
    html! {
        (words.kind(row.kind))
        @if let Some(value) = row.projection.fields.get(named) { ": " (words.shown(row.kind, named, value)) }
    }
}

/// When and by whom, below what it is called.
pub fn under_title(words: &Words<'_>, row: &DocumentRow) -> Markup {
    html! {
        @match row.projection.fields.get("happened_at") {
            Some(at) => span { (words.value(row.kind, "happened_at", at)) }
            None => span { (words.moment(row.projection.recorded_at)) }
        }
        @if let Some(district) = row.projection.text("district") { span { bdi { (words.district(district)) } } }
        @if row.facts.author.is_some() {
            span { (words.say_with("review-recorded-by", &[("name", words.person(row.facts.author).as_str().into())])) }
        }
    }
}
