//! Where small worlds begin: two devices that have synced, one server, one record, and a backup of just then. Made once
//! for each kind of beginning, and copied for each world. Invariant: two worlds of one beginning differ only by their
//! steps.

use std::path::Path;
use std::sync::Arc;

use footbridge_model::{Clock, DocumentId, Fields, PersonId, Role};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Start;
use crate::beside::Beside;
use crate::chance::{Chance, Source};
use crate::clock::{HandClock, SECOND};
use crate::device::{Device, copy_files};
use crate::faults::Counts;
use crate::hand::Hand;
use crate::judge::Judge;
use crate::judge::truth::Truth;
use crate::office::Office;
use crate::trace::Trace;
use crate::world::{Backup, World, invite, invite_further, room};

/// The files of a beginning, and what is known of it.
pub struct Beginning {
    folder: TempDir,
    judge: Judge,
    truth: Truth,
    hand: Hand,
    people: Vec<Option<PersonId>>,
    programme: footbridge_model::ProgrammeId,
    now: i64,
    words: u32,
    /// The record that everything is about.
    pub record: DocumentId,
}

/// Where the server lies in a world's folder.
const SERVER: &str = "server";
/// Where its only backup lies.
const BACKUP: &str = "backup-1";

impl Beginning {
    /// Makes it: device 0 is the coordinator's and device 1 Amina's, or both are Amina's where drafts are looked at.
    pub async fn of(start: Start) -> Self {
        let (mut world, _, kari) = World::bare(Chance::of(start as u64)).await;
        let office = &world.office;
        let (amina, url) = invite(office, &mut world.judge, Role::Volunteer, "Amina", &["Dalhem"]).await;
        let first = if start == Start::Draft { invite_further(office, amina).await } else { kari };
        for link in [first, url] {
            world.add_device(link);
        }
        let now = world.office.clock.now().0;
        for place in 0..2 {
            world.devices[place].clock.set(now);
            world.devices[place].begin_join();
            world.finish(place).await;
        }
        sync_all(&mut world).await;
        let record = record(&mut world, start);
        sync_all(&mut world).await;
        world.pass(SECOND);
        let file = world.office.back_up();
        assert_eq!(file.file_name().and_then(|name| name.to_str()), Some(BACKUP));
        world.office.stop().await;
        for device in &mut world.devices {
            device.switch_off();
        }
        assert!(world.judge.wrong.is_empty(), "the beginning is sound: {:?}", world.judge.wrong);
        Self {
            people: world.devices.iter().map(|device| device.person).collect(),
            programme: world.office.programme,
            now: world.office.clock.now().0,
            words: world.words,
            truth: world.judge.truth.clone(),
            hand: world.hand,
            judge: world.judge,
            folder: world.folder,
            record,
        }
    }

    /// A world of its own that begins so.
    pub async fn world(&self) -> World {
        let folder = room();
        copy_all(self.folder.path(), folder.path());
        // Another chance than the beginning's: no id is drawn twice.
        let mut chance = Chance::of(u64::MAX / 3);
        let random = Arc::new(Source::of(chance.fork()));
        let clock = HandClock::at(self.now);
        let office = Office::over(folder.path().join(SERVER), clock, random, self.programme, 1).await;
        let devices = self.people.iter().enumerate().map(|(place, person)| {
            let clock = HandClock::at(self.now);
            let mut device = Device::open(folder.path().join(format!("device-{place}")), clock, chance.fork());
            device.person = *person;
            device
        });
        let devices = devices.collect();
        World {
            chance,
            trace: Trace::default(),
            counts: Counts::default(),
            office,
            devices,
            hand: self.hand.clone(),
            liar: None,
            beside: Beside::nothing(),
            judge: self.judge.clone(),
            backup: Some(Backup { file: folder.path().join(BACKUP), truth: self.truth.clone(), made_at: self.now }),
            held: Vec::new(),
            words: self.words,
            folder,
        }
    }
}

/// Everybody syncs until everybody has everything.
async fn sync_all(world: &mut World) {
    for _ in 0..3 {
        for place in 0..world.devices.len() {
            world.pass(SECOND);
            world.devices[place].begin_sync();
            world.finish(place).await;
        }
    }
}

/// The record, made on Amina's device.
fn record(world: &mut World, start: Start) -> DocumentId {
    const PLACE: usize = 1;
    let visit =
        |state: &str, word: &str| json!({"kind": "street", "state": state, "place": word, "topics": ["family"]});
    let word = world.word();
    let state = if start == Start::Draft { "draft" } else { "done" };
    let visit = add(world, "visit", visit(state, &word));
    world.said(PLACE, visit, "place", word, &std::collections::BTreeSet::new());
    let (kind, field, value) = match start {
        Start::Visit | Start::Draft => return visit,
        Start::Note => ("note", "text", world.word()),
        Start::FollowUp => ("follow_up", "due", world.day()),
    };
    let fields = match start {
        Start::Note => json!({"on": visit, "text": value}),
        _ => json!({"about": visit, "what": "get_back_to_her", "due": value}),
    };
    let id = add(world, kind, fields);
    world.judge.parents.insert(id, visit);
    world.said(PLACE, id, field, value, &std::collections::BTreeSet::new());
    id
}

fn add(world: &World, kind: &str, fields: Value) -> DocumentId {
    let fields: Fields = fields.as_object().cloned().unwrap_or_default();
    world.devices[1].footbridge().add(kind, &fields).expect("she may record")
}

/// Copies a folder with the folders in it.
fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the files of a beginning") {
        let path = entry.expect("an entry").path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_files(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}
