//! From what a person entered to what may be written: names the field at fault and what would be allowed,
//! never what was entered.

mod value;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::fields::{self, FieldChange, Fields, Scalar};
use crate::kinds::{FieldSpec, Kind, SetBy};
use crate::time::Timestamp;
use crate::vocabulary::Vocabulary;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The kind has no such field.
    Unknown,
    /// The field is not set this way: it is the server's, or given once.
    ReadOnly,
    /// The record cannot be without it.
    Required,
    /// A value of another form is expected.
    WrongForm,
    /// None of the values that are allowed.
    NotAllowed,
    /// Longer than allowed.
    TooLong,
    /// Below or above what is allowed.
    OutOfRange,
}

/// A field that cannot be written as it was given. Carries no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem:?}")]
pub struct Invalid {
    /// Its name.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
    /// What would be allowed: codes, or a form such as `YYYY-MM-DD`, or a range.
    pub allowed: Vec<String>,
}

impl Invalid {
    /// A fault of `field`.
    pub fn new(field: &str, problem: Problem, allowed: Vec<String>) -> Self {
        Self { field: field.to_owned(), problem, allowed }
    }

    fn form(field: &str, form: &str) -> Self {
        Self::new(field, Problem::WrongForm, vec![form.to_owned()])
    }
}

/// The changes that make a record of `kind` with these fields. What is left out takes its default: a
/// visit happened `now` and is done, a code is on.
///
/// # Errors
/// [`Invalid`] for the first field at fault, in the order of the kind's fields; nothing is to be written then.
pub fn create(
    kind: Kind,
    given: &Fields,
    vocabulary: &Vocabulary,
    now: Timestamp,
) -> Result<Vec<FieldChange>, Invalid> {
    let mut given = given.clone();
    for (field, value) in defaults(kind, &vocabulary.time_zone, now) {
        let entry = given.entry(field).or_insert(Value::Null);
        if entry.is_null() {
            *entry = value;
        }
    }
    let changes = changes(kind, &given, &Fields::new(), vocabulary, Stage::Creation)?;
    let mut made = Fields::new();
    fields::lay_over(&mut made, &changes);
    for field in kind.spec().fields.iter().filter(|field| field.required) {
        if !made.contains_key(field.name) {
            return Err(Invalid::new(field.name, Problem::Required, value::allowed(field.shape, vocabulary)));
        }
    }
    Ok(changes)
}

/// The changes that bring a record from its `current` fields to what `patch` asks for: only the fields
/// named in it; null clears; on a set `{"add": […], "remove": […]}`, or all its members.
///
/// # Errors
/// [`Invalid`] for the first field at fault.
pub fn edit(
    kind: Kind,
    patch: &Fields,
    current: &Fields,
    vocabulary: &Vocabulary,
) -> Result<Vec<FieldChange>, Invalid> {
    let changes = changes(kind, patch, current, vocabulary, Stage::Edit)?;
    for change in &changes {
        let cleared = matches!(change, FieldChange::Set { value: Scalar::Null, .. });
        if let (true, Some(field)) = (cleared, kind.spec().field(change.field()))
            && field.required
        {
            return Err(Invalid::new(field.name, Problem::Required, value::allowed(field.shape, vocabulary)));
        }
    }
    Ok(changes)
}

/// The fields of a draft after `patch`. Each must be right by itself; none is required before it is done.
///
/// # Errors
/// [`Invalid`] for the first field at fault.
pub fn draft(kind: Kind, patch: &Fields, current: &Fields, vocabulary: &Vocabulary) -> Result<Fields, Invalid> {
    let changes = changes(kind, patch, current, vocabulary, Stage::Draft)?;
    let mut fields = current.clone();
    fields::lay_over(&mut fields, &changes);
    Ok(fields)
}

/// One value for one field, in its stored form: what a person chose to settle a disagreement. `field` may
/// name one label of a map, `labels/nb`.
///
/// # Errors
/// [`Invalid`] as [`edit`].
pub fn settle(kind: Kind, field: &str, value: &Value, vocabulary: &Vocabulary) -> Result<Vec<FieldChange>, Invalid> {
    let mut patch = Fields::new();
    match field.split_once('/') {
        Some((map, key)) => {
            let entries: Fields = [(key.to_owned(), value.clone())].into_iter().collect();
            patch.insert(map.to_owned(), entries.into());
        }
        None => {
            patch.insert(field.to_owned(), value.clone());
        }
    }
    edit(kind, &patch, &Fields::new(), vocabulary)
}

/// What every record, or the facts of some kinds, show beside their fields.
const SHOWN: [&str; 17] = [
    "id",
    "record",
    "author",
    "recorded_at",
    "receipt",
    "seen",
    "deleting",
    "disagreements",
    "version",
    "given_to",
    "open_to",
    "handle",
    "district",
    "closed_by",
    "closed_at",
    "role",
    "districts",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Creation,
    Edit,
    Draft,
}

fn defaults(kind: Kind, zone: &TimeZone, now: Timestamp) -> Vec<(&'static str, Value)> {
    match kind {
        Kind::Visit => vec![("happened_at", value::local_time(now, zone).into()), ("state", "done".into())],
        Kind::Code => vec![("on", true.into()), ("order", 1000.into())],
        Kind::Programme => vec![("note_days", crate::starter::NOTE_DAYS.into())],
        Kind::Person | Kind::Note | Kind::Contact | Kind::FollowUp => Vec::new(),
    }
}

fn changes(
    kind: Kind,
    patch: &Fields,
    current: &Fields,
    vocabulary: &Vocabulary,
    stage: Stage,
) -> Result<Vec<FieldChange>, Invalid> {
    if let Some(given) = patch.keys().find(|name| SHOWN.contains(&name.as_str()) && kind.spec().field(name).is_none()) {
        return Err(Invalid::new(given, Problem::ReadOnly, Vec::new()));
    }
    if let Some(unknown) = patch.keys().find(|name| kind.spec().field(name).is_none()) {
        let known = kind.spec().fields.iter().map(|field| field.name.to_owned());
        return Err(Invalid::new(unknown, Problem::Unknown, known.collect()));
    }
    let mut changes = Vec::new();
    for field in kind.spec().fields {
        if let Some(given) = patch.get(field.name) {
            let frozen = field.set_by == SetBy::Command
                || (field.set_by == SetBy::Creation && stage == Stage::Edit)
                || (field.set_by == SetBy::Author && stage == Stage::Draft);
            if frozen {
                return Err(Invalid::new(field.name, Problem::ReadOnly, Vec::new()));
            }
            changes.extend(field_changes(field, given, current, vocabulary)?);
        }
    }
    Ok(changes)
}

fn field_changes(
    field: &FieldSpec,
    given: &Value,
    current: &Fields,
    vocabulary: &Vocabulary,
) -> Result<Vec<FieldChange>, Invalid> {
    if field.shape.is_set() {
        return value::set_changes(field, given, current, vocabulary);
    }
    if field.shape.is_map() {
        return value::map_changes(field, given, current, vocabulary);
    }
    let value = match given {
        Value::Null => Scalar::Null,
        given => value::scalar(field.name, field.shape, given, vocabulary)?,
    };
    Ok(vec![FieldChange::Set { field: field.name.to_owned(), value }])
}

#[cfg(test)]
mod tests;
