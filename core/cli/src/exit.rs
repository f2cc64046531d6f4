//! How a call ends: each public kind of error has a name and an exit code of its own, listed in README.md.
//! Called by `main` and by every command. Invariant: a code once given away never means anything else.

use std::path::Path;

use footbridge_client::FootbridgeError;
use footbridge_text::{Arg, Language, reason, text, what_to_do};
use serde_json::{Map, Value, json};

/// Why a call did not do what it was asked to.
#[derive(Debug)]
pub enum Failure {
    /// What the device's core says.
    Core(FootbridgeError),
    /// The same, where the command line knows more of it: the key of a sentence and its file or folder.
    Known {
        /// The kind of error.
        error: FootbridgeError,
        /// The sentence.
        key: &'static str,
        /// What it names, as `(variable, words)`.
        named: Vec<(&'static str, String)>,
    },
    /// The line of the input is no JSON object.
    NotAnObject,
    /// The command line makes no sense.
    Usage(String),
    /// A file, standard input or standard output could not be read or written.
    File {
        /// The sentence.
        key: &'static str,
        /// Its name.
        file: String,
    },
    /// The machine does not let the call begin.
    Unstartable,
    /// Stopped by Ctrl-C or SIGTERM before it was done.
    Cancelled,
    /// Said already, line by line; the call ends with the code of the first.
    Said(u8),
}

impl From<FootbridgeError> for Failure {
    fn from(error: FootbridgeError) -> Self {
        Self::Core(error)
    }
}

impl Failure {
    /// A file that could not be read.
    pub fn unreadable(file: &Path) -> Self {
        Self::File { key: "file-unreadable", file: file.display().to_string() }
    }

    /// A file that could not be written.
    pub fn unwritable(file: &Path) -> Self {
        Self::File { key: "cli-file-unwritable", file: file.display().to_string() }
    }

    /// A field at fault.
    pub fn invalid(field: &str, allowed: Vec<String>) -> Self {
        Self::Core(FootbridgeError::Invalid { field: field.to_owned(), problem: "not_allowed", allowed })
    }

    /// A field whose value lies beyond what can be.
    pub fn out_of_range(field: &str) -> Self {
        Self::Core(FootbridgeError::Invalid { field: field.to_owned(), problem: "out_of_range", allowed: Vec::new() })
    }

    /// One that is only told of, by somebody who keeps it.
    pub fn passing(error: &FootbridgeError) -> Self {
        match error {
            FootbridgeError::Refused { code } => Self::Core(FootbridgeError::Refused { code: code.clone() }),
            FootbridgeError::Storage { what, .. } => Self::Core(FootbridgeError::Storage { what, source: None }),
            _ => Self::Core(FootbridgeError::Offline),
        }
    }

    /// Its kind, as scripts know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Core(error) | Self::Known { error, .. } => error.name(),
            Self::NotAnObject => "invalid",
            Self::Usage(_) => "usage",
            Self::File { .. } => "file",
            Self::Unstartable => "failed",
            Self::Cancelled => "cancelled",
            Self::Said(_) => "said",
        }
    }

    /// The exit code of its kind.
    pub fn code(&self) -> u8 {
        match self {
            Self::Core(error) | Self::Known { error, .. } => code(error),
            Self::NotAnObject => INVALID,
            Self::Usage(_) => 2,
            Self::File { .. } => 3,
            Self::Unstartable => 4,
            Self::Cancelled => 130,
            Self::Said(code) => *code,
        }
    }

    /// What happened and what to do, for a person.
    pub fn message(&self, language: Language) -> String {
        match self {
            Self::Core(error) => message(error, language),
            Self::Known { key, named, .. } => {
                let named: Vec<_> = named.iter().map(|(name, words)| (*name, Arg::Text(words))).collect();
                text(language, key, &named)
            }
            Self::NotAnObject => text(language, "invalid-not-an-object", &[]),
            Self::Usage(message) => message.clone(),
            Self::File { key, file } => text(language, key, &[("file", file.into())]),
            Self::Unstartable => text(language, "cli-unstartable", &[]),
            Self::Cancelled => text(language, "sync-cancelled", &[]),
            Self::Said(_) => String::new(),
        }
    }

    /// As scripts read it, one line.
    pub fn to_json(&self, language: Language) -> Value {
        let mut whole = Map::new();
        whole.insert("error".to_owned(), self.name().into());
        whole.insert("message".to_owned(), self.message(language).into());
        whole.insert("field".to_owned(), Value::Null);
        if let Self::Core(error) | Self::Known { error, .. } = self {
            for (name, value) in details(error, language) {
                whole.insert(name.to_owned(), value);
            }
        }
        whole.into()
    }
}

const INVALID: u8 = 10;

fn code(error: &FootbridgeError) -> u8 {
    match error {
        FootbridgeError::Invalid { .. } => INVALID,
        FootbridgeError::NotFound => 11,
        FootbridgeError::Changed { .. } => 12,
        FootbridgeError::Forbidden => 13,
        FootbridgeError::Locked => 14,
        FootbridgeError::Unsent { .. } => 15,
        FootbridgeError::Offline => 16,
        FootbridgeError::Refused { .. } => 17,
        FootbridgeError::Storage { .. } => 18,
    }
}

