//! `push_200`: a device says hello, opens a session and sends 200 unsent records in one request, sealed from its
//! changes, answered when they are durable; against the same bytes in one POST to a plain server that inserts as many
//! rows in one transaction before it answers.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use footbridge_protocol::{Answer, Item, MEDIA_STREAM, StreamWriter};
use footbridge_testkit::{RawDevice, Request, change_item};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::bench::Bench;
use crate::figures::Figure;
use crate::fixtures::{self, Volunteer};
use crate::measure::{Sample, processor_seconds, timed};
use crate::plain::{self, Row};
use crate::process::{Part, Talk};
use crate::server::Server;
use crate::visits;

/// The role of the plain server that keeps rows.
pub const ROLE: &str = "plain-keeper";

/// Unsent records.
const UNSENT: usize = 200;
/// Pushes in a round.
const PUSHES: usize = 5;

/// What the plain server is told.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    /// Its file.
    file: PathBuf,
    /// The rows that it is to insert, a line each.
    rows: PathBuf,
}

/// Into a server and a plain file that have many already.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.middle)?;
    let scratch = bench.scratch()?;
    let server = Server::start(&filled.copied(scratch.path())?)?;
    let mut volunteer = Volunteer::join(&server, &filled.programme, 98)?;
    let (mut from, rounds) = (filled.visits, bench.sizes.rounds + 1);
    let told = Told { file: scratch.path().join("plain.db"), rows: scratch.path().join("rows") };
    fixtures::write_rows(&told.rows, 0..filled.visits + rounds * PUSHES * UNSENT)?;
    let mut keeper = Part::start(ROLE)?;
    let address: SocketAddr = keeper.ask(&told)?;
    post(address, vec![b'x'; 8 * filled.visits], filled.visits)?;
    let first = items(from, &volunteer)?;
    let bytes = body(&mut volunteer.device, &first)?.len();
    let pairs = bench.interleaved(
        || {
            let (mut all, before) = (Sample::default(), processor_seconds(server.id())?);
            for _ in 0..PUSHES {
                let items = items(from, &volunteer)?;
                from += UNSENT;
                let (done, sample) = timed(|| pushed(&mut volunteer.device, &items));
                done?;
                all = all.and(sample);
            }
            Ok(all.and(Sample { seconds: 0.0, cpu_seconds: processor_seconds(server.id())? - before }).of(PUSHES))
        },
        || {
            let (mut all, before) = (Sample::default(), processor_seconds(keeper.id())?);
            for _ in 0..PUSHES {
                let body = vec![b'x'; bytes];
                let (done, sample) = timed(|| post(address, body, UNSENT));
                done?;
                all = all.and(sample);
            }
            Ok(all.and(Sample { seconds: 0.0, cpu_seconds: processor_seconds(keeper.id())? - before }).of(PUSHES))
        },
    )?;
    let (ours, baseline) = pairs.medians();
    Ok(vec![Figure::beside("push_200", (ours * 1e3, baseline * 1e3), 3.0, "ms")])
}

fn items(from: usize, volunteer: &Volunteer) -> anyhow::Result<Vec<Item>> {
    let made = (from..from + UNSENT).map(|number| visits::document(number, volunteer.actor));
    made.map(|made| made.map(|(id, made)| change_item(id, "visit", made.change))).collect()
}

fn body(device: &mut RawDevice, items: &[Item]) -> anyhow::Result<Vec<u8>> {
    Ok(StreamWriter::whole([device.sealed(items.to_vec())])?)
}

/// Hello, session, push.
fn pushed(device: &mut RawDevice, items: &[Item]) -> anyhow::Result<()> {
    device.session();
    let sealed = device.sealed(items.to_vec());
    let answers = device.push_sealed(&[sealed]);
    let taken = answers.iter().flat_map(|envelope| &envelope.items).filter(|item| item.answer == Answer::Accepted);
    ensure!(taken.count() == UNSENT, "all are taken");
    Ok(())
}

/// Posts bytes to the plain server, for so many rows.
fn post(address: SocketAddr, body: Vec<u8>, rows: usize) -> anyhow::Result<()> {
    let response = Request::post(&format!("/{rows}"), MEDIA_STREAM, body).send(address);
    ensure!(response.status == 200, "the rows are inserted");
    Ok(())
}

/// The plain server: answers a POST to `/N` when it has inserted the next N rows in one transaction.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let told: Told = talk.next()?.context("what it keeps")?;
    let rows = plain::read_rows(&told.rows)?;
    let mut rows = rows.into_iter();
    let mut connection = Connection::open(&told.file)?;
    // As the server's own file.
    connection.execute_batch(
        "PRAGMA secure_delete = ON;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384;",
    )?;
    plain::make(&connection)?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    talk.answer(&listener.local_addr()?)?;
    for stream in listener.incoming() {
        let mut stream = stream?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let (first, length) = plain::head(&mut reader)?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let path = first.split(' ').nth(1).unwrap_or_default();
        let count = path.trim_start_matches('/').parse().context("how many rows")?;
        let next: Vec<Row> = rows.by_ref().take(count).collect();
        ensure!(next.len() == count, "there are rows left");
        plain::insert(&mut connection, &next)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    }
    Ok(())
}
