//! Small worlds, all of them: two devices, one server, one record, and every order of a few deeds with every choice of
//! syncs and lost answers between them. The devices and the server's router are the real ones, the judge is the judge of
//! the seeds. Each world is played from its beginning and judged at its end.
//!
//! What is left out is equal to something that is explored: a step that changes nothing; the second of two orders of
//! neighbours that touch nothing in common; and an end before which the devices had begun to sync in the order in which
//! the end has them sync. At most one answer is lost in a world. Nothing is explored beyond a world that is wrong: it is as small as it can be.

pub mod deed;
pub mod start;

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt;

use crate::ending;
use deed::{Came, Step};
use start::Beginning;

/// The most devices: two, and a copy of one.
const DEVICES: usize = 3;

/// The most syncs after the first deed, before which everybody had everything: each device once.
const SYNCS_AFTER_THE_FIRST: usize = 2;

/// The most syncs after a later deed: each device once, and the first again.
const SYNCS: usize = 3;

/// How much of the worlds is explored.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most deeds.
    pub deeds: usize,
    /// The most answers that are lost between deeds.
    pub lost: usize,
}

/// With what a small world begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// A visit of Amina's, and a coordinator beside her.
    Visit,
    /// A draft of Amina's, and a second device of hers.
    Draft,
    /// A note of Amina's on her visit, and a coordinator beside her.
    Note,
    /// A follow-up of Amina's about her visit, and a coordinator beside her.
    FollowUp,
}

impl Start {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Visit, Self::Draft, Self::Note, Self::FollowUp];

    /// The field in which answers are compared.
    pub fn field(self) -> &'static str {
        match self {
            Self::Visit | Self::Draft => "place",
            Self::Note => "text",
            Self::FollowUp => "due",
        }
    }
}

/// A world that was found wrong.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Its beginning and its steps, as [`of_code`] reads them.
    pub code: String,
    /// What was wrong.
    pub wrong: Vec<String>,
    /// What happened.
    pub lines: Vec<String>,
}

/// What was explored.
#[derive(Debug, Clone, Default)]
pub struct Explored {
    /// Worlds that were played to their end and judged.
    pub judged: u64,
    /// Worlds that were left because their last step changed nothing.
    pub equal: u64,
    /// Those that were wrong.
    pub wrong: Vec<Wrong>,
}

/// Which of the worlds are explored: those at whose first fork of two steps this share has its turn.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// The number of this share, from 0 on.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

/// Explores every world within these bounds, or this share of them.
pub fn explore(start: Start, bounds: Bounds, share: Share) -> Explored {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let beginning = Beginning::of(start).await;
        let mut explorer = Explorer { start, bounds, share, forks: 0, beginning, found: Explored::default() };
        explorer.beyond(Vec::new()).await;
        explorer.found
    })
}

/// What several shares explored together.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// How many worlds were judged, by their beginning.
    pub judged: BTreeMap<String, u64>,
    /// How many were equal to one of them.
    pub equal: u64,
    /// What was wrong, a world a line.
    pub wrong: Vec<String>,
}

impl Sum {
    /// Adds what a share printed.
    pub fn add(&mut self, told: &str) {
        for line in told.lines() {
            match read_told(line) {
                Some((start, judged, equal)) => {
                    *self.judged.entry(start).or_default() += judged;
                    self.equal += equal;
                }
                None => self.wrong.push(line.to_owned()),
            }
        }
    }

    /// How many worlds were judged.
    pub fn worlds(&self) -> u64 {
        self.judged.values().sum()
    }

    /// It in lines: how many worlds of which beginning, and what was wrong.
    pub fn lines(&self) -> Vec<String> {
        let each = self.judged.iter().map(|(start, judged)| format!("{judged:>8}  worlds that begin with: {start}"));
        let sum = format!("{} small worlds explored; {} more were equal to one of them", self.worlds(), self.equal);
        self.wrong.iter().cloned().chain(each).chain([sum]).collect()
    }
}

