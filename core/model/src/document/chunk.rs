//! The outer form of Automerge's bytes: chunks, and what their columns claim to hold. Read before Automerge
//! reads, because a run-length column of ten bytes can claim more rows than there is memory.
//!
//! Source: the Automerge binary format, <https://automerge.org/automerge-binary-format-spec/>.

use super::{CHANGE_BYTES_MAX, Rejected};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const DOCUMENT: u8 = 0;
pub(super) const CHANGE: u8 = 1;

/// The most operations of one change: rows of its longest column. A record has some twenty fields.
pub const CHANGE_OPERATIONS_MAX: u64 = 1024;
/// The most operations of a document, of all its changes and saves together. A record that is edited twenty times has
/// some hundred; each one costs Automerge some hundred bytes of memory, whatever it costs where it is stored.
pub const DOCUMENT_OPERATIONS_MAX: u64 = 4096;
/// So many operations a document may have however few bytes it is, and [`OPERATIONS_PER_BYTE`] more for each byte: run
/// lengths would else make thousands of a hundred bytes.
pub const OPERATIONS_FREE: u64 = 256;
/// How many operations a byte may stand for.
pub const OPERATIONS_PER_BYTE: u64 = 4;
/// The most columns of one chunk; the format has some twenty.
pub const COLUMNS_MAX: u64 = 40;

const DEFLATED: u64 = 0b1000;
const TYPE_BOOLEAN: u64 = 4;
const TYPE_STRING: u64 = 5;
const TYPE_VALUE: u64 = 7;

/// How many chunks stand in a stored document; those after bytes that are none are not counted.
pub(super) fn count(stored: &[u8]) -> usize {
    let mut reader = Reader(stored);
    std::iter::from_fn(|| reader.chunk().ok().flatten()).count()
}

/// Whether a stored document begins with a save.
pub(super) fn is_saved(stored: &[u8]) -> bool {
    matches!(Reader(stored).chunk(), Ok(Some((DOCUMENT, _))))
}

/// Whether a change stands on no other; `None` where its head is no change's.
pub(super) fn begins(bytes: &[u8]) -> Option<bool> {
    match Reader(bytes).chunk() {
        Ok(Some((CHANGE, body))) => Reader(body).unsigned().ok().map(|deps| deps == 0),
        _ => None,
    }
}

/// Whether `bytes` are one uncompressed change whose columns claim no more than it may hold.
pub(super) fn bounded_change(bytes: &[u8]) -> Result<(), Rejected> {
    if bytes.len() > CHANGE_BYTES_MAX {
        return Err(Rejected::TooLarge);
    }
    let mut reader = Reader(bytes);
    match reader.chunk()? {
        Some((CHANGE, body)) if reader.0.is_empty() => {
            let rows = change_rows(body)?;
            few(rows, CHANGE_OPERATIONS_MAX)?;
            fits_its_bytes(rows, bytes.len())
        }
        _ => Err(Rejected::Malformed),
    }
}

/// Whether `bytes` are uncompressed changes and saves whose columns together claim no more than a document may hold.
pub(super) fn bounded(bytes: &[u8]) -> Result<(), Rejected> {
    let operations = operations(bytes)?;
    few(operations, DOCUMENT_OPERATIONS_MAX)?;
    fits_its_bytes(operations, bytes.len())
}

/// How many operations uncompressed changes and saves claim together.
pub(super) fn operations(bytes: &[u8]) -> Result<u64, Rejected> {
    let mut reader = Reader(bytes);
    let mut operations = 0_u64;
    while let Some((kind, body)) = reader.chunk()? {
        let rows = match kind {
            CHANGE => change_rows(body)?,
            DOCUMENT => document_rows(body)?,
            _ => return Err(Rejected::Malformed),
        };
        // A chunk of nothing is handled like one of something.
        operations = operations.saturating_add(rows.max(1));
    }
    Ok(operations)
}

fn few(operations: u64, most: u64) -> Result<(), Rejected> {
    if operations > most { Err(Rejected::TooLarge) } else { Ok(()) }
}

fn fits_its_bytes(operations: u64, bytes: usize) -> Result<(), Rejected> {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    few(operations, OPERATIONS_FREE.saturating_add(bytes.saturating_mul(OPERATIONS_PER_BYTE)))
}

