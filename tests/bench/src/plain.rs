//! The plain baseline: what somebody would write who needs a file of JSON and nothing that Footbridge promises.
//! Roles `plain` (a device: one SQLCipher table with the indexes that the same lists need, the same key and PRAGMAs)
//! and `plain-server` (answers requests with files).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use anyhow::Context;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::device::KEY;
use crate::measure::{Sample, timed};
use crate::process::{Part, Talk};

/// The role of a device.
pub const ROLE: &str = "plain";
/// The role of a server.
pub const SERVER_ROLE: &str = "plain-server";

/// A visit in its row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// Its id.
    pub id: [u8; 16],
    /// Where it stands in lists.
    pub sort_at: i64,
    /// Its district.
    pub district: String,
    /// What is known of it, as JSON.
    pub body: String,
}

/// What a plain device can be told.
#[derive(Debug, Serialize, Deserialize)]
pub enum Told {
    /// Open this file, or make it. Measured, together with a list of so many.
    Open {
        /// Which.
        file: PathBuf,
        /// How many.
        list: usize,
    },
    /// Read the rows that are to be inserted later, from lines of JSON.
    Rows {
        /// From which file.
        file: PathBuf,
    },
    /// Post these bodies to a server, then insert the next rows, so many in each transaction. Measured.
    Take {
        /// Where from; nowhere where it only inserts.
        server: Option<SocketAddr>,
        /// How many bytes each request has.
        requests: Vec<usize>,
        /// How many rows each transaction takes.
        transactions: Vec<usize>,
    },
}

/// A plain device's process.
pub struct Plain(Part);

impl Plain {
    /// With this file open.
    pub fn open(file: &Path) -> anyhow::Result<Self> {
        let mut plain = Self(Part::start(ROLE)?);
        plain.ask(&Told::Open { file: file.to_owned(), list: 0 })?;
        Ok(plain)
    }

    /// Without a file yet.
    pub fn start() -> anyhow::Result<Self> {
        Ok(Self(Part::start(ROLE)?))
    }

    /// Tells it something and waits.
    pub fn ask(&mut self, told: &Told) -> anyhow::Result<Sample> {
        self.0.ask(told)
    }
}

/// The process of a device.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let mut database = None;
    let mut rows = Vec::new().into_iter();
    while let Some(told) = talk.next::<Told>()? {
        let sample = match told {
            Told::Open { file, list } => {
                let (opened, sample) = timed(|| -> anyhow::Result<_> {
                    let connection = open_encrypted(&file)?;
                    make(&connection)?;
                    if list > 0 {
                        first_page(&connection, list)?;
                    }
                    Ok(connection)
                });
                database = Some(opened?);
                sample
            }
            Told::Rows { file } => {
                rows = read_rows(&file)?.into_iter();
                Sample::default()
            }
            Told::Take { server, requests, transactions } => {
                let connection = database.as_mut().context("a file that is open")?;
                let mut batches: Vec<Vec<Row>> = Vec::new();
                for count in transactions {
                    batches.push(rows.by_ref().take(count).collect());
                }
                let (taken, sample) = timed(|| -> anyhow::Result<()> {
                    if let Some(server) = server {
                        download(server, &requests)?;
                    }
                    batches.iter().try_for_each(|batch| insert(connection, batch))
                });
                taken?;
                sample
            }
        };
        talk.answer(&sample)?;
    }
    Ok(())
}

/// Rows out of lines of JSON.
pub fn read_rows(file: &Path) -> anyhow::Result<Vec<Row>> {
    let lines = BufReader::new(std::fs::File::open(file)?).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// A SQLCipher file with the key and the PRAGMAs of a device's store.
pub fn open_encrypted(file: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(file)?;
    let hex: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    connection.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{hex}'\";"))?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -8000;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

/// Its table, with the indexes that lists need.
pub fn make(connection: &Connection) -> anyhow::Result<()> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS visits (
             number INTEGER PRIMARY KEY,
             id BLOB NOT NULL UNIQUE,
             sort_at INTEGER NOT NULL,
             district TEXT,
             body TEXT NOT NULL
         ) STRICT;
         CREATE INDEX IF NOT EXISTS visits_listed ON visits (sort_at DESC, number DESC);
         CREATE INDEX IF NOT EXISTS visits_in_district ON visits (district, sort_at DESC, number DESC);",
    )?;
    Ok(())
}

/// Inserts rows in one transaction.
pub fn insert(connection: &mut Connection, rows: &[Row]) -> anyhow::Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    {
        let sql = "INSERT INTO visits (id, sort_at, district, body) VALUES (?1, ?2, ?3, ?4)";
        let mut statement = transaction.prepare_cached(sql)?;
        for row in rows {
            statement.execute(params![row.id, row.sort_at, row.district, row.body])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

fn first_page(connection: &Connection, count: usize) -> anyhow::Result<usize> {
    let sql = "SELECT number, id, sort_at, body FROM visits ORDER BY sort_at DESC, number DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([i64::try_from(count)?])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get::<_, String>(3)?.len();
    }
    Ok(bytes)
}

/// Posts so many bytes to `/0`, `/1` … and reads what comes.
fn download(server: SocketAddr, requests: &[usize]) -> anyhow::Result<()> {
    let stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(256 * 1024, stream.try_clone()?);
    let mut writer = stream;
    let mut body = Vec::new();
    for (number, bytes) in requests.iter().enumerate() {
        let mut request =
            format!("POST /{number} HTTP/1.1\r\nhost: plain\r\ncontent-length: {bytes}\r\n\r\n").into_bytes();
        request.resize(request.len() + bytes, b'x');
        writer.write_all(&request)?;
        let length = head(&mut reader)?.1;
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
    }
    Ok(())
}

/// The first line of a message and how long its body is.
pub fn head(reader: &mut impl BufRead) -> anyhow::Result<(String, usize)> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            return Ok((first, length));
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse()?;
        }
    }
}

/// A plain server's process: it answers a POST to `/N` with the Nth of these files.
pub struct PlainServer {
    _part: Part,
    /// Where it listens.
    pub address: SocketAddr,
}

impl PlainServer {
    /// Starts it with these bodies.
    pub fn start(bodies: &[PathBuf]) -> anyhow::Result<Self> {
        let mut part = Part::start(SERVER_ROLE)?;
        let address = part.ask(&bodies)?;
        Ok(Self { _part: part, address })
    }
}

/// The process of a server.
pub fn serve(talk: &mut Talk) -> anyhow::Result<()> {
    let files: Vec<PathBuf> = talk.next()?.context("its bodies")?;
    let bodies = files.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    talk.answer(&listener.local_addr()?)?;
    for stream in listener.incoming() {
        // A client that has gone is none of its business.
        let _ = serve_one(stream?, &bodies);
    }
    Ok(())
}

fn serve_one(mut stream: TcpStream, bodies: &[Vec<u8>]) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let (first, length) = head(&mut reader)?;
        let Some(path) = first.split(' ').nth(1) else { return Ok(()) };
        std::io::copy(&mut reader.by_ref().take(length as u64), &mut std::io::sink())?;
        let body = bodies.get(path.trim_start_matches('/').parse::<usize>()?).context("one of its bodies")?;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
    }
}