/// Reads what a share prints of one beginning: its name, how many worlds were explored, and how many were equal.
fn read_told(line: &str) -> Option<(String, u64, u64)> {
    let (start, told) = line.split_once(": ")?;
    let (judged, rest) = told.split_once(" worlds explored, ")?;
    let (equal, _) = rest.split_once(" more are equal")?;
    Some((start.to_owned(), judged.parse().ok()?, equal.parse().ok()?))
}

/// Plays one world again, by its code: what was wrong and what happened. Nothing where that is no code.
pub fn again(code: &str) -> Option<Wrong> {
    let (start, steps) = of_code(code)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    Some(runtime.block_on(async {
        let beginning = Beginning::of(start).await;
        let (_, wrong, lines) = play(&beginning, start, &steps).await;
        Wrong { code: code.to_owned(), wrong, lines }
    }))
}

/// A world's code: `Visit: Edit(0) Sync(0)`.
fn code(start: Start, steps: &[Step]) -> String {
    let steps: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
    format!("{start:?}: {}", steps.join(" "))
}

/// Reads a world's code.
pub fn of_code(code: &str) -> Option<(Start, Vec<Step>)> {
    let (start, steps) = code.split_once(':')?;
    let start = Start::ALL.into_iter().find(|other| format!("{other:?}") == start.trim())?;
    let all = Step::all(DEVICES);
    let steps = steps.split_whitespace().map(|step| all.iter().copied().find(|other| format!("{other:?}") == step));
    Some((start, steps.collect::<Option<Vec<Step>>>()?))
}

struct Explorer {
    start: Start,
    bounds: Bounds,
    share: Share,
    forks: u64,
    beginning: Beginning,
    found: Explored,
}

impl Explorer {
    /// Every world that begins with these steps and has more.
    fn beyond(&mut self, steps: Vec<Step>) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async move {
            for step in Step::all(DEVICES) {
                let mut longer = steps.clone();
                longer.push(step);
                if is_left_out(&longer, self.bounds) || !may_be(self.start, &longer) || !self.has_turn(longer.len()) {
                    continue;
                }
                if self.world(&longer).await {
                    self.beyond(longer).await;
                }
            }
        })
    }

    /// Whether it is this share's turn, where the shares part.
    fn has_turn(&mut self, length: usize) -> bool {
        if length != 2 {
            return true;
        }
        self.forks += 1;
        self.forks % self.share.of == self.share.number
    }

    /// Plays a world whose end no other has, and judges it; whether there may be more beyond it.
    async fn world(&mut self, steps: &[Step]) -> bool {
        // The worlds of one step are every share's way, and the first one's to judge.
        if !has_an_end_of_its_own(steps) || (steps.len() == 1 && self.share.number > 0) {
            return true;
        }
        let (came, wrong, lines) = play(&self.beginning, self.start, steps).await;
        if came == Came::Nothing {
            self.found.equal += 1;
            return false;
        }
        self.found.judged += 1;
        if wrong.is_empty() {
            return true;
        }
        self.found.wrong.push(Wrong { code: code(self.start, steps), wrong, lines });
        false
    }
}

/// Whether a world of these steps is no world of ours, or equal to one whose steps come in another order.
fn is_left_out(steps: &[Step], Bounds { deeds, lost }: Bounds) -> bool {
    let Some((last, before)) = steps.split_last() else { return true };
    let count = |of: fn(&Step) -> bool| steps.iter().filter(|step| of(step)).count();
    let done = count(|step| step.is_deed());
    let most_syncs = if done == 1 || done == deeds { SYNCS_AFTER_THE_FIRST } else { SYNCS };
    if done > deeds
        || done == 0
        || last_syncs(steps).len() > most_syncs
        || count(|step| matches!(step, Step::Lost(_))) > lost
    {
        return true;
    }
    // The device that only a copy makes is nobody's before that.
    let copies = before.iter().filter(|step| matches!(step, Step::Copy(_))).count();
    if last.device().is_some_and(|place| place >= 2 + copies) {
        return true;
    }
    let Some(previous) = before.last() else { return false };
    // A second clean sync at once moves nothing.
    let is_again = !last.is_deed() && matches!((previous, last), (Step::Sync(one), Step::Sync(other)) if one == other);
    is_again || (last.is_apart_from(*previous) && last < previous)
}

