//! The role `device`: the real core over a folder, in a process of its own, told what to do one thing after another.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use anyhow::Context;
use footbridge_client::key::StoreKey;
use footbridge_client::transport::{Boxed, HttpTransport, Request, Response, Transport, Unreachable};
use footbridge_client::{
    CancellationToken, Environment, ExportFormat, Fields, Footbridge, ListQuery, Stage, SystemRandom,
};
use footbridge_model::{Clock, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::measure::{Sample, peak_megabytes, timed};
use crate::process::{Part, Talk};
use crate::visits;

/// The name of the role.
pub const ROLE: &str = "device";

/// The raw key of every store that is measured, ours and the baseline's.
pub const KEY: [u8; 32] = [7; 32];

/// What a device can be told.
#[derive(Debug, Serialize, Deserialize)]
pub enum Told {
    /// Open the store in this folder, or make it. Measured.
    Open {
        /// Where.
        folder: PathBuf,
        /// Where its server listens now.
        server: Option<SocketAddr>,
        /// How many visits to list at once, measured together with the opening.
        list: usize,
    },
    /// Join.
    Join {
        /// The link.
        invitation: String,
    },
    /// Sync. Measured.
    Sync,
    /// Record these visits, one after the other. Measured.
    Add {
        /// The first.
        from: usize,
        /// How many.
        count: usize,
    },
    /// Change a record; the clock is set to this moment before.
    Edit {
        /// Which.
        id: String,
        /// What.
        patch: Fields,
        /// When, in milliseconds.
        at: i64,
    },
    /// Show the first pages of these filters. Measured.
    List {
        /// A district and a day up to which, for each page.
        pages: Vec<(String, String)>,
    },
    /// Show the first page of what has a word, again and again. Measured.
    Search {
        /// The words.
        words: Vec<String>,
    },
    /// Write all visits into a file, one JSON object a line.
    Export {
        /// Which file.
        file: PathBuf,
    },
}

/// What it answers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// How long it took.
    pub sample: Sample,
    /// The peak of the process up to now.
    pub peak_megabytes: f64,
    /// Records that a sync brought, or that were found.
    pub records: u64,
    /// Bytes of bodies that a sync received.
    pub bytes_down: u64,
    /// Of these, how many had come when the first records could be seen.
    pub first_bytes: u64,
    /// The ids of what was recorded.
    pub ids: Vec<String>,
}

/// A device's process.
pub struct Device(Part);

impl Device {
    /// With this store open.
    pub fn open(folder: &std::path::Path, server: Option<SocketAddr>) -> anyhow::Result<Self> {
        let mut device = Self(Part::start(ROLE)?);
        device.ask(&Told::Open { folder: folder.to_owned(), server, list: 0 })?;
        Ok(device)
    }

    /// Without a store yet.
    pub fn start() -> anyhow::Result<Self> {
        Ok(Self(Part::start(ROLE)?))
    }

    /// With a new store that has joined.
    pub fn joined(folder: &std::path::Path, server: SocketAddr, invitation: &str) -> anyhow::Result<Self> {
        let mut device = Self::open(folder, Some(server))?;
        device.ask(&Told::Join { invitation: invitation.to_owned() })?;
        Ok(device)
    }

    /// Tells it something and waits.
    pub fn ask(&mut self, told: &Told) -> anyhow::Result<Answer> {
        self.0.ask(told)
    }
}

/// A way to the server wherever it listens now.
pub struct Redirected {
    inner: HttpTransport,
    server: Option<SocketAddr>,
}

impl Redirected {
    /// A way of its own; none leads anywhere but to `server` where that is given.
    pub fn to(server: Option<SocketAddr>) -> anyhow::Result<Self> {
        Ok(Self { inner: HttpTransport::new()?, server })
    }
}

impl Transport for Redirected {
    fn send(&self, mut request: Request) -> Boxed<'_, Result<Response, Unreachable>> {
        if let (Some(server), Some(at)) = (self.server, request.url.find("/v1/")) {
            request.url = format!("http://{server}{}", request.url.get(at..).unwrap_or_default());
        }
        self.inner.send(request)
    }
}

/// The machine's clock, or a moment that was set.
#[derive(Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        match self.0.load(Ordering::Relaxed) {
            0 => footbridge_client::SystemClock.now(),
            set => Timestamp(set),
        }
    }
}

