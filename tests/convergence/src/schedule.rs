//! What happens next: a deed, a sync, a letter carried or lost, a fault. Invariant: all of it follows from the seed.

use std::collections::BTreeSet;

use footbridge_model::{Clock, Command, Role};

use crate::clock::DAY;
use crate::device::{Device, Snapshot, copy_files};
use crate::judge::said::Excused;
use crate::world::{Backup, STEP, World};
use crate::{beside, deeds, network::Letter};

/// The most devices of a world.
const DEVICES: usize = 12;

/// Moves the world so many steps.
pub async fn run(world: &mut World, steps: usize) {
    for _ in 0..steps {
        world.pass(STEP);
        world.go_on();
        match world.chance.below(100) {
            0..=49 => {
                for _ in 0..=world.chance.below(4) {
                    letter(world).await;
                    world.go_on();
                }
            }
            50..=74 => deed(world),
            75..=90 => errand(world),
            91..=97 => fault(world).await,
            _ => hand(world).await,
        }
        beside::step(world).await;
        if !world.judge.wrong.is_empty() {
            return;
        }
    }
}

/// A device that can be used, whatever its network is.
fn anyone(world: &mut World) -> Option<usize> {
    let usable: Vec<usize> = (0..world.devices.len()).filter(|place| !world.is_retired(*place)).collect();
    world.chance.pick(&usable).copied()
}

fn deed(world: &mut World) {
    if let Some(place) = anyone(world) {
        deeds::one(world, place);
    }
}

fn errand(world: &mut World) {
    let place = world.chance.below(world.devices.len());
    let device = &mut world.devices[place];
    if device.is_busy() {
        return;
    }
    if device.person.is_none() {
        device.begin_join();
    } else {
        device.begin_sync();
    }
    world.trace.line(format!("device {place} begins"));
}

/// Takes a letter up and decides what becomes of it; now and then one that its device has long given up.
async fn letter(world: &mut World) {
    if !world.held.is_empty() && world.chance.percent(20) {
        let (place, request) = world.held.remove(world.chance.below(world.held.len()));
        world.carry(place, &request, None).await;
        world.counts.count("reorder");
        return;
    }
    let waiting: Vec<usize> = (0..world.devices.len()).filter(|place| world.devices[*place].mailbox.waits()).collect();
    let Some(place) = world.chance.pick(&waiting).copied() else { return };
    if waiting.len() > 1 {
        // The others wait for this one.
        world.counts.count("delay");
    }
    let Some(letter) = world.devices[place].mailbox.take() else { return };
    if !world.devices[place].is_online {
        world.counts.count("partition");
        world.trace.line(format!("device {place} reaches nobody"));
        return letter.fail();
    }
    become_of(world, place, letter).await;
}

async fn become_of(world: &mut World, place: usize, letter: Letter) {
    let request = letter.request.clone();
    match world.chance.below(100) {
        0..=3 => {
            world.counts.count("answer lost");
            world.carry(place, &request, None).await;
            letter.fail();
        }
        4..=7 => {
            world.counts.count("link broken on the way up");
            let at = world.chance.below(request.body.as_ref().map_or(0, bytes::Bytes::len));
            world.carry(place, &request, Some(at)).await;
            letter.fail();
        }
        8..=13 => {
            world.counts.count("link broken on the way down");
            let answered = world.carry(place, &request, None).await;
            let at = world.chance.below(answered.body.len());
            letter.answer(&answered, Some(at));
        }
        14..=18 => {
            world.counts.count("duplicate");
            let first = world.carry(place, &request, None).await;
            let second = world.carry(place, &request, None).await;
            let is_first = world.chance.percent(50) || letter.path() != footbridge_protocol::push::PATH;
            letter.answer(if is_first { &first } else { &second }, None);
        }
        19..=22 => {
            world.held.push((place, request));
            letter.fail();
        }
        23 => {
            // So slow that its session is over meanwhile.
            world.pass(20 * 60 * STEP);
            world.deliver(place, letter).await;
        }
        _ => world.deliver(place, letter).await,
    }
}

