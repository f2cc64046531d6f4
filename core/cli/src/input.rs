//! JSON objects as they come in, one at a time: JSON Lines, or one object over several lines. Called by
//! `add` and `edit`. Invariant: a line that is no object is given back as such, with its number, and takes
//! none of the lines after it along.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use footbridge_client::Fields;
use serde_json::Value;

/// No object that can be recorded is longer than this, however it is written.
const LONGEST: usize = 256 * 1024;

/// Objects of a file or of standard input.
pub struct Objects<R> {
    reader: R,
    line: u64,
    put_back: VecDeque<Line>,
}

/// What began on one line.
#[derive(Debug, PartialEq)]
pub struct Given {
    /// The number of the line, from 1.
    pub line: u64,
    /// The object; `None` where it is none.
    pub fields: Option<Fields>,
}

#[derive(Debug)]
struct Line {
    number: u64,
    bytes: Vec<u8>,
}

enum Parsed {
    Object(Fields),
    Begun,
    Nothing,
}

impl<R: BufRead> Objects<R> {
    /// Reads as asked, so that a script may write a line and wait for its answer.
    pub fn new(reader: R) -> Self {
        Self { reader, line: 0, put_back: VecDeque::new() }
    }

    /// The next object, or the next line that is none; `None` at the end.
    ///
    /// # Errors
    /// Where the input cannot be read any further.
    pub fn next(&mut self) -> io::Result<Option<Given>> {
        while let Some(Line { number, bytes }) = self.next_line()? {
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let fields = match parse(&bytes) {
                Parsed::Object(fields) => Some(fields),
                Parsed::Begun => self.rest_of(bytes)?,
                Parsed::Nothing => None,
            };
            return Ok(Some(Given { line: number, fields }));
        }
        Ok(None)
    }

    /// The one object that there is; `None` where there is none, or more than one.
    ///
    /// # Errors
    /// Where the input cannot be read.
    pub fn only(mut self) -> io::Result<Option<Fields>> {
        let Some(Given { fields: Some(fields), .. }) = self.next()? else { return Ok(None) };
        Ok(self.next()?.is_none().then_some(fields))
    }

    /// An object that goes on over the next lines. Where it never ends well, those lines are put back and
    /// stand for themselves.
    fn rest_of(&mut self, mut text: Vec<u8>) -> io::Result<Option<Fields>> {
        let mut taken = Vec::new();
        while text.len() <= LONGEST
            && let Some(line) = self.next_line()?
        {
            text.push(b'\n');
            text.extend_from_slice(&line.bytes);
            taken.push(line);
            match parse(&text) {
                Parsed::Object(fields) => return Ok(Some(fields)),
                Parsed::Begun => {}
                Parsed::Nothing => break,
            }
        }
        for line in taken.into_iter().rev() {
            self.put_back.push_front(line);
        }
        Ok(None)
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.put_back.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let mut length = self.read_part(&mut bytes)?;
        if length == 0 {
            return Ok(None);
        }
        self.line += 1;
        // What is too long to be anything is read past, not kept.
        while !bytes.ends_with(b"\n") && length > 0 {
            bytes.truncate(LONGEST + 1);
            length = self.read_part(&mut bytes)?;
        }
        if self.line == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Ok(Some(Line { number: self.line, bytes }))
    }

    fn read_part(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.reader.by_ref().take(LONGEST as u64).read_until(b'\n', bytes)
    }
}

fn parse(bytes: &[u8]) -> Parsed {
    if bytes.len() > LONGEST {
        return Parsed::Nothing;
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Parsed::Object(fields),
        Err(error) if error.is_eof() && bytes.trim_ascii_start().starts_with(b"{") => Parsed::Begun,
        Ok(_) | Err(_) => Parsed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of each thing that was given, and the value of its `n`, where it is an object.
    fn read(input: &str) -> Vec<(u64, Option<i64>)> {
        let mut objects = Objects::new(input.as_bytes());
        let mut read = Vec::new();
        while let Some(Given { line, fields }) = objects.next().expect("bytes can be read") {
            read.push((line, fields.map(|fields| fields.get("n").and_then(Value::as_i64).unwrap_or(-1))));
        }
        read
    }

    #[test]
    fn each_line_is_an_object() {
        assert_eq!(read("{\"n\":1}\n{\"n\":2}\r\n\n  \n{\"n\":3}"), [(1, Some(1)), (2, Some(2)), (5, Some(3))]);
        assert_eq!(read("\u{feff}{\"n\":1}\n"), [(1, Some(1))]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn an_object_may_stand_on_several_lines() {
        assert_eq!(read("{\n  \"n\": 1,\n  \"m\": [\n 2\n]\n}\n"), [(1, Some(1))]);
        assert_eq!(read("{\n\"n\": 1\n}\n{\n\"n\": 2\n}\n{\"n\":3}"), [(1, Some(1)), (4, Some(2)), (7, Some(3))]);
    }

    #[test]
    fn a_line_that_breaks_off_takes_no_other_with_it() {
        let input = "{\"n\": 1, \"text\": \"he\n{\"n\":2}\n{\"n\":\n{\"n\":4}\n{\"n\":5}\n";
        assert_eq!(read(input), [(1, None), (2, Some(2)), (3, None), (4, Some(4)), (5, Some(5))]);
        assert_eq!(read("{\"n\":1}\n{\"n\":2"), [(1, Some(1)), (2, None)]);
    }

    #[test]
    fn what_is_no_object_is_named_by_its_line() {
        let input = "[{\"n\":1}]\n7\nnull\nhello\n{\"n\":5} {\"n\":6}\n{\"n\":7}\n";
        assert_eq!(read(input), [(1, None), (2, None), (3, None), (4, None), (5, None), (6, Some(7))]);
    }

    #[test]
    fn a_line_beyond_measure_is_read_past() {
        let input = format!("{{\"n\":\"{}\"}}\n{{\"n\":2}}\n", "x".repeat(3 * LONGEST));
        assert_eq!(read(&input), [(1, None), (2, Some(2))]);
    }

    #[test]
    fn bytes_that_are_no_text_are_no_object() {
        let mut objects = Objects::new(&b"{\"n\":\"\xff\"}\n{}"[..]);
        assert_eq!(objects.next().expect("bytes").map(|given| given.fields), Some(None));
        assert_eq!(objects.next().expect("bytes").map(|given| given.fields), Some(Some(Fields::new())));
    }

    #[test]
    fn an_edit_takes_exactly_one_object() {
        let only = |input: &str| Objects::new(input.as_bytes()).only().expect("bytes can be read");
        assert!(only("{\n\"n\": null\n}\n\n").is_some());
        for input in ["", "7", "{}{}", "{}\n{}", "{\"n\":"] {
            assert_eq!(only(input), None, "{input}");
        }
    }
}