/// The process.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let clock = Arc::new(SetClock::default());
    let mut open = None;
    while let Some(told) = talk.next::<Told>()? {
        if let Told::Open { folder, server, list } = &told {
            let environment = Environment {
                clock: Arc::clone(&clock) as Arc<dyn Clock>,
                random: Arc::new(SystemRandom),
                transport: Arc::new(Redirected::to(*server)?),
            };
            let (opened, sample) = timed(|| -> anyhow::Result<_> {
                let footbridge = Footbridge::open(folder, &StoreKey::from_bytes(KEY), environment)?;
                let records = if *list > 0 { listed(&footbridge, None, *list)? } else { 0 };
                Ok((footbridge, records))
            });
            let (footbridge, records) = opened?;
            open = Some(footbridge);
            talk.answer(&Answer { sample, records, ..with_peak()? })?;
        } else {
            let footbridge = open.as_ref().context("a store that is open")?;
            talk.answer(&obey(footbridge, &runtime, &clock, told)?)?;
        }
    }
    Ok(())
}

fn with_peak() -> anyhow::Result<Answer> {
    Ok(Answer { peak_megabytes: peak_megabytes(std::process::id())?, ..Answer::default() })
}

fn obey(footbridge: &Footbridge, runtime: &Runtime, clock: &SetClock, told: Told) -> anyhow::Result<Answer> {
    match told {
        Told::Open { .. } => Ok(Answer::default()),
        Told::Join { invitation } => {
            runtime.block_on(footbridge.join(&invitation))?;
            Ok(Answer::default())
        }
        Told::Sync => sync(footbridge, runtime),
        Told::Add { from, count } => {
            let fields: Vec<Fields> = (from..from + count).map(visits::fields).collect();
            let (ids, sample) =
                timed(|| fields.iter().map(|fields| footbridge.add("visit", fields)).collect::<Result<Vec<_>, _>>());
            let ids = ids?.iter().map(ToString::to_string).collect();
            Ok(Answer { sample: sample.of(count), ids, ..with_peak()? })
        }
        Told::Edit { id, patch, at } => {
            clock.0.store(at, Ordering::Relaxed);
            footbridge.edit(id.parse().map_err(|_| anyhow::anyhow!("an id"))?, &patch, None)?;
            clock.0.store(0, Ordering::Relaxed);
            Ok(Answer::default())
        }
        Told::List { pages } => {
            let (records, sample) = timed(|| -> anyhow::Result<u64> {
                pages.iter().map(|(district, until)| listed(footbridge, Some((district, until)), 50)).sum()
            });
            Ok(Answer { sample: sample.of(pages.len()), records: records?, ..with_peak()? })
        }
        Told::Search { words } => {
            let (records, sample) = timed(|| -> anyhow::Result<u64> {
                words.iter().map(|word| Ok(footbridge.search(word, 50, None)?.items.len() as u64)).sum()
            });
            Ok(Answer { sample: sample.of(words.len()), records: records?, ..with_peak()? })
        }
        Told::Export { file } => {
            let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
            footbridge.export("visit", ExportFormat::Jsonl, &mut out)?;
            Ok(Answer::default())
        }
    }
}

fn listed(footbridge: &Footbridge, filter: Option<(&String, &String)>, limit: usize) -> anyhow::Result<u64> {
    let query = ListQuery {
        kind: "visit".to_owned(),
        district: filter.map(|(district, _)| district.clone()),
        until: filter.map(|(_, until)| until.clone()),
        limit,
        ..ListQuery::default()
    };
    Ok(footbridge.list(&query)?.items.len() as u64)
}

fn sync(footbridge: &Footbridge, runtime: &Runtime) -> anyhow::Result<Answer> {
    let first_bytes = AtomicU64::new(0);
    let (synced, sample) = timed(|| {
        let progress = |progress: footbridge_client::Progress| {
            if progress.stage == Stage::Pulling && progress.records_done > 0 {
                // Only the first time.
                let _ = first_bytes.compare_exchange(0, progress.bytes_down, Ordering::Relaxed, Ordering::Relaxed);
            }
        };
        runtime.block_on(async { footbridge.sync(&progress, &CancellationToken::new()).await })
    });
    let report = synced?;
    Ok(Answer {
        sample,
        records: report.pulled,
        bytes_down: report.bytes_down,
        first_bytes: first_bytes.into_inner(),
        ..with_peak()?
    })
}

/// A value of JSON as the fields of a record.
pub fn patch(value: Value) -> Fields {
    value.as_object().cloned().unwrap_or_default()
}
