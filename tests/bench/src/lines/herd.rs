//! `herd`: five hundred phones behind one address come back within ten seconds, each with 20 visits of its own that
//! the server lacks and 200 that another phone of the same person sent meanwhile. Each phone is the real core over a
//! store of its own on the disk; all of them live in one process, for five hundred would measure the machine.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use footbridge_client::key::StoreKey;
use footbridge_client::{CancellationToken, Environment, Footbridge, SystemClock, SystemRandom};
use footbridge_model::Actor;
use footbridge_protocol::Answer;
use footbridge_testkit::{RawDevice, change_item};
use serde::{Deserialize, Serialize};

use crate::bench::Bench;
use crate::device::{KEY, Redirected};
use crate::figures::{Figure, Goal};
use crate::fixtures;
use crate::measure::{nearest, peak_megabytes, processor_seconds};
use crate::process::{Part, Talk};
use crate::server::Server;
use crate::visits;

/// The role of the process in which the phones live.
pub const ROLE: &str = "herd";

/// Where the sizes say 100,000, there are so many phones.
const OF: usize = 200;
/// New ones of each phone.
const NEW: usize = 20;
/// What each has not seen yet.
const UNSEEN: usize = 200;
/// From the arrival of one phone to the next.
const APART: Duration = Duration::from_millis(20);
/// Seconds in which a whole sync of 99 in 100 has ended.
const SECONDS: f64 = 5.0;
/// Megabytes of the server, at most.
const MEGABYTES: f64 = 256.0;

/// What the herd is told.
#[derive(Debug, Serialize, Deserialize)]
enum Told {
    /// Make the phones in this folder, let them join by these links and sync once.
    Join { folder: PathBuf, server: SocketAddr, invitations: Vec<String> },
    /// Record what is new, then come back one after the other, to where the server listens now.
    Come { server: SocketAddr },
}

/// How they fared.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Fared {
    seconds: Vec<f64>,
    pulled: u64,
    failures: Vec<String>,
}

/// Measures one arrival of all of them.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let phones = (bench.sizes.large / OF).max(3);
    let unseen = if bench.is_tiny { 5 } else { UNSEEN };
    let scratch = bench.scratch()?;
    let data = scratch.path().join("data");
    let programme = fixtures::create(&data)?;
    let server = Server::start(&data)?;
    let mut others = Vec::new();
    let mut invitations = Vec::new();
    for number in 0..phones {
        let invitation = server.invitation(&programme, "volunteer", &format!("Amina {number}"))?;
        let other = RawDevice::join(server.address(), &invitation);
        let further = server.ask(&["invite", &programme, "--person", &other.person().to_string()])?;
        invitations.push(further["url"].as_str().context("a further invitation")?.to_owned());
        others.push(other);
    }
    let mut herd = Part::start(ROLE)?;
    let folder = scratch.path().join("phones");
    let _: Fared = herd.ask(&Told::Join { folder, server: server.address(), invitations })?;
    for (number, other) in others.iter_mut().enumerate() {
        let actor = Actor::from_bytes(*other.person().as_bytes());
        let visits = (number * unseen..(number + 1) * unseen).map(|visit| visits::document(visit, actor));
        let items = visits.map(|made| made.map(|(id, made)| change_item(id, "visit", made.change)));
        let answers = other.push(items.collect::<anyhow::Result<_>>()?);
        ensure!(answers.iter().all(|answer| *answer == Answer::Accepted), "what is unseen was not taken");
    }
    // What it needed until here is not what is measured.
    drop(server);
    let server = Server::start(&data)?;
    let (before, herd_before) = (processor_seconds(server.id())?, processor_seconds(herd.id())?);
    let mut fared: Fared = herd.ask(&Told::Come { server: server.address() })?;
    let (server_cpu, herd_cpu) =
        (processor_seconds(server.id())? - before, processor_seconds(herd.id())? - herd_before);
    for failure in &fared.failures {
        tell(failure);
    }
    let expected = (phones * unseen) as u64;
    ensure!(!fared.failures.is_empty() || fared.pulled >= expected, "{} of {expected} came", fared.pulled);
    Ok(vec![
        Figure::alone("herd", nearest(&mut fared.seconds, 0.99), Goal::AtMost(SECONDS), "s, p99 of a whole sync"),
        Figure::alone("herd_median", nearest(&mut fared.seconds, 0.5), Goal::None, "s, of a whole sync"),
        Figure::alone("herd_failures", fared.failures.len() as f64, Goal::AtMost(0.0), "phones"),
        Figure::alone("herd_memory", peak_megabytes(server.id())?, Goal::AtMost(MEGABYTES), "MB, the server's peak"),
        Figure::alone("herd_server", server_cpu / phones as f64 * 1e3, Goal::None, "ms of the processor a phone"),
        Figure::alone("herd_phone", herd_cpu / phones as f64 * 1e3, Goal::None, "ms of the processor a phone"),
    ])
}

#[expect(clippy::print_stderr, reason = "whoever measures wants to know why")]
fn tell(failure: &str) {
    eprintln!("a phone failed: {failure}");
}

/// The process of all phones.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (mut place, mut before) = (PathBuf::new(), None);
    while let Some(told) = talk.next::<Told>()? {
        match told {
            Told::Join { folder, server, invitations } => {
                for (number, invitation) in invitations.iter().enumerate() {
                    let phone = opened(&folder, number, server)?;
                    runtime.block_on(phone.join(invitation))?;
                    runtime.block_on(synced(&phone))?;
                }
                (place, before) = (folder, Some(invitations.len()));
                talk.answer(&Fared::default())?;
            }
            Told::Come { server } => {
                let count = before.context("phones that have joined")?;
                let phones = (0..count).map(|number| {
                    let phone = opened(&place, number, server)?;
                    for visit in 0..NEW {
                        phone.add("visit", &visits::fields(1_000_000 + number * NEW + visit))?;
                    }
                    Ok(phone)
                });
                let phones = phones.collect::<anyhow::Result<Vec<_>>>()?;
                talk.answer(&runtime.block_on(come(phones)))?;
            }
        }
    }
    Ok(())
}

fn opened(folder: &std::path::Path, number: usize, server: SocketAddr) -> anyhow::Result<Footbridge> {
    let environment = Environment {
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        transport: Arc::new(Redirected::to(Some(server))?),
    };
    Ok(Footbridge::open(&folder.join(number.to_string()), &StoreKey::from_bytes(KEY), environment)?)
}

async fn synced(phone: &Footbridge) -> anyhow::Result<u64> {
    Ok(phone.sync(&|_| {}, &CancellationToken::new()).await?.pulled)
}

/// All of them, each at its time.
async fn come(phones: Vec<Footbridge>) -> Fared {
    let begin = tokio::time::Instant::now();
    let each: Vec<_> = phones
        .into_iter()
        .zip(0_u32..)
        .map(|(phone, number)| {
            tokio::spawn(async move {
                tokio::time::sleep_until(begin + APART * number).await;
                let began = Instant::now();
                let outcome = synced(&phone).await;
                (began.elapsed().as_secs_f64(), outcome)
            })
        })
        .collect();
    let mut fared = Fared::default();
    for phone in each {
        match phone.await {
            Ok((seconds, Ok(pulled))) => {
                fared.seconds.push(seconds);
                fared.pulled += pulled;
            }
            Ok((_, Err(error))) => fared.failures.push(format!("{error:#}")),
            Err(error) => fared.failures.push(error.to_string()),
        }
    }
    fared
}
