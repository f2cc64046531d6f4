//! Code lists: which there are, what is in one, a code changed and added. Called by their routes. Invariant: a form names
//! the state of the code that it shows.

use footbridge_text::{language_name, list_label};
use maud::{Markup, html};
use serde_json::Value;

use super::follow_ups::Look;
use super::layout::TOKEN_FIELD;
use crate::reviewing::{Listed, ShownCode};

/// The path of the page.
pub const PATH: &str = "/review/lists";

/// What a form of a code carries beside its token.
pub mod field {
    /// Before the tag of a language: what the code is called in it.
    pub const LABEL: &str = "label-";
    /// Whether it is offered.
    pub const ON: &str = "on";
    /// The newest changes of the code as it was shown.
    pub const SEEN: &str = "seen";
    /// Which way it is moved.
    pub const UP: &str = "up";
}

/// The longest name that a code has in a language.
const LABEL_LENGTH: usize = 80;

/// Every list, with how many of its codes are offered.
pub fn all(look: &Look<'_>) -> Markup {
    let words = look.words;
    let lists = footbridge_model::starter::LIST_NAMES.iter();
    let offered = |list: &str| {
        let codes: &[Listed] = words.programme().lists.get(list).map_or(&[], Vec::as_slice);
        codes.iter().filter(|listed| listed.on).count()
    };
    html! {
        h1 { (words.say("review-lists")) }
        p class="lead" { (words.say("review-lists-intro")) }
        ul class="visits" role="list" {
            @for list in lists {
                li class="visit plain" {
                    h2 { a href=(look.place.to(&format!("{PATH}/{list}"))) { (list_label(words.language, list)) } }
                    span class="soft" {
                        (words.say_with("review-codes-on", &[("count", offered(list).into())]))
                    }
                }
            }
        }
    }
}

/// One list.
pub fn one(look: &Look<'_>, list: &str, codes: &[ShownCode], notice: &Markup) -> Markup {
    let words = look.words;
    let last = codes.len().saturating_sub(1);
    html! {
        p class="back" { a href=(look.place.to(PATH)) { (words.say("review-lists")) } }
        h1 { (list_label(words.language, list)) }
        (notice)
        p class="soft" { (words.say("review-list-intro")) }
        ol class="codes" role="list" {
            @for (place, code) in codes.iter().enumerate() { (shown(look, list, code, place > 0, place < last)) }
        }
        section aria-labelledby="add" {
            h2 id="add" { (words.say("review-code-add")) }
            form class="card" method="post" action=(look.place.to(&format!("{PATH}/{list}"))) {
                input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                (labels(look, None))
                button type="submit" { (words.say("review-code-add")) }
            }
        }
    }
}

fn shown(look: &Look<'_>, list: &str, code: &ShownCode, has_above: bool, has_below: bool) -> Markup {
    let (words, row) = (look.words, &code.row);
    let name = words.code(list, row.projection.text("code").unwrap_or_default());
    let is_on = row.projection.fields.get("on").and_then(Value::as_bool).unwrap_or(true);
    let seen: Vec<_> = code.heads.iter().map(ToString::to_string).collect();
    let to = |what: &str| look.place.to(&format!("{PATH}/{list}/{}{what}", row.id));
    let shift = |up: bool, key: &str, sign: &str| {
        html! {
            form method="post" action=(to("/place")) {
                input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                input type="hidden" name=(field::UP) value=(up);
                button class="quiet square" type="submit"
                    aria-label=(words.say_with(key, &[("name", name.as_str().into())])) { (sign) }
            }
        }
    };
    html! {
        li class={ "code" @if !is_on { " off" } } id=(row.id) {
            details {
                summary {
                    span class="name" { (name) }
                    @if !is_on { " " span class="mark-of gone" { (words.say("review-code-off")) } }
                    @if !row.projection.disagreements.is_empty() {
                        " " span class="mark-of differ" { (words.say("review-disagreements")) }
                    }
                }
                form class="step" method="post" action=(to("")) {
                    input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                    input type="hidden" name=(field::SEEN) value=(seen.join("."));
                    (labels(look, row.projection.fields.get("labels")))
                    label class="check" {
                        input type="checkbox" name=(field::ON) value="yes" checked[is_on];
                        span { (words.say("review-code-offered")) }
                    }
                    button type="submit" { (words.say("review-save")) }
                }
            }
            div class="shift" {
                @if has_above { (shift(true, "review-move-up", "↑")) }
                @if has_below { (shift(false, "review-move-down", "↓")) }
            }
        }
    }
}

fn labels(look: &Look<'_>, labels: Option<&Value>) -> Markup {
    let words = look.words;
    let own = words.language.code().to_owned();
    let languages = words.programme().label_languages.iter();
    let missing = (!words.programme().label_languages.contains(&own)).then_some(&own);
    html! {
        @for tag in languages.chain(missing) {
            label {
                span { (language_name(words.language, tag)) }
                input type="text" name={ (field::LABEL) (tag) } lang=(tag) dir="auto" maxlength=(LABEL_LENGTH)
                    value=(labels.and_then(|labels| labels.get(tag)).and_then(Value::as_str).unwrap_or_default());
            }
        }
    }
}
