//! What a row needs of a projection, picked out of its JSON without building the rest: for records that arrive by the
//! thousand. Called by devices for what the server projected. Invariant: what is picked is what
//! [`Projection`] would give; where that is not certain, nothing is.

use std::fmt;
use std::sync::OnceLock;

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::ids::DocumentId;
use crate::kinds::Kind;
use crate::projection::Projection;
use crate::time::{Moment, Timestamp};

/// What a row needs of a projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its kind.
    pub kind: Kind,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Whether two people disagree on a field.
    pub is_disputed: bool,
    dated: Option<Moment>,
    texts: Vec<(&'static str, String)>,
}

impl Outline {
    /// Reads the JSON of a projection. `None` where it is none, or of a kind that must be read whole.
    pub fn read(json: &str) -> Option<Self> {
        let outer: Outer<'_> = serde_json::from_str(json).ok()?;
        let kind = Kind::from_name(outer.kind)?;
        let spec = kind.spec();
        if spec.fields.iter().any(|field| field.searched && field.shape.is_map()) {
            return None;
        }
        let mut outline = Self {
            kind,
            recorded_at: outer.recorded_at,
            is_disputed: !outer.disagreements.is_empty(),
            dated: None,
            texts: outer.fields.0,
        };
        outline.dated = spec.dated_by.and_then(|field| outline.text(field)).and_then(|text| Moment::parse(text).ok());
        Some(outline)
    }

    /// Of a projection that is there.
    pub fn of(projection: &Projection) -> Option<Self> {
        let kind = projection.known_kind()?;
        let spec = kind.spec();
        if spec.fields.iter().any(|field| field.searched && field.shape.is_map()) {
            return None;
        }
        let texts = picked().iter().filter_map(|name| Some((*name, projection.text(name)?.to_owned())));
        let dated = spec.dated_by.and_then(|field| projection.text(field));
        Some(Self {
            kind,
            recorded_at: projection.recorded_at,
            is_disputed: !projection.disagreements.is_empty(),
            dated: dated.and_then(|text| Moment::parse(text).ok()),
            texts: texts.collect(),
        })
    }

    /// The text in a field that rows are found by, where it holds one.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.texts.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }

    /// The record that it is on.
    pub fn parent(&self) -> Option<DocumentId> {
        self.kind.spec().parent.and_then(|field| self.text(field)).and_then(|id| id.parse().ok())
    }

    /// Where it stands in lists.
    pub fn sort_at(&self, zone: &TimeZone) -> Timestamp {
        self.dated.as_ref().map_or(self.recorded_at, |moment| moment.sort_at(zone))
    }

    /// The words that the full-text search reads.
    pub fn searched_text(&self) -> String {
        let searched = self.kind.spec().fields.iter().filter(|field| field.searched);
        searched.filter_map(|field| self.text(field.name)).collect::<Vec<_>>().join("\n")
    }
}

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow)]
    kind: &'a str,
    #[expect(dead_code, reason = "a projection without it is none")]
    schema: i64,
    recorded_at: Timestamp,
    fields: Picked,
    #[serde(default)]
    disagreements: Vec<String>,
}

/// The fields that any kind is found by: by time, by words, by what it is on.
fn picked() -> &'static [&'static str] {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = vec!["district", "state", "due"];
        for spec in Kind::ALL.iter().map(|kind| kind.spec()) {
            let searched = spec.fields.iter().filter(|field| field.searched).map(|field| field.name);
            for name in spec.dated_by.into_iter().chain(spec.parent).chain(searched) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    })
}

