//! From a loaded document to its fields.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use super::check::Checked;
use super::{Damaged, GIVEN_ONCE, RECORD_KEY, RECORDED_AT_KEY, RENEWS_KEY, SCHEMA_KEY};
use crate::fields::Fields;
use crate::projection::Projection;
use crate::time::Timestamp;

/// All fields, grouped: `topics/housing` → a member of `topics`, `labels/nb` → an entry of `labels`. Needs
/// no knowledge of the kind, so that fields of a newer version are shown and kept.
pub(super) fn project(document: &Automerge) -> Result<Projection, Damaged> {
    let mut gathered = Gathered::default();
    for item in document.map_range(ROOT, ..) {
        let item = item.into_owned();
        let value = match &item.value {
            // No record holds one.
            automerge::ValueRef::Object(_) => serde_json::Value::Null,
            automerge::ValueRef::Scalar(scalar) => scalar_to_json(&ScalarValue::from(scalar)),
        };
        let key = item.key.as_ref();
        if item.conflict && !is_beside_fields(key) && values(document, key).len() > 1 {
            gathered.disagreements.insert(key.to_owned());
        }
        gathered.take(key, value);
    }
    gathered.projection()
}

/// The fields of the document that this change alone makes, told without making it: where the change begins a record,
/// and sets each of its keys once. `None` where the document itself has to be asked.
pub(super) fn project_first(first: &Checked) -> Option<Result<Projection, Damaged>> {
    let Checked { change, info, operations } = first;
    let stands_alone = info.is_first() && info.seq == 1 && change.start_op().get() == 1;
    if !stands_alone || !change.other_actor_ids().is_empty() || !change.extra_bytes().is_empty() {
        return None;
    }
    let mut values = BTreeMap::new();
    for operation in operations {
        let is_new = match (&operation.key, &operation.action) {
            _ if !operation.pred.is_empty() => false,
            (Key::Map(key), OpType::Put(value)) if operation.obj == ObjectId::Root && !operation.insert => {
                values.insert(key.as_str(), scalar_to_json(value)).is_none()
            }
            _ => false,
        };
        if !is_new {
            return None;
        }
    }
    let mut gathered = Gathered::default();
    values.into_iter().for_each(|(key, value)| gathered.take(key, value));
    Some(gathered.projection())
}

/// A projection as it is put together, key by key in their order.
#[derive(Default)]
pub(super) struct Gathered {
    kind: Option<String>,
    schema: i64,
    recorded_at: Option<Timestamp>,
    fields: Fields,
    disagreements: BTreeSet<String>,
}

impl Gathered {
    pub(super) fn take(&mut self, key: &str, value: serde_json::Value) {
        match key {
            RECORD_KEY => self.kind = value.as_str().map(str::to_owned),
            SCHEMA_KEY => self.schema = value.as_i64().unwrap_or(0),
            RECORDED_AT_KEY => self.recorded_at = value.as_str().and_then(|text| text.parse().ok()),
            RENEWS_KEY => {}
            key => lay_in(&mut self.fields, key, value),
        }
    }

    pub(super) fn projection(self) -> Result<Projection, Damaged> {
        Ok(Projection {
            kind: self.kind.ok_or(Damaged::Lacks("its kind"))?,
            schema: self.schema,
            recorded_at: self.recorded_at.ok_or(Damaged::Lacks("the time at which it was recorded"))?,
            fields: self.fields,
            disagreements: self.disagreements,
        })
    }
}

/// What every record has beside the fields of its kind.
pub(super) fn is_beside_fields(key: &str) -> bool {
    GIVEN_ONCE.contains(&key)
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
    distinct(&document.get_all(ROOT, key).unwrap_or_default())
}

/// The distinct values that stood at a key when these were the newest changes.
pub(super) fn values_at(document: &Automerge, key: &str, heads: &[automerge::ChangeHash]) -> BTreeSet<String> {
    distinct(&document.get_all_at(ROOT, key, heads).unwrap_or_default())
}

/// A field that was never set and one that was cleared are the same: nothing is known.
fn distinct(all: &[(Value<'_>, ObjId)]) -> BTreeSet<String> {
    let mut values: BTreeSet<_> = all.iter().map(|(value, _)| to_json(value).to_string()).collect();
    if values.is_empty() {
        values.insert("null".to_owned());
    }
    values
}

pub(super) fn to_json(value: &Value<'_>) -> serde_json::Value {
    match value {
        // No record holds one.
        Value::Object(_) => serde_json::Value::Null,
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
