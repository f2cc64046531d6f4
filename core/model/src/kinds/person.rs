//! A person: a volunteer or a coordinator, as the others know her. The server makes the record when it
//! invites her; her role and districts are facts, never fields.

use super::{FieldSpec, KindSpec, Shape};

pub(super) static SPEC: KindSpec = KindSpec {
    name: "person",
    schema: 1,
    fields: &[
        FieldSpec::new("name", Shape::Text { max: 80 }).required().searched(),
        FieldSpec::new("languages", Shape::LanguageSet),
    ],
    parent: None,
    dated_by: None,
    drafted: false,
};
