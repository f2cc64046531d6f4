//! What a change from elsewhere says of the fields of its kind: values have the shape of their field. Asked by the server
//! of each change before it is kept. Invariant: what a device of this version can write passes; what stands in lists
//! that a programme changes (codes, districts) is not asked, for they change while a device is offline.

use std::collections::BTreeMap;

use automerge::legacy::{Key, OpType};
use automerge::{Change, ScalarValue};
use jiff::tz::TimeZone;

use super::reading::is_beside_fields;
use super::{Applied, RECORDED_AT_KEY, Rejected, apply, guarded};
use crate::ids::DocumentId;
use crate::kinds::{Kind, Shape};
use crate::time::Moment;

/// The longest name of a field that this version does not know, of a code, and of a language tag.
const NAME_MAX: usize = 40;
/// When something can have been recorded, in milliseconds: from 1970 (a clock that was never set) to the end of 2199.
const RECORDED_AT: std::ops::RangeInclusive<i64> = 0..=7_258_118_399_999;
/// The longest text in a field that this version does not know.
const UNKNOWN_TEXT_MAX: usize = 10_000;
/// The longest text of a code, district or name in a set.
const MEMBER_MAX: usize = 80;

/// Takes one change of a record of this kind into a document, or begins it, where its values have the shape of their
/// fields.
///
/// # Errors
/// [`Rejected`]; [`Rejected::UnknownForm`] where a value has another shape than its field.
pub fn apply_stated(kind: Kind, stored: Option<&[u8]>, change: &[u8]) -> Result<Applied, Rejected> {
    let applied = apply(stored, &[change])?;
    // Another kind than it is said to be is the caller's to refuse.
    if applied.new.is_empty() || applied.projection.kind != kind.name() || guarded(|| has_shape(kind, change))? {
        Ok(applied)
    } else {
        Err(Rejected::UnknownForm)
    }
}

/// Whether what the change leaves at each key has the shape of its field.
fn has_shape(kind: Kind, change: &[u8]) -> Result<bool, Rejected> {
    let change = Change::try_from(change).map_err(|_| Rejected::Malformed)?;
    let operations = change.decode().operations;
    // A choice among answers sets its key twice: the last value is what is meant.
    let last: BTreeMap<&str, &OpType> = operations
        .iter()
        .filter_map(|operation| match &operation.key {
            Key::Map(key) => Some((key.as_str(), &operation.action)),
            Key::Seq(_) => None,
        })
        .collect();
    Ok(last.iter().all(|(key, action)| match action {
        OpType::Put(ScalarValue::Timestamp(at)) if *key == RECORDED_AT_KEY => RECORDED_AT.contains(at),
        OpType::Put(_) if *key == RECORDED_AT_KEY => false,
        OpType::Put(value) => is_beside_fields(key) || fits(kind, key, value),
        OpType::Delete => true,
        _ => false,
    }))
}

fn fits(kind: Kind, key: &str, value: &ScalarValue) -> bool {
    let (field, member) = key.split_once('/').map_or((key, None), |(field, member)| (field, Some(member)));
    let Some(spec) = kind.spec().field(field) else { return is_of_a_later_version(field, value) };
    match (spec.shape, member) {
        (shape, Some(member)) if shape.is_set() => {
            matches!(value, ScalarValue::Boolean(true)) && is_member(shape, member)
        }
        (Shape::Labels { max }, Some(language)) => {
            is_tag(language)
                && (matches!(value, ScalarValue::Null) || text(value).is_some_and(|text| is_long(text, max)))
        }
        (Shape::DistrictNames { max }, Some(district)) => {
            is_long(district, max)
                && (matches!(value, ScalarValue::Null) || text(value).is_some_and(|text| is_long(text, max)))
        }
        (shape, None) if !shape.is_set() && !shape.is_map() => {
            matches!(value, ScalarValue::Null) || is_alone(shape, value)
        }
        _ => false,
    }
}

/// A field of a later version: small letters, digits and underscores, with any scalar of bounded length.
fn is_of_a_later_version(field: &str, value: &ScalarValue) -> bool {
    is_name(field) && text(value).is_none_or(|text| text.chars().count() <= UNKNOWN_TEXT_MAX)
}

fn is_member(shape: Shape, member: &str) -> bool {
    match shape {
        Shape::CodeSet { .. } => is_name(member),
        Shape::LanguageSet => is_tag(member),
        Shape::NameSet { max } => is_long(member, max),
        _ => false,
    }
}

fn is_alone(shape: Shape, value: &ScalarValue) -> bool {
    match (shape, value) {
        (Shape::Flag, value) => matches!(value, ScalarValue::Boolean(_)),
        (Shape::Count { max }, ScalarValue::Int(number)) => (0..=max).contains(number),
        (Shape::Count { max }, ScalarValue::Uint(number)) => i64::try_from(*number).is_ok_and(|number| number <= max),
        (shape, value) => text(value).is_some_and(|text| is_word(shape, text)),
    }
}

