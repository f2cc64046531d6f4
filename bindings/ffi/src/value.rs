//! What can stand in a field, in a form that both languages can take apart with one exhaustive `when` or
//! `switch`. The client speaks JSON-like fields; the shapes of the model are no more than these.

use std::collections::HashMap;

use footbridge_client::Fields;
use serde_json::{Value as Json, json};

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum Value {
    /// Nothing is said.
    Nothing,
    /// A text, a code, an id, a day or a time (ISO 8601).
    Text {
        /// It.
        text: String,
    },
    /// A number.
    Count {
        /// It.
        count: i64,
    },
    /// Yes or no.
    Flag {
        /// It.
        flag: bool,
    },
    /// Members of a set: codes, languages, names.
    Members {
        /// They.
        members: Vec<String>,
    },
    /// Members to be added to a set and taken from it, in an edit alone: what others add meanwhile stays.
    Alteration {
        /// These are to be in it.
        add: Vec<String>,
        /// These are not.
        remove: Vec<String>,
    },
    /// Labels by language.
    Labels {
        /// They.
        labels: HashMap<String, String>,
    },
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Nothing,
            Json::Bool(flag) => Self::Flag { flag },
            Json::Number(number) => number.as_i64().map_or(Self::Nothing, |count| Self::Count { count }),
            Json::String(text) => Self::Text { text },
            Json::Array(members) => Self::Members { members: members.into_iter().filter_map(text).collect() },
            Json::Object(labels) => Self::Labels {
                labels: labels.into_iter().filter_map(|(language, label)| Some((language, text(label)?))).collect(),
            },
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Nothing => Self::Null,
            Value::Text { text } => text.into(),
            Value::Count { count } => count.into(),
            Value::Flag { flag } => flag.into(),
            Value::Members { members } => members.into(),
            Value::Alteration { add, remove } => json!({"add": add, "remove": remove}),
            Value::Labels { labels } => {
                // In one order, whatever the map's.
                let mut labels: Vec<_> = labels.into_iter().collect();
                labels.sort();
                Self::Object(labels.into_iter().map(|(language, label)| (language, label.into())).collect())
            }
        }
    }
}

/// Fields as the client takes them.
pub(crate) fn fields(values: HashMap<String, Value>) -> Fields {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(|(a, _), (b, _)| a.cmp(b));
    values.into_iter().map(|(name, value)| (name, value.into())).collect()
}

/// A text, where it is one.
pub(crate) fn text(json: Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_a_field_has_comes_back_as_it_was() {
        for json in
            [json!(null), json!("nb"), json!(-3), json!(true), json!(["a", "b"]), json!({"nb": "hus", "sv": "hus"})]
        {
            assert_eq!(Json::from(Value::from(json.clone())), json);
        }
    }
}
