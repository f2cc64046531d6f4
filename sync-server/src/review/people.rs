//! Who belongs to the programme, as what and with which devices; invitations; rights given, changed and taken away.
//! Called by their routes. Invariant: the link of an invitation stands on one page, once.

use std::collections::BTreeSet;

use footbridge_model::{Kind, PersonId, Role};
use footbridge_text::{Order, fold, role_label};
use maud::{Markup, PreEscaped, html};
use qrcode::{Color, QrCode};

use super::answers::path as record_path;
use super::follow_ups::Look;
use super::icons;
use super::layout::TOKEN_FIELD;
use super::words::Words;
use crate::reviewing::{Found, Invited, Somebody};
use crate::storage::devices::DeviceRow;

/// The path of the page.
pub const PATH: &str = "/review/people";

/// The path of the list of devices.
pub const DEVICES_PATH: &str = "/review/devices";

/// What the forms carry beside their token.
pub mod field {
    /// What a newcomer is called.
    pub const NAME: &str = "name";
    /// The id that the page made for a newcomer.
    pub const PERSON: &str = "person";
    /// She knows what there is to doubt, and invites all the same.
    pub const ANYWAY: &str = "anyway";
    /// What tells one form from every other, so that a double click is one invitation.
    pub const ONCE: &str = "once";
    /// A role.
    pub const ROLE: &str = "role";
    /// A district, once for each.
    pub const DISTRICT: &str = "district";
    /// A device; absent for the person with all of hers.
    pub const DEVICE: &str = "device";
    /// A device is lost, and empties itself.
    pub const WIPE: &str = "wipe";
}

/// Everybody. `newcomer` is the id for whoever is invited from this page.
pub fn everybody(look: &Look<'_>, all: &[Somebody], newcomer: PersonId, notice: &Markup) -> Markup {
    let words = look.words;
    let mut all: Vec<_> = all.iter().collect();
    let order = Order::of(words.language);
    all.sort_by(|one, other| {
        let (gone, other_gone) = (one.row.revoked_at.is_some(), other.row.revoked_at.is_some());
        let same = (gone, one.row.member.person).cmp(&(other_gone, other.row.member.person));
        gone.cmp(&other_gone).then_with(|| order.compare(&one.name, &other.name)).then(same)
    });
    html! {
        h1 { (words.say("review-people")) }
        (notice)
        p {
            a class="button" href="#invite" { (words.say("review-invite")) }
            " "
            a class="button quiet" href=(look.place.to(DEVICES_PATH)) { (words.say("review-devices")) }
        }
        ul class="visits" role="list" { @for one in all { (entry(look, one)) } }
        section aria-labelledby="invite" {
            h2 id="invite" { (words.say("review-invite")) }
            p class="soft" { (words.say("review-invite-how")) }
            @let draft = Draft { newcomer, name: "", role: Role::Volunteer, districts: &BTreeSet::new() };
            (invitation_form(look, &draft, false))
        }
    }
}

/// Somebody who is to be invited, as the form says.
pub struct Draft<'a> {
    /// The id that the page made for her.
    pub newcomer: PersonId,
    /// What she is called.
    pub name: &'a str,
    /// As what she joins.
    pub role: Role,
    /// Where she is a volunteer.
    pub districts: &'a BTreeSet<String>,
}

/// The form that invites. `anyway`: what there is to doubt was said.
fn invitation_form(look: &Look<'_>, draft: &Draft<'_>, anyway: bool) -> Markup {
    let words = look.words;
    html! {
        form class="card" method="post" action=(look.place.to(&format!("{PATH}/invite"))) {
            input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
            input type="hidden" name=(field::PERSON) value=(draft.newcomer);
            @if anyway { input type="hidden" name=(field::ANYWAY) value="yes"; }
            label {
                span { (words.say("field-person-name")) }
                input type="text" name=(field::NAME) value=(draft.name) required maxlength="80" dir="auto"
                    autocomplete="off";
            }
            (rights(words, draft.role, draft.districts))
            button type="submit" { (words.say(if anyway { "review-invite-anyway" } else { "review-invite-button" })) }
        }
    }
}

