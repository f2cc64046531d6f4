//! The file as rows of cells, before anything is understood: encoding, byte order mark, separators and
//! quotes, and on which line of the file each row begins.
//!
//! Invariant: no row swallows another. A quotation mark counts as one only where its partner stands before
//! a separator, a line's end or the file's end; any other is a character of its cell. So one forgotten mark
//! costs one row, not the rest of the file. (That, and line numbers that a person can find in her editor, is
//! why this does not go through the `csv` crate's reader; a test holds the two together on files that the
//! crate wrote.)

use std::borrow::Cow;

use crate::export;

/// No cell in quotation marks is longer, in bytes; it bounds how far a mark looks for its partner.
const LONGEST_QUOTED: usize = 256 * 1024;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The line of the file on which it begins; the first is 1.
    pub(super) line: usize,
    /// Its cells as they were, without the quotation marks that only held them together, and without the apostrophes
    /// that only said that they are text.
    pub(super) cells: Vec<String>,
}

/// The text of a file, and the name of the encoding it was taken for: what its byte order mark says, else
/// UTF-8 where it is that, else Windows-1252 (in which every byte is a character).
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let (text, _) = encoding.decode_without_bom_handling(rest);
        return (text, encoding.name());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), encoding_rs::UTF_8.name()),
        Err(_) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, encoding_rs::WINDOWS_1252.name())
        }
    }
}

/// The rows of `text`, an empty line among them as one empty cell.
pub(super) fn records(text: &str, separator: u8) -> Vec<Record> {
    let mut reader = Reader { text, separator, at: 0, line: 1 };
    let mut records = Vec::new();
    while reader.at < text.len() {
        records.push(reader.record());
    }
    records
}

struct Reader<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
    line: usize,
}

impl Reader<'_> {
    fn record(&mut self) -> Record {
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            let cell = self.cell();
            cells.push(export::original(&cell).into_owned());
            match self.byte(self.at) {
                Some(byte) if byte == self.separator => self.at += 1,
                Some(b'\r') if self.byte(self.at + 1) == Some(b'\n') => {
                    self.at += 2;
                    self.line += 1;
                    break;
                }
                Some(_) => {
                    self.at += 1;
                    self.line += 1;
                    break;
                }
                None => break,
            }
        }
        Record { line, cells }
    }

    /// The cell that begins here; afterwards this stands at what ends it.
    fn cell(&mut self) -> String {
        if let Some((cell, end)) = self.quoted() {
            self.line += cell.bytes().filter(|byte| *byte == b'\n').count();
            self.at = end;
            return cell;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().position(|byte| self.ends_cell(byte)).unwrap_or(rest.len());
        let cell = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        cell
    }

    /// The cell in quotation marks that begins here, and where it ends.
    fn quoted(&self) -> Option<(String, usize)> {
        if self.byte(self.at) != Some(b'"') {
            return None;
        }
        let start = self.at + 1;
        let mut at = start;
        while at - start <= LONGEST_QUOTED {
            if self.byte(at)? != b'"' {
                at += 1;
                continue;
            }
            match self.byte(at + 1) {
                Some(b'"') => at += 2,
                Some(byte) if !self.ends_cell(byte) => return None,
                _ => {
                    let inner = self.text.get(start..at)?;
                    return Some((inner.replace("\"\"", "\"").replace("\r\n", "\n").replace('\r', "\n"), at + 1));
                }
            }
        }
        None
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.separator || byte == b'\r' || byte == b'\n'
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        records(text, b';').into_iter().map(|record| (record.line, record.cells)).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_row_knows_the_line_it_begins_on_though_notes_have_lines_of_their_own() {
        let text = "a;b\r\n1;\"two\r\nlines\"\r\n\r\n2;x\n";
        assert_eq!(
            cells(text),
            [row(1, &["a", "b"]), row(2, &["1", "two\nlines"]), row(4, &[""]), row(5, &["2", "x"])]
        );
    }

    #[test]
    fn an_empty_cell_at_the_end_of_a_row_or_of_the_file_is_a_cell() {
        assert_eq!(cells("a;\n;"), [row(1, &["a", ""]), row(2, &["", ""])]);
    }

    #[test]
    fn a_quotation_mark_inside_a_cell_is_a_character() {
        assert_eq!(cells("Sa: \"hej\";x"), [row(1, &["Sa: \"hej\"", "x"])]);
        assert_eq!(cells("\"Sa: \"\"hej\"\"\";x"), [row(1, &["Sa: \"hej\"", "x"])]);
        assert_eq!(cells("\"hej\", sa hon;x"), [row(1, &["\"hej\", sa hon", "x"])]);
    }

    #[test]
    fn a_forgotten_quotation_mark_costs_no_other_row() {
        let text = "1;\"Hon sa\n2;\"rad ett\nrad två\"\n3;x\n";
        assert_eq!(cells(text), [row(1, &["1", "\"Hon sa"]), row(2, &["2", "rad ett\nrad två"]), row(4, &["3", "x"])]);
        assert_eq!(cells("1;\"\n2;x"), [row(1, &["1", "\""]), row(2, &["2", "x"])]);
    }

    #[test]
    fn what_the_csv_crate_writes_is_read_as_it_was() {
        let rows = [["å;ä", "\"", ""], ["a\nb", " x ", "\"\";\n"], ["", "=1+1", "𐍈"]];
        let mut writer =
            csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).expect("memory takes it");
        }
        let written = writer.into_inner().expect("memory takes it");
        let read: Vec<_> = records(&decode(&written).0, b';').into_iter().map(|record| record.cells).collect();
        assert_eq!(read, rows);
    }

    #[test]
    fn the_byte_order_mark_names_the_encoding_and_is_no_part_of_the_first_cell() {
        assert_eq!(decode(b"\xEF\xBB\xBFSpr\xC3\xA5k"), ("Språk".into(), "UTF-8"));
        assert_eq!(decode(b"\xFF\xFES\0p\0r\0\xE5\0k\0"), ("Språk".into(), "UTF-16LE"));
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_windows_1252() {
        assert_eq!(decode("Språk".as_bytes()), ("Språk".into(), "UTF-8"));
        assert_eq!(decode(b"Spr\xE5k \x96 \x80"), ("Språk – €".into(), "windows-1252"));
    }
}
