//! What people do on their devices: each through the client as a screen calls it. What the client takes is taken down
//! for the judge; what it refuses is nothing that anybody was promised.

mod people;
mod records;

use footbridge_client::FootbridgeError;
use footbridge_model::{DocumentId, Fields};
use serde_json::Value;

use crate::world::World;

/// With so many records a device makes no more: that several people change one is what is looked for.
const ENOUGH: usize = 6;

/// One deed of the person whose device this is.
pub fn one(world: &mut World, place: usize) {
    let is_full = world.list(place, "visit").len() + world.list(place, "contact").len() >= ENOUGH;
    let (name, done) = match world.chance.below(if is_full { 82 } else { 100 }) {
        0..=21 => ("edit", records::edit(world, place)),
        22..=27 => ("edit of a note", records::edit_note(world, place)),
        28..=30 => ("set changed", records::change_set(world, place)),
        31 => ("number", records::number(world, place)),
        32..=38 => ("settle", records::settle(world, place)),
        39 => ("withdraw", records::withdraw(world, place)),
        40 => ("restore", records::restore(world, place)),
        41..=42 => ("reword", records::reword(world, place)),
        43 => ("erase", records::erase(world, place)),
        44..=47 => ("give", records::give(world, place)),
        48..=49 => ("close", records::close(world, place)),
        50 => ("reopen", records::reopen(world, place)),
        51..=52 => ("seen", records::seen(world, place)),
        53 => ("thrown away", records::throw_away(world, place)),
        54..=55 => ("edit of a draft", records::edit_draft(world, place)),
        56..=57 => ("done", records::done(world, place)),
        58 => ("draft deleted", records::delete_draft(world, place)),
        59..=60 => ("invite", people::invite(world, place)),
        61..=64 => ("role", people::role(world, place)),
        65..=67 => ("revoke", people::revoke(world, place)),
        68..=69 => ("reinstate", people::reinstate(world, place)),
        70..=72 => ("take", people::take(world, place)),
        73..=74 => ("discard", people::discard(world, place)),
        75 => ("review link", people::review_link(world, place)),
        76 => ("code", people::code(world, place)),
        77..=79 => ("note", records::note(world, place)),
        80..=81 => ("follow_up", records::follow_up(world, place)),
        82..=92 => ("visit", records::visit(world, place)),
        93..=95 => ("contact", records::contact(world, place)),
        _ => ("draft", records::draft(world, place)),
    };
    match done {
        None => {}
        Some(Ok(())) => {
            world.counts.count(name);
            world.trace.line(format!("device {place}: {name}"));
        }
        Some(Err(error)) => {
            let line = world.failed(name, &error);
            world.trace.line(format!("device {place}: {line}"));
        }
    }
}

/// What came of a deed; nothing where there was nothing to do it to.
type Done = Option<Result<(), FootbridgeError>>;

/// Fields in their JSON form.
fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap_or_default()
}

/// The id of a listed record.
fn id_of(item: &Fields) -> DocumentId {
    item["id"].as_str().and_then(|id| id.parse().ok()).expect("a record has an id")
}

/// Whether a listed record is in this state.
fn is_in(item: &Fields, state: &str) -> bool {
    item.get("state").is_some_and(|value| value == state)
}

/// A note on something that this device has.
pub fn note(world: &mut World, place: usize) {
    if let Some(Err(error)) = records::note(world, place) {
        let line = world.failed("note", &error);
        world.trace.line(format!("device {place}: {line}"));
    }
}

/// Gives the place of a visit another name.
pub fn edit_place(world: &mut World, place: usize, id: DocumentId) {
    if let Some(Err(error)) = records::set(world, place, id, "place") {
        let line = world.failed("edit", &error);
        world.trace.line(format!("device {place}: {line}"));
    }
}
