//! What a person should be asked about before it is saved.

use footbridge_model::{Fields, Kind, national_number};
use serde::Serialize;

use crate::Footbridge;

/// Something that is allowed and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Warning {
    /// A text holds what looks like a national number, by its control digits.
    NationalNumber {
        /// Which field.
        field: String,
    },
}

impl Footbridge {
    /// What to ask about before these fields are saved. Nothing for a kind that is none.
    pub fn warnings(kind: &str, fields: &Fields) -> Vec<Warning> {
        let fields_of_kind = Kind::from_name(kind).into_iter().flat_map(|kind| kind.spec().fields);
        fields_of_kind
            .filter(|field| field.searched)
            .filter_map(|field| fields.get(field.name).and_then(|value| value.as_str()).map(|text| (field, text)))
            .filter(|(_, text)| national_number::find(text).is_some())
            .map(|(field, _)| Warning::NationalNumber { field: field.name.to_owned() })
            .collect()
    }
}
