//! Days and times as records have them, read for showing.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A day, or a time on a clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Only the day is known.
    Day(Date),
    /// The time where it happened.
    Time(DateTime),
}

/// What a record's text says. A time with an offset is what the clock showed there; one in UTC is told by
/// the clocks of `zone`.
pub fn read(written: &str, zone: &TimeZone) -> Option<Said> {
    if written.len() == 10 {
        return written.parse().ok().map(Said::Day);
    }
    if written.ends_with('Z') {
        let moment: Timestamp = written.parse().ok()?;
        return Some(Said::Time(moment.to_zoned(zone.clone()).datetime()));
    }
    written.parse().ok().map(Said::Time)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn a_time_is_told_by_the_clock_where_it_happened() {
        let oslo = TimeZone::get("Europe/Oslo").expect("a zone that there is");
        let read = |written| read(written, &oslo);
        assert_eq!(read("2026-11-22"), Some(Said::Day(date(2026, 11, 22))));
        assert_eq!(read("2026-07-01T10:05:00+03:00"), Some(Said::Time(datetime(2026, 7, 1, 10, 5, 0, 0))));
        assert_eq!(read("2026-07-01T10:05:00.123Z"), Some(Said::Time(datetime(2026, 7, 1, 12, 5, 0, 123_000_000))));
        assert_eq!(read("2026-12-31T23:30:00Z"), Some(Said::Time(datetime(2027, 1, 1, 0, 30, 0, 0))));
        assert_eq!(read("sometime"), None);
        assert_eq!(read("2026-13-40"), None);
    }
}
