//! `save_visit`: one visit recorded and durable, against one fsynced insert of the same JSON.

use std::path::PathBuf;

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::Figure;
use crate::fixtures;
use crate::plain::{self, Plain};

/// Ours: `add`, one after the other, in a store of many. The baseline: as many transactions of one row.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.middle)?;
    let (store, file) = (fixtures::copied(bench, &filled.device())?, fixtures::copied(bench, &filled.plain())?);
    let mut device = Device::open(&store.path().join("copy"), None)?;
    let mut plain = Plain::open(&file.path().join("copy"))?;
    let rows: PathBuf = file.path().join("rows");
    let count = bench.sizes.operations;
    let mut lines = String::new();
    // More of them than the rounds take.
    for number in 0..count * (bench.sizes.rounds + 1) {
        lines.push_str(&serde_json::to_string(&fixtures::row(filled.visits + number)?)?);
        lines.push('\n');
    }
    std::fs::write(&rows, lines)?;
    plain.ask(&plain::Told::Rows { file: rows })?;
    let mut from = filled.visits;
    let pairs = bench.interleaved(
        || {
            from += count;
            Ok(device.ask(&Told::Add { from, count })?.sample)
        },
        || {
            let told = plain::Told::Take { server: None, requests: Vec::new(), transactions: vec![1; count] };
            Ok(plain.ask(&told)?.of(count))
        },
    )?;
    let (ours, baseline) = pairs.medians();
    Ok(vec![Figure::beside("save_visit", (ours * 1e3, baseline * 1e3), 2.0, "ms")])
}