/// What may be wrong with an invitation, each in a sentence; nobody is asked twice about who is made by this form.
pub fn doubts(words: &Words<'_>, draft: &Draft<'_>, all: &[Somebody]) -> Vec<Markup> {
    let mut doubts = Vec::new();
    if all.iter().any(|one| one.row.member.person == draft.newcomer) {
        return doubts;
    }
    if draft.name.is_empty() {
        doubts.push(html! { (words.say("review-name-needed")) });
    }
    let folded = fold(draft.name);
    let same = all.iter().filter(|one| !draft.name.is_empty() && fold(&one.name) == folded);
    for one in same {
        let last = one.devices.first().map(|device| words.moment(device.seen_at));
        doubts.push(html! {
            (words.say("review-invite-namesake")) " "
            strong { bdi { (one.name) } }
            @for district in &one.row.member.districts { ", " bdi { (words.district(district)) } }
            ", "
            @match last {
                Some(when) => (words.say_with("review-last-here", &[("when", when.as_str().into())])),
                None => (words.say("review-no-devices")),
            }
        });
    }
    let has_districts = !words.programme().districts.is_empty();
    if draft.role == Role::Volunteer && draft.districts.is_empty() && has_districts {
        doubts.push(html! { (words.say("review-invite-no-district")) });
    }
    doubts
}

/// The form again, with what may be wrong; sent once more, it invites.
pub fn doubted(look: &Look<'_>, draft: &Draft<'_>, doubts: &[Markup]) -> Markup {
    let words = look.words;
    html! {
        p class="back" { a href=(look.place.to(PATH)) { (words.say("review-people")) } }
        h1 { (words.say("review-invite")) }
        @for doubt in doubts { p class="notice" role="alert" { (icons::heed()) span { (doubt) } } }
        (invitation_form(look, draft, !draft.name.is_empty()))
    }
}

fn entry(look: &Look<'_>, one: &Somebody) -> Markup {
    let words = look.words;
    html! {
        li class={ "visit" @if one.row.revoked_at.is_some() { " withdrawn" } } {
            span class="where" { (icons::person()) }
            div class="what" {
                h2 { a dir="auto" href=(look.place.to(&path(one.row.member.person))) { (named(words, one)) } }
                p class="facts" {
                    (standing(words, one))
                    @if let Some(last) = one.devices.first() {
                        span { (words.say_with("review-last-here", &[("when", words.moment(last.seen_at).as_str().into())])) }
                    } @else { span { (words.say("review-no-devices")) } }
                }
            }
        }
    }
}

fn standing(words: &Words<'_>, one: &Somebody) -> Markup {
    let member = &one.row.member;
    html! {
        @if one.row.revoked_at.is_some() { span class="mark-of gone" { (words.say("review-revoked")) } }
        @if one.row.held_at.is_some() { span class="mark-of differ" { (words.say("review-held")) } }
        span { (role_label(words.language, member.role.name())) }
        @for district in &member.districts { span { bdi { (words.district(district)) } } }
    }
}

fn named(words: &Words<'_>, one: &Somebody) -> String {
    if one.name.is_empty() { words.say("review-unknown-person") } else { one.name.clone() }
}

/// The path of a person's page.
pub fn path(person: PersonId) -> String {
    format!("{PATH}/{person}")
}

/// What decides what she may.
fn rights(words: &Words<'_>, role: Role, districts: &BTreeSet<String>) -> Markup {
    html! {
        label {
            span { (words.say("field-person-role")) }
            select name=(field::ROLE) {
                @for one in [Role::Volunteer, Role::Coordinator] {
                    option value=(one.name()) selected[one == role] { (role_label(words.language, one.name())) }
                }
            }
        }
        fieldset {
            legend { (words.say("field-person-districts")) }
            div class="checks" {
                @for district in &words.programme().districts {
                    label class="check" {
                        input type="checkbox" name=(field::DISTRICT) value=(district)
                            checked[districts.contains(district)];
                        span dir="auto" { (words.district(district)) }
                    }
                }
            }
        }
    }
}

/// Open follow-ups that are with somebody.
pub struct Waiting<'a> {
    /// The first of them.
    pub follow_ups: &'a [Found],
    /// Whether there are more.
    pub is_more: bool,
}

/// What waits with her, by what it is, each with a way to hand it on.
fn waiting_with(look: &Look<'_>, person: PersonId, waiting: &Waiting<'_>) -> Markup {
    let words = look.words;
    if waiting.follow_ups.is_empty() {
        return html! {};
    }
    html! {
        p { (words.count("review-waits-with-her", waiting.follow_ups.len() as u64)) }
        ul {
            @for found in waiting.follow_ups {
                @let what = found.row.projection.text("what").unwrap_or_default();
                li {
                    a href=(look.place.to(&record_path(&found.row))) { (words.code("next_step", what)) }
                    @if let Some(handle) = &found.row.facts.handle { " " span dir="auto" lang="" { (handle) } }
                    @if let Some(due) = found.row.projection.fields.get("due").filter(|due| !due.is_null()) {
                        ", " (words.value(Kind::FollowUp, "due", due))
                    }
                }
            }
        }
        @if waiting.is_more {
            p { a href=(look.place.to(&format!("{}?with=person/{person}", super::follow_ups::PATH))) {
                (words.say("review-follow-ups"))
            } }
        }
    }
}

