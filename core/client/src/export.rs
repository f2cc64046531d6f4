//! Records on their way out, for scripts (JSON Lines) and spreadsheets (CSV). The façade gives the records as
//! they are shown; this only writes them down.
//!
//! Invariant: no cell of any file made here is a formula to a spreadsheet, whatever someone once typed and by whichever
//! separator the file is taken apart; and [`original`] gives back what [`harmless`] was given.

use std::borrow::Cow;

use footbridge_model::{Fields, clean};
use serde_json::Value;

/// What tells a spreadsheet that a file is UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What tells a spreadsheet that a cell is text.
const IS_TEXT: char = '\'';

/// Where a program splits that was told another separator, or that minds no quotation marks.
const fn separates(character: char) -> bool {
    matches!(character, ';' | ',' | '\t' | '\n' | '\r' | '|')
}

/// Fullwidth signs begin a formula where the keyboard is Japanese or Chinese.
const fn begins_formula(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// The cell as text to every spreadsheet: an apostrophe before what would begin a formula, at its beginning and behind
/// every separator in it.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    by_parts(cell, |part, sign, whole| {
        whole.push_str(part.get(..sign).unwrap_or_default());
        whole.push(IS_TEXT);
        whole.push_str(part.get(sign..).unwrap_or_default());
    })
}

/// What a cell said before it was made [`harmless`]: a file that was made here is read as it was meant. In a file from
/// elsewhere an apostrophe in such a place was put there for the same reason.
pub fn original(cell: &str) -> Cow<'_, str> {
    by_parts(cell, |part, sign, whole| {
        let before = part.get(..sign).unwrap_or_default();
        whole.push_str(before.strip_suffix(IS_TEXT).unwrap_or(before));
        whole.push_str(part.get(sign..).unwrap_or_default());
    })
}

/// Lets `write` write each part of the cell that would begin a formula, and where in the part its sign stands.
fn by_parts(cell: &str, write: impl Fn(&str, usize, &mut String)) -> Cow<'_, str> {
    if !cell.contains(begins_formula) {
        return Cow::Borrowed(cell);
    }
    let mut whole = String::with_capacity(cell.len() + 1);
    for part in cell.split_inclusive(separates) {
        let bare = part.trim_start_matches(|c: char| c == '"' || (c.is_whitespace() && !separates(c)));
        let bare = bare.trim_start_matches(IS_TEXT);
        if bare.starts_with(begins_formula) {
            write(part, part.len() - bare.len(), &mut whole);
        } else {
            whole.push_str(part);
        }
    }
    Cow::Owned(whole)
}

/// The records, one JSON object a line.
pub fn jsonl<'r>(records: impl IntoIterator<Item = &'r Fields>) -> Vec<u8> {
    let mut file = Vec::new();
    for record in records {
        file.extend_from_slice(clean::shown_json(&Value::Object(record.clone()).to_string()).as_bytes());
        file.push(b'\n');
    }
    file
}

/// The records as a table (RFC 4180, in UTF-8 with a byte order mark): these columns, in this order, under
/// their names. A set is its members with commas between, null is empty.
pub fn csv<'r>(columns: &[&str], records: impl IntoIterator<Item = &'r Fields>) -> Vec<u8> {
    let mut file = BYTE_ORDER_MARK.to_vec();
    write_line(&mut file, ',', columns);
    file.extend(csv_rows(columns, records));
    file
}

/// Further rows of a table, without its head: for a table that is written page by page.
pub fn csv_rows<'r>(columns: &[&str], records: impl IntoIterator<Item = &'r Fields>) -> Vec<u8> {
    let mut file = Vec::new();
    for record in records {
        let cells: Vec<_> = columns.iter().map(|column| record.get(*column).map(cell).unwrap_or_default()).collect();
        write_line(&mut file, ',', &cells);
    }
    file
}

/// A value as the text of a cell.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(members) => members.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(entries) => {
            entries.iter().map(|(name, value)| format!("{name}: {}", cell(value))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Adds one line of a table, every cell [`harmless`] and in quotation marks, its lines ended by `\n`.
pub(crate) fn write_line<C: AsRef<str>>(file: &mut Vec<u8>, separator: char, cells: impl IntoIterator<Item = C>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            file.extend_from_slice(separator.encode_utf8(&mut [0; 4]).as_bytes());
        }
        let cell = cell.as_ref().replace("\r\n", "\n");
        let cell = clean::shown_lines(&cell);
        file.extend_from_slice(format!("\"{}\"", harmless(&cell).replace('"', "\"\"")).as_bytes());
    }
    file.extend_from_slice(b"\r\n");
}

pub(crate) mod labels;

#[cfg(test)]
mod tests;
