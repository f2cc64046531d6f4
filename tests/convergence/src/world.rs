//! The world of one seed: the server, the devices, the network between them, and the judge who listens. The schedule
//! moves it. Invariant: everything that happens is in the trace.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use footbridge_client::transport::Request;
use footbridge_client::{FootbridgeError, ListQuery, SyncReport};
use footbridge_model::{Clock, DocumentId, Fields, PersonId, Role};
use footbridge_server::admin::AdminRequest;
use serde_json::Value;
use tempfile::TempDir;

use crate::beside::{Beside, Happening, NOTE_DAYS};
use crate::chance::{Chance, Source};
use crate::clock::{BEGINNING, DAY, HandClock, SECOND};
use crate::device::{Device, Ended};
use crate::faults::Counts;
use crate::hand::{Hand, LIARS_PLACE, PLACE};
use crate::judge::Judge;
use crate::judge::said::Said;
use crate::judge::truth::{Standing, Truth};
use crate::network::{Answered, Letter};
use crate::office::{DISTRICTS, Office};
use crate::trace::Trace;

/// A backup, with what was true when it was made.
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// What was true then.
    pub truth: Truth,
    /// When that was, by the server's clock.
    pub made_at: i64,
}

/// Everything.
pub struct World {
    /// What decides what happens.
    pub chance: Chance,
    /// What happened.
    pub trace: Trace,
    /// How often.
    pub counts: Counts,
    /// The server.
    pub office: Office,
    /// The devices.
    pub devices: Vec<Device>,
    /// A device of another build.
    pub hand: Hand,
    /// A hostile member's device, where there is one.
    pub liar: Option<Hand>,
    /// What happens beside the schedule.
    pub beside: Beside,
    /// The judge.
    pub judge: Judge,
    /// The last backup.
    pub backup: Option<Backup>,
    /// Requests whose devices have given them up, and that are still on their way.
    pub held: Vec<(usize, Request)>,
    pub(crate) words: u32,
    pub(crate) folder: TempDir,
}

impl World {
    /// A programme with its people, each with a device or an invitation.
    pub async fn begin(seed: u64) -> Self {
        let (mut world, _, url) = Self::bare(Chance::of(seed)).await;
        world.beside = Beside::of(seed);
        world.add_device(url);
        world.keep_notes().await;
        world.settle_in().await;
        if world.beside.has(Happening::Hostile) {
            world.liar_joins(Chance::of(!seed)).await;
        }
        world
    }

    /// A volunteer whose device is of her own make.
    async fn liar_joins(&mut self, chance: Chance) {
        let (_, url) = invite(&self.office, &mut self.judge, Role::Volunteer, "Ingrid", &[DISTRICTS[0]]).await;
        let random = Arc::new(Source::of(chance));
        let liar = Hand::join(&self.office, &mut self.judge, random, &url, LIARS_PLACE).await;
        self.judge.hostile.insert(liar.device());
        self.liar = Some(liar);
    }

    /// A programme with one coordinator, her link, and a second device of hers that is the hand.
    pub(crate) async fn bare(mut chance: Chance) -> (Self, PersonId, String) {
        let folder = room();
        let clock = HandClock::at(BEGINNING);
        let source = Arc::new(Source::of(chance.fork()));
        let office = Office::open(folder.path().join("server"), clock, source).await;
        let mut judge = Judge::default();
        let kari = invite(&office, &mut judge, Role::Coordinator, "Kari", &[]).await;
        let random = Arc::new(Source::of(chance.fork()));
        let url = invite_further(&office, kari.0).await;
        let hand = Hand::join(&office, &mut judge, random, &url, PLACE).await;
        let world = Self {
            chance,
            trace: Trace::default(),
            counts: Counts::default(),
            office,
            devices: Vec::new(),
            hand,
            liar: None,
            beside: Beside::nothing(),
            judge,
            backup: None,
            held: Vec::new(),
            words: 0,
            folder,
        };
        (world, kari.0, kari.1)
    }

    /// Notes are kept so long that no clock here hides one, for what is hidden cannot be compared; or so short that they
    /// expire.
    async fn keep_notes(&mut self) {
        let days = if self.beside.has(Happening::Expiring) { NOTE_DAYS } else { 3650 };
        let days: Fields = [("note_days".to_owned(), Value::from(days))].into_iter().collect();
        self.devices[0].begin_join();
        self.finish(0).await;
        self.devices[0].footbridge().edit(self.office.programme.document(), &days, None).expect("hers to say");
        self.devices[0].begin_sync();
        self.finish(0).await;
    }

