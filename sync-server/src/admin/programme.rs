//! Makes a programme: its document, and a document for each starter code. Called by [`super::execute`]. Invariant: all
//! of it in one transaction, written by the server's own actor.

use std::collections::BTreeSet;

use footbridge_model::vocabulary::code_id;
use footbridge_model::{Actor, DocumentId, Fields, Invalid, Kind, Problem, ProgrammeId, Timestamp, Vocabulary};
use footbridge_text::{Language, code_label};
use serde_json::{Value, json};

use super::AdminError;
use crate::journal::Entry;
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::{self, By, Deed};
use crate::storage::documents::DocumentRow;
use crate::storage::programmes::{self, ProgrammeRow};
use crate::storage::{Writing, actors};

/// Countries with one time zone, so that it need not be given.
const ZONES: &[(&str, &str)] = &[
    ("AT", "Europe/Vienna"),
    ("BE", "Europe/Brussels"),
    ("CH", "Europe/Zurich"),
    ("CZ", "Europe/Prague"),
    ("DE", "Europe/Berlin"),
    ("DK", "Europe/Copenhagen"),
    ("EE", "Europe/Tallinn"),
    ("FI", "Europe/Helsinki"),
    ("FR", "Europe/Paris"),
    ("GB", "Europe/London"),
    ("IE", "Europe/Dublin"),
    ("IS", "Atlantic/Reykjavik"),
    ("IT", "Europe/Rome"),
    ("LT", "Europe/Vilnius"),
    ("LV", "Europe/Riga"),
    ("NL", "Europe/Amsterdam"),
    ("NO", "Europe/Oslo"),
    ("PL", "Europe/Warsaw"),
    ("SE", "Europe/Stockholm"),
];

/// What a programme is made from.
pub(super) struct NewProgramme {
    pub(super) name: String,
    pub(super) country: String,
    pub(super) time_zone: Option<String>,
    pub(super) languages: Vec<String>,
    pub(super) districts: Vec<String>,
}

/// The codes that a programme begins with, list by list.
pub type Lists = &'static [(&'static str, &'static [&'static str])];

/// Makes it, with these codes.
pub(super) async fn create(state: &ServerState, asked: NewProgramme, lists: Lists) -> Result<ProgrammeId, AdminError> {
    let fields = fields(asked)?;
    let id = ProgrammeId::new(state.now(), state.random());
    state.storage().write(move |writing| write(writing, id, &fields, lists)).await?;
    Ok(id)
}

fn fields(asked: NewProgramme) -> Result<Fields, AdminError> {
    let NewProgramme { name, country, time_zone, languages, districts } = asked;
    let zone = time_zone.or_else(|| {
        let known = ZONES.iter().find(|(code, _)| *code == country);
        known.map(|(_, zone)| (*zone).to_owned())
    });
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let message = "country: two letters of ISO 3166-1, such as NO or SE";
        return Err(AdminError::invalid("country", message));
    }
    let Some(time_zone) = zone else {
        let message = format!("--time-zone is needed for {country:?}: a name such as Europe/Oslo");
        return Err(AdminError::invalid("time_zone", message));
    };
    let once: BTreeSet<_> = districts.iter().map(|name| name.trim().to_lowercase()).collect();
    if once.len() != districts.len() {
        return Err(AdminError::invalid("districts", "each district is named once, whatever its capitals"));
    }
    let languages: Vec<Value> = languages.iter().map(|code| Value::from(code.as_str())).collect();
    let given = json!({
        "name": name, "country": country, "time_zone": time_zone, "languages": languages, "districts": districts,
    });
    match given {
        Value::Object(fields) => Ok(fields),
        _ => Err(Invalid::new("name", Problem::WrongForm, Vec::new()).into()),
    }
}

fn write(writing: &mut Writing<'_>, id: ProgrammeId, fields: &Fields, lists: Lists) -> Result<(), AdminError> {
    let now = writing.now();
    programmes::insert(writing.connection(), ProgrammeRow { id, created_at: now })?;
    writing.journal(Entry::Programme { programme: id });
    let actor = actors::of_the_server(writing, id, None)?;
    let vocabulary = Vocabulary::starter();
    let programme = make(Kind::Programme, id, id.document(), actor, fields, &vocabulary, now)?;
    records::save(writing, programme)?;
    for (list, codes) in lists {
        for (place, code) in (1_i64..).zip(*codes) {
            let fields = code_fields(list, code, place * 10);
            let row = make(Kind::Code, id, code_id(id, list, code), actor, &fields, &vocabulary, now)?;
            records::save(writing, row)?;
        }
    }
    audit::note(writing, id, By::Administrator, Deed::ProgrammeMade, *id.as_bytes(), &json!({}))?;
    Ok(())
}

fn code_fields(list: &str, code: &str, order: i64) -> Fields {
    let mut labels = Fields::new();
    for language in Language::ALL {
        if let Some(label) = code_label(language, list, code) {
            labels.insert(language.code().to_owned(), label.into());
        }
    }
    let mut fields = Fields::new();
    fields.insert("list".to_owned(), list.into());
    fields.insert("code".to_owned(), code.into());
    fields.insert("labels".to_owned(), labels.into());
    fields.insert("order".to_owned(), order.into());
    fields
}

/// A new record that the server makes.
pub(super) fn make(
    kind: Kind,
    programme: ProgrammeId,
    id: DocumentId,
    actor: Actor,
    fields: &Fields,
    vocabulary: &Vocabulary,
    now: Timestamp,
) -> Result<DocumentRow, AdminError> {
    Ok(records::make(kind, programme, id, actor, fields, vocabulary, now)??)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use footbridge_model::starter;

    use super::*;

    fn asked(country: &str, time_zone: Option<&str>, districts: &[&str]) -> NewProgramme {
        NewProgramme {
            name: "Stadsdelsmammor".to_owned(),
            country: country.to_owned(),
            time_zone: time_zone.map(str::to_owned),
            languages: vec!["sv".to_owned()],
            districts: districts.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn the_time_zone_follows_from_the_country_where_it_has_one() {
        assert_eq!(fields(asked("SE", None, &[])).unwrap().get("time_zone"), Some(&json!("Europe/Stockholm")));
        assert_eq!(fields(asked("US", None, &[])).unwrap_err().field.as_deref(), Some("time_zone"));
        let given = fields(asked("US", Some("America/Chicago"), &[])).unwrap();
        assert_eq!(given.get("time_zone"), Some(&json!("America/Chicago")));
    }

    #[test]
    fn a_district_named_twice_is_refused() {
        assert_eq!(fields(asked("SE", None, &["Dalhem", "dalhem "])).unwrap_err().field.as_deref(), Some("districts"));
    }

    #[test]
    fn every_time_zone_of_a_country_exists() {
        for (country, zone) in ZONES {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{country}");
        }
    }

    #[test]
    fn every_starter_code_has_its_labels() {
        for (list, codes) in starter::LISTS {
            for code in *codes {
                let fields = code_fields(list, code, 10);
                let labels = fields.get("labels").and_then(Value::as_object).unwrap();
                assert_eq!(labels.len(), Language::ALL.len(), "{list} {code}");
            }
        }
    }
}