/// One person. `waiting` is what waits with her; `once` tells the form for a further device from those of other pages.
pub fn somebody(look: &Look<'_>, one: &Somebody, waiting: &Waiting<'_>, once: &str, notice: &Markup) -> Markup {
    let (words, member) = (look.words, &one.row.member);
    let to = |what: &str| look.place.to(&format!("{}/{what}", path(member.person)));
    let token = html! { input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token); };
    html! {
        p class="back" { a href=(look.place.to(PATH)) { (words.say("review-people")) } }
        div class="title" {
            span class="where" { (icons::person()) }
            div {
                h1 dir="auto" { (named(words, one)) }
                p class="facts" { (standing(words, one)) }
            }
        }
        (notice)
        @if let Some(at) = one.row.revoked_at {
            p class="notice gone" { (icons::heed()) span {
                (words.say_with("review-revoked-since", &[("when", words.moment(at).as_str().into())]))
            } }
            form class="step" method="post" action=(to("reinstate")) {
                (token)
                button type="submit" { (words.say("review-reinstate")) }
            }
            details {
                summary { (words.say("review-erase-person")) }
                p class="soft" { (words.say("review-erase-person-how")) }
                form class="step" method="post" action=(to("erase")) {
                    (token)
                    label {
                        span { (words.say("review-erase-person-type")) }
                        input type="text" name=(field::NAME) required autocomplete="off" dir="auto";
                    }
                    button class="grave" type="submit" { (words.say("review-erase-person")) }
                }
            }
            (waiting_with(look, member.person, waiting))
        }
        section aria-labelledby="devices" {
            h2 id="devices" { (words.say("review-devices")) }
            @if one.devices.is_empty() { p class="soft" { (words.say("review-no-devices")) } }
            @for device in &one.devices { (device_card(look, one, device)) }
        }
        @if one.row.revoked_at.is_none() {
            section aria-labelledby="further" {
                h2 id="further" { (words.say("review-further-device")) }
                p class="soft" { (words.say("review-further-device-how")) }
                form class="step" method="post" action=(to("device")) {
                    (token)
                    input type="hidden" name=(field::ONCE) value=(once);
                    button type="submit" { (words.say("review-invite-button")) }
                }
            }
            section aria-labelledby="called" {
                h2 id="called" { (words.say("field-person-name")) }
                form class="card" method="post" action=(to("name")) {
                    (token)
                    label {
                        span { (words.say("field-person-name")) }
                        input type="text" name=(field::NAME) value=(one.name) required maxlength="80" dir="auto"
                            autocomplete="off";
                    }
                    button type="submit" { (words.say("review-save")) }
                }
            }
            section aria-labelledby="rights" {
                h2 id="rights" { (words.say("review-rights")) }
                form class="card" method="post" action=(to("role")) {
                    (token)
                    (rights(words, member.role, &member.districts))
                    button type="submit" { (words.say("review-save")) }
                }
            }
            section aria-labelledby="leaving" {
                h2 id="leaving" { (words.say("review-revoke")) }
                p class="soft" { (words.say("review-revoke-how")) }
                details {
                    summary { (words.say("review-revoke")) }
                    (waiting_with(look, member.person, waiting))
                    @for device in one.devices.iter().filter(|device| device.revoked_at.is_none()) {
                        (last_contact(words, device))
                    }
                    form class="step" method="post" action=(to("revoke")) {
                        (token)
                        button class="grave" type="submit" { (words.say("review-revoke-button")) }
                    }
                }
            }
        }
    }
}

fn device_card(look: &Look<'_>, one: &Somebody, device: &DeviceRow) -> Markup {
    let words = look.words;
    html! {
        article class="card" {
            (device_facts(look, one, device))
            @if device.revoked_at.is_none() || !device.wipe {
                details {
                    summary { (words.say("review-lost")) }
                    p class="soft" { (words.say("review-lost-how")) }
                    @if device.revoked_at.is_none() { (last_contact(words, device)) }
                    form class="step" method="post"
                        action=(look.place.to(&format!("{}/revoke", path(one.row.member.person)))) {
                        input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                        input type="hidden" name=(field::DEVICE) value=(device.id);
                        label class="check" {
                            input type="checkbox" name=(field::WIPE) value="yes" checked[device.revoked_at.is_some()];
                            span { (words.say("review-wipe")) }
                        }
                        button class="grave" type="submit" { (words.say("review-revoke-device")) }
                    }
                }
            }
        }
    }
}

