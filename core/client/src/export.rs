//! Records on their way out, for scripts (JSON Lines) and spreadsheets (CSV). The façade gives the records as
//! they are shown; this only writes them down.
//!
//! Invariant: no cell of any file made here is a formula to a spreadsheet, whatever someone once typed.

use std::borrow::Cow;

use footbridge_model::Fields;
use serde_json::Value;

/// What tells a spreadsheet that a file is UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The cell as text to every spreadsheet: an apostrophe before what would begin a formula.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    // Fullwidth signs begin a formula where the keyboard is Japanese or Chinese.
    let begins_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if cell.starts_with(begins_formula) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The records, one JSON object a line.
pub fn jsonl<'r>(records: impl IntoIterator<Item = &'r Fields>) -> Vec<u8> {
    let mut file = Vec::new();
    for record in records {
        file.extend_from_slice(Value::Object(record.clone()).to_string().as_bytes());
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

/// Adds one line of a table, every cell [`harmless`], in quotation marks where it has to be.
pub(crate) fn write_line<C: AsRef<str>>(file: &mut Vec<u8>, separator: char, cells: impl IntoIterator<Item = C>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            file.extend_from_slice(separator.encode_utf8(&mut [0; 4]).as_bytes());
        }
        let cell = harmless(cell.as_ref());
        let is_bare = !cell.contains([separator, '"', '\r', '\n']) && cell.trim() == cell;
        if is_bare {
            file.extend_from_slice(cell.as_bytes());
        } else {
            file.extend_from_slice(format!("\"{}\"", cell.replace('"', "\"\"")).as_bytes());
        }
    }
    file.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests;
