//! What people do with records.

use std::collections::BTreeSet;

use footbridge_client::Recipient;
use footbridge_model::{Clock, DocumentId, Fields};
use serde_json::json;

use super::{Done, fields, id_of, is_in};
use crate::judge::said::Excused;
use crate::office::DISTRICTS;
use crate::world::World;

const TOPICS: [&str; 5] = ["family", "work", "health", "housing", "economy"];

pub(super) fn visit(world: &mut World, place: usize) -> Done {
    let word = world.word();
    let topic = TOPICS[world.chance.below(TOPICS.len())];
    let made = world.devices[place]
        .footbridge()
        .add("visit", &fields(json!({"kind": "street", "place": word, "topics": [topic], "minutes": 5})));
    Some(made.map(|id| world.said(place, id, "place", word, &BTreeSet::new())))
}

pub(super) fn contact(world: &mut World, place: usize) -> Done {
    let word = world.word();
    let made = world.devices[place].footbridge().add("contact", &fields(json!({"handle": word})));
    Some(made.map(|id| world.said(place, id, "handle", word, &BTreeSet::new())))
}

/// Something that a note or follow-up can be on.
fn ground(world: &mut World, place: usize) -> Option<DocumentId> {
    let kind = if world.chance.percent(75) { "visit" } else { "contact" };
    some(world, place, kind, |_| true).map(|item| id_of(&item))
}

/// One of the listed records of a kind that are as wanted.
fn some(world: &mut World, place: usize, kind: &str, wanted: impl Fn(&Fields) -> bool) -> Option<Fields> {
    let all: Vec<Fields> = world.list(place, kind).into_iter().filter(wanted).collect();
    world.chance.pick(&all).cloned()
}

pub(super) fn note(world: &mut World, place: usize) -> Done {
    let on = ground(world, place)?;
    let word = world.word();
    let made = world.devices[place].footbridge().add("note", &fields(json!({"on": on, "text": word})));
    Some(made.map(|id| {
        world.judge.parents.insert(id, on);
        world.judge.recorded.insert(id, world.devices[place].clock.now().0);
        world.said(place, id, "text", word, &BTreeSet::new());
    }))
}

pub(super) fn follow_up(world: &mut World, place: usize) -> Done {
    let on = ground(world, place)?;
    let day = world.day();
    let asked = json!({"about": on, "what": "get_back_to_her", "due": day});
    let made = world.devices[place].footbridge().add("follow_up", &fields(asked));
    Some(made.map(|id| {
        world.judge.parents.insert(id, on);
        world.said(place, id, "due", day, &BTreeSet::new());
    }))
}

pub(super) fn draft(world: &mut World, place: usize) -> Done {
    let word = world.word();
    let asked = json!({"state": "draft", "kind": "home", "place": word});
    let made = world.devices[place].footbridge().add("visit", &fields(asked));
    Some(made.map(|id| world.said(place, id, "place", word, &BTreeSet::new())))
}

pub(super) fn edit_draft(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| is_in(item, "draft"))?);
    set(world, place, id, "place")
}

pub(super) fn done(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| is_in(item, "draft"))?);
    Some(world.devices[place].footbridge().done(id))
}

pub(super) fn delete_draft(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| is_in(item, "draft"))?);
    let gone = on_it(world, place, id);
    let seen: BTreeSet<String> = gone.iter().flat_map(|id| shown(world, place, *id)).collect();
    Some(world.devices[place].footbridge().delete(id).map(|_| {
        world.judge.words.excuse(Excused::ThrownAway, |_, said| seen.contains(&said.value));
    }))
}

/// A record and what is on it, on this device.
fn on_it(world: &World, place: usize, id: DocumentId) -> Vec<DocumentId> {
    let text = id.to_string();
    let children = ["note", "follow_up"].into_iter().flat_map(|kind| world.list(place, kind));
    let is_on = |item: &Fields| item.get("on").or(item.get("about")).is_some_and(|on| *on == text.as_str());
    std::iter::once(id).chain(children.filter(is_on).map(|item| id_of(&item))).collect()
}

/// Every word that a device shows in a record.
fn shown(world: &World, place: usize, id: DocumentId) -> BTreeSet<String> {
    ["place", "handle", "due", "text"].iter().flat_map(|field| world.answers(place, id, field)).collect()
}

/// Gives a field that holds one answer a new one.
pub(super) fn set(world: &mut World, place: usize, id: DocumentId, field: &'static str) -> Done {
    let value = if field == "due" { world.day() } else { world.word() };
    let saw = world.answers(place, id, field);
    let footbridge = world.devices[place].footbridge();
    let version = footbridge.show(id).ok().and_then(|shown| shown["version"].as_str().map(str::to_owned));
    let seen = if world.chance.percent(30) { version } else { None };
    let footbridge = world.devices[place].footbridge();
    let edited = footbridge.edit(id, &fields(json!({ field: value })), seen.as_deref());
    Some(edited.map(|()| world.said(place, id, field, value, &saw)))
}

fn field_of(kind: &str) -> &'static str {
    match kind {
        "visit" => "place",
        "contact" => "handle",
        _ => "due",
    }
}

pub(super) fn edit(world: &mut World, place: usize) -> Done {
    let kind = *world.chance.pick(&["visit", "visit", "visit", "contact", "follow_up"])?;
    let id = id_of(&some(world, place, kind, |item| !is_in(item, "draft"))?);
    set(world, place, id, field_of(kind))
}

