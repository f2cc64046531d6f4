//! `warm_100`: 100 new visits come to a device that has 100,000; against the same three requests, the same bytes and
//! 100 inserts into the plain file of as many.

use std::path::PathBuf;

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::{Figure, Goal};
use crate::fixtures::{self, Volunteer};
use crate::plain::{self, Plain, PlainServer};
use crate::server::Server;

/// How many are new.
const NEW: usize = 100;

/// The device's process goes on from round to round, as an app does.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.large)?;
    let scratch = bench.scratch()?;
    let server = Server::start(&filled.copied(scratch.path())?)?;
    let store = fixtures::copied(bench, &filled.device())?;
    let file = fixtures::copied(bench, &filled.plain())?;
    let mut device = Device::open(&store.path().join("copy"), Some(server.address()))?;
    let mut volunteers = vec![Volunteer::join(&server, &filled.programme, 99)?];
    let mut plain = Plain::open(&file.path().join("copy"))?;
    plain.ask(&plain::Told::Rows { file: new_rows(filled.visits, bench.sizes.rounds, scratch.path())? })?;

    let mut from = filled.visits;
    // The first brings also what came of the joins; its bytes are the baseline's from then on.
    device.ask(&Told::Sync)?;
    fixtures::push(&mut volunteers, from, NEW)?;
    from += NEW;
    let bytes = device.ask(&Told::Sync)?.bytes_down;
    let bodies = [scratch.path().join("hello"), scratch.path().join("session"), scratch.path().join("pull")];
    std::fs::write(&bodies[0], vec![0; 300])?;
    std::fs::write(&bodies[1], vec![0; 400])?;
    std::fs::write(&bodies[2], vec![0; usize::try_from(bytes)?])?;
    let plain_server = PlainServer::start(&bodies)?;
    let pairs = bench.interleaved(
        || {
            fixtures::push(&mut volunteers, from, NEW)?;
            from += NEW;
            let answer = device.ask(&Told::Sync)?;
            anyhow::ensure!(answer.records >= NEW as u64, "{} came", answer.records);
            Ok(answer.sample)
        },
        || {
            plain.ask(&plain::Told::Take {
                server: Some(plain_server.address),
                requests: vec![40, 300, 300],
                transactions: vec![NEW],
            })
        },
    )?;
    let (ours, baseline) = pairs.medians();
    Ok(vec![
        Figure::beside("warm_100", (ours * 1e3, baseline * 1e3), 3.0, "ms"),
        Figure::alone("warm_100_bytes", bytes as f64, Goal::None, "bytes"),
    ])
}

fn new_rows(from: usize, rounds: usize, folder: &std::path::Path) -> anyhow::Result<PathBuf> {
    let file = folder.join("rows");
    let rows = (from..from + NEW * (rounds + 1)).map(|number| Ok(serde_json::to_string(&fixtures::row(number)?)?));
    std::fs::write(&file, rows.collect::<anyhow::Result<Vec<_>>>()?.join("\n"))?;
    Ok(file)
}
