//! The end: everybody has a network, nothing goes wrong any more, and all sync until nothing moves. Then everything is
//! compared: the replicas of those who may see the same with each other and with the server, and all of it with what
//! should be true.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_client::SyncReport;
use footbridge_client::key::StoreKey;
use footbridge_model::{Clock, DocumentId, PersonId};
use footbridge_server::checking;
use footbridge_store::{Store, outbox, records};
use footbridge_text::Language;
use serde_json::Value;

use crate::beside::{self, Happening};
use crate::device::Ended;
use crate::judge::KINDS;
use crate::judge::said::{Excused, Said};
use crate::world::{World, invite_further};

/// The network is quiet after so many rounds, or never.
const ROUNDS: usize = 12;

/// Lets everything settle, has somebody take a new device, and has the judge compare it all.
pub async fn of(world: &mut World) {
    with(world, true).await;
}

/// The same, with a new device or without.
pub(crate) async fn with(world: &mut World, has_new_device: bool) {
    settle(world).await;
    if !world.judge.wrong.is_empty() {
        return;
    }
    let now = world.office.clock.now().0;
    for device in &world.devices {
        device.clock.set(now);
    }
    if world.beside.has(Happening::Expiring) {
        beside::expire(world).await;
        settle(world).await;
    }
    if has_new_device {
        fresh_device(world).await;
    }
    replicas(world).await;
    who_sees_what(world);
    everything_said(world);
    search(world);
    let checked = checking::check(world.office.state()).await.expect("the server looks at itself");
    if !checked.damaged.is_empty() || checked.scopes_mended > 0 {
        world.judge.blame(format!("the server finds fault with itself: {checked:?}"));
    }
}

/// Everybody syncs until a whole round moves nothing.
async fn settle(world: &mut World) {
    for (place, request) in std::mem::take(&mut world.held) {
        world.carry(place, &request, None).await;
        world.counts.count("reorder");
    }
    for place in 0..world.devices.len() {
        world.devices[place].is_online = true;
        world.finish(place).await;
    }
    let mut moving = String::new();
    for round in 0..ROUNDS {
        moving.clear();
        for place in 0..world.devices.len() {
            world.pass(60 * 1000);
            let report = sync(world, place).await;
            match report {
                Some(SyncReport { pushed: 0, pulled: 0, repaired: 0, .. }) | None => {}
                Some(report) => moving = format!("device {place}: {report:?}"),
            }
        }
        world.trace.line(format!("round {round}: {moving}"));
        if moving.is_empty() || !world.judge.wrong.is_empty() {
            return;
        }
    }
    world.judge.blame(format!("the network is never quiet: {moving}"));
}

/// A whole sync, or a join first; nothing where the device belongs to nobody any more.
async fn sync(world: &mut World, place: usize) -> Option<SyncReport> {
    if world.devices[place].person.is_none() {
        world.devices[place].begin_join();
        world.finish(place).await;
    }
    world.devices[place].begin_sync();
    for _ in 0..500 {
        match world.devices[place].go_on() {
            Some(Ended::Synced(Ok(report))) => {
                world.nothing_was_repaired(place, &report);
                return Some(report);
            }
            Some(Ended::Synced(Err(error))) => {
                let line = world.failed("sync", &error);
                world.trace.line(format!("device {place}: {line}"));
                let is_allowed = ["refused: not_joined", "refused: revoked"].iter().any(|end| line.ends_with(end));
                if !is_allowed {
                    world.judge.blame(format!("device {place} cannot sync at the end: {line}"));
                }
                return None;
            }
            Some(Ended::Joined(_) | Ended::Looked(_)) => return None,
            None => {}
        }
        let Some(letter) = world.devices[place].mailbox.take() else {
            world.judge.blame(format!("device {place} waits for nothing in the middle of a sync"));
            return None;
        };
        world.deliver(place, letter).await;
    }
    world.judge.blame(format!("device {place} never ends its sync"));
    None
}

