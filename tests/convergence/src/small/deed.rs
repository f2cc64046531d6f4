//! What can happen in a small world, and how each is done: by the client of a device, by the hand, or to the files.
//! Invariant: a deed that somebody refuses, and a sync that moves nothing, are told apart from all others, because the
//! world after them is one that is explored anyway.

use std::collections::BTreeSet;

use footbridge_client::{FootbridgeError, Recipient, SyncReport};
use footbridge_model::{Clock, Command, DocumentId, Fields, PersonId, Role};
use footbridge_protocol::push;
use serde_json::{Value, json};

use super::Start;
use crate::clock::SECOND;
use crate::device::Ended;
use crate::judge::said::Excused;
use crate::schedule;
use crate::world::World;

/// One step of a small world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Her answer in a field that holds one.
    Edit(usize),
    /// A member more in a set.
    Set(usize),
    /// A draft is done.
    Done(usize),
    /// A visit is withdrawn.
    Withdraw(usize),
    /// Earlier wording is taken back.
    Reword(usize),
    /// The record is erased.
    Erase(usize),
    /// A follow-up is handed on.
    Give(usize),
    /// The coordinator takes Amina's rights away.
    Revoke(usize),
    /// The coordinator moves Amina to another district.
    Move(usize),
    /// The hand says that the coordinator made the record.
    Attribute,
    /// The device syncs, its push is taken and not answered, and it is switched off then and there.
    Restart(usize),
    /// The device's files become a second device.
    Copy(usize),
    /// The server is put back to the beginning.
    Restore,
    /// A whole sync.
    Sync(usize),
    /// A sync of which the first push is taken and not answered.
    Lost(usize),
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The world is another than before.
    Something,
    /// Nothing was there to do, or somebody refused it: the world is as before.
    Nothing,
}

impl Step {
    /// Every step, for so many devices.
    pub fn all(devices: usize) -> Vec<Self> {
        let each = [
            Self::Edit,
            Self::Set,
            Self::Done,
            Self::Withdraw,
            Self::Reword,
            Self::Erase,
            Self::Give,
            Self::Revoke,
            Self::Move,
            Self::Restart,
            Self::Copy,
            Self::Sync,
            Self::Lost,
        ];
        let of_all = (0..devices).flat_map(|place| each.map(|step| step(place)));
        of_all.chain([Self::Attribute, Self::Restore]).collect()
    }

    /// Whether it is one of the deeds, and no sync between them.
    pub fn is_deed(self) -> bool {
        !matches!(self, Self::Sync(_) | Self::Lost(_))
    }

    /// The device whose store it touches.
    pub fn device(self) -> Option<usize> {
        match self {
            Self::Edit(place)
            | Self::Set(place)
            | Self::Done(place)
            | Self::Withdraw(place)
            | Self::Reword(place)
            | Self::Erase(place)
            | Self::Give(place)
            | Self::Revoke(place)
            | Self::Move(place)
            | Self::Restart(place)
            | Self::Copy(place)
            | Self::Sync(place)
            | Self::Lost(place) => Some(place),
            Self::Attribute | Self::Restore => None,
        }
    }

    /// Whether the server has a part in it.
    pub fn is_with_the_server(self) -> bool {
        matches!(self, Self::Attribute | Self::Restore | Self::Restart(_) | Self::Sync(_) | Self::Lost(_))
    }

    /// Whether the two may change places: they touch nothing in common.
    pub fn is_apart_from(self, other: Self) -> bool {
        // A copy makes a device, of which others know by its place.
        let makes = |step: Self| matches!(step, Self::Copy(_));
        let is_elsewhere = self.device().is_none() || self.device() != other.device();
        let is_one_at_the_server = self.is_with_the_server() && other.is_with_the_server();
        is_elsewhere && !is_one_at_the_server && !(makes(self) || makes(other))
    }
}