/// The syncs at the end of the steps, and whether a step before them is a deed.
fn last_syncs(steps: &[Step]) -> &[Step] {
    let syncs = steps.iter().rev().take_while(|step| !step.is_deed()).count();
    &steps[steps.len() - syncs..]
}

/// The clean syncs after the last deed or lost answer.
fn clean_end(steps: &[Step]) -> &[Step] {
    let syncs = last_syncs(steps);
    let clean = syncs.iter().rev().take_while(|step| matches!(step, Step::Sync(_))).count();
    &syncs[syncs.len() - clean..]
}

/// Whether its end is that of no shorter world. At the end the devices sync in turn, from the first on: a sync of the
/// first just before is its beginning already; and where there are but two, so is every second sync in turn.
fn has_an_end_of_its_own(steps: &[Step]) -> bool {
    let has_copy = steps.iter().any(|step| matches!(step, Step::Copy(_)));
    match clean_end(steps) {
        [] => true,
        [Step::Sync(one)] => *one > 0,
        [.., Step::Sync(last)] => has_copy && *last > 0,
        _ => false,
    }
}

/// Whether the last of the steps can be anything at all, as far as that is known without playing it: a deed that this
/// record and this person have, and a sync with something to bring up or down.
fn may_be(start: Start, steps: &[Step]) -> bool {
    let Some((last, before)) = steps.split_last() else { return false };
    match last {
        Step::Done(_) => start == Start::Draft,
        Step::Set(_) => matches!(start, Start::Visit | Start::Draft),
        Step::Withdraw(_) => start == Start::Visit || (start == Start::Draft && before.iter().any(is_done)),
        Step::Give(_) => start == Start::FollowUp,
        Step::Reword(_) => start == Start::Visit || start == Start::Note || before.iter().any(is_done),
        Step::Revoke(_) | Step::Move(_) => start != Start::Draft,
        // Where both devices are Amina's, nobody would be left to see the record.
        Step::Attribute => start != Start::Draft,
        Step::Sync(place) | Step::Lost(place) | Step::Restart(place) => {
            let known = Known::after(before);
            let has_unsent = known.unsent[*place];
            has_unsent || (matches!(last, Step::Sync(_)) && known.behind[*place])
        }
        Step::Edit(_) | Step::Erase(_) | Step::Copy(_) | Step::Restore => true,
    }
}

fn is_done(step: &Step) -> bool {
    matches!(step, Step::Done(_))
}

/// What can be known of the devices without playing: where something may be unsent, and what may be new to whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Known {
    unsent: [bool; DEVICES],
    behind: [bool; DEVICES],
}

impl Known {
    fn after(steps: &[Step]) -> Self {
        let mut known = Self::default();
        for step in steps {
            match *step {
                Step::Sync(place) | Step::Lost(place) | Step::Restart(place) => {
                    let is_answered = matches!(step, Step::Sync(_));
                    if known.unsent[place] {
                        known.behind = [true; DEVICES];
                        known.unsent[place] = !is_answered;
                    }
                    known.behind[place] = !is_answered;
                }
                Step::Attribute => known.behind = [true; DEVICES],
                Step::Restore | Step::Copy(_) => {
                    (known.unsent, known.behind) = ([true; DEVICES], [true; DEVICES]);
                }
                Step::Edit(place)
                | Step::Set(place)
                | Step::Done(place)
                | Step::Withdraw(place)
                | Step::Reword(place)
                | Step::Erase(place)
                | Step::Give(place)
                | Step::Revoke(place)
                | Step::Move(place) => known.unsent[place] = true,
            }
        }
        known
    }
}

