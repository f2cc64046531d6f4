//! One table of a mapping and the way to it, so that whatever is wrong can be named by its whole key.

use super::super::words::fold;
use super::{MappingError, MappingProblem};

/// A table; an absent one is empty.
pub(super) struct Section<'a> {
    path: String,
    table: Option<&'a toml::Table>,
}

impl<'a> Section<'a> {
    pub(super) fn root(table: &'a toml::Table) -> Self {
        Self { path: String::new(), table: Some(table) }
    }

    /// The whole name of `key` here.
    fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn error(&self, key: &str, problem: MappingProblem) -> MappingError {
        MappingError { key: self.full(key), problem }
    }

    fn get(&self, key: &str) -> Option<&'a toml::Value> {
        self.table?.get(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.into_iter().flat_map(toml::Table::keys).map(String::as_str)
    }

    /// Refuses any key but these.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), MappingError> {
        match self.keys().find(|key| !known.contains(key)) {
            None => Ok(()),
            Some(key) => {
                let known = known.iter().map(|key| (*key).to_owned()).collect();
                Err(self.error(key, MappingProblem::Unknown { known }))
            }
        }
    }

    pub(super) fn section(&self, key: &str) -> Result<Self, MappingError> {
        let table = match self.get(key) {
            None => None,
            Some(toml::Value::Table(table)) => Some(table),
            Some(_) => return Err(self.error(key, MappingProblem::NotA { wanted: "a table" })),
        };
        Ok(Self { path: self.full(key), table })
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, MappingError> {
        match self.get(key) {
            None => Ok(None),
            Some(toml::Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(key, MappingProblem::NotA { wanted: "a text" })),
        }
    }

    /// A text, or several; none of them empty.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, MappingError> {
        let wrong = || self.error(key, MappingProblem::NotA { wanted: "a text, or a list of texts" });
        let texts = match self.get(key) {
            None => return Ok(None),
            Some(toml::Value::String(text)) => vec![text.clone()],
            Some(toml::Value::Array(texts)) => {
                texts.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or_else(wrong)?
            }
            Some(_) => return Err(wrong()),
        };
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(wrong());
        }
        Ok(Some(texts))
    }

    /// Texts for comparing with the file's.
    pub(super) fn folded_texts(&self, key: &str) -> Result<Vec<String>, MappingError> {
        Ok(self.texts(key)?.unwrap_or_default().iter().map(|text| fold(text)).collect())
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, MappingError> {
        match self.get(key) {
            None => Ok(None),
            Some(toml::Value::Boolean(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.error(key, MappingProblem::NotA { wanted: "true or false" })),
        }
    }

    pub(super) fn integer(&self, key: &str, lowest: i64, highest: i64) -> Result<Option<i64>, MappingError> {
        match self.get(key) {
            None => Ok(None),
            Some(toml::Value::Integer(number)) if (lowest..=highest).contains(number) => Ok(Some(*number)),
            Some(_) => {
                let allowed = vec![format!("{lowest}…{highest}")];
                Err(self.error(key, MappingProblem::NotOneOf { allowed }))
            }
        }
    }

    /// A text, or a number, that is one of `allowed`.
    pub(super) fn one_of(
        &self,
        key: &str,
        allowed: &'static [&'static str],
    ) -> Result<Option<&'static str>, MappingError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            _ => String::new(),
        };
        match allowed.iter().find(|one| **one == text) {
            Some(one) => Ok(Some(one)),
            None => {
                let allowed = allowed.iter().map(|one| (*one).escape_default().to_string()).collect();
                Err(self.error(key, MappingProblem::NotOneOf { allowed }))
            }
        }
    }
}
