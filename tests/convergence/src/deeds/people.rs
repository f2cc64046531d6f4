//! What coordinators do about people, and with what revoked devices handed over.

use std::collections::BTreeSet;

use footbridge_client::Invited;
use footbridge_model::{DocumentId, PersonId, Role};
use serde_json::json;

use super::{Done, fields};
use crate::office::DISTRICTS;
use crate::world::World;

fn somebody(world: &mut World) -> Option<PersonId> {
    let people: Vec<_> = world.judge.truth.people.keys().copied().collect();
    world.chance.pick(&people).copied()
}

/// The most devices of a world.
const DEVICES: usize = 12;

pub(super) fn invite(world: &mut World, place: usize) -> Done {
    if world.devices.len() >= DEVICES {
        return None;
    }
    let whom = if world.chance.percent(50) {
        Invited::Known(somebody(world)?)
    } else {
        let district = DISTRICTS[world.chance.below(DISTRICTS.len())].to_owned();
        Invited::New { name: "Nasrin".to_owned(), role: Role::Volunteer, districts: [district].into() }
    };
    let link = match world.devices[place].footbridge().invite(&whom, 7) {
        Ok(link) => link,
        Err(error) => return Some(Err(error)),
    };
    world.add_device(link.url);
    Some(Ok(()))
}

pub(super) fn role(world: &mut World, place: usize) -> Done {
    let person = somebody(world)?;
    let role = if world.chance.percent(25) { Role::Coordinator } else { Role::Volunteer };
    let count = world.chance.below(3);
    let districts: BTreeSet<String> = (0..count).map(|_| DISTRICTS[world.chance.below(3)].to_owned()).collect();
    Some(world.devices[place].footbridge().set_role(person, role, &districts).map(drop))
}

pub(super) fn revoke(world: &mut World, place: usize) -> Done {
    let person = somebody(world)?;
    // The hand is needed to the end.
    if person == world.hand.person {
        return None;
    }
    let joined = world.judge.truth.devices.iter().filter(|(_, joined)| joined.person == person);
    let devices: Vec<_> = joined.map(|(device, _)| *device).collect();
    let device = if world.chance.percent(50) { world.chance.pick(&devices).copied() } else { None };
    let wipe = world.chance.percent(30);
    let asked = world.devices[place].footbridge().revoke(person, device, wipe);
    if wipe && asked.is_ok() {
        world.counts.count("lost and to be wiped");
    }
    Some(asked.map(drop))
}

pub(super) fn reinstate(world: &mut World, place: usize) -> Done {
    let revoked = world.judge.truth.people.iter().filter(|(_, standing)| standing.is_revoked);
    let revoked: Vec<_> = revoked.map(|(person, _)| *person).collect();
    let person = *world.chance.pick(&revoked)?;
    Some(world.devices[place].footbridge().reinstate(person).map(drop))
}

/// An entry of the quarantine, as a coordinator was shown it; a look goes out where she was shown none.
fn entry(world: &mut World, place: usize) -> Option<DocumentId> {
    let entries = world.judge.entries();
    match world.chance.pick(&entries) {
        Some(entry) => Some(*entry),
        None => {
            world.devices[place].begin_look();
            None
        }
    }
}

pub(super) fn take(world: &mut World, place: usize) -> Done {
    let entry = entry(world, place)?;
    Some(world.devices[place].footbridge().take(entry).map(drop))
}

pub(super) fn discard(world: &mut World, place: usize) -> Done {
    let entry = entry(world, place)?;
    Some(world.devices[place].footbridge().discard_quarantined(entry).map(drop))
}

pub(super) fn review_link(world: &mut World, place: usize) -> Done {
    Some(world.devices[place].footbridge().review_link().map(drop))
}

/// A coordinator adds a code to a list.
pub(super) fn code(world: &mut World, place: usize) -> Done {
    let code = world.word();
    let asked = json!({"list": "topics", "code": code, "labels": {"sv": code}, "order": 500, "on": true});
    Some(world.devices[place].footbridge().add("code", &fields(asked)).map(drop))
}
