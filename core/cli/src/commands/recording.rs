//! Recording: `add`, `edit`, `done`, `withdraw`, `delete`, `reword` and `give`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::Path;

use footbridge_client::{Fields, Footbridge, FootbridgeError, Recipient, Warning};
use footbridge_text::Arg;
use serde_json::{Value, json};

use super::{Terminal, id};
use crate::exit::Failure;
use crate::input::{Given, Objects};
use crate::wording::kind_of;

/// The field by which an edit may say which version of the record it was made on, as `show` gave it.
const VERSION: &str = "version";

/// What somebody is shown who does not know what to type.
const EXAMPLE: &str = r#"{"kind": "street", "topics": ["health"]}"#;

impl Terminal<'_> {
    pub(super) fn add(&self, kind: &str, file: Option<&Path>) -> Result<(), Failure> {
        // A kind that there is none of is told even where nothing is given.
        self.phone.schema(kind)?;
        let mut objects = Objects::new(self.input(file)?);
        let mut first_failure = None;
        let mut count = 0_u64;
        while let Some(given) = objects.next().map_err(|_| unreadable(file))? {
            let line = given.line;
            count += 1;
            match self.add_one(kind, given) {
                Ok(()) => {}
                // Nobody can be told of the next ids: the rest would be added unseen.
                Err(failure @ Failure::File { .. }) => return Err(failure),
                Err(failure) => {
                    self.output.failure(&failure, Some(line));
                    first_failure.get_or_insert(failure.code());
                }
            }
        }
        if count == 0 {
            self.output.aside(&self.words.text("cli-nothing-given", &[]));
        }
        first_failure.map_or(Ok(()), |code| Err(Failure::Said(code)))
    }

    fn add_one(&self, kind: &str, given: Given) -> Result<(), Failure> {
        let Given { line, fields } = given;
        let fields = fields.ok_or(Failure::NotAnObject)?;
        if !self.is_meant(kind, &fields, Some(line)) {
            self.output.aside(&self.words.text("cli-not-saved", &[]));
            return Ok(());
        }
        let id = self.phone.add(kind, &fields)?;
        if self.output.json {
            return self.output.value(&json!({"id": id.to_string()}));
        }
        let is_draft = fields.get("state").and_then(Value::as_str) == Some("draft");
        let saved = self.words.text(if is_draft { "saved-draft" } else { "saved" }, &[]);
        self.output.line(&format!("{id}  {saved}"))
    }

    pub(super) fn edit(&self, typed: &str, file: Option<&Path>) -> Result<(), Failure> {
        let id = id(typed)?;
        let patch = Objects::new(self.input(file)?).only().map_err(|_| unreadable(file))?;
        let mut patch = patch.ok_or(Failure::NotAnObject)?;
        let seen = match patch.remove(VERSION) {
            None | Some(Value::Null) => None,
            Some(Value::String(version)) => Some(version),
            Some(_) => return Err(Failure::invalid(VERSION, Vec::new())),
        };
        let record = self.phone.show(id)?;
        if !self.is_meant(kind_of(&record), &patch, None) {
            self.output.aside(&self.words.text("cli-not-saved", &[]));
            return Ok(());
        }
        self.phone.edit(id, &patch, seen.as_deref())?;
        self.acknowledge(id, "saved", &[])
    }

    pub(super) fn done(&self, typed: &str) -> Result<(), Failure> {
        let id = id(typed)?;
        self.phone.done(id).map_err(|error| match &error {
            FootbridgeError::Invalid { field, allowed, .. } if field == "state" && allowed == &["draft"] => {
                Failure::Known { error, key: "cli-not-a-draft", named: Vec::new() }
            }
            _ => Failure::Core(error),
        })?;
        self.acknowledge(id, "done", &[])
    }

    pub(super) fn withdraw(&self, typed: &str, undo: bool) -> Result<(), Failure> {
        let id = id(typed)?;
        if undo {
            self.phone.restore(id)?;
            return self.acknowledge(id, "counts-again", &[]);
        }
        self.phone.withdraw(id)?;
        self.acknowledge(id, "withdrawn", &[])
    }

    pub(super) fn delete(&self, typed: &str) -> Result<(), Failure> {
        let id = id(typed)?;
        let waits = self.phone.delete(id)?;
        if self.output.json {
            return self.output.value(&json!({"id": id.to_string(), "waiting": waits}));
        }
        self.output.sentence(if waits { "deleted-waiting" } else { "deleted" }, &[])
    }

    pub(super) fn reword(&self, typed: &str, file: Option<&Path>) -> Result<(), Failure> {
        let id = id(typed)?;
        let patch = Objects::new(self.input(file)?).only().map_err(|_| unreadable(file))?;
        let patch = patch.ok_or(Failure::NotAnObject)?;
        let record = self.phone.show(id)?;
        if !self.is_meant(kind_of(&record), &patch, None) {
            self.output.aside(&self.words.text("cli-not-saved", &[]));
            return Ok(());
        }
        self.phone.reword(id, &patch)?;
        self.acknowledge(id, "reworded", &[])
    }

    pub(super) fn give(&self, typed: &str, to: Option<&str>, open: Option<String>) -> Result<(), Failure> {
        let id = id(typed)?;
        if let Some(district) = open {
            self.phone.give(id, &Recipient::District(district.clone()))?;
            return self.acknowledge(id, "given-to-district", &[("district", Arg::Text(&district))]);
        }
        let person = self.person_named("to", to.unwrap_or_default())?;
        self.phone.give(id, &Recipient::Person(person))?;
        let name = self.words.person(&person.to_string());
        self.acknowledge(id, "given-to-person", &[("name", Arg::Text(&name))])
    }

    /// Warns where a note seems to hold a national number. A person who is there is asked; a script's note
    /// is saved.
    fn is_meant(&self, kind: &str, fields: &Fields, line: Option<u64>) -> bool {
        let mut is_meant = true;
        for warning in Footbridge::warnings(kind, fields) {
            let Warning::NationalNumber { field } = warning;
            let message = self.words.text("national-number-warning", &[]);
            self.output.warning("national_number", &field, line, &message);
            if self.output.can_ask() {
                let question = format!(
                    "{} {}",
                    self.words.text("national-number-ask", &[]),
                    self.words.text("cli-yes-or-no", &[])
                );
                is_meant &= self.output.confirm(&question);
            }
        }
        is_meant
    }

    /// The file that was named, or standard input; a person who may not know it is told that it is awaited.
    fn input(&self, file: Option<&Path>) -> Result<Box<dyn BufRead>, Failure> {
        match file {
            Some(file) if file != Path::new("-") => {
                let opened = File::open(file).map_err(|_| Failure::unreadable(file))?;
                Ok(Box::new(BufReader::new(opened)))
            }
            given => {
                if given.is_none() && io::stdin().is_terminal() {
                    self.output.aside(&self.words.text("cli-type-json", &[("example", EXAMPLE.into())]));
                }
                Ok(Box::new(BufReader::new(io::stdin())))
            }
        }
    }
}

fn unreadable(file: Option<&Path>) -> Failure {
    Failure::unreadable(file.unwrap_or(Path::new("-")))
}
