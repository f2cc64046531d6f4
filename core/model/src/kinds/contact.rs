//! A contact: a handle that the volunteer chose, so that a second conversation can be linked. No name by
//! default, and no field for a national number.

use super::{FieldSpec, KindSpec, Shape};

pub(super) static SPEC: KindSpec = KindSpec {
    name: "contact",
    schema: 1,
    fields: &[
        FieldSpec::new("handle", Shape::Text { max: 60 }).required().searched(),
        FieldSpec::new("languages", Shape::LanguageSet),
        FieldSpec::new("district", Shape::District),
        FieldSpec::new("needs", Shape::CodeSet { list: "topics" }),
    ],
    parent: None,
    dated_by: None,
    drafted: false,
};
