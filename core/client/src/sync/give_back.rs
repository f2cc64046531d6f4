//! Giving back what the server has lost. Called by a sync that meets another life of the server's database
//! (another epoch), and by a pull that learns in the middle of it. Page by page: what was written here, and
//! on other devices of hers, and her own record go into the outbox and up before anything is pulled, for a
//! pull would put the server's older state in its place; a coordinator's device gives back what others wrote
//! as well, marked so. Invariant: how far it has come is durable with what was put into the outbox, so that a sync that
//! breaks off goes on there; what others wrote is never made again by this device's hand.

use std::collections::BTreeSet;

use footbridge_model::document::{self, ChangeInfo, GIVEN_ONCE};
use footbridge_model::{Actor, Command, Facts, Kind, PersonId, RandomSource, Recipient, Role, Timestamp};
use footbridge_protocol::ErrorCode;
use footbridge_store::outbox::{self, Intent, ItemKind, OutboxRow};
use footbridge_store::records::{self, Filter, Place, RecordRow};
use footbridge_store::{Snapshot, Store, Writing, actors, meta};

use super::{Run, push};
use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::recording::{self, Ground};

/// How far it has come: the kind, and the place in the list of its records.
const GIVING_BACK: &str = "giving_back";

/// Until everything was pulled once: what the server decided before, and does not know any more, is asked again.
const ASKING_AGAIN: &str = "asking_again";

/// Whether a server of this device has ever been found to have lost something.
const WAS_RESET: &str = "was_reset";

/// Set while the server does not know this device, though it once joined there.
const UNKNOWN_THERE: &str = "unknown_there";

/// With these codes a server refuses what stands on something that it does not have.
pub(super) const WANTS_GROUND: [ErrorCode; 2] = [ErrorCode::NotFound, ErrorCode::MissingDeps];

/// So many records at once.
const PAGE: usize = 200;

/// What something can be on comes before it.
const KINDS: [Kind; 7] =
    [Kind::Programme, Kind::Person, Kind::Code, Kind::Contact, Kind::Visit, Kind::Note, Kind::FollowUp];

/// The server has lost something: from now on everything counts as unsent until it was given back. What was
/// set aside is tried again.
pub(crate) fn begin(writing: &Writing<'_>) -> Result<(), FootbridgeError> {
    outbox::try_again(writing)?;
    meta::set(writing, WAS_RESET, &[])?;
    meta::set(writing, ASKING_AGAIN, &[])?;
    Ok(meta::set(writing, GIVING_BACK, &written(0, None))?)
}

/// Whether a server that says so does not know this device, though this device was told before that it does.
pub(crate) fn knows_nothing_of_it(code: &str) -> bool {
    [ErrorCode::UnknownDevice, ErrorCode::WrongServer].iter().any(|unknown| unknown.name() == code)
}

/// The server does not know this device any more: it was restored from a backup of before the join, or it is another
/// one. What this server has not confirmed counts as unsent: all that is this person's goes into the outbox, drafts
/// included, and leaves it by the server's answers alone. What others wrote is given back once this device belongs
/// there again.
pub(crate) fn count_as_unsent(
    writing: &Writing<'_>,
    membership: &Membership,
    now: Timestamp,
) -> Result<(), FootbridgeError> {
    if is_unknown_there(writing)? {
        return Ok(());
    }
    let own = identity::own_actors(writing)?;
    for of in KINDS {
        let mut after = None;
        loop {
            let author = Some(membership.person);
            let filter = Filter { kind: of.name().to_owned(), after, author, ..Filter::default() };
            let rows = records::list(writing, &filter, PAGE)?;
            let Some(last) = rows.last() else { break };
            after = Some(Place { sort_at: last.sort_at, number: last.number });
            // Her own record is the server's to make.
            for row in rows.iter().filter(|_| of != Kind::Person) {
                one(writing, membership, &own, row, now)?;
            }
        }
    }
    Ok(meta::set(writing, UNKNOWN_THERE, &[])?)
}