/// Takes a step about the record; `settled` says for each device whether nothing happened to its rights, its files or
/// the server's past since it last synced.
pub async fn take(world: &mut World, start: Start, id: DocumentId, step: Step, settled: &mut Vec<bool>) -> Came {
    world.pass(SECOND);
    settled.resize(world.devices.len(), false);
    if step.device().is_some_and(|place| place >= world.devices.len()) {
        return Came::Nothing;
    }
    world.trace.line(format!("{step:?}"));
    let done = match step {
        Step::Edit(place) => set(world, place, start, id, false),
        Step::Reword(place) => set(world, place, start, id, true),
        Step::Set(place) => add_topic(world, place, id),
        Step::Done(place) => footbridge(world, place).done(id),
        Step::Withdraw(place) => footbridge(world, place).withdraw(id),
        Step::Erase(place) => erase(world, place, id),
        Step::Give(place) => footbridge(world, place).give(id, &Recipient::District("Fredriksdal".to_owned())),
        Step::Revoke(place) => {
            amina(world, place).and_then(|her| footbridge(world, place).revoke(her, None, false).map(drop))
        }
        Step::Move(place) => amina(world, place).and_then(|her| {
            let districts = ["Närlunda".to_owned()].into();
            footbridge(world, place).set_role(her, Role::Volunteer, &districts).map(drop)
        }),
        Step::Attribute => return attribute(world, id, settled).await,
        Step::Restart(place) => return sync(world, place, Mishap::Restart, settled).await,
        Step::Copy(place) => {
            let before = world.devices.len();
            schedule::copy(world, place);
            settled.resize(world.devices.len(), false);
            return if world.devices.len() > before { Came::Something } else { Came::Nothing };
        }
        Step::Restore => {
            schedule::restore(world).await;
            settled.fill(false);
            return Came::Something;
        }
        Step::Sync(place) => return sync(world, place, Mishap::None, settled).await,
        Step::Lost(place) => return sync(world, place, Mishap::Lost, settled).await,
    };
    match done {
        Ok(()) => Came::Something,
        Err(error) => {
            let line = world.failed("deed", &error);
            world.trace.line(line);
            Came::Nothing
        }
    }
}

fn footbridge(world: &World, place: usize) -> &footbridge_client::Footbridge {
    world.devices[place].footbridge()
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap_or_default()
}

/// A topic more, another for each device; nothing, where it is there already.
fn add_topic(world: &mut World, place: usize, id: DocumentId) -> Result<(), FootbridgeError> {
    let topic = ["work", "health", "housing"][place.min(2)];
    if world.answers(place, id, "topics").contains(topic) {
        return Err(FootbridgeError::NotFound);
    }
    footbridge(world, place).edit(id, &fields(json!({"topics": {"add": [topic]}})), None)?;
    // Nobody takes one away: it takes no other's place, and none takes its.
    world.said(place, id, "topics", topic.to_owned(), &BTreeSet::new());
    Ok(())
}

/// The volunteer of the small worlds; nobody, where the device is not a coordinator's.
fn amina(world: &World, place: usize) -> Result<PersonId, FootbridgeError> {
    let mut people = world.judge.truth.people.keys();
    let her = people.find(|person| !world.judge.truth.is_coordinator(**person)).copied();
    let is_coordinators = world.judge.person_of(place).is_some_and(|person| world.judge.truth.is_coordinator(person));
    her.filter(|_| is_coordinators).ok_or(FootbridgeError::NotFound)
}

/// Gives the field in which answers are compared a new one, as an edit or with what stood there taken back.
fn set(
    world: &mut World,
    place: usize,
    start: Start,
    id: DocumentId,
    is_rewording: bool,
) -> Result<(), FootbridgeError> {
    let field = start.field();
    let value = if field == "due" { world.day() } else { world.word() };
    let saw = world.answers(place, id, field);
    let patch = fields(json!({ field: value }));
    if is_rewording {
        footbridge(world, place).reword(id, &patch)?;
        world.judge.loosened.insert(id);
    } else {
        footbridge(world, place).edit(id, &patch, None)?;
    }
    world.said(place, id, field, value, &saw);
    if is_rewording {
        world.judge.words.last_is_rewording();
    }
    Ok(())
}

