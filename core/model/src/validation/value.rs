//! One value at a time, by the shape of its field.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Invalid, Problem};
use crate::clean;
use crate::fields::{FieldChange, Fields, Scalar, members};
use crate::ids::DocumentId;
use crate::kinds::{FieldSpec, Shape};
use crate::language;
use crate::time::{Moment, Timestamp};
use crate::vocabulary::Vocabulary;

/// Members of one set and entries of one map: far more than any list offers.
const MEMBERS_MAX: usize = 100;

/// A moment as a person of that zone would write it, to the second.
pub(super) fn local_time(now: Timestamp, zone: &TimeZone) -> String {
    let seconds = jiff::Timestamp::from_second(now.as_seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Moment::Time(seconds.to_zoned(zone.clone())).to_string()
}

/// What may stand in a field of this shape, for a person to read.
pub(super) fn allowed(shape: Shape, vocabulary: &Vocabulary) -> Vec<String> {
    match shape {
        Shape::Code { list } | Shape::CodeSet { list } => vocabulary.offered(list),
        Shape::CodeOrText { list, max } => {
            let mut allowed = vocabulary.offered(list);
            allowed.push(format!("1–{max} characters"));
            allowed
        }
        Shape::Fixed(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Shape::Text { max }
        | Shape::Prose { max }
        | Shape::Labels { max }
        | Shape::NameSet { max }
        | Shape::DistrictNames { max } => {
            vec![format!("1–{max} characters")]
        }
        Shape::Count { max } => vec![format!("0–{max}")],
        Shape::Flag => vec!["true".to_owned(), "false".to_owned()],
        Shape::Moment => vec!["YYYY-MM-DD".to_owned(), "YYYY-MM-DDThh:mm[:ss][±hh:mm]".to_owned()],
        Shape::Day => vec!["YYYY-MM-DD".to_owned()],
        Shape::LanguageSet => vec!["BCP 47".to_owned()],
        Shape::District => vocabulary.present_districts().into_iter().collect(),
        Shape::Reference(kinds) => kinds.iter().map(|kind| format!("id of a {}", kind.name())).collect(),
        Shape::TimeZone => vec!["IANA time zone".to_owned()],
        Shape::Country => vec!["ISO 3166-1 alpha-2".to_owned()],
        Shape::CodeName => vec!["a–z, 0–9, _".to_owned()],
    }
}

/// The stored form of a value that is neither a set nor a map.
pub(super) fn scalar(name: &str, shape: Shape, given: &Value, vocabulary: &Vocabulary) -> Result<Scalar, Invalid> {
    let refuse = |problem| Invalid::new(name, problem, allowed(shape, vocabulary));
    match shape {
        Shape::Flag => given.as_bool().map(Scalar::Bool).ok_or_else(|| refuse(Problem::WrongForm)),
        Shape::Count { max } => match given.as_i64() {
            Some(number) if (0..=max).contains(&number) => Ok(Scalar::Int(number)),
            Some(_) => Err(refuse(Problem::OutOfRange)),
            None if given.is_number() => Err(refuse(Problem::OutOfRange)),
            None => Err(refuse(Problem::WrongForm)),
        },
        Shape::Prose { max } => prose(given, max).map(Scalar::Str).map_err(refuse),
        _ => {
            let text = given.as_str().ok_or_else(|| refuse(Problem::WrongForm))?.trim();
            if let (Shape::Moment, Ok(moment)) = (shape, Moment::parse(text)) {
                let choices = moment.choices(&vocabulary.time_zone);
                if !choices.is_empty() {
                    return Err(Invalid::new(name, Problem::NotAllowed, choices));
                }
            }
            word(text, shape, vocabulary).map(Scalar::Str).map_err(refuse)
        }
    }
}

fn word(text: &str, shape: Shape, vocabulary: &Vocabulary) -> Result<String, Problem> {
    match shape {
        Shape::Text { max } | Shape::Labels { max } | Shape::NameSet { max } | Shape::DistrictNames { max } => {
            line(text, max)
        }
        Shape::Code { list } | Shape::CodeSet { list } => one_of(text, vocabulary.offers(list, text)),
        Shape::CodeOrText { list, max } => {
            if vocabulary.offers(list, text) {
                Ok(text.to_owned())
            } else {
                line(text, max)
            }
        }
        Shape::Fixed(words) => one_of(text, words.contains(&text)),
        Shape::District => match &vocabulary.districts {
            // Kept is the id, whatever the district is called by now.
            Some(districts) => {
                let id = vocabulary.district_id(text);
                one_of(id, districts.contains(id))
            }
            None => line(text, 60),
        },
        Shape::LanguageSet => tag(text),
        Shape::Moment => {
            let moment = Moment::parse(text).map_err(|_| Problem::WrongForm)?;
            Ok(moment.to_string())
        }
        Shape::Day => match Moment::parse(text) {
            Ok(Moment::Day(day)) => Ok(day.to_string()),
            Ok(Moment::Local(_) | Moment::Time(_)) | Err(_) => Err(Problem::WrongForm),
        },
        Shape::Reference(_) => {
            let id: DocumentId = text.parse().map_err(|_| Problem::WrongForm)?;
            Ok(id.to_string())
        }
        Shape::TimeZone => one_of(text, text.contains('/') && TimeZone::get(text).is_ok()),
        Shape::Country => one_of(text, text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())),
        Shape::CodeName => {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            one_of(text, (1..=40).contains(&text.len()) && text.bytes().all(fits))
        }
        Shape::Flag | Shape::Count { .. } | Shape::Prose { .. } => Err(Problem::WrongForm),
    }
}

fn one_of(text: &str, is_allowed: bool) -> Result<String, Problem> {
    if is_allowed { Ok(text.to_owned()) } else { Err(Problem::NotAllowed) }
}

fn line(text: &str, max: usize) -> Result<String, Problem> {
    let text = clean::line(text).ok_or(Problem::WrongForm)?;
    if text.chars().count() > max {
        return Err(Problem::TooLong);
    }
    Ok(text.into_owned())
}

fn tag(text: &str) -> Result<String, Problem> {
    language::canonical(text).ok_or(Problem::WrongForm)
}

/// Prose as it is kept: see [`clean::prose`].
fn prose(given: &Value, max: usize) -> Result<String, Problem> {
    let text = given.as_str().and_then(clean::prose).ok_or(Problem::WrongForm)?;
    if text.chars().count() > max {
        return Err(Problem::TooLong);
    }
    Ok(text)
}

/// What makes of a set's current members those that are asked for.
pub(super) fn set_changes(
    field: &FieldSpec,
    given: &Value,
    current: &Fields,
    vocabulary: &Vocabulary,
) -> Result<Vec<FieldChange>, Invalid> {
    let there = members(current, field.name);
    let (add, remove) = match given {
        Value::Null => (BTreeSet::new(), there),
        Value::Array(_) => {
            let wanted = read_members(field, given, vocabulary, &there)?;
            let gone = there.difference(&wanted).cloned().collect();
            (wanted.difference(&there).cloned().collect(), gone)
        }
        Value::Object(parts) if parts.keys().all(|key| key == "add" || key == "remove") => {
            let part = |key| match parts.get(key) {
                Some(list) => read_members(field, list, vocabulary, &there),
                None => Ok(BTreeSet::new()),
            };
            (part("add")?, part("remove")?)
        }
        _ => return Err(Invalid::form(field.name, "[…] or {\"add\": […], \"remove\": […]}")),
    };
    let name = || field.name.to_owned();
    let removed = remove.difference(&add).map(|member| FieldChange::Remove { field: name(), member: member.clone() });
    let added = add.iter().map(|member| FieldChange::Add { field: name(), member: member.clone() });
    Ok(removed.chain(added).collect())
}

fn read_members(
    field: &FieldSpec,
    given: &Value,
    vocabulary: &Vocabulary,
    there: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Invalid> {
    let refuse = |problem| Invalid::new(field.name, problem, allowed(field.shape, vocabulary));
    let list = given.as_array().ok_or_else(|| refuse(Problem::WrongForm))?;
    if list.len() > MEMBERS_MAX {
        return Err(refuse(Problem::TooLong));
    }
    list.iter()
        .map(|member| {
            let text = member.as_str().ok_or_else(|| refuse(Problem::WrongForm))?.trim();
            match word(text, field.shape, vocabulary) {
                // What stands there already may stay or leave, on offer or not.
                Err(Problem::NotAllowed) if there.contains(text) => Ok(text.to_owned()),
                other => other.map_err(refuse),
            }
        })
        .collect()
}

/// Each entry of a map: of labels, by language; of names of districts, by their ids.
pub(super) fn map_changes(
    field: &FieldSpec,
    given: &Value,
    current: &Fields,
    vocabulary: &Vocabulary,
) -> Result<Vec<FieldChange>, Invalid> {
    let change = |key: &str, value| FieldChange::Set { field: format!("{}/{key}", field.name), value };
    match given {
        Value::Null => {
            let there = current.get(field.name).and_then(Value::as_object);
            Ok(there.into_iter().flatten().map(|(key, _)| change(key, Scalar::Null)).collect())
        }
        Value::Object(entries) if entries.len() <= MEMBERS_MAX => entries
            .iter()
            .map(|(key, value)| {
                let tag = match field.shape {
                    Shape::DistrictNames { max } => district_key(field, key, value, max, entries, current)?,
                    _ => self::tag(key)
                        .map_err(|problem| Invalid::new(field.name, problem, vec!["BCP 47".to_owned()]))?,
                };
                let value = match value {
                    Value::Null => Scalar::Null,
                    value => scalar(field.name, field.shape, value, vocabulary)?,
                };
                Ok(change(&tag, value))
            })
            .collect(),
        _ => Err(Invalid::form(field.name, "{\"nb\": \"…\", \"sv\": \"…\"}")),
    }
}

/// The id of a district that gets another name: one that the programme has or had, and a name that is no other's.
fn district_key(
    field: &FieldSpec,
    key: &str,
    name: &Value,
    max: usize,
    entries: &Fields,
    current: &Fields,
) -> Result<String, Invalid> {
    let known = members(current, "districts");
    let renamed = current.get(field.name).and_then(Value::as_object);
    let is_known = known.contains(key) || renamed.is_some_and(|renamed| renamed.contains_key(key));
    if !is_known {
        return Err(Invalid::new(field.name, Problem::NotAllowed, known.into_iter().collect()));
    }
    let key = line(key, max).map_err(|problem| Invalid::new(field.name, problem, Vec::new()))?;
    let Some(name) = name.as_str().map(str::trim) else { return Ok(key) };
    let is_anothers = |(id, called): (&String, &Value)| *id != key && called.as_str().map(str::trim) == Some(name);
    let is_taken = known.iter().any(|id| *id != key && id == name)
        || entries.iter().any(is_anothers)
        || renamed.into_iter().flatten().any(|(id, called)| !entries.contains_key(id) && is_anothers((id, called)));
    if is_taken {
        return Err(Invalid::new(field.name, Problem::NotAllowed, vec!["a name of its own".to_owned()]));
    }
    Ok(key)
}
