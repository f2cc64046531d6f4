//! Where people answered differently: `conflicts` and `settle`.

use footbridge_client::{DocumentId, Fields, FootbridgeError};
use footbridge_text::Arg;
use serde_json::Value;

use super::{Terminal, id};
use crate::arguments::Page;
use crate::exit::Failure;

impl Terminal<'_> {
    pub(super) fn conflicts(&self, page: &Page) -> Result<(), Failure> {
        let conflicts = self.gather(page, |limit, after| self.phone.conflicts(limit, after))?;
        self.page(conflicts, "conflicts-empty", |items| items.iter().try_for_each(|item| self.conflict(item)))
    }

    /// Both answers, each with the command that chooses it.
    fn conflict(&self, item: &Fields) -> Result<(), Failure> {
        let text = |name| item.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, kind, field) = (text("id"), text("kind"), text("field"));
        if let Some(record) = id.parse().ok().and_then(|id| self.phone.show(id).ok()) {
            self.output.line(&self.words.headline(&record))?;
        }
        let label = self.words.field_label(kind, field);
        self.output.sentence("conflicts-title", &[("field", Arg::Text(&label))])?;
        let can_ask = self.output.can_ask();
        let answers = item.get("answers").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
        let mut values = Vec::new();
        for answer in answers {
            let value = answer.get("value").unwrap_or(&Value::Null);
            values.push(value.clone());
            let said = self.words.value(kind, field, value).unwrap_or_else(|| self.words.text("value-none", &[]));
            let said = said.replace('\n', "\n     ");
            let (who, when) = (self.words.author(answer), self.words.field(answer, "at").unwrap_or_default());
            let arguments = [("value", Arg::Text(&said)), ("who", Arg::Text(&who)), ("when", Arg::Text(&when))];
            self.output.line(&format!("  {}. {}", values.len(), self.words.text("conflicts-answer", &arguments)))?;
            if !can_ask {
                let command = format!("settle {id} {field} {}", quoted(value));
                let how = self.words.text("conflicts-how", &[("command", Arg::Text(&command))]);
                self.output.line(&format!("      {how}"))?;
            }
        }
        if can_ask {
            self.choose(id, field, &values)?;
        }
        self.output.line("")
    }

    /// Asks which answer is right: one of those that stand there, by its number, or another.
    fn choose(&self, id: &str, field: &str, values: &[Value]) -> Result<(), Failure> {
        let typed = self.output.ask(&self.words.text("conflicts-choose", &[]));
        match chosen(&typed, values) {
            None => self.output.sentence("conflicts-later", &[]),
            Some(value) => self.settle_with(id, field, &value),
        }
    }

    pub(super) fn settle(&self, typed: &str, field: &str, value: &str) -> Result<(), Failure> {
        self.settle_with(typed, field, &meant(value))
    }

    fn settle_with(&self, typed: &str, field: &str, value: &Value) -> Result<(), Failure> {
        let id = id(typed)?;
        self.phone.settle(id, field, value).map_err(|error| self.unsettled(error, id, field))?;
        self.acknowledge(id, "settled", &[])
    }

    /// Why an answer could not be chosen: perhaps there is nothing to choose.
    fn unsettled(&self, error: FootbridgeError, id: DocumentId, field: &str) -> Failure {
        let disagreements = self.phone.show(id).ok().and_then(|mut record| record.remove("disagreements"));
        let is_disputed = disagreements
            .as_ref()
            .and_then(Value::as_array)
            .is_none_or(|disputed| disputed.iter().any(|disputed| disputed == field));
        match error {
            FootbridgeError::Invalid { .. } if !is_disputed => {
                Failure::Known { error, key: "cli-no-disagreement", named: vec![("field", field.to_owned())] }
            }
            error => Failure::Core(error),
        }
    }
}

/// What is meant by what was typed where the answers are numbered: one of them, or an answer of one's own; none where
/// nothing was typed.
fn chosen(typed: &str, values: &[Value]) -> Option<Value> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let numbered = typed.parse::<usize>().ok().and_then(|number| values.get(number.checked_sub(1)?));
    Some(numbered.cloned().unwrap_or_else(|| meant(typed)))
}

/// JSON where it is, else the words as they were typed.
fn meant(typed: &str) -> Value {
    serde_json::from_str(typed).unwrap_or_else(|_| typed.into())
}

/// A value as a shell takes it, so that [`meant`] gives it back.
fn quoted(value: &Value) -> String {
    let plain = match value {
        Value::String(words) if meant(words) == *value => words.clone(),
        value => value.to_string(),
    };
    let is_bare = |c: char| c.is_alphanumeric() || "_-./:+".contains(c);
    if !plain.is_empty() && !plain.starts_with('-') && plain.chars().all(is_bare) {
        return plain;
    }
    format!("'{}'", plain.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_json_or_else_the_words_as_they_are() {
        for (typed, value) in [
            ("library", json!("library")),
            ("\"library\"", json!("library")),
            ("5", json!(5)),
            ("null", json!(null)),
            ("true", json!(true)),
            ("[\"so\"]", json!(["so"])),
            ("", json!("")),
            ("by the lake", json!("by the lake")),
            ("{broken", json!("{broken")),
            ("2026-11-22", json!("2026-11-22")),
        ] {
            assert_eq!(meant(typed), value, "{typed}");
        }
    }

    #[test]
    fn an_answer_is_chosen_by_its_number_or_written_and_nothing_typed_chooses_nothing() {
        let texts = [json!("Ring 070-111 22 44"), json!("Ring 073-555 22 33")];
        for (typed, value) in [
            ("2\n", Some(texts[1].clone())),
            (" 1 ", Some(texts[0].clone())),
            ("Ring 073-555 22 44\n", Some(json!("Ring 073-555 22 44"))),
            ("0", Some(json!(0))),
            ("3", Some(json!(3))),
            ("\n", None),
            ("", None),
        ] {
            assert_eq!(chosen(typed, &texts), value, "{typed}");
        }
    }

    #[test]
    fn the_command_that_chooses_an_answer_can_be_copied_into_a_shell() {
        for (value, typed) in [
            (json!("library"), "library"),
            (json!("5"), "'\"5\"'"),
            (json!("null"), "'\"null\"'"),
            (json!(5), "5"),
            (json!(null), "null"),
            (json!("by the lake"), "'by the lake'"),
            (json!("it's $HOME"), r"'it'\''s $HOME'"),
            (json!("søndag"), "søndag"),
            (json!("2026-11-22T10:00:00+01:00"), "2026-11-22T10:00:00+01:00"),
        ] {
            assert_eq!(quoted(&value), typed);
        }
    }
}