/// When a device was last here and what it then still had: to be known before it is locked.
fn last_contact(words: &Words<'_>, device: &DeviceRow) -> Markup {
    let unsent = u64::try_from(device.unsent).unwrap_or_default();
    let when = words.moment(device.seen_at);
    html! {
        p class="notice" { (icons::heed()) span {
            @if !device.name.is_empty() { bdi { (device.name) } ": " }
            (words.say_with("review-last-here", &[("when", when.as_str().into())]))
            ", "
            (words.say_with("review-unsent", &[("count", unsent.into())]))
        } }
    }
}

fn device_facts(look: &Look<'_>, one: &Somebody, device: &DeviceRow) -> Markup {
    let words = look.words;
    let unsent = u64::try_from(device.unsent).unwrap_or_default();
    let handed_over = one.handed_over.get(&device.id).copied().unwrap_or_default();
    html! {
        p class="facts" {
            @if !device.name.is_empty() { span { strong { bdi { (device.name) } } } }
            @if device.revoked_at.is_some() {
                span class="mark-of gone" {
                    @if device.wipe { (words.say("review-device-wiped")) } @else { (words.say("review-device-revoked")) }
                }
            }
            span { strong {
                (words.say_with("review-last-here", &[("when", words.moment(device.seen_at).as_str().into())]))
            } }
            // What a locked device handed over is here; what it said before counts no more.
            @if device.revoked_at.is_some() && handed_over > 0 {
                span { a href=(look.place.to(super::aside::PATH)) { (words.count("review-handed-over", handed_over)) } }
            } @else {
                span { (words.say_with("review-unsent", &[("count", unsent.into())])) }
            }
            span { (words.say_with("review-joined-at", &[("when", words.moment(device.joined_at).as_str().into())])) }
            span class="build" dir="ltr" lang="" { (device.build) }
        }
    }
}

/// Every device, the one that was away longest last.
pub fn devices(look: &Look<'_>, all: &[Somebody]) -> Markup {
    let words = look.words;
    let mut every: Vec<_> = all.iter().flat_map(|one| one.devices.iter().map(move |device| (one, device))).collect();
    every.sort_by_key(|(_, device)| (device.revoked_at.is_some(), std::cmp::Reverse(device.seen_at), device.id));
    html! {
        p class="back" { a href=(look.place.to(PATH)) { (words.say("review-people")) } }
        h1 { (words.say("review-devices")) }
        @if every.is_empty() { p class="soft" { (words.say("review-no-devices")) } }
        ul class="visits" role="list" {
            @for (one, device) in every {
                li class={ "visit" @if device.revoked_at.is_some() { " withdrawn" } } {
                    span class="where" { (icons::device()) }
                    div class="what" {
                        h2 { a dir="auto" href=(look.place.to(&path(one.row.member.person))) { (named(words, one)) } }
                        (device_facts(look, one, device))
                    }
                }
            }
        }
    }
}

/// An invitation, on the only page that shows it.
pub fn invited(look: &Look<'_>, name: &str, invited: &Invited) -> Markup {
    let words = look.words;
    html! {
        p class="back" { a href=(look.place.to(PATH)) { (words.say("review-people")) } }
        h1 { (words.say_with("review-invited", &[("name", name.into())])) }
        p class="notice" { (icons::heed()) span { (words.say("review-invited-once")) } }
        div class="invitation" {
            (square_code(words, &invited.url))
            div {
                p { (words.say("review-invited-how")) }
                pre { code { (invited.url) } }
                p class="soft" {
                    (words.say_with("review-invited-until", &[("when", words.moment(invited.expires_at).as_str().into())]))
                }
            }
        }
    }
}

/// A link as a square code, black on white whatever the colours around it.
fn square_code(words: &Words<'_>, link: &str) -> Markup {
    let Ok(code) = QrCode::new(link.as_bytes()) else { return html! {} };
    let width = code.width();
    let mut dark = String::new();
    for (place, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            dark.push_str(&format!("M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET));
        }
    }
    let side = width + 2 * QUIET;
    html! {
        svg class="square-code" viewBox={ "0 0 " (side) " " (side) } width="320" height="320" role="img"
            aria-label=(words.say("review-square-code")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path fill="#000" d=(PreEscaped(dark)) {}
        }
    }
}

/// How much white is around a square code.
const QUIET: usize = 4;
