//! Days and times of day as several hands write them. Which words are months, which are relative, in which
//! order day and month stand: the mapping's.
//!
//! Invariant: nothing is guessed. A day that the calendar does not have, or that only whoever wrote it could
//! work out, is refused with its reason.

use jiff::civil::{Date, Time};

use super::Reason;
use super::mapping::{DateOrder, Dates, Mapping};
use super::words::fold;

/// The day in a cell, and what followed it if that was a time of day (`2019-04-04T15:30`).
pub(super) fn day<'c>(cell: &'c str, dates: &Dates) -> Result<(Date, Option<&'c str>), Reason> {
    let (cell, time) = without_time(cell);
    let folded = fold(cell);
    if folded.is_empty() {
        return Err(Reason::MissingDate);
    }
    if dates.relative.iter().any(|phrase| has_phrase(&folded, phrase)) {
        return Err(Reason::RelativeDate);
    }
    let day = written_day(&folded, dates).ok_or(Reason::ImpossibleDate)?;
    if day < dates.earliest {
        return Err(Reason::ImpossibleDate);
    }
    Ok((day, time))
}

/// Splits `2019-04-04 15:30:00` into its day and its time. Midnight is no time: that is how spreadsheets
/// write a mere day.
fn without_time(cell: &str) -> (&str, Option<&str>) {
    let cell = cell.trim();
    let Some((at, mark)) = cell.char_indices().rev().find(|(_, c)| c.is_whitespace() || *c == 'T') else {
        return (cell, None);
    };
    let (day, time) = (&cell[..at], &cell[at + mark.len_utf8()..]);
    if !day.ends_with(|c: char| c.is_ascii_digit()) || !time.contains(':') || written_time(time).is_none() {
        return (cell, None);
    }
    let is_midnight = written_time(time) == Some(Time::midnight());
    (day, (!is_midnight).then_some(time))
}

fn has_phrase(folded: &str, phrase: &str) -> bool {
    folded.match_indices(phrase).any(|(at, _)| {
        let before = folded[..at].chars().next_back();
        let after = folded[at + phrase.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A piece of a date: the digits, or the month that a word names.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Digits(&'a str),
    Month(i8),
}

fn written_day(folded: &str, dates: &Dates) -> Option<Date> {
    if folded.starts_with('-') {
        return None;
    }
    let mut pieces = Vec::new();
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            pieces.push(Piece::Digits(word));
        } else if let Some(month) = dates.months.get(word) {
            pieces.push(Piece::Month(*month));
        } else if !dates.skip.iter().any(|skipped| skipped == word) {
            return None;
        }
    }
    use Piece::{Digits, Month};
    let (year, month, day) = match *pieces.as_slice() {
        [Digits(all)] if all.len() == 8 => (all.get(..4)?, small(all.get(4..6)?)?, all.get(6..)?),
        [Digits(year), Digits(month), Digits(day)] if year.len() == 4 => (year, small(month)?, day),
        [Digits(first), Digits(second), Digits(third)] => match dates.order {
            DateOrder::DayMonthYear => (third, small(second)?, first),
            DateOrder::MonthDayYear => (third, small(first)?, second),
            DateOrder::YearMonthDay => (first, small(second)?, third),
        },
        [Digits(year), Month(month), Digits(day)] if year.len() == 4 => (year, month, day),
        [Digits(day), Month(month), Digits(year)] | [Month(month), Digits(day), Digits(year)] => (year, month, day),
        _ => return None,
    };
    let year = match year.len() {
        4 => year.parse().ok()?,
        2 => dates.century.checked_add(year.parse().ok()?)?,
        _ => return None,
    };
    Date::new(year, month, small(day)?).ok()
}

/// A day or a month: one or two digits.
fn small(digits: &str) -> Option<i8> {
    (digits.len() <= 2).then(|| digits.parse().ok())?
}

/// What a cell says of the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Nothing.
    Absent,
    /// This time.
    At(Time),
    /// This time, and something more: about then, or from then until later.
    Roughly(Time),
    /// Words without a time, such as "in the evening".
    Vague,
}

/// The time of day in a cell.
pub(super) fn clock(cell: &str, mapping: &Mapping) -> Result<Clock, Reason> {
    let mut folded = fold(cell);
    for skipped in &mapping.time_skip {
        if let Some(rest) = folded.strip_prefix(skipped.as_str()).filter(|rest| !rest.starts_with(char::is_alphabetic))
        {
            folded = rest.trim_start_matches('.').trim().to_owned();
        }
    }
    if folded.is_empty() {
        return Ok(Clock::Absent);
    }
    if let Some(time) = written_time(&folded) {
        return Ok(Clock::At(time));
    }
    if !folded.contains(|c: char| c.is_ascii_digit()) {
        return Ok(Clock::Vague);
    }
    let exact =
        mapping.numbers.about.iter().find_map(|about| folded.strip_prefix(about.as_str())).unwrap_or(&folded).trim();
    if let Some(time) = written_time(exact) {
        return Ok(Clock::Roughly(time));
    }
    for range in &mapping.numbers.ranges {
        let Some((from, until)) = exact.split_once(range.as_str()) else { continue };
        if let (Some(from), Some(_)) = (written_time(from.trim()), written_time(until.trim())) {
            return Ok(Clock::Roughly(from));
        }
    }
    Err(Reason::ImpossibleTime)
}

/// `16`, `845`, `1630`, `16.30`, `16:30`, `16:30:00`; never 24:00, which is another day's.
fn written_time(text: &str) -> Option<Time> {
    let mut parts = text.split([':', '.', ',']);
    let first = parts.next()?;
    let (hour, minute) = match (first.len(), parts.next()) {
        (1 | 2, None) => (first, "0"),
        (3, None) => (first.get(..1)?, first.get(1..)?),
        (4, None) => (first.get(..2)?, first.get(2..)?),
        (1 | 2, Some(minute)) if minute.len() == 2 => (first, minute),
        _ => return None,
    };
    let second = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return None;
    }
    Time::new(digits(hour)?, digits(minute)?, digits(second)?, 0).ok()
}

