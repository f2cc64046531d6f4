//! `ingest`: eight devices push at once, new records first, then edits of them that have to be merged; durable before
//! each is answered. What they send is sealed before; sending it and reading the answers is done on the same cores,
//! by this process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, ensure};
use footbridge_model::{Actor, DocumentId, FieldChange, Scalar, document};
use footbridge_protocol::{Answer, Item, MEDIA_STREAM, PushedMessage, StreamWriter, decode, limits, push};
use footbridge_testkit::{RawDevice, Request, change_item};
use tempfile::TempDir;

use crate::bench::Bench;
use crate::figures::{Figure, Goal};
use crate::fixtures;
use crate::measure::{median, processor_seconds};
use crate::server::Server;
use crate::visits;

/// Devices that push at once.
const DEVICES: usize = 8;
/// Rounds at most: each is as many records as the line's size says.
const ROUNDS: usize = 3;
/// New records a second, at least.
const NEW: f64 = 10_000.0;
/// Merges a second, at least.
const MERGES: f64 = 6_000.0;

/// A device's pushes, one after the other, as they go over the wire.
type Pushes = Vec<Vec<u8>>;

/// A server on which the devices have joined, and what each of them sends.
struct Load {
    folder: TempDir,
    records: usize,
    new: Vec<Pushes>,
    edits: Vec<Pushes>,
}

/// How fast, and what a record cost.
struct Pushed {
    a_second: f64,
    server_micros: f64,
    load_micros: f64,
}

/// Measures it on a fresh copy of the server each round.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let load = Load::make(bench, bench.sizes.large / DEVICES * DEVICES)?;
    let (mut new, mut edits) = (Vec::new(), Vec::new());
    for _ in 0..bench.sizes.rounds.min(ROUNDS) {
        let folder = bench.scratch()?;
        let data = folder.path().join("data");
        fixtures::copy(&load.data(), &data)?;
        let server = Server::start(&data)?;
        new.push(pushed(&server, &load.new, load.records)?);
        edits.push(pushed(&server, &load.edits, load.records)?);
    }
    let mut figures = told("ingest", &new, NEW);
    figures.extend(told("ingest_merges", &edits, MERGES));
    Ok(figures)
}

fn told(name: &str, rounds: &[Pushed], goal: f64) -> Vec<Figure> {
    let of = |one: fn(&Pushed) -> f64| median(rounds.iter().map(one).collect());
    let cost = "µs of the processor a record";
    vec![
        Figure::alone(name, of(|round| round.a_second), Goal::AtLeast(goal), "records a second"),
        Figure::alone(&format!("{name}_server"), of(|round| round.server_micros), Goal::None, cost),
        Figure::alone(&format!("{name}_load"), of(|round| round.load_micros), Goal::None, cost),
    ]
}

