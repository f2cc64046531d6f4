//! Who belongs to the programme, as what and with which devices; invitations; rights given, changed and taken away.
//! Called by their routes. Invariant: the link of an invitation stands on one page, once.

use std::collections::BTreeSet;

use footbridge_model::{PersonId, Role};
use footbridge_text::{Order, role_label};
use maud::{Markup, PreEscaped, html};
use qrcode::{Color, QrCode};

use super::follow_ups::Look;
use super::icons;
use super::layout::TOKEN_FIELD;
use super::words::Words;
use crate::reviewing::{Invited, Somebody};
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
        p { a class="button quiet" href=(look.place.to(DEVICES_PATH)) { (words.say("review-devices")) } }
        ul class="visits" role="list" { @for one in all { (entry(look, one)) } }
        section aria-labelledby="invite" {
            h2 id="invite" { (words.say("review-invite")) }
            p class="soft" { (words.say("review-invite-how")) }
            form class="card" method="post" action=(look.place.to(&format!("{PATH}/invite"))) {
                input type="hidden" name=(TOKEN_FIELD) value=(look.desk.token);
                input type="hidden" name=(field::PERSON) value=(newcomer);
                label {
                    span { (words.say("field-person-name")) }
                    input type="text" name=(field::NAME) required maxlength="80" dir="auto" autocomplete="off";
                }
                (rights(words, Role::Volunteer, &BTreeSet::new()))
                button type="submit" { (words.say("review-invite-button")) }
            }
        }
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
        @for district in &member.districts { span { bdi { (district) } } }
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
                        span dir="auto" { (district) }
                    }
                }
            }
        }
    }
}

/// One person.
pub fn somebody(look: &Look<'_>, one: &Somebody, notice: &Markup) -> Markup {
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
                    button type="submit" { (words.say("review-invite-button")) }
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
            (device_facts(words, device))
            @if device.revoked_at.is_none() || !device.wipe {
                details {
                    summary { (words.say("review-lost")) }
                    p class="soft" { (words.say("review-lost-how")) }
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

fn device_facts(words: &Words<'_>, device: &DeviceRow) -> Markup {
    let unsent = u64::try_from(device.unsent).unwrap_or_default();
    html! {
        p class="facts" {
            @if device.revoked_at.is_some() {
                span class="mark-of gone" {
                    @if device.wipe { (words.say("review-device-wiped")) } @else { (words.say("review-device-revoked")) }
                }
            }
            span { strong {
                (words.say_with("review-last-here", &[("when", words.moment(device.seen_at).as_str().into())]))
            } }
            span { (words.say_with("review-unsent", &[("count", unsent.into())])) }
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
                        (device_facts(words, device))
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
