//! What screens read: the fields of a document as they stand, without its history. Screens and lists never
//! load a document.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::KEY_BYTES_MAX;
use crate::fields::Fields;
use crate::kinds::Kind;
use crate::time::{Moment, Timestamp};

/// The version of [`Projection`]'s form. A device that is sent another one projects for itself.
pub const PROJECTION_VERSION: u32 = 1;

/// So many fields a draft has at most: far more than any kind.
const DRAFT_FIELDS_MAX: usize = 200;

/// A text that is no draft's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the body of a draft")]
pub struct NotADraft;

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

    /// The body of a draft of this kind, as it goes over the wire: a projection, without disagreements, whose fields are
    /// texts, whole numbers, flags, sets of texts, or maps of one of the first three.
    ///
    /// # Errors
    /// [`NotADraft`] for everything else: another kind, a null, a number with a point, deeper nesting, a lone surrogate.
    pub fn from_draft(json: &str, kind: &str) -> Result<Self, NotADraft> {
        let draft: Self = serde_json::from_str(json).map_err(|_| NotADraft)?;
        let is_key = |key: &String| !key.is_empty() && key.len() <= KEY_BYTES_MAX && !key.contains('/');
        let has_form = draft.kind == kind
            && draft.disagreements.is_empty()
            && draft.fields.len() <= DRAFT_FIELDS_MAX
            && draft.fields.iter().all(|(key, value)| is_key(key) && is_of_a_field(value));
        if has_form { Ok(draft) } else { Err(NotADraft) }
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
        self.fields.get(field).and_then(Value::as_str)
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
                Some(Value::String(text)) => words.push(text.as_str()),
                Some(Value::Object(map)) => words.extend(map.values().filter_map(|value| value.as_str())),
                _ => {}
            }
        }
        words.join("\n")
    }
}

/// Whether a value can stand in a projection.
fn is_of_a_field(value: &Value) -> bool {
    let is_scalar = |value: &Value| match value {
        Value::String(_) | Value::Bool(_) => true,
        Value::Number(number) => number.is_i64(),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    };
    match value {
        Value::Array(members) => members.iter().all(Value::is_string),
        Value::Object(entries) => entries.values().all(is_scalar),
        value => is_scalar(value),
    }
}

/// Every field of `kind` with its value or its empty form.
pub fn complete(kind: Option<Kind>, mut fields: Fields) -> Fields {
    for field in kind.into_iter().flat_map(|kind| kind.spec().fields) {
        if fields.contains_key(field.name) {
            continue;
        }
        let empty = if field.shape.is_set() {
            Value::Array(Vec::new())
        } else if field.shape.is_map() {
            Fields::new().into()
        } else {
            Value::Null
        };
        fields.insert(field.name.to_owned(), empty);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &str) -> Result<Projection, NotADraft> {
        let body = format!(r#"{{"kind":"visit","schema":1,"recorded_at":1795341600000,"fields":{fields}}}"#);
        Projection::from_draft(&body, "visit")
    }

    #[test]
    fn the_body_of_a_draft_is_a_projection_of_its_kind() {
        let body = r#"{"place":"bus","minutes":5,"reached_estimated":true,"topics":["work"],"labels":{"sv":"x"}}"#;
        let draft = read(body).expect("a draft");
        assert_eq!(Projection::from_draft(&draft.to_json(), "visit"), Ok(draft.clone()));
        assert_eq!(Projection::from_draft(&draft.to_json(), "note"), Err(NotADraft));
    }

    #[test]
    fn no_other_json_is_the_body_of_a_draft() {
        for fields in [
            "null",
            "[]",
            r#"{"minutes":null}"#,
            r#"{"minutes":1.5}"#,
            r#"{"minutes":1e999}"#,
            r#"{"minutes":18446744073709551615}"#,
            r#"{"place":"\ud800"}"#,
            r#"{"topics":[["work"]]}"#,
            r#"{"topics":[1]}"#,
            r#"{"labels":{"sv":{"x":1}}}"#,
            r#"{"":1}"#,
            r#"{"topics/work":true}"#,
            &format!("{}{}", r#"{"a":"#.repeat(5000), "}".repeat(5000)),
            &format!(r#"{{"{}":1}}"#, "k".repeat(KEY_BYTES_MAX + 1)),
        ] {
            assert_eq!(read(fields), Err(NotADraft), "{fields:.80}");
        }
        for whole in ["", "{}", "7", r#"{"text":"سلام"}"#, r#"{"kind":"visit","schema":1,"fields":{}}"#] {
            assert_eq!(Projection::from_draft(whole, "visit"), Err(NotADraft), "{whole}");
        }
    }
}