impl Load {
    fn make(bench: &Bench, records: usize) -> anyhow::Result<Self> {
        let folder = bench.scratch()?;
        let data = folder.path().join("data");
        let programme = fixtures::create(&data)?;
        let server = Server::start(&data)?;
        // Every other one is a coordinator, and may edit what the one before her recorded.
        let joined = (0..DEVICES).map(|number| {
            let role = if number % 2 == 0 { "volunteer" } else { "coordinator" };
            let invitation = server.invitation(&programme, role, &format!("Amina {number}"))?;
            Ok(RawDevice::join(server.address(), &invitation))
        });
        let mut devices = joined.collect::<anyhow::Result<Vec<_>>>()?;
        drop(server);
        let made = (0..DEVICES).map(|number| made(number, records)).collect::<anyhow::Result<Vec<_>>>()?;
        // A device's counters rise in the order in which it sends: first what is new, then the edits.
        let mut new = Vec::new();
        for (device, made) in devices.iter_mut().zip(&made) {
            let items = made.iter().map(|(id, stored)| change_item(*id, "visit", stored.clone()));
            new.push(sealed(device, items.collect())?);
        }
        let mut edits = vec![Vec::new(); DEVICES];
        for (number, made) in made.iter().enumerate() {
            // Half of them are edited twice, both times on what was first recorded: one of the two is a real merge.
            let other = if number % 2 == 0 { number + 1 } else { (number + 2) % DEVICES };
            for (who, field) in [(number, "minutes"), (other, "reached")] {
                let items = made.iter().step_by(2).map(|(id, stored)| edit(*id, stored, who, field));
                let items = items.collect::<anyhow::Result<Vec<_>>>()?;
                let pushes = sealed(devices.get_mut(who).context("a device")?, items)?;
                edits.get_mut(who).context("a device")?.extend(pushes);
            }
        }
        Ok(Self { folder, records, new, edits })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

/// What a device recorded: ids and documents. It came back after a while: its visits stand one after the other.
fn made(device: usize, records: usize) -> anyhow::Result<Vec<(DocumentId, Vec<u8>)>> {
    let each = (0..records / DEVICES).map(|number| {
        let (id, made) = visits::document(number * DEVICES + device, actor(device))?;
        Ok((id, made.stored))
    });
    each.collect()
}

fn edit(id: DocumentId, stored: &[u8], who: usize, field: &str) -> anyhow::Result<Item> {
    let changes = [FieldChange::Set { field: field.to_owned(), value: Scalar::Int(99) }];
    let now = visits::recorded_at(0);
    let edited = document::edit(stored, actor(who), now, &changes, &document::Base::Current)?;
    Ok(change_item(id, "visit", edited.context("an edit that says something")?.change))
}

fn actor(device: usize) -> Actor {
    Actor::from_bytes([u8::try_from(device).unwrap_or(0) + 1; 16])
}

/// Full envelopes, and as many in a push as it takes.
fn sealed(device: &mut RawDevice, items: Vec<Item>) -> anyhow::Result<Pushes> {
    let envelopes: Vec<_> = items.chunks(limits::ENVELOPE_ITEMS).map(|items| device.sealed(items.to_vec())).collect();
    envelopes.chunks(limits::PUSH_ENVELOPES).map(|envelopes| Ok(StreamWriter::whole(envelopes)?)).collect()
}

/// All devices push all they have, each one push after the other.
fn pushed(server: &Server, load: &[Pushes], records: usize) -> anyhow::Result<Pushed> {
    let address = server.address();
    let of_both = || Ok::<_, anyhow::Error>((processor_seconds(server.id())?, processor_seconds(std::process::id())?));
    let (before, began) = (of_both()?, Instant::now());
    let taken = std::thread::scope(|scope| {
        let devices: Vec<_> = load.iter().map(|pushes| scope.spawn(move || accepted(address, pushes))).collect();
        let counts = devices.into_iter().map(|device| device.join().map_err(|_| anyhow::anyhow!("a device failed"))?);
        counts.sum::<anyhow::Result<usize>>()
    })?;
    let (seconds, after) = (began.elapsed().as_secs_f64(), of_both()?);
    ensure!(taken == records, "{taken} of {records} were taken");
    let micros = |before: f64, after: f64| (after - before) * 1e6 / records as f64;
    Ok(Pushed {
        a_second: records as f64 / seconds,
        server_micros: micros(before.0, after.0),
        load_micros: micros(before.1, after.1),
    })
}

/// Sends a device's pushes; how many records the server says it has.
fn accepted(server: SocketAddr, pushes: &[Vec<u8>]) -> anyhow::Result<usize> {
    let mut count = 0;
    for push in pushes {
        let response = Request::post(push::PATH, MEDIA_STREAM, push.clone()).send(server);
        ensure!(response.status == 200, "a push is answered with {}", response.status);
        let pushed: PushedMessage = decode(&response.body)?;
        let items = pushed.envelopes.iter().flat_map(|envelope| &envelope.items);
        count += items.filter(|item| item.answer == Answer::Accepted).count();
    }
    Ok(count)
}
