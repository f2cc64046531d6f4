//! Programmes and devices with many visits, made once by the real parts and kept in the target folder under the
//! version of what makes them. Used by the lines, which measure on them or on a copy. Invariant: what stands here is
//! whole: it is made under another name and renamed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use footbridge_model::Actor;
use footbridge_protocol::Answer;
use footbridge_testkit::{RawDevice, change_item};
use tempfile::TempDir;

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::plain::{self, Plain, Row};
use crate::server::{self, Server};
use crate::visits;

/// To be raised where fixtures would be made in another way and nothing below says so.
const VERSION: u32 = 1;
/// What the fixtures follow from beside the code that makes visits.
const MADE_OF: [&str; 3] = [
    include_str!("../../../core/store/src/schema.sql"),
    include_str!("../../../sync-server/src/storage/schema.sql"),
    include_str!("visits.rs"),
];
/// Volunteers whose visits they are.
const VOLUNTEERS: usize = 8;

/// A programme with visits, at rest.
pub struct Filled {
    /// The server's data.
    pub data: PathBuf,
    /// The programme's id.
    pub programme: String,
    /// How many visits.
    pub visits: usize,
    folder: PathBuf,
}

impl Filled {
    /// A copy to be changed.
    pub fn copied(&self, into: &Path) -> anyhow::Result<PathBuf> {
        let data = into.join("data");
        copy(&self.data, &data)?;
        Ok(data)
    }

    /// The folder of a coordinator's device that has all of it.
    pub fn device(&self) -> PathBuf {
        self.folder.join("device")
    }

    /// A plain encrypted file with the same visits.
    pub fn plain(&self) -> PathBuf {
        self.folder.join("plain.db")
    }

    /// The rows of the plain file, a line each, in the order in which a device gets them.
    pub fn rows(&self) -> PathBuf {
        self.folder.join("rows")
    }
}

/// A programme with so many visits.
pub fn filled(bench: &Bench, visits: usize) -> anyhow::Result<Filled> {
    let folder = bench.folder().join(format!("visits-{visits}-{}", version()));
    if !folder.exists() {
        let making = bench.scratch()?;
        fill(making.path(), visits).with_context(|| format!("making a programme of {visits} visits"))?;
        std::fs::rename(making.path(), &folder).context("keeping a fixture")?;
        // It is no scratch any more.
        let _ = making.keep();
        remove_former(bench.folder(), visits, &folder)?;
    }
    let programme = std::fs::read_to_string(folder.join("programme")).context("reading a fixture")?;
    Ok(Filled { data: folder.join("data"), programme, visits, folder })
}

fn version() -> String {
    let mut hasher = DefaultHasher::new();
    (VERSION, MADE_OF, footbridge_protocol::VERSION, cfg!(debug_assertions)).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn remove_former(folder: &Path, visits: usize, kept: &Path) -> anyhow::Result<()> {
    let begins = format!("visits-{visits}-");
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_former = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(&begins));
        if is_former && path != kept {
            std::fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

fn fill(folder: &Path, count: usize) -> anyhow::Result<()> {
    let data = folder.join("data");
    let programme = create(&data)?;
    std::fs::write(folder.join("programme"), &programme)?;
    let server = Server::start(&data)?;
    let mut volunteers = Vec::new();
    for number in 0..VOLUNTEERS {
        volunteers.push(Volunteer::join(&server, &programme, number)?);
    }
    push(&mut volunteers, 0, count)?;
    let invitation = server.invitation(&programme, "coordinator", "Solveig")?;
    let mut device = Device::joined(&folder.join("device"), server.address(), &invitation)?;
    let synced = device.ask(&Told::Sync)?;
    ensure!(synced.records >= count as u64, "{} of {count} came", synced.records);
    drop(device);
    let mut rows = std::io::BufWriter::new(std::fs::File::create(folder.join("rows"))?);
    for number in (0..count).rev() {
        writeln!(rows, "{}", serde_json::to_string(&row(number)?)?)?;
    }
    rows.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    let mut plain = Plain::open(&folder.join("plain.db"))?;
    plain.ask(&plain::Told::Rows { file: folder.join("rows") })?;
    plain.ask(&plain::Told::Take { server: None, requests: Vec::new(), transactions: transactions(count, 2_000) })?;
    Ok(())
}

/// So many rows in transactions of so many.
pub fn transactions(rows: usize, of: usize) -> Vec<usize> {
    let mut transactions = vec![of; rows / of];
    transactions.extend(Some(rows % of).filter(|rest| *rest > 0));
    transactions
}

/// Makes the programme in a folder that has no server yet; the answer is its id.
pub fn create(data: &Path) -> anyhow::Result<String> {
    let mut arguments = vec!["programme", "create", "Stadsdelsmammor", "--country", "SE", "--language", "sv"];
    arguments.extend(["--time-zone", "Europe/Stockholm"]);
    for district in &visits::DISTRICTS {
        arguments.extend(["--district", district]);
    }
    let answer = server::ask(data, &arguments)?;
    answer["programme"].as_str().map(str::to_owned).context("the programme's id")
}

/// Visit `number` as a plain row.
pub fn row(number: usize) -> anyhow::Result<Row> {
    let (id, made) = visits::document(number, Actor::from_bytes([0; 16]))?;
    let projection = made.projection;
    let zone = footbridge_model::Vocabulary::starter().time_zone;
    Ok(Row {
        id: *id.as_bytes(),
        sort_at: projection.sort_at(&zone).0,
        district: projection.text("district").unwrap_or_default().to_owned(),
        body: projection.to_json(),
    })
}

/// Writes these visits as plain rows, a line each.
pub fn write_rows(file: &Path, numbers: std::ops::Range<usize>) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for number in numbers {
        writeln!(out, "{}", serde_json::to_string(&row(number)?)?)?;
    }
    Ok(out.flush()?)
}

/// A volunteer who pushes visits by the envelope.
pub struct Volunteer {
    /// Her device.
    pub device: RawDevice,
    /// Her hand.
    pub actor: Actor,
}

impl Volunteer {
    /// Joins.
    pub fn join(server: &Server, programme: &str, number: usize) -> anyhow::Result<Self> {
        let invitation = server.invitation(programme, "volunteer", &format!("Amina {number}"))?;
        let device = RawDevice::join(server.address(), &invitation);
        let actor = Actor::from_bytes(*device.person().as_bytes());
        Ok(Self { device, actor })
    }
}

/// Pushes visits, 500 of each volunteer in turn.
pub fn push(volunteers: &mut [Volunteer], from: usize, count: usize) -> anyhow::Result<()> {
    let mut number = from;
    while number < from + count {
        let batch = (500 - number % 500).min(from + count - number);
        let who = number / 500 % volunteers.len().max(1);
        let volunteer = volunteers.get_mut(who).context("a volunteer")?;
        let mut items = Vec::new();
        for number in number..number + batch {
            let (id, made) = visits::document(number, volunteer.actor)?;
            items.push(change_item(id, "visit", made.change));
        }
        let answers = volunteer.device.push(items);
        ensure!(answers.iter().all(|answer| *answer == Answer::Accepted), "a visit was not taken");
        number += batch;
    }
    Ok(())
}

/// A copy of a fixture's folder in a scratch folder.
pub fn copied(bench: &Bench, from: &Path) -> anyhow::Result<TempDir> {
    let folder = bench.scratch()?;
    copy(from, &folder.path().join("copy"))?;
    Ok(folder)
}

/// Copies a file, or a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if from.is_file() {
        std::fs::copy(from, to)?;
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() || kind.is_file() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
