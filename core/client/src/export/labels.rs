//! What people read where a record has a code or an id: fields beside those of an export. Invariant: codes and ids stay
//! as they are, so that what was made for them goes on to work.

use std::collections::BTreeMap;

use footbridge_model::{Fields, Kind, Shape};
use footbridge_text::{Language, language_name, role_label, state_label};
use serde_json::Value;

use crate::Footbridge;
use crate::error::FootbridgeError;

/// The words of one export.
pub(crate) struct Labels<'a> {
    phone: &'a Footbridge,
    language: Language,
    /// What was looked up before.
    known: BTreeMap<(What, String), Option<String>>,
}

/// What a value is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Code(&'static str),
    Language,
    State,
    Role,
    Person,
    Contact,
}

/// What the values of a field are of, where a person reads something else than what stands there.
fn what(kind: Kind, field: &str) -> Option<What> {
    match field {
        "author" | "given_to" | "closed_by" => return Some(What::Person),
        "role" => return Some(What::Role),
        _ => {}
    }
    match kind.spec().field(field)?.shape {
        Shape::Fixed(_) if field == "kind" => Some(What::Code("kind")),
        Shape::Fixed(_) if field == "state" => Some(What::State),
        Shape::LanguageSet => Some(What::Language),
        Shape::Reference([Kind::Contact]) => Some(What::Contact),
        shape => shape.list().map(What::Code),
    }
}

fn name(field: &str) -> String {
    format!("{field}_label")
}

/// These columns, each that has labels with a column of them behind it.
pub(crate) fn columns(kind: Kind, columns: Vec<String>) -> Vec<String> {
    let mut all = Vec::with_capacity(columns.len() * 2);
    for column in columns {
        let label = what(kind, &column).map(|_| name(&column));
        all.push(column);
        all.extend(label);
    }
    all
}

impl<'a> Labels<'a> {
    /// Labels in this language, as this phone knows them.
    pub(crate) fn new(phone: &'a Footbridge, language: Language) -> Self {
        Self { phone, language, known: BTreeMap::new() }
    }

    /// Adds its labels to a record.
    pub(crate) fn add(&mut self, kind: Kind, record: &mut Fields) -> Result<(), FootbridgeError> {
        let mut labels = Vec::new();
        for (field, value) in record.iter() {
            if let Some(what) = what(kind, field) {
                labels.push((name(field), self.of(what, value)?));
            }
        }
        record.extend(labels);
        Ok(())
    }

    fn of(&mut self, what: What, value: &Value) -> Result<Value, FootbridgeError> {
        Ok(match value {
            Value::String(word) => self.word(what, word)?.map_or(Value::Null, Value::from),
            Value::Array(members) => {
                let labels = members.iter().map(|member| self.of(what, member)).collect::<Result<Vec<_>, _>>()?;
                labels.into()
            }
            _ => Value::Null,
        })
    }

    fn word(&mut self, what: What, word: &str) -> Result<Option<String>, FootbridgeError> {
        let key = (what, word.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let found = match what {
            What::Code(list) => Some(self.phone.label(self.language, list, word)?),
            What::Language => Some(language_name(self.language, word)),
            What::State => Some(state_label(self.language, word)),
            What::Role => Some(role_label(self.language, word)),
            What::Person => self.phone.person_name(word)?,
            What::Contact => self.handle(word)?,
        };
        self.known.insert(key, found.clone());
        Ok(found)
    }

    /// What a contact is called, where it is on this phone.
    fn handle(&self, id: &str) -> Result<Option<String>, FootbridgeError> {
        let Ok(id) = id.parse() else { return Ok(None) };
        match self.phone.show(id) {
            Ok(contact) => Ok(contact.get("handle").and_then(Value::as_str).map(str::to_owned)),
            Err(FootbridgeError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
