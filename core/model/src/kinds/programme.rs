//! The programme: what all its devices need to know of it. The server makes the record; coordinators edit it.

use super::{FieldSpec, KindSpec, Shape};

pub(super) static SPEC: KindSpec = KindSpec {
    name: "programme",
    schema: 1,
    fields: &[
        FieldSpec::new("name", Shape::Text { max: 120 }).required(),
        FieldSpec::new("country", Shape::Country).required(),
        FieldSpec::new("time_zone", Shape::TimeZone).required(),
        FieldSpec::new("languages", Shape::LanguageSet),
        // The first name of a district is its id for ever; closed is one that is no member any more.
        FieldSpec::new("districts", Shape::NameSet { max: 60 }),
        FieldSpec::new("district_names", Shape::DistrictNames { max: 60 }),
        FieldSpec::new("note_days", Shape::Count { max: 3_650 }).required(),
    ],
    parent: None,
    dated_by: None,
    drafted: false,
};
