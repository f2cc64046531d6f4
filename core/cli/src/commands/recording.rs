//! Recording: `add`, `edit`, `done`, `withdraw`, `delete`, `reword` and `give`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::Path;

use footbridge_client::{DocumentId, Fields, Footbridge, FootbridgeError, Recipient, Warning, WouldErase};
use footbridge_text::Arg;
use serde_json::{Value, json};

use super::{Terminal, id};
use crate::exit::Failure;
use crate::input::{Given, Objects};
use crate::wording::kind_of;

/// The field by which an edit may say which version of the record it was made on, as `show` gave it.
const VERSION: &str = "version";

/// What somebody is shown who does not know what to type for a record of that kind.
fn example(kind: &str, is_new: bool) -> &'static str {
    match (kind, is_new) {
        ("note", true) => r#"{"on": "ID", "text": "…"}"#,
        ("note", false) => r#"{"text": "…"}"#,
        ("contact", _) => r#"{"handle": "…", "languages": ["so"]}"#,
        ("follow_up", true) => r#"{"about": "ID", "what": "call_health_centre", "due": "2026-12-31"}"#,
        ("follow_up", false) => r#"{"due": "2026-12-31"}"#,
        ("code", true) => r#"{"list": "topics", "code": "sewing", "labels": {"sv": "Sy", "nb": "Sying"}}"#,
        ("code", false) => r#"{"labels": {"sv": "Sy", "nb": "Sying"}}"#,
        ("person", _) => r#"{"languages": ["so", "sv"]}"#,
        ("programme", _) => r#"{"languages": ["nb", "so"]}"#,
        _ => r#"{"kind": "street", "topics": ["health"]}"#,
    }
}