/// Devices that have rights, with their persons.
fn active(world: &World) -> Vec<(usize, PersonId)> {
    let with_rights = |place: usize| {
        let installation = world.judge.installations.get(&place)?;
        let person = world.judge.person_of(place)?;
        let is_joined = world.devices[place].footbridge().status(Language::English).is_ok_and(|status| status.joined);
        (world.judge.truth.is_active(*installation) && is_joined).then_some((place, person))
    };
    (0..world.devices.len()).filter_map(with_rights).collect()
}

/// A coordinator takes a new device and gets everything from the beginning: it must be what the others have.
async fn fresh_device(world: &mut World) {
    let coordinators = world.judge.truth.people.iter();
    let coordinator = coordinators
        .filter(|(person, standing)| world.judge.truth.is_coordinator(**person) && !standing.is_revoked)
        .map(|(person, _)| *person)
        .next();
    let Some(person) = coordinator else { return };
    let url = invite_further(&world.office, person).await;
    world.add_device(url);
    let place = world.devices.len() - 1;
    sync(world, place).await;
    sync(world, place).await;
    world.devices[place].clock.set(world.office.clock.now().0);
}

/// What of a record is compared between devices.
fn told(world: &World, place: usize, id: DocumentId) -> Option<Value> {
    let footbridge = world.devices[place].footbridge();
    let mut shown = footbridge.show(id).ok()?;
    let timeline = footbridge.timeline(id, 1000, None).map(|page| page.items).unwrap_or_default();
    shown.insert("timeline".to_owned(), timeline.into_iter().map(Value::from).collect());
    Some(shown.into())
}

/// Equal documents, equal rows, on all devices and on the server. What codes show follows from their bytes alone, and
/// there are a hundred: their bytes are compared and no more.
async fn replicas(world: &mut World) {
    let mut first: BTreeMap<DocumentId, (usize, Value)> = BTreeMap::new();
    for (place, person) in active(world) {
        let path = world.devices[place].folder.join("footbridge.db");
        let store = Store::open(&path, &KEY).expect("a store");
        let kinds = KINDS.iter().chain(&["programme", "code", "person"]);
        let rows: Vec<_> =
            kinds.flat_map(|kind| store.read(|snapshot| records::all_of(snapshot, kind)).expect("rows")).collect();
        let ids: Vec<DocumentId> = rows.iter().map(|row| row.id).collect();
        let at_the_server = world.office.documents(ids).await;
        for (row, at_the_server) in rows.iter().zip(at_the_server) {
            let (id, kind) = (row.id, &row.projection.kind);
            if is_set_aside(world, place, id) || is_left_over(world, person, id) {
                continue;
            }
            let stored = row.document().expect("a document that can be read");
            if kind == "code" && at_the_server.is_none() && is_nobodys_to_give_back(world, person) {
                continue;
            }
            if stored.is_some() && stored != at_the_server {
                world.judge.blame(format!("device {place} has other bytes of {kind} {id} than the server"));
            }
            if kind == "code" {
                continue;
            }
            let Some(shown) = told(world, place, id) else {
                world.judge.blame(format!("device {place} has {id} and does not show it"));
                continue;
            };
            match first.get(&id) {
                None => {
                    first.insert(id, (place, shown));
                }
                Some((other, before)) if *before != shown => {
                    let what = format!("devices {other} and {place} show {kind} {id} differently");
                    world.judge.blame(format!("{what}:\n{before}\n{shown}"));
                }
                Some(_) => {}
            }
        }
    }
}

/// Whether a code that a restored server has lost may stay on this person's device: only coordinators give codes back.
fn is_nobodys_to_give_back(world: &World, person: PersonId) -> bool {
    world.counts.of("server restored from a backup") > 0 && !world.judge.truth.is_coordinator(person)
}

/// The fields in which each answer is somebody's own.
const FIELDS: [(&str, &str); 6] = [
    ("visit", "place"),
    ("visit", "weather"),
    ("visit", "topics"),
    ("contact", "handle"),
    ("follow_up", "due"),
    ("note", "text"),
];

/// The key of every store here.
const KEY: [u8; 32] = [7; 32];

fn is_set_aside(world: &World, place: usize, id: DocumentId) -> bool {
    world.devices[place].footbridge().is_set_aside(id).unwrap_or(false)
}