/// How many rows the longest column of a change claims.
fn change_rows(body: &[u8]) -> Result<u64, Rejected> {
    let mut reader = Reader(body);
    reader.items(|reader| reader.take(32).map(drop))?;
    reader.prefixed()?; // actor
    reader.unsigned()?; // seq
    reader.unsigned()?; // start op
    reader.signed()?; // time
    reader.prefixed()?; // message
    reader.items(|reader| reader.prefixed().map(drop))?;
    let columns = reader.column_headers()?;
    reader.columns(&columns)
}

/// How many rows the longest column of a save claims, be it of its changes or of its operations.
fn document_rows(body: &[u8]) -> Result<u64, Rejected> {
    let mut reader = Reader(body);
    reader.items(|reader| reader.prefixed().map(drop))?; // actors
    reader.items(|reader| reader.take(32).map(drop))?; // heads
    let changes = reader.column_headers()?;
    let operations = reader.column_headers()?;
    Ok(reader.columns(&changes)?.max(reader.columns(&operations)?))
}

pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next chunk's type and body; `None` at the end.
    pub(super) fn chunk(&mut self) -> Result<Option<(u8, &'a [u8])>, Rejected> {
        if self.0.is_empty() {
            return Ok(None);
        }
        if self.take(MAGIC.len())? != MAGIC {
            return Err(Rejected::Malformed);
        }
        self.take(CHECKSUM_BYTES)?;
        let kind = self.take(1)?[0];
        Ok(Some((kind, self.prefixed()?)))
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Rejected> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Rejected::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    /// An unsigned LEB128 number of at most 64 bits.
    pub(super) fn unsigned(&mut self) -> Result<u64, Rejected> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Rejected::Malformed)
    }

    /// A signed LEB128 number of at most 64 bits.
    pub(super) fn signed(&mut self) -> Result<i64, Rejected> {
        let mut value = 0_i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let is_negative = byte & 0x40 != 0 && shift + 7 < 64;
                return Ok(if is_negative { value | (-1 << (shift + 7)) } else { value });
            }
        }
        Err(Rejected::Malformed)
    }

    pub(super) fn prefixed(&mut self) -> Result<&'a [u8], Rejected> {
        let length = usize::try_from(self.unsigned()?).map_err(|_| Rejected::TooLarge)?;
        self.take(length)
    }

    fn items(&mut self, read: impl Fn(&mut Self) -> Result<(), Rejected>) -> Result<(), Rejected> {
        let count = self.unsigned()?;
        // Each takes a byte at least, so a false count ends at the end of the bytes.
        (0..count).try_for_each(|_| read(self))
    }

    pub(super) fn column_headers(&mut self) -> Result<Vec<(u64, u64)>, Rejected> {
        let count = self.unsigned()?;
        if count > COLUMNS_MAX {
            return Err(Rejected::TooLarge);
        }
        (0..count).map(|_| Ok((self.unsigned()?, self.unsigned()?))).collect()
    }

    /// How many rows the longest of these columns claims.
    fn columns(&mut self, headers: &[(u64, u64)]) -> Result<u64, Rejected> {
        let mut most = 0;
        for (specification, length) in headers {
            if specification & DEFLATED != 0 {
                return Err(Rejected::Malformed);
            }
            let length = usize::try_from(*length).map_err(|_| Rejected::TooLarge)?;
            most = most.max(Reader(self.take(length)?).rows(specification & 0b111)?);
        }
        Ok(most)
    }

    /// Walks the runs of one column and counts its rows; errs where they claim more than any record has.
    fn rows(mut self, kind: u64) -> Result<u64, Rejected> {
        if kind == TYPE_VALUE {
            return Ok(0);
        }
        let mut rows = 0_u64;
        while !self.0.is_empty() {
            let run = if kind == TYPE_BOOLEAN {
                self.unsigned()?
            } else {
                match self.signed()? {
                    0 => self.unsigned()?,
                    length if length > 0 => {
                        self.value(kind)?;
                        length.unsigned_abs()
                    }
                    length => {
                        let length = length.unsigned_abs();
                        (0..length).try_for_each(|_| self.value(kind))?;
                        length
                    }
                }
            };
            rows = rows.saturating_add(run);
            few(rows, DOCUMENT_OPERATIONS_MAX)?;
        }
        Ok(rows)
    }

    fn value(&mut self, kind: u64) -> Result<(), Rejected> {
        match kind {
            TYPE_STRING => self.prefixed().map(drop),
            _ => self.unsigned().map(drop),
        }
    }
}