impl Terminal<'_> {
    pub(super) fn add(&self, kind: &str, file: Option<&Path>) -> Result<(), Failure> {
        // A kind that there is none of is told even where nothing is given.
        self.phone.schema(kind)?;
        let mut objects = Objects::new(self.input(file, example(kind, true))?);
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
        let mut fields = fields;
        if !self.is_past(kind, &fields)? {
            self.output.aside(&self.words.text("cli-not-saved", &[]));
            return Ok(());
        }
        let added = self.phone.add(kind, &fields);
        let id = match self.which_time(added.as_ref().err(), &mut fields) {
            true => self.phone.add(kind, &fields)?,
            false => added?,
        };
        if self.output.json {
            return self.output.value(&json!({"id": id.to_string()}));
        }
        let is_draft = fields.get("state").and_then(Value::as_str) == Some("draft");
        let saved = self.words.text(if is_draft { "saved-draft" } else { "saved" }, &[]);
        self.output.line(&format!("{id}  {saved}"))
    }

    pub(super) fn edit(&self, typed: &str, file: Option<&Path>, erases: Option<u64>) -> Result<(), Failure> {
        let id = id(typed)?;
        let patch = self.patch(id, file)?;
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
        let would_erase = self.phone.would_erase(id, &patch)?;
        if let Some(would) = would_erase.filter(|would| would.notes > 0 && erases != Some(would.notes)) {
            if !self.output.can_ask() {
                return Err(Failure::invalid("erases", vec![would.notes.to_string()]));
            }
            if !self.is_known_to_erase(&would) {
                self.output.aside(&self.words.text("cli-not-saved", &[]));
                return Ok(());
            }
        }
        if !self.is_past(kind_of(&record), &patch)? {
            self.output.aside(&self.words.text("cli-not-saved", &[]));
            return Ok(());
        }
        let edited = self.phone.edit(id, &patch, seen.as_deref());
        match self.which_time(edited.as_ref().err(), &mut patch) {
            true => self.phone.edit(id, &patch, seen.as_deref())?,
            false => edited?,
        }
        self.acknowledge(id, "saved", &[])
    }

    /// Whether what it says has happened by now, or somebody says that it is meant so. Nobody to ask: it is refused.
    fn is_past(&self, kind: &str, fields: &Fields) -> Result<bool, Failure> {
        if !self.phone.is_ahead(kind, fields)? {
            return Ok(true);
        }
        if !self.output.can_ask() {
            return Err(Failure::out_of_range("happened_at"));
        }
        let question = format!("{} {}", self.words.text("cli-is-ahead", &[]), self.words.text("cli-yes-or-no", &[]));
        Ok(self.output.confirm(&question))
    }

    /// Asks which time is meant, where the clocks never showed the one that was given, or showed it twice, and writes
    /// it into the fields. False where nobody chose.
    fn which_time(&self, refused: Option<&FootbridgeError>, fields: &mut Fields) -> bool {
        let Some(FootbridgeError::Invalid { field, problem: "not_allowed", allowed }) = refused else { return false };
        let (true, true, [first, second]) = (field == "happened_at", self.output.can_ask(), allowed.as_slice()) else {
            return false;
        };
        let named = [("first", Arg::Text(first)), ("second", Arg::Text(second))];
        let chosen = self.output.ask(&self.words.text("cli-which-time", &named));
        let chosen = match chosen.trim() {
            "1" => first,
            "2" => second,
            _ => return false,
        };
        fields.insert(field.clone(), chosen.as_str().into());
        true
    }

    /// Says how many notes go, and when; whether somebody typed that number.
    fn is_known_to_erase(&self, would: &WouldErase) -> bool {
        let WouldErase { notes, days, at } = would;
        let at = self.words.moment(at);
        let named = [("count", Arg::from(*notes)), ("days", Arg::from(days.unsigned_abs())), ("at", Arg::Text(&at))];
        let typed = self.output.ask(&self.words.text("cli-would-erase", &named));
        typed.trim() == notes.to_string()
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
        let patch = self.patch(id, file)?;
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

    /// The one object of the file that was named, or of standard input.
    fn patch(&self, id: DocumentId, file: Option<&Path>) -> Result<Option<Fields>, Failure> {
        // What is not here is told when it is to be changed.
        let kind = self.phone.show(id).map(|record| kind_of(&record).to_owned()).unwrap_or_default();
        Objects::new(self.input(file, example(&kind, false))?).only().map_err(|_| unreadable(file))
    }

    /// The file that was named, or standard input; a person who may not know it is told that it is awaited.
    fn input(&self, file: Option<&Path>, example: &str) -> Result<Box<dyn BufRead>, Failure> {
        match file {
            Some(file) if file != Path::new("-") => {
                let opened = File::open(file).map_err(|_| Failure::unreadable(file))?;
                Ok(Box::new(BufReader::new(opened)))
            }
            given => {
                if given.is_none() && io::stdin().is_terminal() {
                    self.output.aside(&self.words.text("cli-type-json", &[("example", example.into())]));
                }
                Ok(Box::new(BufReader::new(io::stdin())))
            }
        }
    }
}

fn unreadable(file: Option<&Path>) -> Failure {
    Failure::unreadable(file.unwrap_or(Path::new("-")))
}

#[cfg(test)]
mod tests {
    use footbridge_client::Kind;

    use super::*;

    #[test]
    fn an_example_has_fields_of_its_kind_and_a_new_record_those_that_it_needs() {
        for kind in Kind::ALL {
            for is_new in [true, false] {
                let example: Fields = serde_json::from_str(example(kind.name(), is_new)).expect("an object");
                for name in example.keys() {
                    assert!(kind.spec().field(name).is_some(), "{} has no {name}", kind.name());
                }
                let is_made_here = !matches!(kind, Kind::Person | Kind::Programme);
                let needed = kind.spec().fields.iter().filter(|field| field.required && is_new && is_made_here);
                for field in needed.filter(|field| !["happened_at", "state", "order", "on"].contains(&field.name)) {
                    assert!(example.contains_key(field.name), "{} needs {}", kind.name(), field.name);
                }
            }
        }
    }
}