/// Each device has what its person may see, and nothing else.
fn who_sees_what(world: &mut World) {
    for (place, person) in active(world) {
        let expected = world.judge.truth.seen_by(person);
        let all: BTreeSet<DocumentId> =
            KINDS.iter().flat_map(|kind| world.list(place, kind)).map(|item| id(&item)).collect();
        for id in expected.difference(&all) {
            world.judge.blame(format!("device {place} lacks {id}, which its person may see"));
        }
        for id in all.difference(&expected) {
            if !is_set_aside(world, place, *id) && !is_left_over(world, person, *id) {
                world.judge.blame(format!("device {place} has {id}, which its person may not see or which is gone"));
            }
        }
        for id in all.intersection(&expected) {
            facts(world, place, *id);
        }
    }
}

/// A restored server does not know any more that a record was hers to see; her device keeps what it has.
fn is_left_over(world: &World, person: PersonId, id: DocumentId) -> bool {
    world.judge.left_over.contains(&(person, id)) && !world.judge.truth.seen_by(person).contains(&id)
}

fn id(item: &footbridge_model::Fields) -> DocumentId {
    item["id"].as_str().and_then(|id| id.parse().ok()).expect("a record has an id")
}

/// What the server decided is what it said yes to.
fn facts(world: &mut World, place: usize, id: DocumentId) {
    let Some(known) = world.judge.truth.records.get(&id).cloned() else { return };
    let Ok(shown) = world.devices[place].footbridge().show(id) else { return };
    let text = |name: &str| shown.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut pairs = vec![("author", text("author"), known.author.map(|person| person.to_string()))];
    if known.kind == "follow_up" {
        pairs.push(("given_to", text("given_to"), known.given_to.map(|person| person.to_string())));
        pairs.push(("open_to", text("open_to"), known.open_to.clone()));
        let state = if known.is_closed { "closed" } else { "open" };
        pairs.push(("state", text("state"), Some(state.to_owned())));
    }
    for (name, shown, known) in pairs {
        if shown != known && !is_set_aside(world, place, id) {
            world.judge.blame(format!("device {place} shows {name} of {id} as {shown:?}, and it is {known:?}"));
        }
    }
}

/// Everything that was said is shown, or was seen by whoever said something else; or there is a reason.
fn everything_said(world: &mut World) {
    let on_everything: Vec<(usize, PersonId)> = active(world);
    let mut shown: BTreeMap<(DocumentId, &str), BTreeSet<String>> = BTreeMap::new();
    let mut anywhere: BTreeSet<String> = BTreeSet::new();
    for said in world.judge.words.all() {
        shown.entry((said.record, said.field)).or_default();
    }
    for (place, person) in &on_everything {
        for kind in KINDS {
            for item in world.list(*place, kind) {
                let record = id(&item);
                if is_left_over(world, *person, record) {
                    continue;
                }
                for field in FIELDS.iter().filter(|(of, _)| *of == kind).map(|(_, field)| *field) {
                    let answers = world.answers(*place, record, field);
                    anywhere.extend(answers.iter().cloned());
                    // What is set aside stands on its own device alone.
                    if !is_set_aside(world, *place, record) {
                        shown.entry((record, field)).or_default().extend(answers);
                    }
                }
            }
        }
    }
    let all = world.judge.words.all().to_vec();
    let arrived = world.judge.truth.arrived.clone();
    for (place, said) in all.iter().enumerate() {
        if !arrived.contains(&place) {
            not_arrived(world, place, said);
        }
    }
    for ((record, field), answers) in &shown {
        answers_of(world, (*record, field), answers, &anywhere);
    }
}

