//! How values, people and times are said on a page. Called by every page. Invariant: a code is said by the programme's
//! own label, else by the catalogue's, else by any label it has, else by itself; times are in the programme's zone.

use footbridge_model::time::{Moment, NotATime};
use footbridge_model::{Kind, PersonId, Shape, Timestamp};
use footbridge_text::{Arg, Language, code_label, field_label, kind_label, language_name, list, state_label, text};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::Value;

use crate::reviewing::Programme;

/// The words of one reader in one programme.
#[derive(Debug)]
pub struct Words<'a> {
    /// Her language.
    pub language: Language,
    programme: &'a Programme,
    zone: TimeZone,
    today: Date,
}

impl<'a> Words<'a> {
    /// The words for a page that is shown now.
    pub fn new(language: Language, programme: &'a Programme, now: Timestamp) -> Self {
        let zone = TimeZone::get(&programme.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.day_in(&zone);
        Self { language, programme, zone, today }
    }

    /// The programme.
    pub fn programme(&self) -> &'a Programme {
        self.programme
    }

    /// Where its days begin.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The present day, as days are written in records.
    pub fn today(&self) -> String {
        self.today.to_string()
    }

    /// A sentence without variables.
    pub fn say(&self, key: &str) -> String {
        text(self.language, key, &[])
    }

