//! The judge: a model of what should be true, made of plain maps. It listens to what crosses the network and to what
//! people were told when they recorded, and knows neither Automerge nor the projection nor the policy. Invariant: what
//! it finds wrong is wrong by the words of the product, whatever the code says.

pub mod said;
pub mod truth;

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::{Command, DeviceId, DocumentId, PersonId, QuarantineId};
use footbridge_protocol::{
    Answer, DocumentsMessage, EnvelopeMessage, ErrorCode, Item, JoinMessage, JoinedMessage, PublicKey, PullMessage,
    PulledContent, PulledItem, PushedMessage, QuarantineMessage, StreamReader, decode, join, limits, pull, push,
    quarantine,
};

use sha2::{Digest, Sha256};

use crate::beside::NOTE_DAYS;
use crate::clock::DAY;
use crate::faults::Counts;
use crate::network::Answered;
use said::{Excused, Words};
use truth::{Draft, Joined, Known, Rights, Truth};

/// The kinds of record that people make.
pub const KINDS: [&str; 4] = ["visit", "contact", "note", "follow_up"];

/// What should be true, and what was found not to be.
#[derive(Clone, Default)]
pub struct Judge {
    /// What the server has said yes to.
    pub truth: Truth,
    /// What people said.
    pub words: Words,
    /// What a record is on, as it was made.
    pub parents: BTreeMap<DocumentId, DocumentId>,
    /// Which installation a device is, by its place.
    pub installations: BTreeMap<usize, DeviceId>,
    /// Whose standing has ever changed.
    pub moved: BTreeSet<PersonId>,
    /// Records on which the answers are not held to what was seen alone: an edit was made again on other ground.
    pub loosened: BTreeSet<DocumentId>,
    /// What the server had and lost, at any time.
    pub lost_once: BTreeSet<usize>,
    /// What somebody could see until the server was restored.
    pub left_over: BTreeSet<(PersonId, DocumentId)>,
    /// Devices whose owners send what is not theirs to send.
    pub hostile: BTreeSet<DeviceId>,
    /// When notes were recorded, by the clocks of their devices.
    pub recorded: BTreeMap<DocumentId, i64>,
    /// What the time is at the server.
    pub now: i64,
    received: BTreeMap<DocumentId, i64>,
    /// What was found wrong.
    pub wrong: Vec<String>,
    /// How often some things happened that only it sees.
    pub counts: Counts,
    /// What was heard since it was last asked, for the trace.
    pub heard: Vec<String>,
    wiped: BTreeSet<DeviceId>,
    keys: BTreeMap<DeviceId, PublicKey>,
    entries: BTreeMap<QuarantineId, (DeviceId, DocumentId)>,
    /// What is said in an item that came, by its digest: again it says the same, and not what another chose later.
    read: BTreeMap<[u8; 32], Vec<usize>>,
    refusals: BTreeMap<&'static str, u64>,
}

impl Judge {
    /// Says that something is wrong.
    pub fn blame(&mut self, what: String) {
        self.wrong.push(what);
    }