/// Something was said that the server does not have.
fn not_arrived(world: &mut World, place: usize, said: &Said) {
    let Said { record, device, value, .. } = said;
    let erased = |id: DocumentId| world.judge.truth.erased.contains(&id);
    let is_erased = erased(*record) || world.judge.parents.get(record).copied().is_some_and(erased);
    if said.excused.is_some() || is_erased {
        return;
    }
    let handed_over = world.judge.truth.quarantine.values().flatten().any(|item| world.judge.holds(item, value));
    let is_retired = world.devices.get(*device).is_some() && world.is_retired(*device);
    let went_with_it = is_retired && (said.in_draft || world.judge.was_wiped(*device));
    // The server lost it, and she who had it lost her rights before she could give it back.
    let person = world.judge.person_of(*device);
    let has_moved = person.is_none_or(|person| world.judge.moved.contains(&person)) || is_retired;
    let was_left_to_it = world.judge.lost_once.contains(&place) && has_moved;
    if handed_over || went_with_it || was_left_to_it || lies_aside(world, said) {
        return;
    }
    // The words of a draft, those that were taken back before they were sent, and those in whose place their own
    // device put others before both were made again on a reworded record, travel no more.
    if travels_no_more(world, place) {
        return;
    }
    world.judge.blame(format!("what was said is lost: {place} {said:?}"));
}

/// Whether somebody put other words in the place of these while they were a draft, or took them back.
fn travels_no_more(world: &World, place: usize) -> bool {
    let words = world.judge.words.all();
    let Some(said) = words.get(place) else { return false };
    let is_reworded = words.iter().any(|other| other.is_rewording && other.record == said.record);
    let hers = same_installation(world, said.device);
    words.iter().enumerate().filter(|(_, other)| other.saw.contains(&place)).any(|(later, other)| {
        let is_unsent = !world.judge.truth.arrived.contains(&later);
        let is_made_again = is_reworded && !is_unsent && hers.contains(&other.device);
        said.in_draft || other.is_rewording || is_made_again || (is_unsent && travels_no_more(world, later))
    })
}

/// Whether words that the server would not take lie set aside on the device that took them. A device that could not
/// join has everything so.
fn lies_aside(world: &World, said: &Said) -> bool {
    same_installation(world, said.device).into_iter().any(|device| {
        let store = Store::open(&world.devices[device].folder.join("footbridge.db"), &KEY).expect("a store");
        let waiting = store.read_locked(|snapshot| outbox::of(snapshot, said.record)).expect("what waits");
        let could_join = world.devices[device].person.is_some();
        if !could_join && world.answers(device, said.record, said.field).contains(&said.value) {
            return true;
        }
        waiting.iter().any(|item| {
            (item.refused.is_some() || !could_join)
                && memchr::memmem::find(&item.payload, said.value.as_bytes()).is_some()
        })
    })
}

fn same_installation(world: &World, device: usize) -> Vec<usize> {
    let installation = world.judge.installations.get(&device);
    let same = |other: &usize| {
        *other == device || (installation.is_some() && world.judge.installations.get(other) == installation)
    };
    (0..world.devices.len()).filter(same).collect()
}

/// The answers that are shown in a field are those that nobody who said something else there had seen.
fn answers_of(
    world: &mut World,
    (record, field): (DocumentId, &str),
    answers: &BTreeSet<String>,
    anywhere: &BTreeSet<String>,
) {
    let drafts = &world.judge.truth.drafts;
    let has_device = |person| active(world).iter().any(|(_, other)| *other == person);
    let is_there = world.judge.truth.records.contains_key(&record)
        || drafts.get(&record).is_some_and(|draft| has_device(draft.person));
    let words = &world.judge.words;
    let of_field = |said: &Said| said.record == record && said.field == field;
    let all = words.all().iter().enumerate();
    let places: BTreeSet<usize> = all.filter(|(_, said)| of_field(said)).map(|(place, _)| place).collect();
    let present: BTreeSet<usize> = places.intersection(&world.judge.truth.arrived).copied().collect();
    let standing = words.standing(&present);
    let said_at = |place: &usize| words.all().get(*place);
    let mut wrong = Vec::new();
    if is_there {
        for said in standing.iter().filter_map(said_at) {
            let is_somewhere = answers.contains(&said.value) || (said.in_draft && anywhere.contains(&said.value));
            let is_excused = matches!(said.excused, Some(Excused::ThrownAway | Excused::TakenBack));
            if !is_somewhere && !is_excused && !is_reworded_by_herself(world, said) {
                wrong.push(format!("an answer that the server took is not shown: {said:?}; shown are {answers:?}"));
            }
        }
    }
    let values: BTreeSet<&str> = standing.iter().filter_map(said_at).map(|said| said.value.as_str()).collect();
    let is_strict = !world.judge.loosened.contains(&record);
    for answer in answers.iter().filter(|answer| answer.starts_with(['q', '2'])) {
        let said: Vec<&Said> = words.all().iter().filter(|said| said.value == *answer).collect();
        // An answer that somebody chose later as well was not seen by all who saw the first.
        let is_once = said.len() == 1 && said.iter().all(|said| !said.in_draft);
        if said.is_empty() {
            wrong.push(format!("{field} of {record} shows {answer}, which nobody said"));
        } else if is_strict && is_once && !values.contains(answer.as_str()) && !was_lost_beneath(world, answer) {
            wrong.push(format!("{field} of {record} shows {answer}, in whose place somebody put another answer"));
        }
    }
    for what in wrong {
        world.judge.blame(what);
    }
}

