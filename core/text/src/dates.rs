//! Days and times as a person says them. Called by pages and tables; the caller has already chosen the
//! time zone. Months are in the catalogues.

use crate::catalogue::{Arg, text};
use crate::language::Language;

/// The name of a month, 1 to 12; the number itself for another.
pub fn month(language: Language, month: i8) -> String {
    if (1..=12).contains(&month) { text(language, &format!("month-{month}"), &[]) } else { month.to_string() }
}

/// A day: "22. november 2026".
pub fn day(language: Language, year: i16, month_number: i8, day: i8) -> String {
    let (year, month, day) = (year.to_string(), month(language, month_number), day.to_string());
    text(language, "date-day", &[("day", Arg::Text(&day)), ("month", Arg::Text(&month)), ("year", Arg::Text(&year))])
}

/// A day and a time: "22. november 2026 kl. 10:05".
pub fn moment(language: Language, (year, month, day_of_month): (i16, i8, i8), hour: i8, minute: i8) -> String {
    let day = day(language, year, month, day_of_month);
    let time = format!("{hour:02}:{minute:02}");
    text(language, "date-moment", &[("day", Arg::Text(&day)), ("time", Arg::Text(&time))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_as_each_language_says_it() {
        assert_eq!(day(Language::Bokmal, 2026, 11, 22), "22. november 2026");
        assert_eq!(day(Language::Swedish, 2026, 11, 2), "2 november 2026");
        assert_eq!(day(Language::English, 2026, 11, 22), "22 November 2026");
    }

    #[test]
    fn a_time_has_two_digits_for_hours_and_minutes() {
        assert_eq!(moment(Language::Bokmal, (2019, 5, 1), 9, 5), "1. mai 2019 kl. 09:05");
        assert_eq!(moment(Language::Swedish, (2019, 5, 1), 9, 5), "1 maj 2019 kl. 09:05");
        assert_eq!(moment(Language::English, (2019, 5, 1), 19, 30), "1 May 2019, 19:30");
    }

    #[test]
    fn a_month_that_is_none_stays_a_number() {
        assert_eq!(month(Language::English, 13), "13");
        assert_eq!(month(Language::English, -1), "-1");
    }
}