    /// How often the server refused an item, by the code.
    pub fn refusals(&self) -> &BTreeMap<&'static str, u64> {
        &self.refusals
    }

    /// The entries of the quarantine that a coordinator was shown and that are still there.
    pub fn entries(&self) -> Vec<DocumentId> {
        let is_there = |of: &(DeviceId, DocumentId)| self.truth.quarantine.contains_key(of);
        let there = self.entries.iter().filter(|(_, of)| is_there(of));
        there.map(|(entry, _)| DocumentId::from_bytes(*entry.as_bytes())).collect()
    }

    /// Whose a device is.
    pub fn person_of(&self, device: usize) -> Option<PersonId> {
        let installation = self.installations.get(&device)?;
        self.truth.devices.get(installation).map(|joined| joined.person)
    }

    /// Sees a request and what it was answered with. `device` is the place of the device that asked.
    pub fn witness(&mut self, device: usize, path: &str, body: &[u8], answered: &Answered) {
        if answered.status != 200 {
            return;
        }
        match path {
            join::PATH => self.joined(device, body, &answered.body),
            push::PATH => self.pushed(body, &answered.body),
            pull::PATH => {
                let messages = StreamReader::whole(&answered.body, pull::STREAM, 100_000).expect("a whole stream");
                for message in messages {
                    if let PullMessage::Frame(frame) = decode(&message).expect("a frame") {
                        self.given(device, &frame.items);
                    }
                }
            }
            pull::DOCUMENTS_PATH => {
                let documents: DocumentsMessage = decode(&answered.body).expect("documents");
                self.given(device, &documents.items);
            }
            quarantine::PATH => {
                let message: QuarantineMessage = decode(&answered.body).expect("the quarantine");
                if !self.person_of(device).is_some_and(|person| self.truth.is_coordinator(person)) {
                    self.blame("the quarantine was shown to somebody who is no coordinator".to_owned());
                }
                self.entries.extend(message.items.iter().map(|item| (item.id, (item.device, item.record))));
            }
            _ => {}
        }
    }

    fn joined(&mut self, place: usize, body: &[u8], answer: &[u8]) {
        let asked = JoinMessage::open(body).expect("a join that was taken");
        let told: JoinedMessage = decode(answer).expect("a join's answer");
        self.keys.insert(asked.device, asked.public_key);
        self.installations.insert(place, asked.device);
        let joined = Joined { person: told.person, rights: Rights::Hers };
        self.truth.devices.entry(asked.device).or_insert(joined);
    }

    /// Nothing may reach a device whose person may not see it.
    fn given(&mut self, device: usize, items: &[PulledItem]) {
        let Some(person) = self.person_of(device) else {
            return self.blame("records were given to a device that belongs to nobody".to_owned());
        };
        let is_active = self.installations.get(&device).is_some_and(|device| self.truth.is_active(*device));
        if !is_active {
            self.blame(format!("records were given to device {device} whose rights were taken away"));
        }
        for item in items {
            let is_hers = match &item.content {
                PulledContent::Document { .. } if KINDS.contains(&item.kind.as_str()) => {
                    self.truth.may_see(person, item.id)
                }
                PulledContent::Draft { body, on, .. } => self.is_her_draft(person, item.id, body, *on),
                PulledContent::Document { .. }
                | PulledContent::Left
                | PulledContent::Erased
                | PulledContent::Unreadable => true,
            };
            if !is_hers {
                self.blame(format!("{} {} reached device {device}, whose person may not see it", item.kind, item.id));
            }
        }
    }

    /// Whether a draft is hers: she sent it, or it is one that the server was never sent, and holds what she said in
    /// drafts and nothing else: what one device of hers typed in a draft that another made a record of.
    fn is_her_draft(&mut self, person: PersonId, id: DocumentId, body: &str, on: Option<DocumentId>) -> bool {
        if let Some(draft) = self.truth.drafts.get(&id) {
            return draft.person == person;
        }
        let is_in_it = |said: &&said::Said| memchr::memmem::find(body.as_bytes(), said.value.as_bytes()).is_some();
        let in_it: Vec<_> = self.words.all().iter().filter(is_in_it).collect();
        let is_hers = |said: &said::Said| said.in_draft && self.person_of(said.device) == Some(person);
        if self.truth.sent.contains(&id) || in_it.is_empty() || !in_it.iter().all(|said| is_hers(said)) {
            return false;
        }
        self.counts.count("draft kept beside its record");
        self.truth.drafts.insert(id, Draft { person, on });
        true
    }

    fn pushed(&mut self, body: &[u8], answer: &[u8]) {
        let Ok(sealed) = StreamReader::whole(body, push::STREAM, limits::PUSH_ENVELOPES) else { return };
        let told: PushedMessage = decode(answer).expect("the answer to a push");
        for (sealed, told) in sealed.iter().zip(told.envelopes) {
            let keys = &self.keys;
            if told.answer.is_taken() && !self.truth.envelopes.insert(Sha256::digest(sealed).into()) {
                // The same bytes again are given the same answers, and nothing is done.
                continue;
            }
            let Ok(envelope) = EnvelopeMessage::open(sealed, |device| keys.get(&device).copied()) else { continue };
            let answers: Vec<Answer> = told.items.into_iter().map(|item| item.answer).collect();
            if has_rejected_middle(&envelope.items, &answers) {
                self.counts.count("rejected in the middle of a chain");
            }
            for (item, answer) in envelope.items.iter().zip(answers) {
                self.answered(envelope.device, item, answer);
            }
        }
    }

    fn answered(&mut self, device: DeviceId, item: &Item, answer: Answer) {
        self.heard.push(format!("  {} {answer:?}", told(item)));
        if let Answer::Refused(code) = answer {
            *self.refusals.entry(code.name()).or_default() += 1;
        }
        let Some(person) = self.truth.devices.get(&device).map(|joined| joined.person) else {
            return self.blame("an item was taken from a device that never joined".to_owned());
        };
        match answer {
            Answer::Accepted => {
                if !self.truth.is_active(device) {
                    self.blame("an item was carried out for a device whose rights were taken away".to_owned());
                }
                self.taken(device, person, item, true);
            }
            Answer::Duplicate => self.arrives(item),
            Answer::Refused(ErrorCode::Quarantined) => {
                if let Some(id) = item.id() {
                    let kept = self.truth.quarantine.entry((device, id)).or_default();
                    if !kept.contains(item) {
                        kept.push(item.clone());
                    }
                }
            }
            Answer::Refused(code) => self.refused(person, item, code),
            Answer::RefusedUnknown(_) => self.blame("a code that this version does not know".to_owned()),
        }
    }

    /// The server has said no: it must have been right to.
    fn refused(&mut self, person: PersonId, item: &Item, code: ErrorCode) {
        let Some(id) = item.id() else { return };
        let is_wrong = match (item, code) {
            (_, ErrorCode::Erased) => {
                let is_gone = |id: DocumentId| self.truth.erased.contains(&id);
                !is_gone(id) && !self.parents.get(&id).copied().is_some_and(is_gone)
            }
            (Item::Command(command), ErrorCode::Forbidden) => command
                .command()
                .is_ok_and(|command| is_about_a_record(&command) && self.truth.may_command(person, id, &command)),
            (Item::Change(item), ErrorCode::NotFound) if item.kind == "visit" || item.kind == "contact" => {
                item.generation == 0 && self.truth.may_see(person, id)
            }
            _ => false,
        };
        if is_wrong {
            self.blame(format!("an item about {id} was refused as {} without a reason", code.name()));
        }
    }

    /// The server has said yes to an item. `asked` says whether it was its device's asking that made it so.
    fn taken(&mut self, device: DeviceId, person: PersonId, item: &Item, asked: bool) {
        let is_hostile = self.hostile.contains(&device);
        let is_hers = match item {
            Item::Change(_) | Item::Renewal(_) if is_hostile => self.is_honestly_hers(person, item),
            Item::Change(change) if change.given_back == Some(true) => true,
            Item::Change(_) | Item::Renewal(_) => {
                item.id().is_some_and(|id| self.may_write(person, id) || !self.truth.records.contains_key(&id))
            }
            Item::Command(command) => {
                command.command().is_ok_and(|asked| self.truth.may_command(person, command.id, &asked))
            }
            Item::Draft(draft) => self.truth.drafts.get(&draft.id).is_none_or(|here| here.person == person),
            Item::Unreadable(_) => false,
        };
        if asked && !is_hers {
            let id = item.id().map(|id| id.to_string()).unwrap_or_default();
            self.blame(format!("the server said yes to somebody who may not do that, about {id}"));
        }
        self.arrives(item);
        self.truth.sent.extend(item.id());
        match item {
            Item::Change(change) => {
                let is_given_back = change.given_back == Some(true) && !is_hostile;
                let author = if is_given_back { change.author } else { Some(person) };
                self.is_made(change.id, &change.kind, author);
            }
            Item::Renewal(renewal) => self.is_made(renewal.id, &renewal.kind, Some(person)),
            Item::Draft(draft) => {
                if draft.body.is_some() {
                    let on = draft.on;
                    if let Some(on) = on {
                        self.parents.entry(draft.id).or_insert(on);
                    }
                    self.truth.drafts.insert(draft.id, Draft { person, on });
                } else {
                    self.truth.drafts.remove(&draft.id);
                }
            }
            Item::Command(item) => {
                if let Ok(command) = item.command() {
                    self.carried_out(device, item.id, &command);
                }
            }
            Item::Unreadable(_) => {}
        }
    }

    /// Whether an item would be hers to send if nothing in it were believed: a record that she may change, or a new one.
    fn is_honestly_hers(&self, person: PersonId, item: &Item) -> bool {
        let (Some(id), kind) = (item.id(), kind_of(item)) else { return false };
        let is_new = !self.truth.records.contains_key(&id) && !self.truth.erased.contains(&id);
        KINDS.contains(&kind) && (is_new || self.truth.may_change(person, id))
    }

    /// The notes whose days are over: they count from when the server got them, or from when they were recorded where
    /// that is later, which a clock that is ahead makes a day at most.
    pub fn over(&self, now: i64) -> Vec<DocumentId> {
        let is_over = |id: &DocumentId| {
            let received = self.received.get(id).copied().unwrap_or(i64::MAX);
            let recorded = self.recorded.get(id).copied().unwrap_or(received);
            let from = received.max(recorded.min(received.saturating_add(DAY)));
            from.saturating_add(NOTE_DAYS * DAY) <= now
        };
        let notes = self.truth.records.iter().filter(|(_, known)| known.kind == "note");
        notes.map(|(id, _)| *id).filter(is_over).collect()
    }

    fn may_write(&self, person: PersonId, id: DocumentId) -> bool {
        self.truth.may_change(person, id)
            || !KINDS.contains(&self.truth.records.get(&id).map_or("", |known| known.kind.as_str()))
    }

    fn is_made(&mut self, id: DocumentId, kind: &str, author: Option<PersonId>) {
        self.truth.drafts.remove(&id);
        if KINDS.contains(&kind) && !self.truth.records.contains_key(&id) {
            let on = self.parents.get(&id).copied();
            self.received.insert(id, self.now);
            let (kind, given_to, open_to) = (kind.to_owned(), None, None);
            self.truth.records.insert(id, Known { kind, author, on, given_to, open_to, is_closed: false });
        }
    }

    fn carried_out(&mut self, _: DeviceId, id: DocumentId, command: &Command) {
        match command {
            Command::Take | Command::Discard => {
                let entry = QuarantineId::from_bytes(*id.as_bytes());
                let Some((device, record)) = self.entries.get(&entry).copied() else { return };
                let kept = self.truth.quarantine.remove(&(device, record)).unwrap_or_default();
                let Some(person) = self.truth.devices.get(&device).map(|joined| joined.person) else { return };
                if *command == Command::Take {
                    for item in kept {
                        self.taken(device, person, &item, false);
                    }
                } else {
                    let places: BTreeSet<usize> = kept.iter().flat_map(|item| self.said_in(item)).collect();
                    let arrived = &self.truth.arrived;
                    let is_gone = |place, _: &said::Said| places.contains(&place) && !arrived.contains(&place);
                    self.words.excuse(Excused::ThrownAway, is_gone);
                }
            }
            Command::Role { .. } | Command::Revoke { .. } | Command::Reinstate => self.moves(id, command),
            _ => self.truth.carry_out(id, command),
        }
    }

    /// What somebody is has changed.
    fn moves(&mut self, id: DocumentId, command: &Command) {
        let person = PersonId::from(id);
        let before = self.truth.scopes(person);
        self.moved.insert(person);
        self.truth.carry_out(id, command);
        let after = self.truth.scopes(person);
        match command {
            Command::Role { .. } => self.counts.count("role or districts changed"),
            Command::Revoke { device, wipe } => {
                self.counts.count("revoked");
                let hers = self.truth.devices.iter().filter(|(_, joined)| joined.person == person);
                let meant = hers.map(|(id, _)| *id).filter(|id| device.is_none_or(|device| device == *id));
                if *wipe {
                    self.wiped.extend(meant.collect::<Vec<_>>());
                }
            }
            _ => self.counts.count("reinstated"),
        }
        for (scopes, others, what) in [(&after, &before, "scope gained"), (&before, &after, "scope lost")] {
            if !scopes.is_subset(others) {
                self.counts.count(what);
            }
        }
    }

    /// The server was put back to an earlier moment, of which this was true.
    pub fn restored(&mut self, before: &Truth) {
        let truth = self.truth.restored(before);
        self.lost_once.extend(self.truth.arrived.difference(&truth.arrived));
        for person in self.truth.people.keys() {
            let seen = self.truth.seen_by(*person);
            let sees_no_more = seen.into_iter().filter(|id| !truth.may_see(*person, *id));
            self.left_over.extend(sees_no_more.map(|id| (*person, id)));
        }
        self.truth = truth;
    }

    /// What is said in what revoked devices handed over and a restored server has no more. They may have emptied
    /// themselves meanwhile.
    pub fn lost_with_the_quarantine(&self, before: &Truth) -> BTreeSet<usize> {
        let gone = self.truth.quarantine.iter().filter(|(of, _)| !before.quarantine.contains_key(of));
        let said = gone.flat_map(|(_, items)| items).flat_map(|item| self.said_in(item));
        said.filter(|place| !self.truth.arrived.contains(place)).collect()
    }

    /// Whether a device was revoked as lost: it may have emptied itself with what nobody else has.
    pub fn was_wiped(&self, device: usize) -> bool {
        self.installations.get(&device).is_some_and(|device| self.wiped.contains(device))
    }

    /// Whether an item holds a value.
    pub fn holds(&self, item: &Item, value: &str) -> bool {
        memchr::memmem::find(bytes_of(item).1, value.as_bytes()).is_some()
    }

    /// The server has what is said in this item.
    fn arrives(&mut self, item: &Item) {
        let places = self.said_in(item);
        self.read.entry(digest_of(item)).or_insert_with(|| places.clone());
        self.truth.arrived.extend(places);
    }

    /// The places of what is said in an item: the bytes of a change hold its values as they are. Of an answer that
    /// stands there twice, because somebody chose it, the first that the server does not have yet; one that went with
    /// its device's files before it was sent is the last to be meant.
    fn said_in(&self, item: &Item) -> Vec<usize> {
        let (Some(id), bytes) = bytes_of(item) else { return Vec::new() };
        if let Some(known) = self.read.get(&digest_of(item)) {
            return known.clone();
        }
        let all = self.words.all();
        let rank = |place: usize| {
            let is_excused = all.get(place).is_some_and(|said| said.excused.is_some());
            (self.truth.arrived.contains(&place), is_excused, place)
        };
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, said) in all.iter().enumerate() {
            // The words of a draft may have moved to another.
            let is_there =
                (said.record == id || said.in_draft) && memchr::memmem::find(bytes, said.value.as_bytes()).is_some();
            if is_there {
                let known = found.entry(&said.value).or_insert(place);
                if rank(place) < rank(*known) {
                    *known = place;
                }
            }
        }
        found.into_values().collect()
    }
}

