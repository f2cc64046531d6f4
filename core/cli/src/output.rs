//! What a call says: JSON values for a script, sentences and tables for a person; answers on standard
//! output, everything else on standard error. Called by every command. Invariants: with `--json` nothing but
//! one JSON value a line is ever written; no character that steers a terminal is written but what is made here;
//! a reader that has gone away is no error.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use footbridge_client::clean;
use footbridge_text::{Arg, Language, text};
use serde_json::{Value, json};

use crate::exit::Failure;

mod tables;

/// Where a call says what it has to say, and in which form.
#[derive(Debug)]
pub struct Output {
    /// For a script.
    pub json: bool,
    /// In which language.
    pub language: Language,
    is_closed: AtomicBool,
}

impl Output {
    /// An output of this form.
    pub const fn new(json: bool, language: Language) -> Self {
        Self { json, language, is_closed: AtomicBool::new(false) }
    }

    /// Whether nobody reads what is written any more.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// A JSON value on a line of its own, there before this returns.
    ///
    /// # Errors
    /// Where standard output takes nothing, unless its reader has gone away.
    pub fn value(&self, value: &Value) -> Result<(), Failure> {
        self.write(&clean::shown_json(&value.to_string()))
    }

    /// A line, there before this returns.
    ///
    /// # Errors
    /// As [`Output::value`].
    pub fn line(&self, line: &str) -> Result<(), Failure> {
        self.write(&clean::shown_lines(line))
    }

    /// What holds no words of a person that were not made harmless.
    fn write(&self, line: &str) -> Result<(), Failure> {
        let mut stdout = self.stdout();
        self.written(writeln!(stdout, "{line}").and_then(|()| stdout.flush()))
    }

    /// A sentence of the catalogues.
    ///
    /// # Errors
    /// As [`Output::value`].
    pub fn sentence(&self, key: &str, arguments: &[(&str, Arg<'_>)]) -> Result<(), Failure> {
        self.line(&text(self.language, key, arguments))
    }

    /// Records under a heading, as wide as the terminal where there is one. The first column is wide enough
    /// for an id, so that it can be copied.
    ///
    /// # Errors
    /// As [`Output::value`].
    pub fn table(&self, heading: &[String], rows: Vec<Vec<String>>) -> Result<(), Failure> {
        let mut table = tables::with_heading(heading, rows);
        tables::keep_ids_whole(&mut table);
        self.write(&table.trim_fmt())
    }

    /// Rows under a heading that hold no ids.
    ///
    /// # Errors
    /// As [`Output::value`].
    pub fn narrow_table(&self, heading: &[String], rows: Vec<Vec<String>>) -> Result<(), Failure> {
        self.write(&tables::with_heading(heading, rows).trim_fmt())
    }

    /// Names and what stands there, one a line.
    ///
    /// # Errors
    /// As [`Output::value`].
    pub fn fields(&self, rows: Vec<Vec<String>>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        self.write(&tables::plain(rows).trim_fmt())
    }

    /// Something beside the answer, for a person only.
    pub fn aside(&self, line: &str) {
        if !self.json {
            self.on_stderr(line);
        }
    }

    /// A warning: something was done that the person may want to mend.
    pub fn warning(&self, name: &str, field: &str, line: Option<u64>, message: &str) {
        let whole = if self.json {
            let mut whole = json!({"warning": name, "field": field, "message": message});
            if let (Some(line), Some(whole)) = (line, whole.as_object_mut()) {
                whole.insert("line".to_owned(), line.into());
            }
            whole.to_string()
        } else {
            self.at_line(line, message)
        };
        self.on_stderr(&whole);
    }

    /// An error, with the line of the input that it is about.
    pub fn failure(&self, failure: &Failure, line: Option<u64>) {
        if matches!(failure, Failure::Said(_)) {
            return;
        }
        let whole = if self.json {
            let mut whole = failure.to_json(self.language);
            if let (Some(line), Some(whole)) = (line, whole.as_object_mut()) {
                whole.insert("line".to_owned(), line.into());
            }
            whole.to_string()
        } else {
            self.at_line(line, &failure.message(self.language))
        };
        self.on_stderr(&whole);
    }

    /// An error that ends nothing, with what happens next.
    pub fn failure_with(&self, failure: &Failure, details: &[(&str, Value)], next: &str) {
        let whole = if self.json {
            let mut whole = failure.to_json(self.language);
            for (name, value) in details {
                whole[*name] = value.clone();
            }
            whole.to_string()
        } else {
            format!("{} {next}", failure.message(self.language))
        };
        self.on_stderr(&whole);
    }

    fn on_stderr(&self, line: &str) {
        let shown = if self.json { clean::shown_json(line) } else { clean::shown_lines(line) };
        // Where even standard error is gone, the exit code still tells.
        let _ = writeln!(io::stderr().lock(), "{shown}");
    }

    /// Standard output as a place to write bytes to. What went wrong with it is asked of
    /// [`written`](Self::written).
    pub fn stdout(&self) -> impl Write + '_ {
        io::stdout().lock()
    }

    /// Whether writing to standard output went well.
    ///
    /// # Errors
    /// As [`Output::value`].
    pub fn written(&self, result: io::Result<()>) -> Result<(), Failure> {
        match result {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(_) => Err(Failure::File { key: "cli-output-unwritable", file: String::new() }),
        }
    }

    /// Whether a person reads the answers on a screen.
    pub fn is_terminal(&self) -> bool {
        !self.json && io::stdout().is_terminal()
    }

    /// Whether somebody sits there who can be asked.
    pub fn can_ask(&self) -> bool {
        !self.json && io::stderr().is_terminal() && person().is_some()
    }

    /// Asks for a yes or no; anything but a yes is a no.
    pub fn confirm(&self, question: &str) -> bool {
        is_yes(self.language, &self.ask(question))
    }

    /// Asks for a line; an empty one where nobody answers.
    pub fn ask(&self, question: &str) -> String {
        let mut answer = String::new();
        let asked = write!(io::stderr().lock(), "{} ", clean::shown_lines(question)).is_ok();
        let Some(person) = person() else { return String::new() };
        let answered = BufReader::new(person).read_line(&mut answer).is_ok_and(|length| length > 0);
        if asked && answered { answer } else { String::new() }
    }

    fn at_line(&self, line: Option<u64>, message: &str) -> String {
        match line {
            None => message.to_owned(),
            Some(line) => {
                text(self.language, "line-problem", &[("line", line.into()), ("problem", Arg::Text(message))])
            }
        }
    }
}

/// Where a person types, also while standard input brings something else.
fn person() -> Option<std::fs::File> {
    std::fs::File::open("/dev/tty").ok().filter(IsTerminal::is_terminal)
}

/// The language's own letter or word for yes, or the English one.
fn is_yes(language: Language, answer: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    let letter = text(language, "import-yes", &[]);
    let word = text(language, "value-yes", &[]).to_lowercase();
    !answer.is_empty() && (answer == letter || answer == word || answer == "y" || answer == "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for language in Language::ALL {
            for answer in ["", "\n", "n\n", "nei", "nej", "no", "maybe", "yy", "0"] {
                assert!(!is_yes(language, answer), "{answer:?} in {}", language.code());
            }
            assert!(is_yes(language, "y\n") && is_yes(language, " Yes "));
        }
        assert!(is_yes(Language::Bokmal, "j") && is_yes(Language::Bokmal, "Ja"));
        assert!(is_yes(Language::Swedish, "J\n") && is_yes(Language::Swedish, "ja"));
    }
}
