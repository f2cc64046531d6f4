//! Who said what, when: the changes of a document told one by one, and the answers that stand side by side.

use std::collections::BTreeMap;

use automerge::legacy::{Key, OpType};
use automerge::{ROOT, ReadDoc};
use serde_json::{Value, json};

use super::{Damaged, load, reading, sound};
use crate::fields::{FieldChange, Scalar};
use crate::ids::{Actor, ChangeHash};
use crate::time::Timestamp;

/// One line of a record's timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// When, by the clock of the device.
    pub at: Timestamp,
    /// Whose hand.
    pub actor: Actor,
    /// Which field.
    pub field: String,
    /// What: the value; `{"add": […]}` or `{"remove": […]}` of a set; null where it was cleared.
    pub value: Value,
}

/// One of several answers to the same question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What.
    pub value: Value,
    /// Whose hand.
    pub actor: Actor,
    /// When, by the clock of the device.
    pub at: Timestamp,
}

/// Everything that was ever said in a record, each change after those it stands on.
///
/// # Errors
/// [`Damaged`].
pub fn timeline(stored: &[u8]) -> Result<Vec<Said>, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let mut lines = Vec::new();
        for change in document.get_changes(&[]) {
            let at = Timestamp::from_seconds(change.timestamp());
            let actor = Actor::from_automerge(change.actor_id()).ok_or(Damaged::Lacks("a known form of actor"))?;
            for (field, value) in fields_of(&change) {
                lines.push(Said { at, actor, field, value });
            }
        }
        Ok(lines)
    })
}

/// What was meant by one change of a document, so that it can be made again on another ground. Nothing
/// where the document does not have it.
///
/// # Errors
/// [`Damaged`].
pub fn meant(stored: &[u8], hash: &ChangeHash) -> Result<Vec<FieldChange>, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let Some(change) = document.get_change_by_hash(&hash.to_automerge()) else { return Ok(Vec::new()) };
        let mut changes = Vec::new();
        for (field, value) in fields_of(&change) {
            let member = |member: &Value| member.as_str().map(str::to_owned);
            match value {
                Value::Object(parts) => {
                    let part =
                        |name: &str| parts.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(member);
                    let field = || field.clone();
                    changes.extend(part("remove").map(|member| FieldChange::Remove { field: field(), member }));
                    changes.extend(part("add").map(|member| FieldChange::Add { field: field(), member }));
                }
                Value::Null => changes.push(FieldChange::Set { field, value: Scalar::Null }),
                Value::Bool(flag) => changes.push(FieldChange::Set { field, value: Scalar::Bool(flag) }),
                Value::Number(number) => {
                    let value = number.as_i64().map_or(Scalar::Null, Scalar::Int);
                    changes.push(FieldChange::Set { field, value });
                }
                Value::String(text) => changes.push(FieldChange::Set { field, value: Scalar::Str(text) }),
                Value::Array(_) => {}
            }
        }
        Ok(changes)
    })
}

fn fields_of(change: &automerge::Change) -> BTreeMap<String, Value> {
    let mut said = BTreeMap::new();
    for operation in change.decode().operations {
        let Key::Map(key) = &operation.key else { continue };
        let key = key.to_string();
        if reading::is_beside_fields(&key) {
            continue;
        }
        match (&operation.action, key.split_once('/')) {
            (OpType::Delete, Some((set, member))) => note_member(&mut said, set, "remove", member),
            (OpType::Put(automerge::ScalarValue::Boolean(true)), Some((set, member))) => {
                note_member(&mut said, set, "add", member);
            }
            // Of an answer that was chosen, the last: what stood there afterwards.
            (OpType::Put(value), _) => drop(said.insert(key, reading::scalar_to_json(value))),
            _ => drop(said.insert(key, Value::Null)),
        }
    }
    said
}

fn note_member(said: &mut BTreeMap<String, Value>, set: &str, what: &str, member: &str) {
    let entry = said.entry(set.to_owned()).or_insert_with(|| json!({}));
    if let Some(parts) = entry.as_object_mut()
        && let Some(members) = parts.entry(what).or_insert_with(|| json!([])).as_array_mut()
    {
        members.push(member.into());
    }
}

/// The distinct answers that stand in a field, the earliest first; equal answers count once.
///
/// # Errors
/// [`Damaged`].
pub fn answers(stored: &[u8], field: &str) -> Result<Vec<Answer>, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let all = document.get_all(ROOT, field).map_err(Damaged::Edit)?;
        let mut answers: Vec<Answer> = Vec::new();
        for (value, object) in all {
            let hash = document.hash_for_opid(&object).ok_or(Damaged::Lacks("the change behind an answer"))?;
            let change =
                document.get_change_meta_by_hash(&hash).ok_or(Damaged::Lacks("the change behind an answer"))?;
            answers.push(Answer {
                value: reading::to_json(&value),
                actor: Actor::from_automerge(&change.actor).ok_or(Damaged::Lacks("a known form of actor"))?,
                at: Timestamp::from_seconds(change.timestamp),
            });
        }
        answers.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.actor.cmp(&b.actor)));
        let mut seen = std::collections::BTreeSet::new();
        answers.retain(|answer| seen.insert(answer.value.to_string()));
        Ok(answers)
    })
}