async fn fault(world: &mut World) {
    let place = world.chance.below(world.devices.len());
    match world.chance.below(100) {
        0..=17 => {
            let device = &mut world.devices[place];
            device.is_online = !device.is_online;
            if !device.is_online && world.chance.percent(50) {
                world.devices.iter_mut().for_each(|device| device.is_online = true);
            }
        }
        18..=39 => restart_device(world, place),
        40..=51 => {
            world.counts.count("server restarted");
            world.trace.line("the server starts again".to_owned());
            world.office.restart().await;
        }
        52..=61 => {
            let years = i64::try_from(world.chance.below(9)).unwrap_or(0) - 4;
            let now = world.office.clock.now().0;
            world.devices[place].clock.set(now + years * 365 * DAY);
            world.counts.count("clock years off");
        }
        62..=71 => snapshot(world, place),
        72..=79 => roll_back(world, place),
        80..=84 => copy(world, place),
        85..=92 => back_up(world),
        _ => restore(world).await,
    }
}

fn restart_device(world: &mut World, place: usize) {
    let device = &mut world.devices[place];
    world.counts.count(if device.is_busy() { "device switched off in a sync" } else { "device restarted" });
    device.switch_off();
    device.switch_on();
    world.trace.line(format!("device {place} starts again"));
}

/// Keeps a copy of a device's files.
fn snapshot(world: &mut World, place: usize) {
    let folder = world.folder(&format!("snapshot-{place}"));
    let said = world.judge.words.len();
    let device = &mut world.devices[place];
    device.switch_off();
    copy_files(&device.folder, &folder);
    device.switch_on();
    if device.person.is_some() {
        device.snapshot = Some(Snapshot { folder, said });
    }
}

/// Puts a device's files back to what they were. What it had said since, and the server does not have, is gone.
fn roll_back(world: &mut World, place: usize) {
    let Some(snapshot) = world.devices[place].snapshot.take() else { return };
    if world.is_retired(place) {
        // Nobody puts back what was emptied on purpose.
        return;
    }
    let device = &mut world.devices[place];
    device.switch_off();
    copy_files(&snapshot.folder, &device.folder);
    device.switch_on();
    let arrived = world.judge.truth.arrived.clone();
    world
        .judge
        .words
        .excuse(Excused::RolledBack, |at, said| at >= snapshot.said && said.device == place && !arrived.contains(&at));
    world.counts.count("store rolled back");
    world.trace.line(format!("device {place} is rolled back"));
}

/// A second device with the same files.
pub(crate) fn copy(world: &mut World, place: usize) {
    if world.devices.len() >= DEVICES || world.devices[place].person.is_none() || world.is_retired(place) {
        return;
    }
    let folder = world.folder(&format!("device-{}", world.devices.len()));
    let device = &mut world.devices[place];
    device.switch_off();
    copy_files(&device.folder, &folder);
    device.switch_on();
    let (clock, person) = (crate::clock::HandClock::at(device.clock.now().0), device.person);
    let twin = world.devices.len();
    if let Some(installation) = world.judge.installations.get(&place).copied() {
        world.judge.installations.insert(twin, installation);
    }
    // What both have not sent, both may make again, each by a hand of its own.
    let unsent = world.judge.words.all().iter().enumerate().filter(|(at, _)| !world.judge.truth.arrived.contains(at));
    let unsent: Vec<_> = unsent.filter(|(_, said)| said.device == place).map(|(_, said)| said.record).collect();
    world.judge.loosened.extend(unsent);
    let mut device = Device::open(folder, clock, world.chance.fork());
    device.person = person;
    world.devices.push(device);
    world.counts.count("store copied");
    world.trace.line(format!("device {twin} is a copy of device {place}"));
}

pub(crate) fn back_up(world: &mut World) {
    let file = world.office.back_up();
    let (truth, made_at) = (world.judge.truth.clone(), world.office.clock.now().0);
    world.backup = Some(Backup { file, truth, made_at });
    world.trace.line("the server is backed up".to_owned());
}

