//! Fields of a record as people and programs name them, and the smallest step of a change to them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The fields of one record by name, in the JSON form that the command line and the façade use.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// A single value of a document. A cleared field is [`Scalar::Null`], never a removed key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// Not known, or cleared.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A code, a name, a day, a reference, the text of a note.
    Str(String),
    /// A moment in milliseconds since 1970.
    Instant(i64),
}

/// One step of an edit: what an intent in the outbox consists of, so that it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldChange {
    /// Gives a field (or `field/key` of a map of labels) a value.
    Set {
        /// Its name.
        field: String,
        /// The new value.
        value: Scalar,
    },
    /// Puts a member into a set. Concurrent to its removal, it stays.
    Add {
        /// The set's name.
        field: String,
        /// The member.
        member: String,
    },
    /// Takes a member out of a set.
    Remove {
        /// The set's name.
        field: String,
        /// The member.
        member: String,
    },
}

impl FieldChange {
    /// The field it touches (for one label of a map, `labels/nb`).
    pub fn field(&self) -> &str {
        match self {
            Self::Set { field, .. } | Self::Add { field, .. } | Self::Remove { field, .. } => field,
        }
    }
}

/// Lays changes over the fields of a draft, which is a plain map and no document yet.
pub fn lay_over(fields: &mut Fields, changes: &[FieldChange]) {
    for change in changes {
        match change {
            FieldChange::Set { field, value } => match field.split_once('/') {
                Some((map, key)) => set_entry(fields, map, key, value),
                None => set(fields, field, value),
            },
            FieldChange::Add { field, member } => {
                let mut members = members(fields, field);
                members.insert(member.clone());
                fields.insert(field.clone(), members.into_iter().collect::<Vec<_>>().into());
            }
            FieldChange::Remove { field, member } => {
                let mut members = members(fields, field);
                members.remove(member);
                if members.is_empty() {
                    fields.remove(field);
                } else {
                    fields.insert(field.clone(), members.into_iter().collect::<Vec<_>>().into());
                }
            }
        }
    }
}

/// The members of a set among these fields; none where it is absent.
pub fn members(fields: &Fields, field: &str) -> BTreeSet<String> {
    let members = fields.get(field).and_then(|value| value.as_array());
    members.into_iter().flatten().filter_map(|member| member.as_str().map(str::to_owned)).collect()
}

/// The entries of a map of texts among these fields; none where it is absent.
pub fn entries(fields: &Fields, field: &str) -> BTreeMap<String, String> {
    let entries = fields.get(field).and_then(|value| value.as_object());
    let named = entries.into_iter().flatten();
    named.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn set(fields: &mut Fields, field: &str, value: &Scalar) {
    match value.to_json() {
        serde_json::Value::Null => fields.remove(field),
        value => fields.insert(field.to_owned(), value),
    };
}

fn set_entry(fields: &mut Fields, map: &str, key: &str, value: &Scalar) {
    let entry = fields.entry(map).or_insert_with(|| Fields::new().into());
    if let Some(entries) = entry.as_object_mut() {
        set(entries, key, value);
        if entries.is_empty() {
            fields.remove(map);
        }
    }
}

impl Scalar {
    /// In the JSON form of [`Fields`]: a moment as text of ISO 8601.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Str(value) => value.clone().into(),
            Self::Instant(millis) => Timestamp(*millis).to_string().into(),
        }
    }
}
