//! The journal's file: a header, then one line an entry, each with its number. Appended to by the writer, read whole.
//! Invariant: a line counts once it is whole; a torn last one (power was lost) is as if it had never been begun, and
//! is cut off before the next is written.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use footbridge_model::{RandomSource, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Entry, KEPT_MILLIS};
use crate::files::at;
use crate::storage::StorageError;

/// The file in the data folder.
pub const FILE: &str = "footbridge.journal";

/// The version of its form.
const VERSION: u32 = 1;

const DAMAGED: StorageError = StorageError::Damaged("footbridge.journal");

/// Which journal it is: another folder has another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JournalId(String);

impl JournalId {
    fn new(random: &dyn RandomSource) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    footbridge_journal: u32,
    id: JournalId,
    /// The number of the first line: those before it were let go of.
    from: u64,
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journalled {
    /// Its number.
    pub n: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub entry: Entry,
}

/// All that a journal holds.
#[derive(Debug)]
pub struct Read {
    /// Which it is.
    pub id: JournalId,
    /// The number of its first line, or of the one that would be.
    pub from: u64,
    /// Its lines, in order.
    pub lines: Vec<Journalled>,
    /// How many bytes of the file are whole lines.
    whole: u64,
}

impl Read {
    /// The number that the next line will have.
    pub fn next(&self) -> u64 {
        self.lines.last().map_or(self.from, |line| line.n + 1)
    }
}

/// Reads a journal; `None` where there is none, or none whose header was ever whole.
pub fn read(path: &Path) -> Result<Option<Read>, StorageError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(StorageError::File { attempted: "reading footbridge.journal", source: at(path)(source) });
        }
    };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut lines = bytes.get(..whole).unwrap_or_default().split_inclusive(|byte| *byte == b'\n');
    let Some(header) = lines.next() else { return Ok(None) };
    let header: Header = serde_json::from_slice(header).map_err(|_| DAMAGED)?;
    if header.footbridge_journal != VERSION {
        return Err(StorageError::Damaged("footbridge.journal, written by a newer server"));
    }
    let mut read = Read { id: header.id, from: header.from, lines: Vec::new(), whole: whole as u64 };
    for line in lines {
        let line: Journalled = serde_json::from_slice(line).map_err(|_| DAMAGED)?;
        if line.n != read.next() {
            return Err(DAMAGED);
        }
        read.lines.push(line);
    }
    Ok(Some(read))
}

/// When its newest line was written; `None` where there is none.
pub fn newest(path: &Path) -> Result<Option<Timestamp>, StorageError> {
    Ok(read(path)?.and_then(|read| read.lines.last().map(|line| line.at)))
}

/// The open journal of a database that is written to.
#[derive(Debug)]
pub struct Journal {
    file: File,
    /// The number of the next line.
    next: u64,
    /// How long the file is up to the last whole line.
    length: u64,
    /// Whether there may be half a line behind it.
    is_torn: bool,
}

impl Journal {
    /// Opens the journal, or begins one. Lets go of what is older than any backup that may be restored, where it is
    /// known what time it is.
    pub fn open(path: &Path, now: Option<Timestamp>, random: &dyn RandomSource) -> Result<Self, StorageError> {
        let before = now.map(|now| now.plus_millis(-KEPT_MILLIS));
        let is_old = |line: &Journalled| before.is_some_and(|before| line.at < before);
        let read = match (read(path)?, before) {
            (Some(read), Some(before)) if read.lines.first().is_some_and(is_old) => pruned(path, read, before)?,
            (Some(read), _) => read,
            (None, _) => write_whole(path, &JournalId::new(random), 0, Vec::new())?,
        };
        let failed = |source| StorageError::File { attempted: "opening footbridge.journal", source: at(path)(source) };
        let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        Ok(Self { file, next: read.next(), length: read.whole, is_torn: true })
    }

    /// Writes these lines and waits for the disk.
    pub fn append(&mut self, entries: &[Entry], at: Timestamp) -> Result<(), StorageError> {
        let mut bytes = Vec::new();
        for (n, entry) in (self.next..).zip(entries) {
            push_line(&mut bytes, &Journalled { n, at, entry: entry.clone() })?;
        }
        let torn = std::mem::replace(&mut self.is_torn, true);
        let written = (|| {
            if torn {
                self.file.set_len(self.length)?;
            }
            self.file.seek(SeekFrom::Start(self.length))?;
            self.file.write_all(&bytes)?;
            self.file.sync_data()
        })();
        written.map_err(|source| StorageError::File { attempted: "writing footbridge.journal", source })?;
        self.is_torn = false;
        self.length += bytes.len() as u64;
        self.next += entries.len() as u64;
        Ok(())
    }
}

/// The journal without the lines that are too old. In the middle of the file the clock may have gone back: what
/// follows a line that is kept is kept.
fn pruned(path: &Path, read: Read, before: Timestamp) -> Result<Read, StorageError> {
    let next = read.next();
    let lines: Vec<_> = read.lines.into_iter().skip_while(|line| line.at < before).collect();
    let from = lines.first().map_or(next, |line| line.n);
    write_whole(path, &read.id, from, lines)
}

/// Writes a journal beside and renames, so that there is never half of one.
fn write_whole(path: &Path, id: &JournalId, from: u64, lines: Vec<Journalled>) -> Result<Read, StorageError> {
    let mut bytes = Vec::new();
    push_line(&mut bytes, &Header { footbridge_journal: VERSION, id: id.clone(), from })?;
    lines.iter().try_for_each(|line| push_line(&mut bytes, line))?;
    let beside = path.with_extension("journal.new");
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    })();
    written
        .map_err(|source| StorageError::File { attempted: "making footbridge.journal", source: at(&beside)(source) })?;
    Ok(Read { id: id.clone(), from, lines, whole: bytes.len() as u64 })
}

fn push_line(bytes: &mut Vec<u8>, line: &impl Serialize) -> Result<(), StorageError> {
    serde_json::to_writer(&mut *bytes, line).map_err(|_| StorageError::Damaged("an entry of the journal"))?;
    bytes.push(b'\n');
    Ok(())
}