/// The server is put back to its last backup. What it loses must come back from a device that has it.
pub(crate) async fn restore(world: &mut World) {
    let now = world.office.clock.now().0;
    // One that is older than what the journal goes back to is not for this.
    let Some(backup) = world.backup.take().filter(|backup| now - backup.made_at < 30 * DAY) else { return };
    world.office.restore(&backup.file).await;
    let mut lost: BTreeSet<usize> = world.judge.truth.arrived.difference(&backup.truth.arrived).copied().collect();
    lost.extend(world.judge.lost_with_the_quarantine(&backup.truth));
    let gone: Vec<usize> = lost.into_iter().filter(|place| !somebody_has(world, *place)).collect();
    world.judge.words.excuse(Excused::NobodyHasIt, |place, _| gone.contains(&place));
    world.judge.restored(&backup.truth);
    world.counts.count("server restored from a backup");
    world.trace.line("the server is restored".to_owned());
    world.backup = Some(backup);
}

/// Whether the device that said it still has it: then it comes back by that one, whatever others do.
fn somebody_has(world: &World, place: usize) -> bool {
    let Some(said) = world.judge.words.all().get(place) else { return false };
    let Some(device) = world.devices.get(said.device) else { return false };
    let stands = device.person.is_some_and(|person| !world.judge.moved.contains(&person));
    let lines = device.footbridge().timeline(said.record, 1000, None).map(|page| page.items).unwrap_or_default();
    let is_there = lines.iter().any(|line| line["value"].to_string().contains(&said.value));
    let in_draft = said.in_draft && device.footbridge().show(said.record).is_ok();
    stands && !world.is_retired(said.device) && (is_there || in_draft)
}

/// What another build does, and what only it does.
async fn hand(world: &mut World) {
    let now = world.office.clock.now();
    match world.chance.below(3) {
        0 => {
            let word = world.word();
            let schema = if world.chance.percent(50) { 0 } else { 2 };
            let (id, made) = world.hand.visit(now, schema, &word);
            world.said(crate::hand::PLACE, id, "weather", word, &std::collections::BTreeSet::new());
            world.hand.send(&world.office, &mut world.judge, id, made.change).await;
            world.counts.count("another schema");
        }
        1 => {
            let visits = world.judge.truth.records.iter().filter(|(_, known)| known.kind == "visit");
            let visits: Vec<_> = visits.map(|(id, _)| *id).collect();
            let people: Vec<_> = world.judge.truth.people.keys().copied().collect();
            let (Some(id), Some(person)) = (world.chance.pick(&visits).copied(), world.chance.pick(&people).copied())
            else {
                return;
            };
            let command = Command::Attribute { person };
            world.hand.ask(&world.office, &mut world.judge, id, &command, now).await;
            world.counts.count("attribute");
        }
        _ => chain(world).await,
    }
}

/// A coordinator edits, withdraws and edits again a visit of hers that was given to somebody else meanwhile: what is in
/// the middle is not hers to do any more, and must take nothing else with it.
async fn chain(world: &mut World) {
    let now = world.office.clock.now();
    let coordinators: Vec<usize> = (0..world.devices.len())
        .filter(|place| world.judge.person_of(*place).is_some_and(|person| world.judge.truth.is_coordinator(person)))
        .collect();
    let Some(place) = world.chance.pick(&coordinators).copied() else { return };
    let author = world.judge.person_of(place);
    let hers = world.judge.truth.records.iter().filter(|(_, known)| known.kind == "visit" && known.author == author);
    let listed = world.list(place, "visit");
    let is_here = |id: &footbridge_model::DocumentId| {
        let text = id.to_string();
        listed.iter().any(|item| item["id"] == text.as_str() && item.get("state").is_some_and(|state| state == "done"))
    };
    let hers: Vec<_> = hers.map(|(id, _)| *id).filter(is_here).collect();
    let others = world.judge.truth.people.iter().filter(|(_, standing)| standing.role == Role::Volunteer);
    let others: Vec<_> = others.map(|(person, _)| *person).collect();
    let (Some(id), Some(person)) = (world.chance.pick(&hers).copied(), world.chance.pick(&others).copied()) else {
        return;
    };
    deeds::edit_place(world, place, id);
    let withdrawn = world.devices[place].footbridge().withdraw(id);
    world.trace.line(format!("device {place}: withdrawn in a chain: {}", withdrawn.is_ok()));
    deeds::edit_place(world, place, id);
    world.hand.ask(&world.office, &mut world.judge, id, &Command::Attribute { person }, now).await;
}
