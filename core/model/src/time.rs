//! Moments and days as people write them. Civil dates and zones are jiff's.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

/// A text that is neither a moment nor a day of ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time in the form of ISO 8601")]
pub struct NotATime;

/// The years in which something that a person tells can have happened, or can be planned.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// Milliseconds since 1970-01-01T00:00:00Z. Shown as ISO 8601 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The same moment in whole seconds, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// `seconds` since 1970; what lies outside the range of milliseconds is held at its edge.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// This much later (earlier where negative), held at the edges of the range.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The day that it is in `zone`; the epoch's where the moment is beyond the calendar.
    pub fn day_in(self, zone: &TimeZone) -> civil::Date {
        self.to_jiff().to_zoned(zone.clone()).date()
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_jiff(), f)
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    /// Takes a moment with an offset, such as `2026-11-22T10:00:00Z`.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NotATime)?;
        Ok(Self(moment.as_millisecond()))
    }
}

/// When something happened, as exactly as the person knew: a day, or a time with its offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// Only the day is known.
    Day(civil::Date),
    /// The time too, by the clock of the place: where the programme is.
    Local(civil::DateTime),
    /// The time too, with the offset that was written.
    Time(jiff::Zoned),
}

impl Moment {
    /// Reads a day (`2026-11-22`) or a time, with an offset or `Z`, or without one: then it is meant by the
    /// clock of the place, which a phone that has not joined yet need not know.
    ///
    /// # Errors
    /// [`NotATime`] for anything else, a day that no calendar has among them.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        if !text.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(NotATime);
        }
        let year: i16 = text.get(..4).and_then(|year| year.parse().ok()).ok_or(NotATime)?;
        if !YEARS.contains(&year) {
            return Err(NotATime);
        }
        if text.len() == 10 {
            return text.parse().map(Self::Day).map_err(|_| NotATime);
        }
        let normalised = text.replacen(' ', "T", 1);
        if let Ok(pieces) = jiff::fmt::temporal::DateTimeParser::new().parse_pieces(&normalised) {
            let time = pieces.time().ok_or(NotATime)?;
            let local = pieces.date().to_datetime(time);
            return match pieces.to_numeric_offset() {
                Some(offset) => TimeZone::fixed(offset).to_zoned(local).map(Self::Time).map_err(|_| NotATime),
                None => Ok(Self::Local(local)),
            };
        }
        Err(NotATime)
    }

    /// Where it stands in a list: a day without a time stands at its noon in `zone`.
    pub fn sort_at(&self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(day) => {
                let noon = day.at(12, 0, 0, 0);
                zone.to_zoned(noon).map_or(Timestamp(0), |noon| Timestamp(noon.timestamp().as_millisecond()))
            }
            Self::Local(local) => {
                zone.to_zoned(*local).map_or(Timestamp(0), |time| Timestamp(time.timestamp().as_millisecond()))
            }
            Self::Time(time) => Timestamp(time.timestamp().as_millisecond()),
        }
    }

    /// The two times that may be meant where the clocks of `zone` never showed this one, or showed it twice: they were
    /// put forward or back then. Empty for every other moment.
    pub fn choices(&self, zone: &TimeZone) -> Vec<String> {
        let Self::Local(local) = self else { return Vec::new() };
        let ambiguous = zone.to_ambiguous_zoned(*local);
        if matches!(ambiguous.offset(), AmbiguousOffset::Unambiguous { .. }) {
            return Vec::new();
        }
        let both = [ambiguous.clone().earlier(), ambiguous.later()];
        both.into_iter().flatten().map(|time| Self::Time(time).to_string()).collect()
    }

    /// As it was in `zone`: a time by the clock of the place gets its offset.
    #[must_use]
    pub fn located(self, zone: &TimeZone) -> Self {
        match self {
            Self::Local(local) => zone.to_zoned(local).map_or(Self::Local(local), Self::Time),
            other => other,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => fmt::Display::fmt(day, f),
            Self::Local(local) => fmt::Display::fmt(local, f),
            Self::Time(time) => fmt::Display::fmt(&time.timestamp().display_with_offset(time.offset()), f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stockholm() -> TimeZone {
        TimeZone::get("Europe/Stockholm").expect("the zone is bundled")
    }

    fn read(text: &str) -> String {
        Moment::parse(text).map_or_else(|_| "no".to_owned(), |moment| moment.to_string())
    }

    #[test]
    fn a_day_stays_a_day_and_a_time_keeps_its_offset() {
        assert_eq!(read("2026-11-22"), "2026-11-22");
        assert_eq!(read("2026-11-22T14:05:00+03:00"), "2026-11-22T14:05:00+03:00");
        assert_eq!(read("2026-11-22T14:05:00Z"), "2026-11-22T14:05:00+00:00");
    }

    #[test]
    fn a_time_without_an_offset_is_in_the_programmes_zone_whenever_that_is_known() {
        assert_eq!(read("2026-11-22T14:05"), "2026-11-22T14:05:00");
        let located = |text: &str| Moment::parse(text).map(|moment| moment.located(&stockholm()).to_string());
        assert_eq!(located("2026-11-22T14:05"), Ok("2026-11-22T14:05:00+01:00".to_owned()));
        assert_eq!(located("2026-07-22 14:05"), Ok("2026-07-22T14:05:00+02:00".to_owned()));
        assert_eq!(located("2026-07-22T14:05Z"), Ok("2026-07-22T14:05:00+00:00".to_owned()));
    }

    #[test]
    fn a_time_that_the_clocks_never_showed_or_showed_twice_has_two_meanings() {
        let choices = |text: &str| Moment::parse(text).map(|moment| moment.choices(&stockholm()));
        let twice = ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"];
        assert_eq!(choices("2026-10-25T02:30"), Ok(twice.map(str::to_owned).to_vec()));
        let never = ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"];
        assert_eq!(choices("2026-03-29T02:30"), Ok(never.map(str::to_owned).to_vec()));
        for text in ["2026-03-29T03:00", "2026-10-25T02:30:00+01:00", "2026-10-25"] {
            assert_eq!(choices(text), Ok(Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_no_calendar_or_clock_has_is_refused() {
        for text in [
            "0001-01-01",
            "9999-12-31",
            "2026-02-30",
            "2026-13-01",
            "2026-11-22T25:00",
            "yesterday",
            "",
            "22.11.2026",
            "20261122",
        ] {
            assert_eq!(read(text), "no", "{text}");
        }
    }

    #[test]
    fn a_timestamp_is_shown_in_utc_and_read_back() {
        let shown = Timestamp(1_795_341_600_000).to_string();
        assert_eq!(shown, "2026-11-22T10:00:00Z");
        assert_eq!(shown.parse(), Ok(Timestamp(1_795_341_600_000)));
    }
}
