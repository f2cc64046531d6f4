//! `edited_100_times`: a visit that two devices edited a hundred times between them, as it lies packed on the disk of
//! a third and as it comes to it; against a visit edited once.

use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use crate::bench::Bench;
use crate::device::{Device, Told, patch};
use crate::figures::Figure;
use crate::fixtures::{self, Volunteer};
use crate::plain::open_encrypted;
use crate::server::Server;
use crate::visits;

/// How often.
const EDITS: usize = 100;
/// From one edit to the next, in milliseconds, about.
const APART: i64 = 3_600_000;

/// Counts bytes; nothing is timed.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let scratch = bench.scratch()?;
    let data = scratch.path().join("data");
    let programme = fixtures::create(&data)?;
    let server = Server::start(&data)?;
    let joined = |name: &str| {
        let invitation = server.invitation(&programme, "coordinator", name)?;
        Device::joined(&scratch.path().join(name), server.address(), &invitation)
    };
    let (mut kari, mut solveig, mut third) = (joined("Kari")?, joined("Solveig")?, joined("Berit")?);
    let mut amina = vec![Volunteer::join(&server, &programme, 0)?];
    let edits = if bench.is_tiny { 4 } else { EDITS };

    let mut measured = |number: usize, edits: usize| -> anyhow::Result<(f64, f64)> {
        third.ask(&Told::Sync)?;
        fixtures::push(&mut amina, number, 1)?;
        let id = visits::document(number, footbridge_model::Actor::from_bytes([0; 16]))?.0.to_string();
        kari.ask(&Told::Sync)?;
        solveig.ask(&Told::Sync)?;
        for edit in 0..edits {
            let hand = if edit % 2 == 0 { &mut kari } else { &mut solveig };
            let at = visits::recorded_at(number).0 + APART * i64::try_from(edit + 1)?;
            hand.ask(&Told::Sync)?;
            hand.ask(&Told::Edit { id: id.clone(), patch: patch(change(edit)), at })?;
            hand.ask(&Told::Sync)?;
        }
        let bytes = third.ask(&Told::Sync)?.bytes_down;
        Ok((packed(&scratch.path().join("Berit"), &id)?, bytes as f64))
    };
    let (once, many) = (measured(1, 1)?, measured(2, edits)?);
    Ok(vec![
        Figure::beside("edited_100_times", (many.0, once.0), 2.0, "bytes on disk"),
        Figure::beside("edited_100_times_warm", (many.1, once.1), 2.0, "bytes"),
    ])
}

/// What somebody sets right.
fn change(edit: usize) -> serde_json::Value {
    let topic = ["work", "housing", "health"][edit / 4 % 3];
    match edit % 4 {
        0 => json!({"minutes": 5 + edit}),
        1 => json!({"topics": {"add": [topic]}}),
        2 => json!({"reached": 1 + edit % 7}),
        _ => json!({"topics": {"remove": [topic]}}),
    }
}

/// Bytes of a record's document as it lies in its row.
fn packed(store: &Path, id: &str) -> anyhow::Result<f64> {
    let connection: Connection = open_encrypted(&store.join("footbridge.db"))?;
    let id: footbridge_model::DocumentId = id.parse().map_err(|_| anyhow::anyhow!("an id"))?;
    let sql = "SELECT length(document) FROM records WHERE id = ?1";
    Ok(connection.query_row(sql, [id.as_bytes()], |row| row.get::<_, i64>(0))? as f64)
}