fn message(error: &FootbridgeError, language: Language) -> String {
    match error {
        FootbridgeError::Invalid { field, problem, allowed } => invalid(field, problem, allowed, language),
        FootbridgeError::Changed { field, .. } => text(language, "problem-changed", &[("field", field.into())]),
        FootbridgeError::Unsent { count } => text(language, "leave-unsent", &[("count", (*count).into())]),
        FootbridgeError::Refused { code } => format!("{} {}", reason(language, code), what_to_do(language, code)),
        FootbridgeError::Storage { what, .. } => text(language, storage_key(what), &[]),
        FootbridgeError::NotFound | FootbridgeError::Forbidden | FootbridgeError::Locked | FootbridgeError::Offline => {
            text(language, &format!("problem-{}", error.name().replace('_', "-")), &[])
        }
    }
}

/// What is wrong with a field, and what it can be instead.
fn invalid(field: &str, problem: &str, allowed: &[String], language: Language) -> String {
    let key = format!("invalid-{}", problem.replace('_', "-"));
    let wrong = text(language, &key, &[("field", field.into())]);
    if allowed.is_empty() {
        return wrong;
    }
    let allowed = allowed.join(", ");
    format!("{wrong} {}", text(language, "invalid-allowed", &[("allowed", Arg::Text(&allowed))]))
}

/// The sentence for what a store cannot do.
fn storage_key(what: &str) -> &'static str {
    match what {
        "disk_full" => "problem-storage",
        "newer" => "store-newer",
        "busy" => "store-busy",
        "damaged" => "cli-store-damaged",
        _ => "cli-store-failed",
    }
}

/// What else there is to know of an error, by name.
fn details(error: &FootbridgeError, language: Language) -> Vec<(&'static str, Value)> {
    match error {
        FootbridgeError::Invalid { field, problem, allowed } => {
            vec![("field", json!(field)), ("problem", json!(problem)), ("allowed", json!(allowed))]
        }
        FootbridgeError::Changed { field, values } => vec![("field", json!(field)), ("values", json!(values))],
        FootbridgeError::Unsent { count } => vec![("count", json!(count))],
        FootbridgeError::Refused { code } => {
            vec![("code", json!(code)), ("what_to_do", json!(what_to_do(language, code)))]
        }
        FootbridgeError::Storage { what, .. } => vec![("what", json!(what))],
        FootbridgeError::NotFound | FootbridgeError::Forbidden | FootbridgeError::Locked | FootbridgeError::Offline => {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn one_of_each() -> Vec<Failure> {
        let allowed = vec!["street".to_owned(), "home".to_owned()];
        let core = [
            FootbridgeError::Invalid { field: "kind".to_owned(), problem: "not_allowed", allowed },
            FootbridgeError::NotFound,
            FootbridgeError::Changed { field: "place".to_owned(), values: Vec::new() },
            FootbridgeError::Forbidden,
            FootbridgeError::Locked,
            FootbridgeError::Unsent { count: 3 },
            FootbridgeError::Offline,
            FootbridgeError::Refused { code: "invitation_used".to_owned() },
            FootbridgeError::Storage { what: "disk_full", source: None },
        ];
        let own = [
            Failure::Usage("what?".to_owned()),
            Failure::unreadable(Path::new("log.csv")),
            Failure::Unstartable,
            Failure::Cancelled,
        ];
        core.into_iter().map(Failure::Core).chain(own).collect()
    }

    #[test]
    fn every_kind_of_error_has_an_exit_code_of_its_own() {
        let mut kinds = BTreeMap::new();
        for failure in one_of_each() {
            assert!(failure.code() > 1, "0 is success, and 1 is what a shell says of anything");
            assert_eq!(kinds.insert(failure.code(), failure.name()), None);
        }
        assert_eq!(kinds.len(), 13);
    }

    #[test]
    fn the_exit_codes_are_those_of_the_readme() {
        let readme = include_str!("../README.md");
        for failure in one_of_each() {
            let row = format!("| {} | `{}` |", failure.code(), failure.name());
            assert!(readme.contains(&row), "README.md has no row {row}");
        }
    }

    #[test]
    fn every_error_says_something_in_every_language_and_names_its_field() {
        for language in Language::ALL {
            for failure in one_of_each() {
                let message = failure.message(language);
                assert!(message.contains(' ') || matches!(failure, Failure::Usage(_)), "{}: {message}", failure.name());
                assert!(!message.contains("{ $") && !message.contains("problem-"), "{message}");
            }
            let invalid = Failure::invalid("kind", vec!["street".to_owned(), "home".to_owned()]).message(language);
            assert!(invalid.contains("kind") && invalid.contains("street, home"), "{invalid}");
        }
    }

    #[test]
    fn every_error_is_one_line_of_json_with_its_kind_message_and_field() {
        for failure in one_of_each() {
            let whole = failure.to_json(Language::English);
            assert_eq!(whole["error"], failure.name());
            assert!(whole["message"].is_string() && whole.get("field").is_some() && !whole.to_string().contains('\n'));
        }
        let invalid = Failure::invalid("kind", vec!["street".to_owned()]).to_json(Language::English);
        assert_eq!((&invalid["field"], &invalid["allowed"]), (&json!("kind"), &json!(["street"])));
    }
}
