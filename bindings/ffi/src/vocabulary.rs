//! The words that may be written at present, with what to call them.

use footbridge_client as client;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::words::Language;

/// A code that is offered.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Choice {
    /// Its name in records.
    pub code: String,
    /// What to call it.
    pub label: String,
}

/// What may be written at present.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Vocabulary {
    /// The names of the code lists.
    pub lists: Vec<String>,
    /// The present names of the programme's districts; absent before the first join, when any name is taken.
    pub districts: Option<Vec<String>>,
    /// The zone in which a time without an offset is meant.
    pub time_zone: String,
}

impl From<&client::Vocabulary> for Vocabulary {
    fn from(whole: &client::Vocabulary) -> Self {
        let client::Vocabulary { lists, districts, district_names: _, time_zone } = whole;
        let present = || whole.present_districts().into_iter().collect();
        Self {
            lists: lists.keys().cloned().collect(),
            districts: districts.as_ref().map(|_| present()),
            time_zone: time_zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }
}

#[uniffi::export]
impl Footbridge {
    /// The lists, districts and zone of the programme; the starter lists before the first join.
    pub async fn vocabulary(&self) -> Result<Vocabulary, FootbridgeError> {
        self.on_disk(move |client| Ok(client.vocabulary()?.as_ref().into())).await
    }

    /// The codes that a list offers, in their order.
    pub async fn choices(&self, list: String, language: Language) -> Result<Vec<Choice>, FootbridgeError> {
        self.on_disk(move |client| {
            let codes = client.vocabulary()?.offered(&list).into_iter();
            let choices = codes.map(|code| Ok(Choice { label: client.label(language.into(), &list, &code)?, code }));
            choices.collect()
        })
        .await
    }

    /// What to call a code, also one that is no longer offered.
    pub async fn label(&self, language: Language, list: String, code: String) -> Result<String, FootbridgeError> {
        self.on_disk(move |client| Ok(client.label(language.into(), &list, &code)?)).await
    }
}