    /// A sentence.
    pub fn say_with(&self, key: &str, arguments: &[(&str, Arg<'_>)]) -> String {
        text(self.language, key, arguments)
    }

    /// A sentence with a count.
    pub fn count(&self, key: &str, count: u64) -> String {
        self.say_with(key, &[("count", count.into())])
    }

    /// The label of a code.
    pub fn code(&self, list: &str, code: &str) -> String {
        let labels = self.programme.labels.get(list).and_then(|codes| codes.get(code));
        let hers = labels.and_then(|labels| labels.get(self.language.code())).filter(|label| !label.is_empty());
        hers.cloned()
            .or_else(|| code_label(self.language, list, code))
            .or_else(|| labels.and_then(|labels| labels.values().find(|label| !label.is_empty()).cloned()))
            .unwrap_or_else(|| code.to_owned())
    }

    /// The label of a field; of one label of a code with its language.
    pub fn field(&self, kind: Kind, field: &str) -> String {
        match field.split_once('/') {
            Some((map, key)) => {
                format!("{} ({})", field_label(self.language, kind.name(), map), language_name(self.language, key))
            }
            None => field_label(self.language, kind.name(), field),
        }
    }

    /// What one record of a kind is called.
    pub fn kind(&self, kind: Kind) -> String {
        kind_label(self.language, kind.name())
    }

    /// What a person is called.
    pub fn person(&self, person: Option<PersonId>) -> String {
        let known = person.and_then(|person| self.programme.people.get(&person));
        let name = known.map(|(name, _)| name.as_str()).filter(|name| !name.is_empty());
        match (person, name) {
            (_, Some(name)) => in_its_direction(name),
            // Whoever had a name and has none now was erased.
            (Some(_), None) => self.say("review-former-person"),
            (None, None) => self.say("review-unknown-person"),
        }
    }

    /// What a person is called where one is chosen: who shares her name with somebody is told apart by where she is a
    /// volunteer and when she was last here.
    pub fn told_apart(&self, person: PersonId) -> String {
        let name = self.programme.people.get(&person).map(|(name, _)| name.clone()).unwrap_or_default();
        let Some(namesake) = self.programme.namesakes.get(&person) else { return name };
        let mut marks: Vec<String> = namesake.districts.iter().map(|id| self.district(id)).collect();
        marks.push(match namesake.last_here {
            Some(at) => self.say_with("review-last-here", &[("when", self.moment(at).as_str().into())]),
            None => self.say("review-no-devices"),
        });
        format!("{name} ({})", marks.join(", "))
    }

    /// What a district is called now.
    pub fn district(&self, id: &str) -> String {
        self.programme.district_names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// Every district that there is or was, by its id, with what it is called; those that are closed are said to be.
    pub fn every_district(&self) -> Vec<(String, String)> {
        let programme = self.programme;
        let open = programme.districts.iter().map(|id| (id.clone(), self.district(id)));
        let closed = programme.closed_districts.iter().map(|id| {
            let name = self.district(id);
            (id.clone(), self.say_with("review-district-closed", &[("district", name.as_str().into())]))
        });
        open.chain(closed).collect()
    }

    /// The hand that wrote: a person's, or the server's own.
    pub fn hand(&self, person: Option<PersonId>) -> String {
        if person.is_none() { self.say("review-the-server") } else { self.person(person) }
    }

    /// A moment: "22. november 2026 kl. 10:05".
    pub fn moment(&self, at: Timestamp) -> String {
        self.zoned(at).map_or_else(|| at.to_string(), |zoned| self.zoned_moment(&zoned))
    }

    /// A day: "22. november 2026".
    pub fn day(&self, day: Date) -> String {
        footbridge_text::day(self.language, (day.year(), day.month(), day.day()))
    }

    /// The day of a moment.
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.day_in(&self.zone)
    }

    /// A day as the head of a list: "I dag · søndag 22. november 2026".
    pub fn day_heading(&self, day: Date) -> String {
        let said = footbridge_text::day_of_the_week(self.language, (day.year(), day.month(), day.day()));
        match (day == self.today, day.tomorrow().ok() == Some(self.today)) {
            (true, _) => format!("{} · {said}", self.say("date-today")),
            (_, true) => format!("{} · {said}", self.say("date-yesterday")),
            _ => first_letter_large(&said),
        }
    }

    /// The time of day at which something happened; nothing where only the day is known.
    pub fn clock(&self, happened_at: &str) -> Option<String> {
        match self.located(happened_at) {
            Ok(Moment::Time(time)) => {
                let here = time.with_time_zone(self.zone.clone());
                Some(format!("{:02}:{:02}", here.hour(), here.minute()))
            }
            Ok(Moment::Day(_) | Moment::Local(_)) | Err(_) => None,
        }
    }

    /// A value as text. Free text is as it was written.
    pub fn value(&self, kind: Kind, field: &str, value: &Value) -> String {
        let (name, in_map) = match field.split_once('/') {
            Some((map, _)) => (map, true),
            None => (field, false),
        };
        let shape = kind.spec().field(name).map(|spec| spec.shape);
        match (value, shape) {
            (Value::Null, Some(Shape::Count { .. })) => self.say("value-not-known"),
            (Value::Null, _) => self.say("value-none"),
            (Value::Bool(true), _) => self.say("value-yes"),
            (Value::Bool(false), _) => self.say("value-no"),
            (Value::Number(number), _) => self.number(name, number.as_i64().unwrap_or_default()),
            (Value::Array(members), _) => {
                let members: Vec<_> = members.iter().map(|member| self.value(kind, field, member)).collect();
                super::list::in_order(self.language, members)
            }
            (Value::String(said), Some(shape)) if !in_map => self.word(shape, name, said),
            (Value::String(said), _) => said.clone(),
            (Value::Object(entries), _) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", value.as_str().unwrap_or_default()))
                    .collect();
                list(self.language, &entries)
            }
        }
    }

    /// A value for a page: free text in its own direction and in no known language.
    pub fn shown(&self, kind: Kind, field: &str, value: &Value) -> Markup {
        let said = self.value(kind, field, value);
        html! { @if value.as_str() == Some(said.as_str()) { span dir="auto" lang="" { (said) } } @else { (said) } }
    }

    /// A number with what it counts: "20 minutter".
    pub fn number(&self, field: &str, number: i64) -> String {
        let key = match field {
            "minutes" => "value-minutes",
            "reached" => "value-people",
            "note_days" => "value-days",
            _ => return footbridge_text::number(self.language, number),
        };
        self.say_with(key, &[("count", number.into())])
    }

    fn word(&self, shape: Shape, field: &str, said: &str) -> String {
        match shape {
            Shape::Code { list } | Shape::CodeOrText { list, .. } | Shape::CodeSet { list } => self.code(list, said),
            Shape::Fixed(_) if field == "kind" => self.code("kind", said),
            Shape::Fixed(_) => state_label(self.language, said),
            Shape::LanguageSet => language_name(self.language, said),
            Shape::Moment => match self.located(said) {
                Ok(Moment::Time(time)) => self.zoned_moment(&time.with_time_zone(self.zone.clone())),
                Ok(Moment::Day(day)) => self.day(day),
                Ok(Moment::Local(_)) | Err(_) => said.to_owned(),
            },
            Shape::District => self.district(said),
            Shape::Day => said.parse().map_or_else(|_| said.to_owned(), |day| self.day(day)),
            Shape::Reference(kinds) => kinds.first().map_or_else(|| said.to_owned(), |kind| self.kind(*kind)),
            Shape::Text { .. }
            | Shape::Prose { .. }
            | Shape::NameSet { .. }
            | Shape::DistrictNames { .. }
            | Shape::Count { .. }
            | Shape::Flag
            | Shape::Labels { .. }
            | Shape::TimeZone
            | Shape::Country
            | Shape::CodeName => said.to_owned(),
        }
    }

    fn located(&self, text: &str) -> Result<Moment, NotATime> {
        Moment::parse(text).map(|moment| moment.located(&self.zone))
    }

    fn zoned(&self, at: Timestamp) -> Option<jiff::Zoned> {
        jiff::Timestamp::from_millisecond(at.0).ok().map(|at| at.to_zoned(self.zone.clone()))
    }

    fn zoned_moment(&self, at: &jiff::Zoned) -> String {
        footbridge_text::moment(self.language, (at.year(), at.month(), at.day()), at.hour(), at.minute())
    }
}

/// Words within a sentence, held together where they run from right to left.
fn in_its_direction(words: &str) -> String {
    let runs_left = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if words.contains(runs_left) { format!("\u{2068}{words}\u{2069}") } else { words.to_owned() }
}

fn first_letter_large(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
