//! What happens beside the schedule, in half of the worlds: a hostile member, notes that expire, a server whose clock is
//! years off, people who leave. It has a chance of its own. Invariant: what it draws moves nothing that the schedule
//! draws; a world without it is what it was before.

use std::collections::BTreeSet;

use footbridge_model::{Clock, Command, DocumentId, FieldChange, Kind, PersonId, Role, Scalar};

use crate::chance::Chance;
use crate::clock::DAY;
use crate::deeds;
use crate::hand::Lie;
use crate::judge::said::Excused;
use crate::world::{World, invite_further};

/// So many days a note is kept in a world in which notes expire.
pub const NOTE_DAYS: i64 = 20;

/// Half a day: so often such a server looks what has expired.
const HALF_A_DAY: i64 = DAY / 2;

/// So many half days pass at once. No sum of them comes near the days that a note is kept.
const HALF_DAYS: usize = 13;

/// A document with so many members is heavy: near the most that a change may hold, for more is refused unread.
const HEAVY: usize = 1_000;

/// What there can be in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// A volunteer with a device of her own make, who sends what is not hers to send.
    Hostile,
    /// Time passes, and notes go.
    Expiring,
    /// The server runs with a clock that is years ahead.
    ClockAhead,
    /// Somebody leaves the programme with a device.
    Leaving,
}

/// What this world has of it.
pub struct Beside {
    chance: Chance,
    has: BTreeSet<Happening>,
}

impl Beside {
    /// Nothing.
    pub fn nothing() -> Self {
        Self { chance: Chance::of(0), has: BTreeSet::new() }
    }

    /// What a seed has.
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(!seed).fork();
        let all = [Happening::Hostile, Happening::ClockAhead, Happening::Leaving];
        let has_any = chance.percent(50);
        let has = all.into_iter().filter(|_| chance.percent(50) && has_any).collect();
        Self { chance, has }
    }

    /// Whether this is in this world.
    pub fn has(&self, happening: Happening) -> bool {
        self.has.contains(&happening)
    }
}

/// One step beside the schedule's: mostly nothing.
pub async fn step(world: &mut World) {
    let all: Vec<Happening> = world.beside.has.iter().copied().collect();
    if all.is_empty() || !world.beside.chance.percent(6) {
        return;
    }
    match world.beside.chance.pick(&all).copied() {
        Some(Happening::Hostile) => hostile(world).await,
        Some(Happening::Expiring) => days_pass(world).await,
        Some(Happening::ClockAhead) => clock_ahead(world).await,
        Some(Happening::Leaving) => leave(world).await,
        None => {}
    }
}

/// What is over by now goes, and nothing else.
pub async fn expire(world: &mut World) {
    let gone = world.office.sweep().await;
    let over = world.judge.over(world.office.clock.now().0);
    if gone != over.len() {
        world.judge.blame(format!("{gone} notes have expired, and the days of {} are over: {over:?}", over.len()));
    }
    for id in over {
        world.judge.truth.erase(id);
        world.counts.count("notes that expired");
    }
}

async fn days_pass(world: &mut World) {
    // Notes are few; here they are what it is about.
    let place = world.beside.chance.below(world.devices.len());
    if world.devices[place].person.is_some() && !world.is_retired(place) {
        deeds::note(world, place);
        world.finish_sync(place).await;
    }
    world.trace.line("days pass".to_owned());
    for _ in 0..HALF_DAYS {
        world.pass(HALF_A_DAY);
        expire(world).await;
    }
}

/// The server starts, and looks what has expired, with a clock that is further ahead than any note is kept; then the
/// clock is put right.
async fn clock_ahead(world: &mut World) {
    let right = world.office.clock.now().0;
    world.office.clock.set(right + 12 * 365 * DAY);
    world.office.restart().await;
    let gone = world.office.sweep().await;
    if gone > 0 {
        world.judge.blame(format!("{gone} notes went because the server's clock was years ahead"));
    }
    world.office.clock.set(right);
    world.office.restart().await;
    world.counts.count("server's clock years off");
    world.trace.line("the server's clock was years ahead".to_owned());
}

