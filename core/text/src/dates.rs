//! Days and times as a person says them, by CLDR through ICU4X. Called by pages and tables; the caller has already
//! chosen the time zone. A day that no calendar has is said by its numbers.

use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{MD, YMD, YMDE};
use icu_datetime::input::{Date, DateTime, Time};

use crate::language::Language;

/// A year, a month from 1 to 12, a day of the month.
pub type Day = (i16, i8, i8);

/// A day: "22. november 2026".
pub fn day(language: Language, day: Day) -> String {
    let said = date(day).and_then(|date| {
        let formatter = FixedCalendarDateTimeFormatter::try_new(language.locale().into(), YMD::long()).ok()?;
        Some(formatter.format(&date).to_string())
    });
    said.unwrap_or_else(|| by_numbers(day))
}

/// A day of a year that is known: "22. november".
pub fn day_of_the_year(language: Language, day: Day) -> String {
    let said = date(day).and_then(|date| {
        let formatter = FixedCalendarDateTimeFormatter::try_new(language.locale().into(), MD::long()).ok()?;
        Some(formatter.format(&date).to_string())
    });
    said.unwrap_or_else(|| by_numbers(day))
}

/// A day with its weekday: "søndag 22. november 2026".
pub fn day_of_the_week(language: Language, day: Day) -> String {
    let said = date(day).and_then(|date| {
        let formatter = FixedCalendarDateTimeFormatter::try_new(language.locale().into(), YMDE::long()).ok()?;
        Some(formatter.format(&date).to_string())
    });
    said.unwrap_or_else(|| by_numbers(day))
}

/// A day and a time: "22. november 2026 kl. 10:05".
pub fn moment(language: Language, day: Day, hour: i8, minute: i8) -> String {
    let time = u8::try_from(hour).ok().zip(u8::try_from(minute).ok());
    let time = time.and_then(|(hour, minute)| Time::try_new(hour, minute, 0, 0).ok());
    let said = date(day).zip(time).and_then(|(date, time)| {
        let fields = YMD::long().with_time_hm();
        let formatter = FixedCalendarDateTimeFormatter::try_new(language.locale().into(), fields).ok()?;
        Some(formatter.format(&DateTime { date, time }).to_string())
    });
    said.unwrap_or_else(|| format!("{} {hour:02}:{minute:02}", by_numbers(day)))
}

fn date((year, month, day): Day) -> Option<Date<Gregorian>> {
    Date::try_new_gregorian(year.into(), month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn by_numbers((year, month, day): Day) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_as_each_language_says_it() {
        assert_eq!(day(Language::Bokmal, (2026, 11, 22)), "22. november 2026");
        assert_eq!(day(Language::Swedish, (2026, 11, 2)), "2 november 2026");
        assert_eq!(day(Language::English, (2026, 11, 22)), "22 November 2026");
        assert_eq!(day(Language::Arabic, (2026, 11, 22)), "22 نوفمبر 2026");
        assert_eq!(day_of_the_year(Language::Swedish, (2026, 2, 8)), "8 februari");
        assert_eq!(day_of_the_year(Language::Bokmal, (2026, 2, 8)), "8. februar");
        assert_eq!(day_of_the_year(Language::English, (2026, 2, 8)), "8 February");
        assert_eq!(day_of_the_week(Language::Swedish, (2026, 11, 22)), "söndag 22 november 2026");
        assert_eq!(day_of_the_week(Language::Bokmal, (2026, 11, 22)), "søndag 22. november 2026");
    }

    #[test]
    fn a_time_has_two_digits_for_hours_and_minutes() {
        assert_eq!(moment(Language::Bokmal, (2019, 5, 1), 9, 5), "1. mai 2019 kl. 09:05");
        assert_eq!(moment(Language::Swedish, (2019, 5, 1), 9, 5), "1 maj 2019 kl. 09:05");
        assert_eq!(moment(Language::English, (2019, 5, 1), 19, 30), "1 May 2019 at 19:30");
        assert!(moment(Language::Arabic, (2019, 5, 1), 19, 30).contains("19:30"));
    }

    #[test]
    fn a_day_that_no_calendar_has_is_said_by_its_numbers() {
        assert_eq!(day(Language::English, (2026, 13, -1)), "2026-13--1");
        assert_eq!(moment(Language::English, (2026, 2, 30), 1, 2), "2026-02-30 01:02");
    }
}