    /// Those who are there from the beginning: at least two devices in all.
    async fn settle_in(&mut self) {
        let names = ["Amina", "Leila", "Solveig", "Sara", "Hodan"];
        for name in names.iter().take(1 + self.chance.below(names.len())) {
            let role = if *name == "Solveig" { Role::Coordinator } else { Role::Volunteer };
            let district = DISTRICTS[self.chance.below(DISTRICTS.len())];
            let districts: &[&str] = if role == Role::Volunteer { &[district] } else { &[] };
            let (person, url) = invite(&self.office, &mut self.judge, role, name, districts).await;
            self.add_device(url);
            if self.chance.percent(25) {
                let url = invite_further(&self.office, person).await;
                self.add_device(url);
            }
        }
    }

    /// One more device, with a link by which it joins.
    pub fn add_device(&mut self, url: String) {
        let place = self.devices.len();
        let folder = self.folder.path().join(format!("device-{place}"));
        let years = i64::try_from(self.chance.below(9)).unwrap_or(0) - 4;
        let off = if self.chance.percent(40) { years * 365 * DAY } else { 0 };
        if off != 0 {
            self.counts.count("clock years off");
        }
        let clock = HandClock::at(self.office.clock.now().0 + off);
        let mut device = Device::open(folder, clock, self.chance.fork());
        device.invitation = Some(url);
        self.devices.push(device);
        self.trace.line(format!("device {place} is there, {years} years off"));
    }

    /// A folder beside the devices'.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Time passes for everybody.
    pub fn pass(&mut self, millis: i64) {
        self.office.clock.pass(millis);
        for device in &self.devices {
            device.clock.pass(millis);
        }
    }

    /// Lets every device go on with its errand until it waits for the network.
    pub fn go_on(&mut self) {
        for place in 0..self.devices.len() {
            if let Some(ended) = self.devices[place].go_on() {
                self.ended(place, ended);
            }
        }
    }

    fn ended(&mut self, place: usize, ended: Ended) {
        let line = match ended {
            Ended::Synced(Ok(report)) => {
                self.nothing_was_repaired(place, &report);
                format!("{report:?}")
            }
            Ended::Synced(Err(error)) => self.failed("sync", &error),
            Ended::Joined(Ok(joined)) => {
                self.devices[place].person = joined.person.parse().ok();
                "joined".to_owned()
            }
            Ended::Joined(Err(error)) => self.failed("join", &error),
            Ended::Looked(Ok(found)) => format!("{} entries in quarantine", found.len()),
            Ended::Looked(Err(error)) => self.failed("look", &error),
        };
        self.trace.line(format!("device {place}: {line}"));
    }

    /// Nobody damages a row here: what had to be mended was lost or left behind by the sync itself.
    pub fn nothing_was_repaired(&mut self, place: usize, report: &SyncReport) {
        if report.repaired > 0 {
            self.judge.blame(format!("device {place} had to mend what the sync had left behind: {report:?}"));
        }
    }

    /// A failure, told; one of the store itself is nothing that any of this may cause.
    pub fn failed(&mut self, what: &str, error: &FootbridgeError) -> String {
        if matches!(error, FootbridgeError::Storage { what, .. } if *what != "busy") {
            self.judge.blame(format!("{what}: the store failed: {error:?}"));
        }
        format!("{what} failed: {error}")
    }

    /// Carries a letter to the server and lets the judge see it; cut short on the way up, nobody is answered.
    pub async fn carry(&mut self, place: usize, request: &Request, cut: Option<usize>) -> Answered {
        let answered = self.office.carry(request, cut).await;
        self.trace.bytes(request.body.as_deref().unwrap_or_default());
        self.trace.bytes(&answered.body);
        let path = crate::network::path_of(&request.url).to_owned();
        self.trace.line(format!("device {place} {path} {cut:?} {} {}", answered.status, answered.body.len()));
        if cut.is_none() {
            self.judge.now = self.office.clock.now().0;
            self.judge.witness(place, &path, request.body.as_deref().unwrap_or_default(), &answered);
        }
        for line in std::mem::take(&mut self.judge.heard) {
            self.trace.line(line);
        }
        answered
    }

    /// Carries a letter there and its answer back.
    pub async fn deliver(&mut self, place: usize, letter: Letter) {
        let answered = self.carry(place, &letter.request, None).await;
        letter.answer(&answered, None);
    }

    /// Lets a device finish its errand with nothing in its way.
    pub async fn finish(&mut self, place: usize) {
        for _ in 0..500 {
            if let Some(ended) = self.devices[place].go_on() {
                self.ended(place, ended);
            }
            if !self.devices[place].is_busy() {
                return;
            }
            let Some(letter) = self.devices[place].mailbox.take() else {
                return self.judge.blame(format!("device {place} waits for nothing in the middle of an errand"));
            };
            self.deliver(place, letter).await;
        }
        self.judge.blame(format!("device {place} never ends its errand"));
    }

