//! `boundary`: what it costs to come from another language: a visit recorded, and the last 50 listed, by the packages
//! of Kotlin and Swift; against the client itself, over a store of its own, which is given the same visits. How large
//! the library is that an app carries.
//!
//! The players of the other languages are built and named by `cargo xtask boundary`; without it this line is left out.
//! A player is told its folder, then `["record", 20]` or `["list", 20]`, and answers with the [`Cost`] of one.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use footbridge_client::key::StoreKey;
use footbridge_client::{Environment, Fields, Footbridge, ListQuery};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::bench::Bench;
use crate::device::{KEY, patch};
use crate::figures::{Figure, Goal};
use crate::measure::{Sample, median, timed};
use crate::process::{Part, Talk};

/// The role of Rust.
pub const ROLE: &str = "boundary";

/// The other languages, and where the command stands that starts their player.
const LANGUAGES: [(&str, &str); 2] = [("kotlin", "FOOTBRIDGE_BOUNDARY_KOTLIN"), ("swift", "FOOTBRIDGE_BOUNDARY_SWIFT")];
/// Where the stripped library lies.
const LIBRARY: &str = "FOOTBRIDGE_BOUNDARY_LIBRARY";
/// How many are listed.
const LISTED: usize = 50;
/// So many rounds' worth goes before the first: until then a JVM has compiled what is called often.
const WARM_UP: usize = 5;

/// What one call took, in microseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Cost {
    /// By the clock: the median of the calls.
    micros: f64,
    /// Of the processor, all threads together: the mean, for a processor's clock is too coarse for one call.
    cpu_micros: f64,
}

impl Cost {
    fn sample(self) -> Sample {
        Sample { seconds: self.micros / 1e6, cpu_seconds: self.cpu_micros / 1e6 }
    }
}

/// A language that is measured, over a store of its own.
struct Player {
    part: Part,
    store: PathBuf,
}

impl Player {
    fn begin(bench: &Bench, mut part: Part, store: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir(&store).context("making the folder of a store")?;
        part.tell(&store)?;
        let mut player = Self { part, store };
        // A list that is whole wants so many.
        player.call("record", LISTED + WARM_UP * bench.sizes.operations)?;
        player.call("list", WARM_UP * bench.sizes.operations)?;
        Ok(player)
    }

    fn call(&mut self, what: &str, times: usize) -> anyhow::Result<Sample> {
        self.part.ask::<Cost>(&(what, times)).map(Cost::sample)
    }

    /// What a list shows, but for what is each record's own: its id and its times.
    fn listed(self) -> anyhow::Result<Vec<Fields>> {
        let Self { part, store } = self;
        drop(part);
        let mut page = open(&store)?.list(&query())?.items;
        for fields in &mut page {
            for name in ["id", "recorded_at", "happened_at"] {
                fields.remove(name);
            }
        }
        Ok(page)
    }
}

/// Each language in turn with Rust; what both have recorded is compared in the end.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (language, variable) in LANGUAGES {
        let Some(command) = std::env::var_os(variable) else {
            let _ = writeln!(
                std::io::stderr(),
                "boundary: without {language}, for {variable} is not set; `cargo xtask boundary` builds and measures it"
            );
            continue;
        };
        let folder = bench.scratch()?;
        let mut shell = Command::new("bash");
        shell.arg("-c").arg(command);
        let mut other = Player::begin(bench, Part::of(language, shell)?, folder.path().join(language))?;
        let mut rust = Player::begin(bench, Part::start(ROLE)?, folder.path().join("rust"))?;
        for what in ["record", "list"] {
            let count = bench.sizes.operations;
            let pairs = bench.interleaved(|| other.call(what, count), || rust.call(what, count))?;
            let (theirs, ours) = pairs.medians();
            figures.push(Figure::beside(&format!("boundary_{language}_{what}"), (theirs * 1e6, ours * 1e6), 2.0, "µs"));
        }
        ensure!(other.listed()? == rust.listed()?, "{language} does not record what Rust records");
    }
    if let Some(library) = std::env::var_os(LIBRARY) {
        let size = std::fs::metadata(library).context("the library that is to be weighed")?.len();
        figures.push(Figure::alone("boundary_library", size as f64 / 1e6, Goal::None, "MB"));
    }
    Ok(figures)
}

/// Rust: the client itself, on the thread that asks.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let Some(store) = talk.next::<PathBuf>()? else { return Ok(()) };
    let phone = open(&store)?;
    let mut recorded = 0;
    while let Some((what, times)) = talk.next::<(String, usize)>()? {
        let mut calls = Vec::with_capacity(times);
        let (done, whole) = timed(|| -> anyhow::Result<()> {
            for _ in 0..times {
                let (done, call) = match what.as_str() {
                    "record" => {
                        recorded += 1;
                        let visit = visit(recorded);
                        timed(|| phone.add("visit", &visit).map(drop))
                    }
                    _ => {
                        let (page, call) = timed(|| phone.list(&query()));
                        ensure!(page?.items.len() == LISTED, "a page is not whole");
                        (Ok(()), call)
                    }
                };
                done?;
                calls.push(call.seconds * 1e6);
            }
            Ok(())
        });
        done?;
        talk.answer(&Cost { micros: median(calls), cpu_micros: whole.of(times).cpu_seconds * 1e6 })?;
    }
    Ok(())
}

fn open(store: &std::path::Path) -> anyhow::Result<Footbridge> {
    Ok(Footbridge::open(store, &StoreKey::from_bytes(KEY), Environment::system()?)?)
}

fn query() -> ListQuery {
    ListQuery { kind: "visit".to_owned(), limit: LISTED, ..ListQuery::default() }
}

/// What the packages make of the visit that their players record.
fn visit(number: usize) -> Fields {
    patch(json!({
        "kind": "street",
        "district": "Dalhem",
        "place": "library",
        "languages": ["so"],
        "topics": ["health", "work"],
        "help": [],
        "with": [],
        "minutes": number % 60,
    }))
}