/// Whether a change between two others of its record was refused, and the one before it was not.
fn has_rejected_middle(items: &[Item], answers: &[Answer]) -> bool {
    let changes = items.iter().zip(answers).filter_map(|(item, answer)| match item {
        Item::Change(change) => Some((change.id, *answer)),
        _ => None,
    });
    let mut chains: BTreeMap<DocumentId, Vec<Answer>> = BTreeMap::new();
    for (id, answer) in changes {
        chains.entry(id).or_default().push(answer);
    }
    chains.values().flat_map(|chain| chain.windows(3)).any(|three| three[0].is_taken() && !three[1].is_taken())
}

/// The record of an item that says something, and the bytes in which it stands as it was said.
fn bytes_of(item: &Item) -> (Option<DocumentId>, &[u8]) {
    match item {
        Item::Change(item) => (Some(item.id), item.change.as_slice()),
        Item::Renewal(item) => (Some(item.id), item.document.as_slice()),
        Item::Draft(item) => (Some(item.id), item.body.as_deref().unwrap_or_default().as_bytes()),
        Item::Command(_) | Item::Unreadable(_) => (None, &[]),
    }
}

/// The kind that an item says its record is of.
fn kind_of(item: &Item) -> &str {
    match item {
        Item::Change(item) => &item.kind,
        Item::Renewal(item) => &item.kind,
        Item::Draft(item) => &item.kind,
        Item::Command(_) | Item::Unreadable(_) => "",
    }
}

/// What an item is known again by.
fn digest_of(item: &Item) -> [u8; 32] {
    let (id, bytes) = bytes_of(item);
    Sha256::new().chain_update(id.map(|id| *id.as_bytes()).unwrap_or_default()).chain_update(bytes).finalize().into()
}

/// An item in a line.
fn told(item: &Item) -> String {
    match item {
        Item::Draft(item) if item.body.is_none() => format!("removal of draft {}", item.id),
        Item::Draft(item) => format!("draft {}", item.id),
        Item::Change(item) => format!("change of {} {}, generation {}", item.kind, item.id, item.generation),
        Item::Renewal(item) => format!("renewal of {} {}, generation {}", item.kind, item.id, item.generation),
        Item::Command(item) => format!("command {:?} about {}", item.command(), item.id),
        Item::Unreadable(_) => "something unreadable".to_owned(),
    }
}

fn is_about_a_record(command: &Command) -> bool {
    matches!(
        command,
        Command::Give { .. } | Command::Close { .. } | Command::Reopen | Command::Attribute { .. } | Command::Erase
    )
}
