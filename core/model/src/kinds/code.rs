//! A code: one entry of one list, with its labels. Turned off rather than deleted, for records hold it.

use super::{FieldSpec, KindSpec, SetBy, Shape};
use crate::starter;

pub(super) static SPEC: KindSpec = KindSpec {
    name: "code",
    schema: 1,
    fields: &[
        FieldSpec::new("list", Shape::Fixed(starter::LIST_NAMES)).required().set_by(SetBy::Creation),
        FieldSpec::new("code", Shape::CodeName).required().set_by(SetBy::Creation),
        FieldSpec::new("labels", Shape::Labels { max: 80 }).searched(),
        FieldSpec::new("order", Shape::Count { max: 1_000_000 }).required(),
        FieldSpec::new("on", Shape::Flag).required(),
    ],
    parent: None,
    dated_by: None,
    drafted: false,
};