/// Whether the server did not know this device, the last time.
pub(crate) fn is_unknown_there(snapshot: &Snapshot<'_>) -> Result<bool, FootbridgeError> {
    Ok(meta::get(snapshot, UNKNOWN_THERE)?.is_some())
}

/// The server knows this device (again).
pub(super) fn is_known_again(writing: &Writing<'_>) -> Result<(), FootbridgeError> {
    Ok(meta::remove(writing, UNKNOWN_THERE)?)
}

/// How many records are perhaps on this device alone: those with something unsent, and, where the server does not know
/// this device, all that it would give back.
pub(crate) fn only_here(snapshot: &Snapshot<'_>) -> Result<u64, FootbridgeError> {
    let is_coordinator = identity::membership(snapshot)?.is_some_and(|me| me.role == Role::Coordinator);
    if is_coordinator && is_unknown_there(snapshot)? {
        return Ok(outbox::count_records_and_copies(snapshot)?);
    }
    Ok(outbox::count_records(snapshot)?)
}

/// Gives back whatever is still to be given back.
pub(super) async fn everything(run: &Run<'_>) -> Result<(), FootbridgeError> {
    let inner = &run.footbridge.inner;
    let now = inner.now();
    while inner.store.read(|snapshot| meta::get(snapshot, GIVING_BACK))?.is_some()
        && inner.store.write(|writing| page(writing, &run.membership, now))?
    {
        // What must be made again stays in the outbox for the rounds that follow.
        push::everything(run).await?;
    }
    Ok(())
}

/// Whether a server that lost something is still being pulled for the first time.
pub(super) fn is_asking_again(writing: &Writing<'_>) -> Result<bool, FootbridgeError> {
    Ok(meta::get(writing, ASKING_AGAIN)?.is_some())
}

/// Whether this device may hold a later generation of a document than its server: one that lost nothing only ever goes
/// forward, and what said otherwise before was a lie.
pub(crate) fn may_hold_later(writing: &Writing<'_>) -> Result<bool, FootbridgeError> {
    Ok(meta::get(writing, WAS_RESET)?.is_some())
}

/// Everything was pulled: what the server says from now on is newer than what this device knew.
pub(super) fn asked_again(store: &Store) -> Result<(), FootbridgeError> {
    if store.read(|snapshot| meta::get(snapshot, ASKING_AGAIN))?.is_some() {
        store.write(|writing| meta::remove(writing, ASKING_AGAIN))?;
    }
    Ok(())
}

/// A follow-up that was closed or given, as this device was told, and is so no more on a server that lost
/// something: that is asked again. By coordinators, and by her who closed it; nothing is ever opened or taken
/// from somebody by this.
pub(super) fn decisions(
    writing: &Writing<'_>,
    ground: &Ground,
    random: &dyn RandomSource,
    row: &RecordRow,
    theirs: &Facts,
) -> Result<(), FootbridgeError> {
    let (Some(Kind::FollowUp), Some(membership)) = (row.projection.known_kind(), &ground.membership) else {
        return Ok(());
    };
    let ours = &row.facts;
    let is_coordinator = membership.role == Role::Coordinator;
    let mut lost = Vec::new();
    if is_coordinator && theirs.given_to.is_none() && theirs.open_to.is_none() && !theirs.is_closed() {
        let to = ours.given_to.map(Recipient::Person).or_else(|| ours.open_to.clone().map(Recipient::District));
        lost.extend(to.map(|to| (Command::Give { to, seen: None }, ground.now)));
    }
    if ours.is_closed() && !theirs.is_closed() && (is_coordinator || ours.closed_by == Some(membership.person)) {
        let at = ours.closed_at.unwrap_or(ground.now);
        lost.push((Command::Close { outcome: ours.outcome.clone() }, at));
    }
    let waiting = outbox::of(writing, row.id)?;
    if waiting.iter().any(|item| item.item == ItemKind::Command) {
        // What she asked last holds.
        return Ok(());
    }
    for (command, at) in lost {
        let mut name = vec![0; 16];
        random.fill(&mut name);
        let payload = serde_json::to_vec(&command).map_err(|_| FootbridgeError::damaged())?;
        outbox::add(writing, &recording::waiting(row.id, ItemKind::Command, payload, None, name, at))?;
    }
    Ok(())
}

