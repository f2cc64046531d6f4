//! `bytes_per_record`: what a new device downloads for a record, its history and its row; against the JSON of the same
//! records, as `footbridge` prints them, in one zstd stream of the same level. What the history costs of it is the
//! difference to the same frames without documents.

use footbridge_protocol::{PullMessage, PulledContent, StreamWriter, encode};
use footbridge_testkit::RawDevice;

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::{Figure, Goal};
use crate::fixtures;
use crate::pulling::{self, Pulled};
use crate::server::Server;

/// As the wire's.
const LEVEL: i32 = 3;

/// Counts bytes; nothing is timed.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.middle)?;
    let scratch = bench.scratch()?;
    let server = Server::start(&filled.copied(scratch.path())?)?;
    let invitation = server.invitation(&filled.programme, "coordinator", "Kari")?;
    let pulled = pulling::everything(server.address(), &RawDevice::join(server.address(), &invitation))?;
    let records = pulled.frames.iter().map(|frame| frame.items.len()).sum::<usize>().max(1) as f64;

    let store = fixtures::copied(bench, &filled.device())?;
    let file = scratch.path().join("visits.jsonl");
    Device::open(&store.path().join("copy"), None)?.ask(&Told::Export { file: file.clone() })?;
    let json = std::fs::read(file)?;
    let compressed = zstd::bulk::compress(&json, LEVEL)?;

    let ours = pulled.body.len() as f64 / records;
    let history = ours - without_documents(&pulled)? as f64 / records;
    Ok(vec![
        Figure::beside("bytes_per_record", (ours, compressed.len() as f64 / records), 1.5, "bytes"),
        Figure::alone("bytes_per_record_history", history, Goal::None, "bytes"),
        Figure::alone("bytes_per_record_json", json.len() as f64 / records, Goal::None, "bytes"),
    ])
}

/// The bytes of the same stream with empty documents.
fn without_documents(pulled: &Pulled) -> anyhow::Result<usize> {
    let mut writer = StreamWriter::new()?;
    let mut bytes = 0;
    for frame in &pulled.frames {
        let mut frame = frame.clone();
        for item in &mut frame.items {
            if let PulledContent::Document { document, .. } = &mut item.content {
                document.clear();
            }
        }
        writer.push(&encode(&PullMessage::Frame(frame))?)?;
        bytes += writer.flush()?.len();
    }
    Ok(bytes + writer.finish()?.len())
}
