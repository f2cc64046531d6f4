//! A note: free text on a visit or a contact. Seen by whoever sees what it is on, and kept for the
//! programme's days from when it was recorded.

use super::{FieldSpec, Kind, KindSpec, SetBy, Shape};

pub(super) static SPEC: KindSpec = KindSpec {
    name: "note",
    schema: 1,
    fields: &[
        FieldSpec::new("on", Shape::Reference(&[Kind::Visit, Kind::Contact])).required().set_by(SetBy::Creation),
        FieldSpec::new("text", Shape::Prose { max: 10_000 }).required().searched(),
    ],
    parent: Some("on"),
    dated_by: None,
    drafted: true,
};