/// Puts the next page into the outbox. False where nothing is left.
fn page(writing: &Writing<'_>, membership: &Membership, now: Timestamp) -> Result<bool, FootbridgeError> {
    let Some(stored) = meta::get(writing, GIVING_BACK)? else { return Ok(false) };
    let (mut kind, mut after) = read(&stored).ok_or_else(FootbridgeError::damaged)?;
    let own = identity::own_actors(writing)?;
    while let Some(of) = KINDS.get(usize::from(kind)) {
        let filter = Filter { kind: of.name().to_owned(), after, ..Filter::default() };
        let rows = records::list(writing, &filter, PAGE)?;
        let Some(last) = rows.last() else {
            (kind, after) = (kind + 1, None);
            continue;
        };
        let next = Place { sort_at: last.sort_at, number: last.number };
        for row in &rows {
            one(writing, membership, &own, row, now)?;
        }
        meta::set(writing, GIVING_BACK, &written(kind, Some(next)))?;
        return Ok(true);
    }
    meta::remove(writing, GIVING_BACK)?;
    Ok(false)
}

fn one(
    writing: &Writing<'_>,
    membership: &Membership,
    own: &BTreeSet<Actor>,
    row: &RecordRow,
    now: Timestamp,
) -> Result<(), FootbridgeError> {
    let waiting = outbox::of(writing, row.id)?;
    // What is damaged is fetched anew after the pull.
    let Ok(document) = row.document() else { return Ok(()) };
    let Some(stored) = document else {
        // What the server had of it may be lost: it goes up as one that it does not know. Where the server has
        // another state, the pull brings that, and both are kept.
        records::set_draft_mark(writing, &RecordRow { draft_mark: None, ..row.clone() })?;
        if waiting.is_empty() {
            // Under the mark that it had there: the same state is then no other.
            let mark = row.draft_mark.unwrap_or_default().to_vec();
            outbox::add(writing, &recording::waiting(row.id, ItemKind::Draft, Vec::new(), None, mark, now))?;
        }
        return Ok(());
    };
    if waiting.iter().any(|item| item.item == ItemKind::Renewal) {
        // It makes the record where the server has lost it, and else what others said is looked at first.
        return Ok(());
    }
    let Ok(changes) = document::changes(&stored) else { return Ok(()) };
    // Her own record was made by the server, whose hand is nobody's.
    let is_about_her = row.id == membership.person.document();
    let mut hands = own.clone();
    for (info, _) in changes {
        let by = actors::person(writing, info.actor)?;
        let is_hers = by.map_or(is_about_her, |by| by == membership.person);
        if membership.role == Role::Coordinator || is_hers {
            hands.insert(info.actor);
        }
    }
    put_again(writing, row, &stored, &waiting, |info| hands.contains(&info.actor), |info| own.contains(&info.actor))
}

/// Puts the wanted changes of a record into the outbox, each after those it stands on, with those that wait
/// already in their place and the commands after them. An edit of `ours` keeps what was meant by it.
pub(super) fn put_again(
    writing: &Writing<'_>,
    row: &RecordRow,
    stored: &[u8],
    waiting: &[OutboxRow],
    wanted: impl Fn(&ChangeInfo) -> bool,
    ours: impl Fn(&ChangeInfo) -> bool,
) -> Result<(), FootbridgeError> {
    let changes = document::changes(stored)?;
    let missing: Vec<_> = changes.into_iter().filter(|(info, _)| wanted(info)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    outbox::remove_of(writing, row.id)?;
    for (info, change) in missing {
        let name = info.hash.0.to_vec();
        let again = match waiting.iter().find(|item| item.name == name) {
            Some(item) => with_its_ground(item),
            None => {
                let intent = if ours(&info) {
                    let (changes, seen) = (document::meant(stored, &info.hash)?, info.deps.clone());
                    Some(Intent { changes, seen, ..Intent::default() })
                } else {
                    None
                };
                recording::waiting(row.id, ItemKind::Change, change, intent, name, info.time)
            }
        };
        outbox::add(writing, &again)?;
    }
    let commands = waiting.iter().filter(|item| item.item == ItemKind::Command);
    commands.map(with_its_ground).try_for_each(|item| outbox::add(writing, &item))?;
    Ok(())
}

/// Something that waits, after what it stands on: where the server refused it for want of that, it goes up again.
fn with_its_ground(item: &OutboxRow) -> OutboxRow {
    let is_for_want_of_it = |code: &u32| WANTS_GROUND.iter().any(|wants| u32::from(wants.number()) == *code);
    OutboxRow { refused: item.refused.filter(|code| !is_for_want_of_it(code)), ..item.clone() }
}

/// What is said of a change beside itself.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub given_back: Option<bool>,
    pub author: Option<PersonId>,
    pub by: Option<PersonId>,
}

