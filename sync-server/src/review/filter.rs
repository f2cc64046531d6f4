//! What of the list is wanted, as it stands in the address. Called by the list and its route. Invariant: what is
//! written into an address is read from it as the same; what cannot be read is as if it were absent.

use footbridge_model::{DocumentId, Kind, PersonId, Timestamp, language};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::reviewing::{Place, RecordsWanted};
use crate::storage::found::mark;

/// How a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No coordinator has opened it.
    New,
    /// It counts.
    Done,
    /// She has taken it back.
    Withdrawn,
    /// Answers differ.
    Differ,
}

impl State {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::New, Self::Differ, Self::Done, Self::Withdrawn];

    /// Its name in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
            Self::Differ => "differ",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What of the list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this person.
    pub volunteer: Option<PersonId>,
    /// Only of this district.
    pub district: Option<String>,
    /// Only of this kind of visit.
    pub kind: Option<String>,
    /// Only with this topic.
    pub topic: Option<String>,
    /// Only in this language.
    pub language: Option<String>,
    /// Only those that stand so.
    pub state: Option<State>,
    /// From this day on.
    pub since: Option<Date>,
    /// Until the end of this day.
    pub until: Option<Date>,
    /// What comes after this place; from the newest where it is absent.
    pub after: Option<Place>,
}

impl Filter {
    /// From the pairs of an address.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let find = |name: &str| {
            pairs.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
        };
        let code = |name: &str| find(name).filter(|value| !value.contains('|')).map(str::to_owned);
        Self {
            volunteer: find("volunteer").and_then(|id| id.parse().ok()),
            district: find("district").map(str::to_owned),
            kind: code("kind"),
            topic: code("topic"),
            language: find("language").and_then(language::canonical),
            state: find("state").and_then(State::from_name),
            since: find("since").and_then(|day| day.parse().ok()),
            until: find("until").and_then(|day| day.parse().ok()),
            after: find("after").and_then(read_place),
        }
    }

    /// Whether anything is left out.
    pub fn is_narrowed(&self) -> bool {
        self.volunteer.is_some() || self.district.is_some() || self.is_narrowed_more()
    }

    /// Whether anything is left out by what stands folded away.
    pub fn is_narrowed_more(&self) -> bool {
        let Self { volunteer: _, district: _, kind, topic, language, state, since, until, after: _ } = self;
        kind.is_some() || topic.is_some() || language.is_some() || state.is_some() || since.is_some() || until.is_some()
    }

    /// What is asked of the storage, for a page of so many.
    pub fn wanted(&self, zone: &TimeZone, limit: u32) -> RecordsWanted {
        let state = match self.state {
            Some(State::New) => ("seen", Some("no")),
            Some(state @ (State::Done | State::Withdrawn)) => ("state", Some(state.name())),
            Some(State::Differ) | None => ("state", None),
        };
        let marks = [
            ("kind", self.kind.as_deref()),
            ("topics", self.topic.as_deref()),
            ("languages", self.language.as_deref()),
            state,
        ];
        let begin = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| Timestamp(at.timestamp().as_millisecond()));
        RecordsWanted {
            kind: Some(Kind::Visit),
            author: self.volunteer,
            district: self.district.clone(),
            marks: marks.into_iter().filter_map(|(field, value)| Some(mark(field, value?))).collect(),
            since: self.since.and_then(begin),
            until: self.until.and_then(|day| day.tomorrow().ok()).and_then(begin),
            disputed: self.state == Some(State::Differ),
            after: self.after,
            limit,
        }
    }

    /// The end of an address for the same list from another place, with its question mark.
    pub fn query(&self, after: Option<Place>) -> String {
        let Self { volunteer, district, kind, topic, language, state, since, until, after: _ } = self;
        let pairs = [
            ("volunteer", volunteer.map(|person| person.to_string())),
            ("district", district.clone()),
            ("kind", kind.clone()),
            ("topic", topic.clone()),
            ("language", language.clone()),
            ("state", state.map(|state| state.name().to_owned())),
            ("since", since.map(|day| day.to_string())),
            ("until", until.map(|day| day.to_string())),
            ("after", after.map(|place| format!("{}.{}", place.sort_at.0, place.id))),
        ];
        query(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }
}

/// The end of an address with these pairs, with its question mark; nothing where there are none.
pub fn query<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if encoded.is_empty() { encoded } else { format!("?{encoded}") }
}

fn read_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some(Place { sort_at: Timestamp(at.parse().ok()?), id: id.parse::<DocumentId>().ok()? })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn pairs(query: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect()
    }

    #[test]
    fn a_list_is_the_same_from_its_address() {
        let place = Some(Place { sort_at: Timestamp(-5), id: DocumentId::from_bytes([7; 16]) });
        let filter = Filter {
            volunteer: Some(PersonId::from_bytes([3; 16])),
            district: Some("Närlunda & Öst".to_owned()),
            kind: Some("street".to_owned()),
            topic: Some("work".to_owned()),
            language: Some("fa-AF".to_owned()),
            state: Some(State::Withdrawn),
            since: Some(Date::constant(2026, 11, 1)),
            until: Some(Date::constant(2026, 11, 30)),
            after: place,
        };
        assert_eq!(Filter::from_pairs(&pairs(&filter.query(place))), filter);
        assert_eq!(Filter::default().query(None), "");
    }

    #[test]
    fn a_language_is_one_by_whichever_tag_it_is_asked_for() {
        for (asked, one) in [("prs", "fa-AF"), ("fa-AF", "fa-AF"), ("kmr", "ku"), ("iw", "he"), ("tl", "fil")] {
            assert_eq!(Filter::from_pairs(&pairs(&format!("language={asked}"))).language.as_deref(), Some(one));
        }
    }

    #[test]
    fn a_period_is_of_whole_days_of_the_programme() {
        let (since, until) = (Some(Date::constant(2026, 3, 29)), Some(Date::constant(2026, 3, 29)));
        let wanted = Filter { since, until, ..Filter::default() }.wanted(&TimeZone::get("Europe/Oslo").unwrap(), 1);
        // The day on which the clocks go forward has twenty-three hours.
        let hours = wanted.until.unwrap().0 - wanted.since.unwrap().0;
        assert_eq!(hours, 23 * 60 * 60 * 1000);
        assert_eq!(wanted.since, Some(Timestamp(1_774_738_800_000)));
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        let read = |query| Filter::from_pairs(&pairs(query));
        for wrong in [
            "volunteer=Amina",
            "language=and-what-is-this-language",
            "after=1",
            "after=x.y",
            "after=9e9.1",
            "district=",
            "topic=work|state",
            "state=lost",
            "since=yesterday",
            "until=2026-02-30",
        ] {
            assert_eq!(read(wrong), Filter::default(), "{wrong}");
        }
    }
}
