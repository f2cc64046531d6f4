//! `cold_10k`, `cold_100k`: a new device that has joined gets everything, history aboard; against a plain device that
//! downloads the same bytes in as many requests and inserts the rows alone, in the same transactions.

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::{Figure, Goal};
use crate::fixtures::{self, Filled};
use crate::measure::{median, peak_megabytes};
use crate::plain::{self, Plain, PlainServer};
use crate::pulling;
use crate::server::Server;
use footbridge_testkit::RawDevice;

/// Microseconds a record, at most.
const MICROSECONDS: f64 = 12.0;
/// Bytes that have come when the first records can be seen, at most.
const FIRST_SCREEN: f64 = 65_536.0;
/// How much dearer a record may be among ten times as many.
const GROWTH: f64 = 1.1;

/// Ten thousand.
pub fn run_10k(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    Ok(cold(bench, "cold_10k", bench.sizes.middle)?.0)
}

/// A hundred thousand, and what a record costs there beside what it costs among ten thousand.
pub fn run_100k(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let (mut figures, large) = cold(bench, "cold_100k", bench.sizes.large)?;
    let (_, middle) = cold(bench, "cold_10k", bench.sizes.middle)?;
    figures.push(Figure::beside("cold_100k_growth", (large, middle), GROWTH, "µs a record"));
    Ok(figures)
}

/// The figures, and ours in microseconds a record.
fn cold(bench: &Bench, name: &str, visits: usize) -> anyhow::Result<(Vec<Figure>, f64)> {
    let filled = fixtures::filled(bench, visits)?;
    let scratch = bench.scratch()?;
    let data = filled.copied(scratch.path())?;
    let server = Server::start(&data)?;
    let same = Same::of(&server, &filled, scratch.path())?;
    let mut first_bytes = Vec::new();
    let pairs = bench.interleaved(
        || {
            let folder = tempfile::tempdir_in(scratch.path())?;
            let invitation = server.invitation(&filled.programme, "coordinator", "Kari")?;
            let mut device = Device::joined(folder.path(), server.address(), &invitation)?;
            let answer = device.ask(&Told::Sync)?;
            anyhow::ensure!(answer.records >= visits as u64, "{} of {visits} came", answer.records);
            first_bytes.push(answer.first_bytes as f64);
            Ok(answer.sample.of(visits))
        },
        || {
            let folder = tempfile::tempdir_in(scratch.path())?;
            let mut plain = Plain::open(&folder.path().join("plain.db"))?;
            plain.ask(&plain::Told::Rows { file: filled.rows() })?;
            Ok(plain.ask(&same.told())?.of(visits))
        },
    )?;
    let (ours, baseline) = pairs.medians();
    let figures = vec![
        Figure::beside(name, (ours * 1e6, baseline * 1e6), 1.5, "µs a record"),
        Figure::alone(&format!("{name}_record"), ours * 1e6, Goal::AtMost(MICROSECONDS), "µs a record"),
        Figure::alone(&format!("{name}_first_screen"), median(first_bytes), Goal::AtMost(FIRST_SCREEN), "bytes"),
        Figure::alone(&format!("{name}_server_peak"), peak_megabytes(server.id())?, Goal::None, "MB"),
    ];
    Ok((figures, ours * 1e6))
}

/// The same bytes for the baseline.
struct Same {
    server: PlainServer,
    requests: Vec<usize>,
    transactions: Vec<usize>,
}

impl Same {
    fn of(server: &Server, filled: &Filled, folder: &std::path::Path) -> anyhow::Result<Self> {
        let invitation = server.invitation(&filled.programme, "coordinator", "Berit")?;
        let device = RawDevice::join(server.address(), &invitation);
        let pulled = pulling::everything(server.address(), &device)?;
        let bodies = [folder.join("hello"), folder.join("session"), folder.join("pull")];
        std::fs::write(&bodies[0], vec![0; 300])?;
        std::fs::write(&bodies[1], vec![0; 400])?;
        std::fs::write(&bodies[2], &pulled.body)?;
        let transactions = pulled.frames.iter().map(|frame| frame.items.len()).filter(|count| *count > 0).collect();
        let requests = vec![40, 300, pulled.request_bytes];
        Ok(Self { server: PlainServer::start(&bodies)?, requests, transactions })
    }

    fn told(&self) -> plain::Told {
        plain::Told::Take {
            server: Some(self.server.address),
            requests: self.requests.clone(),
            transactions: self.transactions.clone(),
        }
    }
}
