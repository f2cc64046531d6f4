//! What a person should be asked about before it is saved.

use footbridge_model::time::Moment;
use footbridge_model::{Fields, Kind, national_number};
use serde::Serialize;

use crate::error::FootbridgeError;
use crate::{Footbridge, identity};

/// Clocks differ by so much without anybody minding.
const AHEAD_MILLIS: i64 = 5 * 60 * 1000;

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
    /// Whether these fields say that something happened later than it is, as far as this device can know: its clock may
    /// be behind, but it is never before the server last spoke.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn is_ahead(&self, kind: &str, fields: &Fields) -> Result<bool, FootbridgeError> {
        let dated_by = Kind::from_name(kind).and_then(|kind| kind.spec().dated_by);
        let said = dated_by.and_then(|field| fields.get(field)).and_then(|value| value.as_str());
        let Some(moment) = said.and_then(|text| Moment::parse(text).ok()) else { return Ok(false) };
        let zone = self.vocabulary()?.time_zone.clone();
        let (off, heard) = self.inner.store.read(|snapshot| {
            Ok::<_, FootbridgeError>((identity::clock_off(snapshot)?, identity::server_time(snapshot)?))
        })?;
        let now = self.inner.now().plus_millis(-off).max(heard);
        Ok(match &moment {
            Moment::Day(day) => *day > now.day_in(&zone),
            Moment::Local(_) | Moment::Time(_) => moment.sort_at(&zone) > now.plus_millis(AHEAD_MILLIS),
        })
    }

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
