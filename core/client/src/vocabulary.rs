//! The programme's lists, districts and zone, from its records; the starter lists before the first join.

use std::collections::BTreeMap;

use footbridge_model::fields::members;
use footbridge_model::vocabulary::{Code, Vocabulary};
use footbridge_store::{Snapshot, records};
use footbridge_text::Language;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::identity;

pub(crate) fn read(snapshot: &Snapshot<'_>) -> Result<Vocabulary, FootbridgeError> {
    let mut vocabulary = Vocabulary::starter();
    let Some(membership) = identity::membership(snapshot)? else { return Ok(vocabulary) };
    // Between the join and the first records of the programme the starter lists still serve.
    if let Some(programme) = records::get(snapshot, membership.programme.document())? {
        let fields = &programme.projection.fields;
        vocabulary.districts = Some(members(fields, "districts"));
        vocabulary.district_names = footbridge_model::fields::entries(fields, "district_names");
        let zone = programme.projection.text("time_zone").and_then(|name| TimeZone::get(name).ok());
        vocabulary.time_zone = zone.unwrap_or(TimeZone::UTC);
    }
    let mut lists: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for row in records::all_of(snapshot, "code")? {
        let fields = &row.projection.fields;
        if let (Some(list), Some(code)) = (row.projection.text("list"), row.projection.text("code")) {
            lists.entry(list.to_owned()).or_default().push(Code {
                code: code.to_owned(),
                order: fields.get("order").and_then(Value::as_i64).unwrap_or(0),
                on: fields.get("on").and_then(Value::as_bool).unwrap_or(true),
            });
        }
    }
    vocabulary.lists.extend(lists);
    Ok(vocabulary)
}

impl Footbridge {
    /// Where the programme is; `None` before the first join.
    pub(crate) fn zone(&self) -> Result<Option<TimeZone>, FootbridgeError> {
        let vocabulary = self.vocabulary()?;
        Ok(vocabulary.districts.is_some().then(|| vocabulary.time_zone.clone()))
    }

    /// Writes the present names of districts in the place of their ids.
    pub(crate) fn name_districts<'a>(
        &self,
        items: impl IntoIterator<Item = &'a mut footbridge_model::Fields>,
    ) -> Result<(), FootbridgeError> {
        let vocabulary = self.vocabulary()?;
        if vocabulary.district_names.is_empty() {
            return Ok(());
        }
        for item in items {
            let is_programme = item.get("record").and_then(Value::as_str) == Some("programme");
            for field in ["district", "open_to", "districts"] {
                if let Some(value) = item.get_mut(field).filter(|_| !is_programme) {
                    present(value, &vocabulary);
                }
            }
        }
        Ok(())
    }

    /// The programme's districts, by their present names; none before the first join.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn districts(&self) -> Result<Vec<String>, FootbridgeError> {
        Ok(self.vocabulary()?.present_districts().into_iter().collect())
    }

    /// What to call a code: the programme's label, else the starter list's, else the code itself.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn label(&self, language: Language, list: &str, code: &str) -> Result<String, FootbridgeError> {
        let own = self.inner.store.read(|snapshot| -> Result<_, FootbridgeError> {
            let Some(membership) = identity::membership(snapshot)? else { return Ok(None) };
            let id = footbridge_model::vocabulary::code_id(membership.programme, list, code);
            let row = records::get(snapshot, id)?;
            let labels = row.as_ref().and_then(|row| row.projection.fields.get("labels"));
            let label = labels.and_then(|labels| labels.get(language.code())).and_then(Value::as_str);
            Ok(label.map(str::to_owned))
        })?;
        let starter = || footbridge_text::code_label(language, list, code);
        Ok(own.or_else(starter).unwrap_or_else(|| code.to_owned()))
    }
}

/// A district's id, or several, by the present name.
pub(crate) fn present(value: &mut Value, vocabulary: &Vocabulary) {
    match value {
        Value::String(id) => *id = vocabulary.district_name(id).to_owned(),
        Value::Array(members) => members.iter_mut().for_each(|member| present(member, vocabulary)),
        _ => {}
    }
}