/// Whether a restored server lost an answer while those who put another in its place were nobody who may give it back:
/// theirs was made again on what the server had, and both stand.
fn was_lost_beneath(world: &World, answer: &str) -> bool {
    let (words, judge) = (world.judge.words.all(), &world.judge);
    let places = (0..words.len()).filter(|place| words[*place].value == answer);
    places.filter(|place| judge.lost_once.contains(place)).any(|place| {
        let mut others = words.iter().filter(|other| other.saw.contains(&place));
        others.all(|other| {
            let (by, whose) = (judge.person_of(other.device), judge.person_of(words[place].device));
            let may = by.is_some_and(|by| judge.truth.is_coordinator(by) && !judge.moved.contains(&by));
            !may && by != whose
        })
    })
}

/// Whether the person who said it took earlier wording of that record back on a device that had not heard of it.
fn is_reworded_by_herself(world: &World, said: &Said) -> bool {
    let person = world.judge.person_of(said.device);
    let hers = |other: &&Said| other.is_rewording && other.record == said.record && other.value != said.value;
    world.judge.words.all().iter().filter(hers).any(|other| world.judge.person_of(other.device) == person)
}

/// The search finds a word where it is shown, and nowhere else.
fn search(world: &mut World) {
    for (place, _) in active(world) {
        let mut expected: BTreeMap<String, BTreeSet<DocumentId>> = BTreeMap::new();
        for (kind, field) in [("visit", "place"), ("contact", "handle"), ("note", "text")] {
            for item in world.list(place, kind) {
                let text = item.get(field).and_then(Value::as_str).unwrap_or_default();
                for word in text.split_whitespace().filter(|word| word.starts_with('q')) {
                    expected.entry(word.to_owned()).or_default().insert(id(&item));
                }
            }
        }
        let words: BTreeSet<String> = world.judge.words.all().iter().map(|said| said.value.clone()).collect();
        for word in words.iter().filter(|word| word.starts_with('q')) {
            let found = world.devices[place].footbridge().search(word, 100, None).expect("a search");
            let found: BTreeSet<DocumentId> =
                found.items.iter().filter(|item| item["record"] != "code").map(id).collect();
            let expected = expected.get(word).cloned().unwrap_or_default();
            // Other answers to the same question are found as well.
            if !expected.is_subset(&found) || found.iter().any(|id| !shows(world, place, *id, word)) {
                let shown: Vec<_> = found.iter().map(|id| told(world, place, *id)).collect();
                let what = format!("device {place} finds {word} in {found:?}, and it is in {expected:?}");
                world.judge.blame(format!("{what}; what it found is shown as {shown:?}"));
            }
        }
    }
}

fn shows(world: &World, place: usize, id: DocumentId, word: &str) -> bool {
    let has = |field: &&str| world.answers(place, id, field).contains(word);
    ["place", "handle", "text"].iter().any(has)
}

/// The stores are opened with this key.
pub fn key() -> StoreKey {
    StoreKey::from_bytes(KEY)
}
