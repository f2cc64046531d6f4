//! A visit: one conversation, in the street, at home, by phone, at a service or at a café. It holds what
//! can be said by codes and numbers; words go to a note.

use super::{FieldSpec, Kind, KindSpec, SetBy, Shape};

/// Where a visit can take place. Fixed: reports are built on it.
const KINDS: &[&str] = &["street", "home", "phone", "service", "cafe"];

/// `withdrawn`: its author took it back; it is counted nowhere. (A draft is not a document yet.)
const STATES: &[&str] = &["done", "withdrawn"];

pub(super) static SPEC: KindSpec = KindSpec {
    name: "visit",
    schema: 1,
    fields: &[
        FieldSpec::new("happened_at", Shape::Moment).required(),
        FieldSpec::new("kind", Shape::Fixed(KINDS)).required(),
        FieldSpec::new("district", Shape::District),
        FieldSpec::new("place", Shape::CodeOrText { list: "place", max: 60 }).searched(),
        FieldSpec::new("arose", Shape::Code { list: "arose" }),
        FieldSpec::new("languages", Shape::LanguageSet),
        FieldSpec::new("topics", Shape::CodeSet { list: "topics" }),
        FieldSpec::new("help", Shape::CodeSet { list: "help" }),
        FieldSpec::new("with", Shape::CodeSet { list: "with" }),
        FieldSpec::new("reached", Shape::Count { max: 10_000 }),
        FieldSpec::new("reached_estimated", Shape::Flag),
        FieldSpec::new("minutes", Shape::Count { max: 1_440 }),
        FieldSpec::new("minutes_estimated", Shape::Flag),
        FieldSpec::new("contact", Shape::Reference(&[Kind::Contact])),
        FieldSpec::new("next_step", Shape::Code { list: "next_step" }),
        FieldSpec::new("state", Shape::Fixed(STATES)).required().set_by(SetBy::Author),
    ],
    parent: None,
    dated_by: Some("happened_at"),
    drafted: true,
};