/// Another's change is marked as given back, with what this device was told of it; of her own, where the server has
/// lost something, the beginning of a record that it would else take for another's, or for one that it does not know.
pub(super) fn said_of(writing: &Writing<'_>, record: &RecordRow, change: &[u8]) -> Result<Said, FootbridgeError> {
    let (Ok(info), Some(me)) = (document::inspect_change(change), identity::membership(writing)?) else {
        return Ok(Said::default());
    };
    let author = record.facts.author;
    let is_own = identity::own_actors(writing)?.contains(&info.actor);
    let is_anothers = me.role == Role::Coordinator && author.is_some_and(|author| author != me.person);
    // A change that stands on nothing need not be what the record began with: an answer beside a fresh document is one.
    let begins = info.is_first() && GIVEN_ONCE.iter().any(|field| info.touched.contains(*field));
    let is_lost_beginning = begins && (record.generation > 0 || is_anothers) && may_hold_later(writing)?;
    if is_own && !is_lost_beginning {
        return Ok(Said::default());
    }
    let by = if is_own { Some(me.person) } else { actors::person(writing, info.actor)? };
    Ok(Said { given_back: Some(true), author, by })
}

fn written(kind: u8, after: Option<Place>) -> Vec<u8> {
    let mut bytes = vec![kind];
    if let Some(Place { sort_at, number }) = after {
        bytes.extend_from_slice(&sort_at.0.to_be_bytes());
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes
}

fn read(bytes: &[u8]) -> Option<(u8, Option<Place>)> {
    let (kind, rest) = bytes.split_first()?;
    let place = match rest.as_chunks::<8>() {
        ([], []) => None,
        ([sort_at, number], []) => {
            let sort_at = Timestamp(i64::from_be_bytes(*sort_at));
            Some(Place { sort_at, number: i64::from_be_bytes(*number) })
        }
        _ => return None,
    };
    Some((*kind, place))
}

#[cfg(test)]
mod tests {
    use footbridge_model::DocumentId;

    use super::*;

    #[test]
    fn what_was_refused_for_want_of_its_ground_waits_again_and_what_was_refused_for_itself_does_not() {
        let item =
            recording::waiting(DocumentId::from_bytes([1; 16]), ItemKind::Change, vec![], None, vec![], Timestamp(0));
        let again = |code: ErrorCode| {
            with_its_ground(&OutboxRow { refused: Some(u32::from(code.number())), ..item.clone() }).refused
        };
        assert_eq!((again(ErrorCode::NotFound), again(ErrorCode::MissingDeps)), (None, None));
        assert_eq!(again(ErrorCode::Forbidden), Some(u32::from(ErrorCode::Forbidden.number())));
    }

    #[test]
    fn how_far_it_has_come_is_read_as_it_was_written() {
        let place = Place { sort_at: Timestamp(-5), number: 7 };
        let same = |(kind, place): (u8, Option<Place>)| (kind, place.map(|place| (place.sort_at, place.number)));
        for (kind, after) in [(0, None), (6, Some(place))] {
            assert_eq!(read(&written(kind, after)).map(same), Some(same((kind, after))));
        }
        assert!(read(&[]).is_none() && read(&[1, 2]).is_none());
    }
}