/// Somebody leaves with a device that has nothing unsent; half of them come again.
async fn leave(world: &mut World) {
    let place = world.beside.chance.below(world.devices.len());
    let Some(person) = world.devices[place].person else { return };
    if world.devices[place].is_busy() || world.is_retired(place) {
        return;
    }
    if let Err(error) = world.devices[place].footbridge().leave(false) {
        let line = world.failed("leave", &error);
        return world.trace.line(format!("device {place}: {line}"));
    }
    // What a restored server has lost and this device did not know to be lost goes with it.
    let (lost, arrived) = (world.judge.lost_once.clone(), world.judge.truth.arrived.clone());
    let is_gone = |at: usize, _: &crate::judge::said::Said| lost.contains(&at) && !arrived.contains(&at);
    world.judge.words.excuse(Excused::NobodyHasIt, is_gone);
    let is_active = world.judge.truth.people.get(&person).is_some_and(|standing| !standing.is_revoked);
    let comes_again = is_active && world.beside.chance.percent(50);
    let link = if comes_again { Some(invite_further(&world.office, person).await) } else { None };
    let device = &mut world.devices[place];
    (device.person, device.snapshot, device.invitation) = (None, None, link);
    world.counts.count("left");
    world.trace.line(format!("device {place} leaves"));
}

/// The hostile member sends something that is not hers to send, or a document that is heavy.
async fn hostile(world: &mut World) {
    let now = world.office.clock.now();
    // What a coordinator gives back to a restored server rests on her word: a hostile member is a volunteer here.
    if world.liar.as_ref().is_some_and(|liar| world.judge.truth.is_coordinator(liar.person)) {
        return;
    }
    let Some(mut liar) = world.liar.take() else { return };
    let others: Vec<(DocumentId, PersonId)> = world
        .judge
        .truth
        .records
        .iter()
        .filter(|(_, known)| known.kind == "visit")
        .filter_map(|(id, known)| Some((*id, known.author.filter(|author| *author != liar.person)?)))
        .collect();
    let victim = world.beside.chance.pick(&others).copied();
    let what = world.beside.chance.below(7);
    let (office, judge) = (&world.office, &mut world.judge);
    world.counts.count(if what == 0 { "heavy document" } else { "hostile item" });
    world.trace.line(format!("the liar sends {what}"));
    let set = |field: &str, value: Scalar| FieldChange::Set { field: field.to_owned(), value };
    let text = |field: &str, text: &str| set(field, Scalar::Str(text.to_owned()));
    let later = |generation: usize| u64::try_from(generation).unwrap_or(0);
    let generation = later(world.beside.chance.below(3));
    let visit = [text("kind", "street"), text("state", "done"), text("place", "a lie")];
    let me = liar.person;
    match (what, victim) {
        (0, _) => {
            let many =
                (0..HEAVY).map(|number| FieldChange::Add { field: "topics".to_owned(), member: format!("t{number}") });
            let fields: Vec<FieldChange> = visit.into_iter().take(2).chain(many).collect();
            let id = liar.fresh(now);
            liar.lie(office, judge, Lie { id, kind: Kind::Visit, generation: 0, fields: &fields, said: None }).await;
        }
        (1, _) => {
            let fields = [set("note_days", Scalar::Int(0))];
            let id = office.programme.document();
            let said = Some((None, Some(me)));
            liar.lie(office, judge, Lie { id, kind: Kind::Programme, generation, fields: &fields, said }).await;
        }
        (2, Some((id, author))) => {
            let said = Some((Some(author), Some(me)));
            liar.lie(office, judge, Lie { id, kind: Kind::Visit, generation, fields: &visit, said }).await;
        }
        (3, Some((on, author))) => {
            let id = liar.fresh(now);
            let fields = [text("on", &on.to_string()), text("text", "a lie")];
            judge.parents.insert(id, on);
            let said = Some((Some(author), Some(author)));
            liar.lie(office, judge, Lie { id, kind: Kind::Note, generation: 0, fields: &fields, said }).await;
        }
        (4, Some((id, _))) => {
            liar.lie(office, judge, Lie { id, kind: Kind::Visit, generation, fields: &visit, said: None }).await;
        }
        (5, Some((id, _))) => liar.ask(office, judge, id, &Command::Erase, now).await,
        (6, Some((_, author))) => {
            let command = Command::Role { role: Role::Volunteer, districts: BTreeSet::new() };
            liar.ask(office, judge, author.document(), &command, now).await;
        }
        _ => {}
    }
    world.liar = Some(liar);
}
