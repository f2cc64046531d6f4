//! From a loaded document to its fields.

use std::collections::BTreeSet;

use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use super::{Damaged, PROSE_KEY, RECORD_KEY, RECORDED_AT_KEY, SCHEMA_KEY};
use crate::fields::Fields;
use crate::projection::Projection;
use crate::time::Timestamp;

/// All fields, grouped: `topics/housing` → a member of `topics`, `labels/nb` → an entry of `labels`. Needs
/// no knowledge of the kind, so that fields of a newer version are shown and kept.
pub(super) fn project(document: &Automerge) -> Result<Projection, Damaged> {
    let mut fields = Fields::new();
    let mut disagreements = BTreeSet::new();
    let (mut kind, mut schema, mut recorded_at) = (None, 0, None);
    for item in document.map_range(ROOT, ..) {
        let item = item.into_owned();
        let (key, has_rivals) = (item.key.as_ref(), item.conflict);
        let value = match &item.value {
            automerge::ValueRef::Object(_) => document.text(item.id()).map(serde_json::Value::from).unwrap_or_default(),
            automerge::ValueRef::Scalar(scalar) => scalar_to_json(&ScalarValue::from(scalar)),
        };
        match key {
            RECORD_KEY => kind = value.as_str().map(str::to_owned),
            SCHEMA_KEY => schema = value.as_i64().unwrap_or(0),
            RECORDED_AT_KEY => recorded_at = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()),
            key => {
                if has_rivals && values(document, key).len() > 1 {
                    disagreements.insert(key.to_owned());
                }
                lay_in(&mut fields, key, value);
            }
        }
    }
    Ok(Projection {
        kind: kind.ok_or(Damaged::Lacks("its kind"))?,
        schema,
        recorded_at: recorded_at.ok_or(Damaged::Lacks("the time at which it was recorded"))?,
        fields,
        disagreements,
    })
}

fn lay_in(fields: &mut Fields, key: &str, value: serde_json::Value) {
    if value.is_null() {
        return;
    }
    let Some((field, member)) = key.split_once('/') else {
        fields.insert(key.to_owned(), value);
        return;
    };
    if value == serde_json::Value::Bool(true) {
        let set = fields.entry(field).or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let Some(members) = set.as_array_mut() {
            members.push(member.into());
        }
    } else {
        let map = fields.entry(field).or_insert_with(|| Fields::new().into());
        if let Some(entries) = map.as_object_mut() {
            entries.insert(member.to_owned(), value);
        }
    }
}

/// The distinct values that stand at a key.
pub(super) fn values(document: &Automerge, key: &str) -> BTreeSet<String> {
    distinct(document, document.get_all(ROOT, key).unwrap_or_default())
}

/// The distinct values that stood at a key when these were the newest changes.
pub(super) fn values_at(document: &Automerge, key: &str, heads: &[automerge::ChangeHash]) -> BTreeSet<String> {
    let all = document.get_all_at(ROOT, key, heads).unwrap_or_default();
    let text = |(value, object): (Value<'_>, ObjId)| match value {
        Value::Object(_) => serde_json::Value::from(document.text_at(&object, heads).unwrap_or_default()).to_string(),
        Value::Scalar(scalar) => scalar_to_json(&scalar).to_string(),
    };
    present(all.into_iter().map(text))
}

fn distinct(document: &Automerge, all: Vec<(Value<'_>, ObjId)>) -> BTreeSet<String> {
    present(all.into_iter().map(|(value, object)| to_json(document, &value, &object).to_string()))
}

/// A field that was never set and one that was cleared are the same: nothing is known.
fn present(values: impl Iterator<Item = String>) -> BTreeSet<String> {
    let mut values: BTreeSet<_> = values.collect();
    if values.is_empty() {
        values.insert("null".to_owned());
    }
    values
}

pub(super) fn to_json(document: &Automerge, value: &Value<'_>, object: &ObjId) -> serde_json::Value {
    match value {
        Value::Object(_) => document.text(object).unwrap_or_default().into(),
        Value::Scalar(scalar) => scalar_to_json(scalar),
    }
}

pub(super) fn scalar_to_json(scalar: &ScalarValue) -> serde_json::Value {
    match scalar {
        ScalarValue::Str(text) => text.as_str().into(),
        ScalarValue::Int(number) => (*number).into(),
        ScalarValue::Uint(number) => (*number).into(),
        ScalarValue::Boolean(flag) => (*flag).into(),
        ScalarValue::Timestamp(millis) => Timestamp(*millis).to_string().into(),
        ScalarValue::Null
        | ScalarValue::Bytes(_)
        | ScalarValue::F64(_)
        | ScalarValue::Counter(_)
        | ScalarValue::Unknown { .. } => serde_json::Value::Null,
    }
}

/// Whether a key names prose.
pub(super) fn is_prose(key: &str) -> bool {
    key == PROSE_KEY
}
