//! The JSON Schema (2020-12) of a kind, made from the same table that validation reads.

use footbridge_model::kinds::SetBy;
use footbridge_model::{FieldSpec, Kind, Problem, Shape, Vocabulary};
use serde_json::{Map, Value, json};

use crate::Footbridge;
use crate::error::FootbridgeError;

impl Footbridge {
    /// What `add` takes and `show` gives for a kind, with the codes that this device offers at present.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] for a kind that is none; [`FootbridgeError::Storage`].
    pub fn schema(&self, kind: &str) -> Result<Value, FootbridgeError> {
        let known = Kind::from_name(kind).ok_or_else(|| {
            let kinds = Kind::ALL.iter().map(|kind| kind.name().to_owned());
            FootbridgeError::invalid("kind", Problem::NotAllowed, kinds.collect())
        })?;
        Ok(of_kind(known, &*self.vocabulary()?))
    }
}

fn of_kind(kind: Kind, vocabulary: &Vocabulary) -> Value {
    let spec = kind.spec();
    let mut properties = Map::new();
    for field in spec.fields {
        properties.insert(field.name.to_owned(), of_field(kind, field, vocabulary));
    }
    let id = json!({"type": "string", "format": "uuid", "readOnly": true});
    properties.insert("id".to_owned(), id.clone());
    properties.insert("record".to_owned(), json!({"const": spec.name, "readOnly": true}));
    properties.insert("author".to_owned(), json!({"type": ["string", "null"], "format": "uuid", "readOnly": true}));
    properties.insert("recorded_at".to_owned(), json!({"type": "string", "format": "date-time", "readOnly": true}));
    properties.insert("receipt".to_owned(), json!({"enum": ["device", "server", "seen"], "readOnly": true}));
    let seen = json!({
        "type": "object",
        "properties": {"by": {"type": "string", "format": "uuid"}, "at": {"type": "string", "format": "date-time"}},
    });
    properties.insert("seen".to_owned(), json!({"type": "array", "items": seen, "readOnly": true}));
    properties.insert("deleting".to_owned(), json!({"type": "boolean", "readOnly": true}));
    let names = json!({"type": "array", "items": {"type": "string"}, "readOnly": true});
    properties.insert("disagreements".to_owned(), names.clone());
    match kind {
        Kind::FollowUp => {
            for name in ["given_to", "open_to", "handle", "district", "closed_by", "closed_at"] {
                properties.insert(name.to_owned(), json!({"type": ["string", "null"], "readOnly": true}));
            }
        }
        Kind::Person => {
            properties.insert("role".to_owned(), json!({"enum": ["volunteer", "coordinator"], "readOnly": true}));
            properties.insert("districts".to_owned(), names);
            let moment = json!({"type": ["string", "null"], "format": "date-time", "readOnly": true});
            properties.insert("revoked_at".to_owned(), moment);
        }
        _ => {}
    }
    properties.insert("version".to_owned(), json!({"type": "string", "readOnly": true}));
    if kind == Kind::FollowUp {
        properties.insert("late".to_owned(), json!({"type": "boolean", "readOnly": true}));
    }
    if spec.drafted && !properties.contains_key("state") {
        properties.insert("state".to_owned(), json!({"enum": ["draft", null]}));
    }
    // What has a default need not be given.
    let defaulted = |field: &FieldSpec| {
        matches!(field.name, "happened_at" | "state" | "on" | "order" | "note_days")
            && !matches!(field.shape, Shape::Reference(_))
    };
    let required: Vec<&str> =
        spec.fields.iter().filter(|field| field.required && !defaulted(field)).map(|field| field.name).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": spec.name,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    // A draft may lack anything.
    let there: Map<String, Value> =
        required.iter().map(|name| ((*name).to_owned(), json!({"not": {"type": "null"}}))).collect();
    let whole = json!({"required": required, "properties": there});
    let parts = if spec.drafted {
        json!({"if": {"properties": {"state": {"const": "draft"}}, "required": ["state"]}, "then": {}, "else": whole})
    } else {
        json!({"allOf": [whole]})
    };
    if let (Some(schema), Value::Object(parts)) = (schema.as_object_mut(), parts) {
        schema.extend(parts);
    }
    schema
}

fn of_field(kind: Kind, field: &FieldSpec, vocabulary: &Vocabulary) -> Value {
    let codes = |list: &str| vocabulary.offered(list);
    let mut schema = match field.shape {
        Shape::Text { max } => text(1, max),
        Shape::Prose { max } => text(1, max),
        Shape::Code { list } => json!({"enum": codes(list)}),
        Shape::CodeOrText { list, max } => json!({"anyOf": [{"enum": codes(list)}, text(1, max)]}),
        Shape::Fixed(words) => {
            let mut words: Vec<&str> = words.to_vec();
            if field.name == "state" && kind.spec().drafted {
                words.insert(0, "draft");
            }
            json!({"enum": words})
        }
        Shape::CodeSet { list } => set(&json!({"enum": codes(list)})),
        Shape::LanguageSet => set(&json!({"type": "string", "description": "BCP 47"})),
        Shape::NameSet { max } => set(&text(1, max)),
        Shape::District => match &vocabulary.districts {
            Some(_) => json!({"enum": vocabulary.present_districts()}),
            None => text(1, 60),
        },
        Shape::Count { max } => json!({"type": "integer", "minimum": 0, "maximum": max}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Moment => json!({"type": "string", "description": "ISO 8601: a day, or a time with or without offset"}),
        Shape::Day => json!({"type": "string", "format": "date"}),
        Shape::Reference(_) => json!({"type": "string", "format": "uuid"}),
        Shape::Labels { max } | Shape::DistrictNames { max } => {
            json!({"type": "object", "additionalProperties": text(1, max)})
        }
        Shape::TimeZone => json!({"type": "string", "description": "IANA time zone"}),
        Shape::Country => json!({"type": "string", "pattern": "^[A-Z]{2}$"}),
        Shape::CodeName => json!({"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}),
    };
    if !field.shape.is_set() && !field.shape.is_map() {
        schema = json!({"anyOf": [schema, {"type": "null"}]});
    }
    if let (SetBy::Command, Some(schema)) = (field.set_by, schema.as_object_mut()) {
        schema.insert("description".to_owned(), "asked of the server, which decides".into());
    }
    schema
}

fn text(min: usize, max: usize) -> Value {
    json!({"type": "string", "minLength": min, "maxLength": max})
}

fn set(items: &Value) -> Value {
    json!({"type": "array", "items": items, "uniqueItems": true})
}
