//! A follow-up: what was promised, by when, to be done by whom. Who it is given to, and whether it is
//! closed, the server orders: two people may close it at once.

use super::{FieldSpec, Kind, KindSpec, SetBy, Shape};

const STATES: &[&str] = &["open", "closed"];

pub(super) static SPEC: KindSpec = KindSpec {
    name: "follow_up",
    schema: 1,
    fields: &[
        FieldSpec::new("about", Shape::Reference(&[Kind::Visit, Kind::Contact])).required().set_by(SetBy::Creation),
        FieldSpec::new("what", Shape::Code { list: "next_step" }).required(),
        FieldSpec::new("due", Shape::Day),
        FieldSpec::new("state", Shape::Fixed(STATES)).set_by(SetBy::Command),
        FieldSpec::new("outcome", Shape::Code { list: "outcome" }).set_by(SetBy::Command),
    ],
    parent: Some("about"),
    dated_by: None,
    drafted: true,
};