fn is_word(shape: Shape, word: &str) -> bool {
    match shape {
        Shape::Text { max }
        | Shape::Prose { max }
        | Shape::Labels { max }
        | Shape::DistrictNames { max }
        | Shape::NameSet { max } => is_long(word, max),
        Shape::Code { .. } | Shape::CodeSet { .. } | Shape::CodeName => is_name(word),
        Shape::CodeOrText { max, .. } => is_long(word, max) || is_name(word),
        Shape::Fixed(words) => words.contains(&word),
        Shape::District => is_long(word, MEMBER_MAX),
        Shape::LanguageSet => is_tag(word),
        Shape::Moment => Moment::parse(word).is_ok(),
        Shape::Day => matches!(Moment::parse(word), Ok(Moment::Day(_))),
        Shape::Reference(_) => word.parse::<DocumentId>().is_ok_and(|id| id.to_string() == word),
        Shape::TimeZone => word.contains('/') && TimeZone::get(word).is_ok(),
        Shape::Country => word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()),
        Shape::Flag | Shape::Count { .. } => false,
    }
}

fn text(value: &ScalarValue) -> Option<&str> {
    if let ScalarValue::Str(text) = value { Some(text.as_str()) } else { None }
}

fn is_long(text: &str, max: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= max
}

/// The form of a code's name and of a field's.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(fits)
}

/// About the form of a language tag; which languages there are is not asked.
fn is_tag(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (2..=NAME_MAX).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::create;
    use crate::fields::{FieldChange, Scalar};
    use crate::ids::Actor;
    use crate::time::Timestamp;

    fn taken(kind: Kind, change: FieldChange) -> bool {
        let now = Timestamp(1_795_341_600_000);
        let made = create(kind, now, Actor::from_bytes([7; 16]), now, &[change]).expect("a document");
        match apply_stated(kind, None, &made.change) {
            Ok(_) => true,
            Err(Rejected::UnknownForm) => false,
            Err(other) => panic!("{other}"),
        }
    }

    fn set(field: &str, value: impl Into<Value>) -> FieldChange {
        let Value(value) = value.into();
        FieldChange::Set { field: field.to_owned(), value }
    }

    struct Value(Scalar);

    impl From<&str> for Value {
        fn from(text: &str) -> Self {
            Self(Scalar::Str(text.to_owned()))
        }
    }

    impl From<i64> for Value {
        fn from(number: i64) -> Self {
            Self(Scalar::Int(number))
        }
    }

    impl From<bool> for Value {
        fn from(flag: bool) -> Self {
            Self(Scalar::Bool(flag))
        }
    }

    fn add(field: &str, member: &str) -> FieldChange {
        FieldChange::Add { field: field.to_owned(), member: member.to_owned() }
    }

    #[test]
    fn values_of_the_shape_of_their_field_are_taken() {
        for change in [
            set("place", "bus"),
            set("place", "hos frisøren"),
            set("minutes", 1440),
            set("reached_estimated", true),
            set("happened_at", "2026-03-02T10:00:00+01:00"),
            set("happened_at", "2026-03-02"),
            set("kind", "street"),
            set("district", "one that was renamed"),
            set("arose", "a_code_of_a_later_list"),
            set("contact", "019aa8b8-5900-7000-8000-000000000001"),
            set("shoe_size", 38),
            set("a_field_of_tomorrow", "with words"),
            add("topics", "housing"),
            add("languages", "sr-Latn"),
            add("set_of_tomorrow", "member"),
        ] {
            assert!(taken(Kind::Visit, change.clone()), "{change:?}");
        }
        assert!(taken(Kind::Code, set("labels/so", "Guri")));
        assert!(taken(Kind::Programme, set("time_zone", "Europe/Oslo")));
    }

    #[test]
    fn values_of_another_shape_are_refused() {
        for change in [
            set("minutes", 1441),
            set("minutes", -1),
            set("minutes", "5"),
            set("place", 5),
            set("place", "x".repeat(61).as_str()),
            set("place", "  "),
            set("reached_estimated", "yes"),
            set("happened_at", "9999-12-31"),
            set("happened_at", "2026-02-30"),
            set("happened_at", "yesterday"),
            set("kind", "shoe"),
            set("state", "hidden"),
            set("contact", "019AA8B8-5900-7000-8000-000000000001"),
            set("contact", "nobody"),
            set("arose", "Not A Code"),
            set("topics", "housing"),
            set("topics/housing", false),
            set("topics/housing", "yes"),
            set("place/bus", true),
            set("Shoe Size", 38),
            set("shoe_size", "x".repeat(UNKNOWN_TEXT_MAX + 1).as_str()),
            add("topics", "Not A Code"),
            add("languages", "a language"),
        ] {
            assert!(!taken(Kind::Visit, change.clone()), "{change:?}");
        }
        assert!(!taken(Kind::Note, set("text", "x".repeat(10_001).as_str())));
        assert!(!taken(Kind::Code, set("labels/so", "x".repeat(81).as_str())));
        assert!(!taken(Kind::Programme, set("time_zone", "Europe/Nowhere")));
        assert!(!taken(Kind::Programme, set("note_days", 3651)));
    }
}