fn digits(text: &str) -> Option<i8> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| small(text))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        Mapping::conversation_log().expect("the shipped mapping is one")
    }

    fn read(cell: &str) -> String {
        match day(cell, &mapping().dates) {
            Ok((day, None)) => day.to_string(),
            Ok((day, Some(time))) => format!("{day} and {time}"),
            Err(reason) => reason.code().to_owned(),
        }
    }

    fn time(cell: &str) -> String {
        match clock(cell, &mapping()) {
            Ok(Clock::At(time)) => time.to_string(),
            Ok(Clock::Roughly(time)) => format!("about {time}"),
            Ok(Clock::Absent) => "absent".to_owned(),
            Ok(Clock::Vague) => "vague".to_owned(),
            Err(reason) => reason.code().to_owned(),
        }
    }

    #[test]
    fn one_day_in_many_hands_is_one_day() {
        for cell in [
            "2019-02-04",
            "20190204",
            "4/2 2019",
            "4/2-2019",
            "04/02/2019",
            "4.2.19",
            "04.02.2019",
            "4 februari 2019",
            "4. februar 2019",
            "den 4:e februari 2019",
            "Måndag 4 feb 2019",
            "4 FEB. 2019",
            "2019 februari 4",
            "2019/2/4",
            " 2019-02-04 ",
            "2019-02-04 00:00:00",
            "2019-02-04T00:00",
        ] {
            assert_eq!(read(cell), "2019-02-04", "{cell}");
        }
    }

    #[test]
    fn a_time_behind_the_day_is_its_time() {
        assert_eq!(read("2019-02-04 15:30"), "2019-02-04 and 15:30");
        assert_eq!(read("4/2 2019 15:30"), "2019-02-04 and 15:30");
        assert_eq!(read("2019-02-04T15:30:00"), "2019-02-04 and 15:30:00");
    }

    #[test]
    fn the_order_of_day_and_month_is_the_mappings() {
        let mut dates = mapping().dates;
        assert_eq!(read("2.3.19"), "2019-03-02");
        dates.order = DateOrder::MonthDayYear;
        assert_eq!(day("2.3.19", &dates).map(|(day, _)| day.to_string()), Ok("2019-02-03".to_owned()));
        dates.order = DateOrder::YearMonthDay;
        assert_eq!(day("02.3.19", &dates).map(|(day, _)| day.to_string()), Ok("2002-03-19".to_owned()));
        assert_eq!(day("2019-03-02", &dates).map(|(day, _)| day.to_string()), Ok("2019-03-02".to_owned()));
    }

    #[test]
    fn a_day_that_no_calendar_has_is_impossible() {
        for cell in [
            "31/2 2019",
            "30 februari 2019",
            "2019-02-29",
            "20191301",
            "0/1 2019",
            "2019-13-01",
            "13/13 2019",
            "4/2",
            "februari 2019",
            "4 brumaire 2019",
            "190204",
            "43559",
            "-2019-02-04",
            "0019-02-04",
            "4.2.019",
            "okänt",
            "?",
            "2019-02-04 25:00",
            "99999999999999999999",
        ] {
            assert_eq!(read(cell), "impossible_date", "{cell}");
        }
    }

    #[test]
    fn a_day_that_only_its_writer_could_work_out_is_relative() {
        for cell in ["i går", "Igår", "i går kväll", "idag", "förra veckan", "i forgårs", "sist fredag"] {
            assert_eq!(read(cell), "relative_date", "{cell}");
        }
    }

    #[test]
    fn no_day_is_a_missing_one() {
        assert_eq!(read(""), "missing_date");
        assert_eq!(read(" \u{a0} "), "missing_date");
    }

    #[test]
    fn one_time_in_many_hands_is_one_time() {
        for cell in ["0845", "845", "8.45", "08:45", "8:45", "08:45:00", "kl 8.45", "kl. 08:45", "Klockan 845"] {
            assert_eq!(time(cell), "08:45:00", "{cell}");
        }
        assert_eq!(time("kl 9"), "09:00:00");
        assert_eq!(time("1930"), "19:30:00");
    }

    #[test]
    fn a_time_that_no_clock_shows_is_impossible() {
        for cell in ["25:70", "24:30", "24:00", "2460", "8.5", "12345", "-8", "8:45:61", "8 och 9"] {
            assert_eq!(time(cell), "impossible_time", "{cell}");
        }
    }

    #[test]
    fn a_rough_time_is_its_time_and_a_vague_one_is_none() {
        assert_eq!(time("ca 16"), "about 16:00:00");
        assert_eq!(time("14-15.30"), "about 14:00:00");
        assert_eq!(time("på kvällen"), "vague");
        assert_eq!(time(""), "absent");
    }
}