    /// Lets a device that has nothing else to do sync with nothing in its way.
    pub async fn finish_sync(&mut self, place: usize) {
        self.finish(place).await;
        self.devices[place].begin_sync();
        self.finish(place).await;
    }

    /// A word that nobody has said before.
    pub fn word(&mut self) -> String {
        self.words += 1;
        format!("q{:04}z", self.words)
    }

    /// A day that nobody has named before.
    pub fn day(&mut self) -> String {
        self.words += 1;
        format!("2{:03}-{:02}-{:02}", 100 + self.words / 336, 1 + (self.words / 28) % 12, 1 + self.words % 28)
    }

    /// The answers that a device shows in a field of a record; of a text, its words.
    pub fn answers(&self, place: usize, id: DocumentId, field: &str) -> BTreeSet<String> {
        let footbridge = self.devices[place].footbridge();
        let Ok(shown) = footbridge.show(id) else { return BTreeSet::new() };
        let is_disputed = shown["disagreements"].as_array().is_some_and(|all| all.iter().any(|name| name == field));
        let values: Vec<Value> = if is_disputed {
            let conflicts = footbridge.conflicts(1000, None).map(|page| page.items).unwrap_or_default();
            let of_it = |item: &&Fields| item["id"] == id.to_string().as_str() && item["field"] == field;
            let answers =
                conflicts.iter().filter(of_it).flat_map(|item| item["answers"].as_array().into_iter().flatten());
            answers.map(|answer| answer["value"].clone()).collect()
        } else {
            shown.get(field).cloned().into_iter().collect()
        };
        // A set is all that is in it.
        let one_by_one = |value: Value| match value {
            Value::Array(all) => all,
            one => vec![one],
        };
        let values: Vec<Value> = values.into_iter().flat_map(one_by_one).collect();
        let texts = values.iter().filter_map(Value::as_str);
        if field == "text" {
            texts.flat_map(str::split_whitespace).map(str::to_owned).collect()
        } else {
            texts.map(str::to_owned).collect()
        }
    }

    /// Takes down what a person said on a device, in a field in which she saw these answers.
    pub fn said(
        &mut self,
        place: usize,
        record: DocumentId,
        field: &'static str,
        value: String,
        saw: &BTreeSet<String>,
    ) {
        let saw = self.judge.words.places(record, saw);
        let shown = self.devices.get(place).and_then(|device| device.footbridge().show(record).ok());
        let in_draft = shown.is_some_and(|shown| shown.get("state").is_some_and(|state| state == "draft"));
        let excused = None;
        self.trace.line(format!("device {place} says {value} in {field} of {record}, where {saw:?} stood"));
        self.judge.words.add(Said { record, field, value, saw, device: place, excused, in_draft, is_rewording: false });
    }

    /// The records of a kind that a device lists.
    pub fn list(&self, place: usize, kind: &str) -> Vec<Fields> {
        let query = ListQuery { kind: kind.to_owned(), limit: 1000, ..ListQuery::default() };
        self.devices[place].footbridge().list(&query).map(|page| page.items).unwrap_or_default()
    }

    /// Whether a device was told that its rights are gone.
    pub fn is_retired(&self, place: usize) -> bool {
        let device = &self.devices[place];
        if let Some(known) = device.is_retired.get() {
            return known;
        }
        let status = device.footbridge().status(footbridge_text::Language::English);
        let is_retired = status.is_ok_and(|status| status.revoked.is_some());
        device.is_retired.set(Some(is_retired));
        is_retired
    }
}

/// A person and the link by which she joins.
pub async fn invite(
    office: &Office,
    judge: &mut Judge,
    role: Role,
    name: &str,
    districts: &[&str],
) -> (PersonId, String) {
    let districts: Vec<String> = districts.iter().map(|name| (*name).to_owned()).collect();
    let request = AdminRequest::Invite {
        programme: office.programme,
        role,
        name: name.to_owned(),
        districts: districts.clone(),
        lasts_millis: Some(300 * DAY),
    };
    let answer = office.ask(request).await;
    let person = answer["person"].as_str().and_then(|id| id.parse().ok()).expect("a person");
    let standing = Standing { role, districts: districts.into_iter().collect(), is_revoked: false };
    judge.truth.people.insert(person, standing);
    (person, answer["url"].as_str().expect("a link").to_owned())
}

/// A link for a further device.
pub async fn invite_further(office: &Office, person: PersonId) -> String {
    let request = AdminRequest::InviteFurther { programme: office.programme, person, lasts_millis: Some(300 * DAY) };
    office.ask(request).await["url"].as_str().expect("a link").to_owned()
}

/// A folder in memory where there is one.
pub(crate) fn room() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}

/// What a step takes by every clock.
pub const STEP: i64 = SECOND;
