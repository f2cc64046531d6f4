//! `open_100k`: a store of 100,000 visits opened in a new process and the first 50 listed, against the plain file
//! opened and the same query; and the peak of that process.

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::{Figure, Goal};
use crate::fixtures;
use crate::measure::median;
use crate::plain::{self, Plain};

/// How many are listed.
const LISTED: usize = 50;
/// What the process may take at its peak, in MB.
const PEAK: f64 = 30.0;

/// Each round is a process of its own.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.large)?;
    let mut peaks = Vec::new();
    let pairs = bench.interleaved(
        || {
            let told = Told::Open { folder: filled.device(), server: None, list: LISTED };
            let answer = Device::start()?.ask(&told)?;
            anyhow::ensure!(answer.records == LISTED as u64, "{} were listed", answer.records);
            peaks.push(answer.peak_megabytes);
            Ok(answer.sample)
        },
        || Plain::start()?.ask(&plain::Told::Open { file: filled.plain(), list: LISTED }),
    )?;
    let (ours, baseline) = pairs.medians();
    Ok(vec![
        Figure::beside("open_100k", (ours * 1e3, baseline * 1e3), 2.0, "ms"),
        Figure::alone("open_100k_peak", median(peaks), Goal::AtMost(PEAK), "MB"),
    ])
}