fn erase(world: &mut World, place: usize, id: DocumentId) -> Result<(), FootbridgeError> {
    let is_draft = footbridge(world, place).show(id).is_ok_and(|shown| shown.get("state") == Some(&"draft".into()));
    let shown = ["place", "due", "text", "topics"].iter().flat_map(|field| world.answers(place, id, field));
    let shown: BTreeSet<String> = shown.collect();
    footbridge(world, place).delete(id)?;
    let arrived = world.judge.truth.arrived.clone();
    world.judge.words.excuse(Excused::ThrownAway, |at, said| {
        let is_of_the_draft = is_draft && shown.contains(&said.value);
        is_of_the_draft || (said.device == place && said.record == id && !arrived.contains(&at))
    });
    Ok(())
}

async fn attribute(world: &mut World, id: DocumentId, settled: &mut [bool]) -> Came {
    let author = world.judge.truth.records.get(&id).and_then(|known| known.author);
    let person = world.hand.person;
    if author.is_none() || author == Some(person) {
        return Came::Nothing;
    }
    let now = world.office.clock.now();
    world.hand.ask(&world.office, &mut world.judge, id, &Command::Attribute { person }, now).await;
    settled.fill(false);
    let after = world.judge.truth.records.get(&id).and_then(|known| known.author);
    if after == author { Came::Nothing } else { Came::Something }
}

/// What befalls the first push of a sync.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mishap {
    None,
    Lost,
    Restart,
}

async fn sync(world: &mut World, place: usize, mishap: Mishap, settled: &mut [bool]) -> Came {
    let mut is_to_come = mishap != Mishap::None;
    let others = world.judge.truth.clone();
    world.devices[place].begin_sync();
    for _ in 0..200 {
        match world.devices[place].go_on() {
            Some(Ended::Synced(ended)) => {
                let is_quiet = told(world, place, ended);
                let was_settled = std::mem::replace(&mut settled[place], mishap == Mishap::None);
                unsettle(world, &others, settled);
                let nothing_befell = is_to_come || (is_quiet && was_settled && mishap == Mishap::None);
                return if nothing_befell { Came::Nothing } else { Came::Something };
            }
            Some(Ended::Joined(_) | Ended::Looked(_)) => return Came::Nothing,
            None => {}
        }
        let Some(letter) = world.devices[place].mailbox.take() else {
            world.judge.blame(format!("device {place} waits for nothing in the middle of a sync"));
            return Came::Something;
        };
        if is_to_come && letter.path() == push::PATH {
            is_to_come = false;
            let request = letter.request.clone();
            world.carry(place, &request, None).await;
            unsettle(world, &others, settled);
            if mishap == Mishap::Restart {
                world.devices[place].switch_off();
                world.devices[place].switch_on();
                return Came::Something;
            }
            letter.fail();
        } else {
            world.deliver(place, letter).await;
        }
    }
    world.judge.blame(format!("device {place} never ends its sync"));
    Came::Something
}

/// Whether a sync moved nothing; a refusal may have moved something.
fn told(world: &mut World, place: usize, ended: Result<SyncReport, FootbridgeError>) -> bool {
    match ended {
        Ok(report) => {
            world.trace.line(format!("device {place}: {report:?}"));
            world.nothing_was_repaired(place, &report);
            matches!(report, SyncReport { pushed: 0, pulled: 0, set_aside: 0, repaired: 0, .. })
        }
        Err(error) => {
            let line = world.failed("sync", &error);
            world.trace.line(format!("device {place}: {line}"));
            false
        }
    }
}

/// Whoever's rights have changed syncs into another standing, even where nothing comes.
fn unsettle(world: &World, before: &crate::judge::truth::Truth, settled: &mut [bool]) {
    let now = &world.judge.truth;
    let stands = |truth: &crate::judge::truth::Truth| format!("{:?}{:?}", truth.people, truth.devices);
    if stands(before) != stands(now) {
        settled.fill(false);
    }
}
