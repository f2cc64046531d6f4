//! The fields of a document that is one change, read from the change's columns. Most records are never edited: of these
//! a device makes the projection itself, in the time that it would take to read it, and the wire carries each word once.
//!
//! Invariant: what is given is what [`super::project`] gives; whatever is not as plain as that gives nothing.
//! Source: the Automerge binary format, <https://automerge.org/automerge-binary-format-spec/>.

use std::collections::BTreeMap;

use automerge::ScalarValue;

use super::Rejected;
use super::chunk::{CHANGE, Reader};
use super::reading::{Gathered, scalar_to_json};
use crate::projection::Projection;

const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_FORM: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSORS: u64 = 0x70;
/// The action that puts a value.
const PUT: u64 = 1;
/// A plain record has some twenty keys.
const KEYS_MAX: usize = 512;

/// The columns of a change that only puts values into the root.
#[derive(Default)]
struct Columns<'a> {
    keys: &'a [u8],
    inserts: &'a [u8],
    actions: &'a [u8],
    forms: &'a [u8],
    values: &'a [u8],
    predecessors: &'a [u8],
}

pub(super) fn project(stored: &[u8]) -> Option<Projection> {
    let columns = columns(stored).ok()??;
    let keys = strings(columns.keys)?;
    let forms = numbers(columns.forms)?;
    let count = keys.len();
    let all = |column: &[u8], value: u64| {
        numbers(column).is_some_and(|numbers| numbers.len() == count && numbers.iter().all(|number| *number == value))
    };
    let mut inserts = Reader(columns.inserts);
    let nothing_is_inserted = inserts.unsigned().ok()? == count as u64 && inserts.0.is_empty();
    if forms.len() != count || !nothing_is_inserted || !all(columns.actions, PUT) || !all(columns.predecessors, 0) {
        return None;
    }
    let mut fields = BTreeMap::new();
    let mut values = Reader(columns.values);
    for (key, form) in keys.into_iter().zip(forms) {
        let bytes = values.take(usize::try_from(form >> 4).ok()?).ok()?;
        if fields.insert(key, value(form & 0xf, bytes)?).is_some() {
            return None;
        }
    }
    if !values.0.is_empty() {
        return None;
    }
    let mut gathered = Gathered::default();
    fields.into_iter().for_each(|(key, value)| gathered.take(key, scalar_to_json(&value)));
    gathered.projection().ok()
}

/// The columns of a stored document that is one first change; `None` where it is anything else.
fn columns(stored: &[u8]) -> Result<Option<Columns<'_>>, Rejected> {
    let mut chunks = Reader(stored);
    let Some((CHANGE, body)) = chunks.chunk()? else { return Ok(None) };
    let mut reader = Reader(body);
    let dependencies = reader.unsigned()?;
    reader.prefixed()?; // actor
    let (seq, start) = (reader.unsigned()?, reader.unsigned()?);
    reader.signed()?; // time
    reader.prefixed()?; // message
    let others = reader.unsigned()?;
    if !chunks.0.is_empty() || (dependencies, seq, start, others) != (0, 1, 1, 0) {
        return Ok(None);
    }
    let mut columns = Columns::default();
    for (specification, length) in reader.column_headers()? {
        let column = match specification {
            KEY => &mut columns.keys,
            INSERT => &mut columns.inserts,
            ACTION => &mut columns.actions,
            VALUE_FORM => &mut columns.forms,
            VALUE => &mut columns.values,
            PREDECESSORS => &mut columns.predecessors,
            _ => return Ok(None),
        };
        *column = reader.take(usize::try_from(length).map_err(|_| Rejected::TooLarge)?)?;
    }
    Ok(Some(columns).filter(|_| reader.0.is_empty()))
}

/// A column of texts, none of them absent or the same as the one before.
fn strings(column: &[u8]) -> Option<Vec<&str>> {
    let mut reader = Reader(column);
    let mut strings = Vec::new();
    while !reader.0.is_empty() {
        let run = reader.signed().ok()?;
        let count = match run {
            1 => 1,
            run if run < 0 => usize::try_from(run.unsigned_abs()).ok()?,
            _ => return None,
        };
        if strings.len().checked_add(count)? > KEYS_MAX {
            return None;
        }
        for _ in 0..count {
            strings.push(std::str::from_utf8(reader.prefixed().ok()?).ok()?);
        }
    }
    Some(strings)
}

/// A column of numbers, none of them absent.
fn numbers(column: &[u8]) -> Option<Vec<u64>> {
    let mut reader = Reader(column);
    let mut numbers = Vec::new();
    while !reader.0.is_empty() {
        let run = reader.signed().ok()?;
        let count = usize::try_from(run.unsigned_abs()).ok()?;
        if run == 0 || numbers.len().checked_add(count)? > KEYS_MAX {
            return None;
        }
        if run > 0 {
            let number = reader.unsigned().ok()?;
            numbers.extend(std::iter::repeat_n(number, count));
        } else {
            for _ in 0..count {
                numbers.push(reader.unsigned().ok()?);
            }
        }
    }
    Some(numbers)
}

fn value(form: u64, bytes: &[u8]) -> Option<ScalarValue> {
    let mut reader = Reader(bytes);
    let value = match form {
        0 => ScalarValue::Null,
        1 => ScalarValue::Boolean(false),
        2 => ScalarValue::Boolean(true),
        3 => ScalarValue::Uint(reader.unsigned().ok()?),
        4 => ScalarValue::Int(reader.signed().ok()?),
        6 => ScalarValue::Str(std::str::from_utf8(reader.take(bytes.len()).ok()?).ok()?.into()),
        9 => ScalarValue::Timestamp(reader.signed().ok()?),
        _ => return None,
    };
    reader.0.is_empty().then_some(value)
}
