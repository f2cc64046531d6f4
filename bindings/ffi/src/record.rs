//! A record as it is shown. What every record has is typed here; the fields of its kind are values by name.
//!
//! Why not a struct a kind: the model has one table of fields a kind, which validation, search, exports and
//! the wire read. Seven structs here, and seven more in Kotlin and in Swift, would say each field four times
//! and lose those of a newer build. The packages give typed views over these values, and a test in each
//! compares the view's names with [`crate::Footbridge::schema`].

use std::collections::HashMap;

use footbridge_client::{Fields, Timestamp};
use serde_json::Value as Json;

use crate::value::{Value, text};

/// How far a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Receipt {
    /// It, or something of it, is on this device alone.
    Device,
    /// The server has it.
    Server,
    /// Somebody else has seen it.
    Seen,
}

/// That a coordinator has opened a record as it stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Seen {
    /// Who, by her id.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl From<Json> for Seen {
    fn from(mut json: Json) -> Self {
        Self { by: text(json["by"].take()).unwrap_or_default(), at: millis(&json["at"]).unwrap_or_default() }
    }
}

/// A record as it stands.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Its kind: `visit`, `note`, `contact`, `follow_up`, `person`, `code`, `programme`, or one of a newer build.
    pub kind: String,
    /// Who made it; nobody before the first join.
    pub author: Option<String>,
    /// When it was recorded, in milliseconds since 1970.
    pub recorded_at: i64,
    /// How far it has come.
    pub receipt: Receipt,
    /// By whom it was seen as it stands, where `receipt` says so.
    pub seen: Vec<Seen>,
    /// Whether the server was asked to erase it; it is in no list meanwhile.
    pub deleting: bool,
    /// The fields on which two people disagree.
    pub disagreements: Vec<String>,
    /// What an edit names as seen; only a record that was asked for by its id has one.
    pub version: Option<String>,
    /// The fields of its kind, and what the server decided, by name. One of which nothing is said is not among them.
    pub fields: HashMap<String, Value>,
}

impl From<Fields> for Record {
    fn from(mut fields: Fields) -> Self {
        let mut take = |name: &str| fields.remove(name).unwrap_or(Json::Null);
        let (id, kind, author) = (take("id"), take("record"), take("author"));
        let (recorded_at, receipt) = (take("recorded_at"), take("receipt"));
        let (seen, deleting) = (take("seen"), take("deleting"));
        let (disagreements, version) = (take("disagreements"), take("version"));
        Self {
            id: text(id).unwrap_or_default(),
            kind: text(kind).unwrap_or_default(),
            author: text(author),
            recorded_at: millis(&recorded_at).unwrap_or_default(),
            receipt: match receipt.as_str() {
                Some("server") => Receipt::Server,
                Some("seen") => Receipt::Seen,
                _ => Receipt::Device,
            },
            seen: match seen {
                Json::Array(seen) => seen.into_iter().filter(Json::is_object).map(Into::into).collect(),
                _ => Vec::new(),
            },
            deleting: deleting == Json::Bool(true),
            disagreements: match disagreements {
                Json::Array(names) => names.into_iter().filter_map(text).collect(),
                _ => Vec::new(),
            },
            version: text(version),
            // One that says nothing would cost both languages a name and a value all the same.
            fields: fields
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, value.into()))
                .collect(),
        }
    }
}

/// A moment in milliseconds, of a text in ISO 8601.
pub(crate) fn millis(json: &Json) -> Option<i64> {
    json.as_str().and_then(|text| text.parse::<Timestamp>().ok()).map(|Timestamp(millis)| millis)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_of_which_nothing_is_said_is_not_sent_over() {
        let fields = json!({"id": "a", "place": "Biblioteket", "weather": null, "topics": []});
        let record = Record::from(fields.as_object().cloned().unwrap_or_default());
        let mut names: Vec<_> = record.fields.into_keys().collect();
        names.sort();
        assert_eq!(names, ["place", "topics"]);
    }
}