pub(super) fn edit_note(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "note", |item| !is_in(item, "draft"))?);
    set(world, place, id, "text")
}

pub(super) fn change_set(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| !is_in(item, "draft"))?);
    let topic = TOPICS[world.chance.below(TOPICS.len())];
    let verb = if world.chance.percent(60) { "add" } else { "remove" };
    Some(world.devices[place].footbridge().edit(id, &fields(json!({"topics": {verb: [topic]}})), None))
}

pub(super) fn number(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| !is_in(item, "draft"))?);
    let minutes = world.chance.below(1440);
    Some(world.devices[place].footbridge().edit(id, &fields(json!({"minutes": minutes})), None))
}

/// A person chooses between answers: one of them, or a third.
pub(super) fn settle(world: &mut World, place: usize) -> Done {
    let page = world.devices[place].footbridge().conflicts(1000, None).ok()?;
    let judged = |item: &&Fields| ["place", "handle", "due", "text"].iter().any(|field| item["field"] == *field);
    let disputed: Vec<Fields> = page.items.iter().filter(judged).cloned().collect();
    let item = world.chance.pick(&disputed)?.clone();
    let (id, field) =
        (id_of(&item), ["place", "handle", "due", "text"].into_iter().find(|field| item["field"] == *field)?);
    let saw = world.answers(place, id, field);
    let chosen: Vec<String> = saw.iter().cloned().collect();
    let value = match world.chance.pick(&chosen).cloned() {
        Some(value) if world.chance.percent(60) => value,
        _ if field == "due" => world.day(),
        _ => world.word(),
    };
    let settled = world.devices[place].footbridge().settle(id, field, &value.clone().into());
    Some(settled.map(|()| world.said(place, id, field, value, &saw)))
}

pub(super) fn withdraw(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| is_in(item, "done"))?);
    Some(world.devices[place].footbridge().withdraw(id))
}

pub(super) fn restore(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| is_in(item, "withdrawn"))?);
    Some(world.devices[place].footbridge().restore(id))
}

/// Its author takes her earlier wording back: a note's words, or a visit's place.
pub(super) fn reword(world: &mut World, place: usize) -> Done {
    let (kind, field) = if world.chance.percent(60) { ("note", "text") } else { ("visit", "place") };
    let id = id_of(&some(world, place, kind, |item| !is_in(item, "draft"))?);
    let (word, saw) = (world.word(), world.answers(place, id, field));
    let reworded = world.devices[place].footbridge().reword(id, &fields(json!({ field: word })));
    Some(reworded.map(|()| {
        world.judge.loosened.insert(id);
        world.said(place, id, field, word, &saw);
        world.judge.words.last_is_rewording();
    }))
}

/// A note of her own, or for a coordinator anything.
pub(super) fn erase(world: &mut World, place: usize) -> Done {
    let kind = *world.chance.pick(&["note", "note", "visit", "contact", "follow_up"])?;
    let id = id_of(&some(world, place, kind, |item| !is_in(item, "draft"))?);
    let family = on_it(world, place, id);
    let asked = world.devices[place].footbridge().delete(id);
    Some(asked.map(|_| {
        // What was not sent of it is not sent any more.
        let arrived = world.judge.truth.arrived.clone();
        let is_unsent = |at: usize, said: &crate::judge::said::Said| {
            said.device == place && family.contains(&said.record) && !arrived.contains(&at)
        };
        world.judge.words.excuse(Excused::ThrownAway, is_unsent);
    }))
}

pub(super) fn give(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "follow_up", |item| is_in(item, "open"))?);
    let people: Vec<_> = world.judge.truth.people.keys().copied().collect();
    let to = if world.chance.percent(60) {
        Recipient::Person(*world.chance.pick(&people)?)
    } else {
        Recipient::District(DISTRICTS[world.chance.below(DISTRICTS.len())].to_owned())
    };
    Some(world.devices[place].footbridge().give(id, &to))
}

pub(super) fn close(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "follow_up", |item| is_in(item, "open"))?);
    let patch = fields(json!({"state": "closed", "outcome": "done"}));
    Some(world.devices[place].footbridge().edit(id, &patch, None))
}

pub(super) fn reopen(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "follow_up", |item| is_in(item, "closed"))?);
    Some(world.devices[place].footbridge().edit(id, &fields(json!({"state": "open"})), None))
}

pub(super) fn seen(world: &mut World, place: usize) -> Done {
    let id = id_of(&some(world, place, "visit", |item| !is_in(item, "draft"))?);
    Some(world.devices[place].footbridge().seen(id))
}

/// Throws away what the server would not take of a record.
pub(super) fn throw_away(world: &mut World, place: usize) -> Done {
    let status = world.devices[place].footbridge().status(footbridge_text::Language::English).ok()?;
    let id: DocumentId = world.chance.pick(&status.set_aside)?.id.parse().ok()?;
    Some(world.devices[place].footbridge().discard(id).map(|()| {
        let arrived = world.judge.truth.arrived.clone();
        let is_refused = |at: usize, said: &crate::judge::said::Said| {
            said.device == place && said.record == id && !arrived.contains(&at)
        };
        world.judge.words.excuse(Excused::ThrownAway, is_refused);
        world.judge.loosened.insert(id);
    }))
}
