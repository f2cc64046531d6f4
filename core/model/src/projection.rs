//! What screens read: the fields of a document as they stand, without its history. Screens and lists never
//! load a document.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::kinds::Kind;
use crate::time::{Moment, Timestamp};

/// The version of [`Projection`]'s form. A device that is sent another one projects for itself.
pub const PROJECTION_VERSION: u32 = 1;

/// The fields of a document as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// The name of its kind; one that this version may not know.
    pub kind: String,
    /// The version of its fields that was last written.
    pub schema: i64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What is known. A field without a value, or a set without members, is absent. Where two people
    /// disagree, one of their answers stands here until somebody chooses.
    pub fields: Fields,
    /// The fields on which two people really disagree (`labels/nb` for one label).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub disagreements: BTreeSet<String>,
}

impl Projection {
    /// As text, the same for the same content.
    pub fn to_json(&self) -> String {
        // A map of texts, numbers and flags always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From its text.
    ///
    /// # Errors
    /// Where it is not a projection of this version.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The record's kind, where this version knows it.
    pub fn known_kind(&self) -> Option<Kind> {
        Kind::from_name(&self.kind)
    }

    /// Where it stands in lists: when a visit happened, else when the record was made.
    pub fn sort_at(&self, zone: &TimeZone) -> Timestamp {
        self.known_kind()
            .and_then(|kind| kind.spec().dated_by)
            .and_then(|field| self.text(field))
            .and_then(|text| Moment::parse(text).ok())
            .map_or(self.recorded_at, |moment| moment.sort_at(zone))
    }

    /// The text in a field, where it holds one.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(serde_json::Value::as_str)
    }

    /// Every field of its kind in order, those without a value as null, sets without members as empty,
    /// followed by fields that this version does not know.
    pub fn complete(&self) -> Fields {
        complete(self.known_kind(), self.fields.clone())
    }

    /// The words that the full-text search reads.
    pub fn searched_text(&self) -> String {
        let searched = self.known_kind().into_iter().flat_map(|kind| kind.spec().fields).filter(|field| field.searched);
        let mut words = Vec::new();
        for field in searched {
            match self.fields.get(field.name) {
                Some(serde_json::Value::String(text)) => words.push(text.as_str()),
                Some(serde_json::Value::Object(map)) => words.extend(map.values().filter_map(|value| value.as_str())),
                _ => {}
            }
        }
        words.join("\n")
    }
}

/// Every field of `kind` with its value or its empty form.
pub fn complete(kind: Option<Kind>, mut fields: Fields) -> Fields {
    for field in kind.into_iter().flat_map(|kind| kind.spec().fields) {
        if fields.contains_key(field.name) {
            continue;
        }
        let empty = if field.shape.is_set() {
            serde_json::Value::Array(Vec::new())
        } else if field.shape.is_map() {
            Fields::new().into()
        } else {
            serde_json::Value::Null
        };
        fields.insert(field.name.to_owned(), empty);
    }
    fields
}