/// Plays a world from its beginning: what came of its last step, and, where it is judged, what was wrong at its end.
async fn play(beginning: &Beginning, start: Start, steps: &[Step]) -> (Came, Vec<String>, Vec<String>) {
    let mut world = beginning.world().await;
    let played = AssertUnwindSafe(async {
        let mut settled = vec![true; world.devices.len()];
        for step in steps {
            if deed::take(&mut world, start, beginning.record, *step, &mut settled).await == Came::Nothing {
                return Came::Nothing;
            }
        }
        if world.judge.wrong.is_empty() {
            // What a new device gets of a log is looked at after one deed; after more it would be half of the time.
            let deeds = steps.iter().filter(|step| step.is_deed()).count();
            ending::with(&mut world, deeds < 2).await;
        }
        Came::Something
    });
    let came = match played.catch_unwind().await {
        Ok(came) => came,
        Err(_) => {
            world.judge.blame("it panicked".to_owned());
            Came::Something
        }
    };
    world.office.stop().await;
    (came, std::mem::take(&mut world.judge.wrong), world.trace.lines().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Bounds = Bounds { deeds: 2, lost: 1 };

    #[test]
    fn a_sync_that_has_nothing_to_bring_is_none() {
        let edit = Step::Edit(0);
        assert!(
            may_be(Start::Visit, &[edit, Step::Sync(0)]) && may_be(Start::Visit, &[edit, Step::Sync(0), Step::Sync(1)])
        );
        assert!(!may_be(Start::Visit, &[edit, Step::Sync(1)]));
        assert!(!may_be(Start::Visit, &[edit, Step::Sync(0), Step::Lost(0)]));
        assert!(may_be(Start::Visit, &[edit, Step::Lost(0), Step::Sync(0)]));
        assert!(may_be(Start::Visit, &[edit, Step::Lost(0), Step::Sync(1)]));
    }

    #[test]
    fn of_two_orders_of_deeds_apart_one_is_left_out() {
        let (kari, amina) = (Step::Edit(0), Step::Set(1));
        assert!(kari.is_apart_from(amina));
        assert_ne!(is_left_out(&[kari, amina], ALL), is_left_out(&[amina, kari], ALL));
        let (edit, set) = (Step::Edit(1), Step::Set(1));
        assert!(!is_left_out(&[edit, set], ALL) && !is_left_out(&[set, edit], ALL));
    }

    #[test]
    fn an_end_that_begins_as_every_end_does_is_not_judged_twice() {
        assert!(has_an_end_of_its_own(&[Step::Edit(0)]));
        assert!(!has_an_end_of_its_own(&[Step::Edit(0), Step::Sync(0)]));
        assert!(has_an_end_of_its_own(&[Step::Edit(0), Step::Sync(1)]));
        assert!(has_an_end_of_its_own(&[Step::Edit(0), Step::Lost(0)]));
        assert!(!has_an_end_of_its_own(&[Step::Edit(0), Step::Sync(1), Step::Sync(0)]));
    }

    #[test]
    fn what_shares_print_adds_up() {
        let mut sum = Sum::default();
        sum.add("Visit: 3 worlds explored, 5 more are equal to one of them\nworld failed: Visit: Edit(0) | lost\n");
        sum.add("Visit: 4 worlds explored, 0 more are equal to one of them\n");
        assert_eq!((sum.worlds(), sum.equal), (7, 5));
        assert_eq!(sum.wrong, ["world failed: Visit: Edit(0) | lost"]);
    }

    #[test]
    fn a_code_is_read_as_it_is_written() {
        let steps = vec![Step::Reword(1), Step::Lost(1), Step::Attribute, Step::Sync(0)];
        assert_eq!(of_code(&code(Start::Note, &steps)), Some((Start::Note, steps)));
        assert_eq!(of_code("Visit: Nothing(4)"), None);
    }
}