struct Picked(Vec<(&'static str, String)>);

impl<'de> Deserialize<'de> for Picked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Picked;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Picked, A::Error> {
                let mut texts: Vec<(&'static str, String)> = Vec::new();
                // A name with an escape in it is an error here, and the whole is read another way.
                while let Some(key) = map.next_key::<&'de str>()? {
                    match picked().iter().find(|name| **name == key) {
                        Some(name) => {
                            // Of a name that comes twice the last counts, as in a map.
                            texts.retain(|(known, _)| known != name);
                            texts.extend(map.next_value::<Text>()?.0.map(|text| (*name, text)));
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Picked(texts))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// A text, or something else.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.to_owned())))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Projection;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Stockholm").expect("the zone is bundled")
    }

    type Seen = (i64, String, Option<String>, bool);

    /// What the outline gives, and what the whole projection gives.
    fn both(json: &serde_json::Value) -> Option<[Seen; 2]> {
        let text = json.to_string();
        let (outline, whole) = (Outline::read(&text)?, Projection::from_json(&text).expect("a projection"));
        let district = |text: Option<&str>| text.map(str::to_owned);
        Some([
            (
                outline.sort_at(&zone()).0,
                outline.searched_text(),
                district(outline.text("district")),
                outline.is_disputed,
            ),
            (
                whole.sort_at(&zone()).0,
                whole.searched_text(),
                district(whole.text("district")),
                !whole.disagreements.is_empty(),
            ),
        ])
    }

    #[test]
    fn it_says_of_a_record_what_the_whole_projection_says() {
        let on = "019aa000-0000-7000-8000-00000000abcd";
        let records = [
            json!({"kind": "visit", "schema": 1, "recorded_at": 5, "fields": {
                "happened_at": "2026-03-02", "district": "Närlunda", "place": "a \"bench\"", "topics": ["work"],
                "minutes": 20, "later": {"deep": [1.5, null]}}}),
            json!({"kind": "visit", "schema": 1, "recorded_at": 5, "fields": {
                "happened_at": "2026-03-02T10:00", "district": null, "place": 7}, "disagreements": ["minutes"]}),
            json!({"kind": "visit", "schema": 1, "recorded_at": 5, "fields": {"happened_at": "yesterday"}}),
            json!({"kind": "note", "schema": 1, "recorded_at": 5, "fields": {"on": on, "text": "Hon\nkommer"}}),
            json!({"kind": "contact", "schema": 1, "recorded_at": 5, "fields": {"handle": "blå sjal"}}),
            json!({"kind": "follow_up", "schema": 1, "recorded_at": 5, "fields": {"about": on, "due": "2026-04-01"}}),
        ];
        for record in &records {
            let [outline, whole] = both(record).expect("an outline");
            assert_eq!(outline, whole, "{record}");
            let of = Projection::from_json(&record.to_string()).ok().and_then(|whole| Outline::of(&whole));
            let (of, read) = (of.expect("an outline"), Outline::read(&record.to_string()).expect("an outline"));
            let texts = |outline: &Outline| {
                picked().iter().map(|name| outline.text(name).map(str::to_owned)).collect::<Vec<_>>()
            };
            assert_eq!(texts(&of), texts(&read));
            assert_eq!(of.sort_at(&zone()), read.sort_at(&zone()));
        }
        let note = Outline::read(&records[3].to_string()).expect("an outline");
        assert_eq!(note.parent().map(|id| id.to_string()).as_deref(), Some(on));
    }

    #[test]
    fn what_must_be_read_whole_or_is_no_projection_has_none() {
        let whole = json!({"kind": "visit", "schema": 1, "recorded_at": 5, "fields": {}});
        assert!(Outline::read(&whole.to_string()).is_some());
        for (part, other) in [
            ("kind", json!("multicafe")),
            ("kind", json!("code")),
            ("schema", json!("1")),
            ("recorded_at", json!(null)),
            ("fields", json!([])),
            ("disagreements", json!([1])),
        ] {
            let mut altered = whole.clone();
            altered[part] = other;
            assert_eq!(Outline::read(&altered.to_string()), None, "{altered}");
        }
        let escaped = r#"{"kind":"visit","schema":1,"recorded_at":5,"fields":{"pl\u0061ce":"bus"}}"#;
        assert_eq!(Outline::read(escaped), None);
        assert_eq!(Outline::read("{"), None);
    }
}
