//! How many and how long, as people write it: "ca 5", "3-4", "många", "1,5 tim", "två".
//!
//! Invariant: a number that comes out is a whole one from 0 to the field's highest; what was less than exact
//! says so; a number that cannot be is refused, never trimmed to fit.

use std::collections::BTreeMap;

use super::Reason;
use super::mapping::Numbers;
use super::words::fold;

/// Numbers are held in ten-thousandths while units are applied.
const WHOLE: i128 = 10_000;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// Nothing.
    Absent,
    /// This many.
    Exactly(i64),
    /// About this many; whether the words say more than the number ("3-4").
    About(i64, SaysMore),
    /// Not known; whether the words say more than that ("many").
    Unknown(SaysMore),
    /// Words that the mapping does not have.
    New,
}

/// Whether the file's own words belong in the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaysMore {
    Yes,
    No,
}

/// Reads an amount of at most `highest`. `units` turns a unit's name into what it is worth; where a unit can
/// be worth more than one, parts of it add up ("1 h 30 min").
pub(super) fn amount(
    cell: &str,
    numbers: &Numbers,
    units: &BTreeMap<String, i64>,
    highest: i64,
) -> Result<Amount, Reason> {
    let folded = fold(cell).replace('\u{2212}', "-");
    if folded.is_empty() {
        return Ok(Amount::Absent);
    }
    if numbers.unknown.contains(&folded) {
        return Ok(Amount::Unknown(SaysMore::No));
    }
    if numbers.vague.contains(&folded) {
        return Ok(Amount::Unknown(SaysMore::Yes));
    }
    let reader = Reader { numbers, units };
    let (exact, about) = reader.without_about(&folded);
    let (tenths, says_more) = match reader.range(exact) {
        Some(lower) => (Some(lower), SaysMore::Yes),
        None => (reader.quantity(exact), SaysMore::No),
    };
    let Some(tenths) = tenths else {
        return if folded.contains(|c: char| c.is_numeric()) { Err(Reason::ImpossibleNumber) } else { Ok(Amount::New) };
    };
    // A third of an hour has no whole number of minutes; a third of a person there is not.
    let is_time = units.values().any(|worth| *worth > 1);
    let is_whole = tenths % WHOLE == 0;
    if !is_whole && !is_time {
        return Err(Reason::ImpossibleNumber);
    }
    let value = i64::try_from((tenths + WHOLE / 2) / WHOLE).map_err(|_| Reason::ImpossibleNumber)?;
    if !(0..=highest).contains(&value) {
        return Err(Reason::ImpossibleNumber);
    }
    Ok(if about || says_more == SaysMore::Yes || !is_whole {
        Amount::About(value, says_more)
    } else {
        Amount::Exactly(value)
    })
}

struct Reader<'a> {
    numbers: &'a Numbers,
    units: &'a BTreeMap<String, i64>,
}

impl Reader<'_> {
    /// Takes "about" away from the front or the back.
    fn without_about<'t>(&self, text: &'t str) -> (&'t str, bool) {
        for about in &self.numbers.about {
            let is_word = about.ends_with(char::is_alphabetic);
            let rest =
                text.strip_prefix(about.as_str()).filter(|rest| !is_word || !rest.starts_with(char::is_alphabetic));
            let rest =
                rest.or_else(|| text.strip_suffix(about.as_str()).filter(|rest| !rest.ends_with(char::is_alphabetic)));
            if let Some(rest) = rest {
                return (rest.trim_start_matches('.').trim(), true);
            }
        }
        (text, false)
    }

    /// The lower end of a range.
    fn range(&self, text: &str) -> Option<i128> {
        self.numbers.ranges.iter().find_map(|mark| {
            let (from, until) = text.split_once(mark.as_str())?;
            let (from, until) = (from.trim(), until.trim());
            let highest = self.quantity(until)?;
            // In "1-2 tim" the unit of the second is that of the first.
            let unit = until.rsplit(' ').next().map(|word| word.trim_start_matches(|c: char| !c.is_alphabetic()));
            let lowest = unit
                .filter(|unit| self.units.contains_key(unit.trim_end_matches('.')))
                .and_then(|unit| self.quantity(&format!("{from} {unit}")))
                .or_else(|| self.quantity(from))?;
            Some(lowest.min(highest))
        })
    }

    /// A number with its unit, or several that add up.
    fn quantity(&self, text: &str) -> Option<i128> {
        let text = text.trim();
        if let Some((hours, minutes)) = text.split_once(':') {
            let has_hours = self.units.values().any(|worth| *worth == 60);
            let is_clock = (1..=2).contains(&hours.len()) && minutes.len() == 2 && has_hours;
            let minutes = minutes.parse::<u8>().ok().filter(|minutes| is_clock && *minutes < 60)?;
            return Some((i128::from(hours.parse::<u8>().ok()?) * 60 + i128::from(minutes)) * WHOLE);
        }
        let mut rest = thousands(text);
        let mut sum: i128 = 0;
        let mut last_unit = None;
        while !rest.is_empty() {
            let (number, after) = self.number(&rest, last_unit.is_none())?;
            let (unit, after) = word(after.trim_start());
            let worth = match (unit, last_unit) {
                // "1 h 30": what follows hours is minutes.
                ("", None | Some(60)) => 1,
                ("", Some(_)) => return None,
                (unit, last) => {
                    let worth = *self.units.get(unit.trim_end_matches('.'))?;
                    if last.is_some_and(|last| worth >= last) {
                        return None;
                    }
                    worth
                }
            };
            sum = sum.checked_add(number.checked_mul(i128::from(worth))?)?;
            last_unit = Some(worth);
            rest = after.trim_start_matches('.').trim_start().to_owned();
        }
        last_unit.map(|_| sum)
    }

    /// The number that `text` begins with, in ten-thousandths, and the rest.
    fn number<'t>(&self, text: &'t str, is_first: bool) -> Option<(i128, &'t str)> {
        if let Some(rest) = text.strip_prefix('½') {
            return Some((WHOLE / 2, rest));
        }
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        if end == 0 {
            let (name, rest) = word(text);
            if let Some(number) = self.numbers.words.get(name) {
                return Some((i128::from(*number) * WHOLE, rest));
            }
            // "halvtimme": a unit without a number is one of it.
            return (is_first && self.units.contains_key(name)).then_some((WHOLE, text));
        }
        let mut number = text.get(..end)?.parse::<u64>().ok().map(i128::from)?.checked_mul(WHOLE)?;
        let mut rest = text.get(end..)?;
        if let Some(fraction) =
            rest.strip_prefix([',', '.']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            let digits = fraction.get(..end).filter(|digits| digits.len() <= 4)?;
            number += format!("{digits:0<4}").parse::<i128>().ok()?;
            rest = fraction.get(end..)?;
        } else if let Some(after) = rest.trim_start().strip_prefix('½') {
            number += WHOLE / 2;
            rest = after;
        }
        Some((number, rest))
    }
}

/// The letters that `text` begins with, and the rest.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len()))
}

/// `1 000` without its space.
fn thousands(text: &str) -> String {
    let groups: Vec<_> = text.split(' ').collect();
    let is_digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped = groups.iter().all(is_digits)
        && groups.len() > 1
        && groups.first().is_some_and(|first| first.len() <= 3)
        && groups.iter().skip(1).all(|group| group.len() == 3);
    if is_grouped { groups.concat() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::mapping::Mapping;
    use super::*;

    fn persons(cell: &str) -> Result<Amount, Reason> {
        let mapping = Mapping::conversation_log().expect("the shipped mapping is one");
        amount(cell, &mapping.numbers, &mapping.numbers.persons, 10_000)
    }

    fn minutes(cell: &str) -> Result<Amount, Reason> {
        let mapping = Mapping::conversation_log().expect("the shipped mapping is one");
        amount(cell, &mapping.numbers, &mapping.numbers.minutes, 1_440)
    }

    #[test]
    fn a_number_in_digits_or_words_is_that_number() {
        for cell in ["2", " 2 ", "två", "To", "2 st", "2 personer", "02", "2,0"] {
            assert_eq!(persons(cell), Ok(Amount::Exactly(2)), "{cell}");
        }
        assert_eq!(persons("0"), Ok(Amount::Exactly(0)));
        assert_eq!(persons("1 000"), Ok(Amount::Exactly(1000)));
        assert_eq!(persons(""), Ok(Amount::Absent));
    }

    #[test]
    fn about_five_is_five_estimated() {
        for cell in ["ca 5", "ca. 5", "c:a 5", "Cirka 5", "ungefär fem", "~5", "5+", "omtrent 5", "ca 5 personer"] {
            assert_eq!(persons(cell), Ok(Amount::About(5, SaysMore::No)), "{cell}");
        }
    }

    #[test]
    fn three_to_four_is_three_estimated_and_its_words_say_more() {
        for cell in ["3-4", "3 - 4", "3–4", "4-3", "ca 3-4", "tre till fyra", "3 eller 4 st"] {
            assert_eq!(persons(cell), Ok(Amount::About(3, SaysMore::Yes)), "{cell}");
        }
    }

    #[test]
    fn many_is_not_known_but_says_more_than_nothing() {
        assert_eq!(persons("många"), Ok(Amount::Unknown(SaysMore::Yes)));
        assert_eq!(persons("Vet ej"), Ok(Amount::Unknown(SaysMore::No)));
        assert_eq!(persons("okänt"), Ok(Amount::Unknown(SaysMore::No)));
    }

    #[test]
    fn words_that_nobody_mapped_are_new_and_no_number() {
        assert_eq!(persons("en hel massa"), Ok(Amount::New));
        assert_eq!(minutes("länge"), Ok(Amount::New));
    }

    #[test]
    fn a_number_that_cannot_be_is_refused() {
        for cell in [
            "-3",
            "−3",
            "- 3",
            "99999999999999999999",
            "10001",
            "2,5",
            "5x",
            "3--4",
            "1e3",
            "0x10",
            "²",
            "1 2",
            "ca -5",
            "170141183460469231731687303715884105727",
            "1.5.2",
            "3-",
        ] {
            assert_eq!(persons(cell), Err(Reason::ImpossibleNumber), "{cell}");
        }
        for cell in ["-20", "25 h", "1441", "1 h 2 h", "0:75", "20 ml", "1.5:30"] {
            assert_eq!(minutes(cell), Err(Reason::ImpossibleNumber), "{cell}");
        }
    }

    #[test]
    fn an_hour_is_sixty_minutes_however_it_is_written() {
        for cell in [
            "60",
            "1 h",
            "1h",
            "1 tim",
            "1 tim.",
            "en timme",
            "1 time",
            "60 min",
            "60 minuter",
            "1:00",
            "1,0 h",
            "timme",
        ] {
            assert_eq!(minutes(cell), Ok(Amount::Exactly(60)), "{cell}");
        }
        for cell in ["90", "1,5 tim", "1.5 h", "1½ tim", "1 h 30 min", "1h30", "1:30", "1 tim 30"] {
            assert_eq!(minutes(cell), Ok(Amount::Exactly(90)), "{cell}");
        }
        for cell in ["30 min", "½ h", "halvtimme", "en halvtimme", "0,5 tim"] {
            assert_eq!(minutes(cell), Ok(Amount::Exactly(30)), "{cell}");
        }
    }

    #[test]
    fn a_rough_or_uneven_time_is_estimated() {
        assert_eq!(minutes("ca 1 tim"), Ok(Amount::About(60, SaysMore::No)));
        assert_eq!(minutes("1-2 tim"), Ok(Amount::About(60, SaysMore::Yes)));
        assert_eq!(minutes("30-45 min"), Ok(Amount::About(30, SaysMore::Yes)));
        assert_eq!(minutes("30 min - 1 h"), Ok(Amount::About(30, SaysMore::Yes)));
        assert_eq!(minutes("en till två timmar"), Ok(Amount::About(60, SaysMore::Yes)));
        assert_eq!(minutes("1 h - 1 h 30 min"), Ok(Amount::About(60, SaysMore::Yes)));
        assert_eq!(minutes("0,33 h"), Ok(Amount::About(20, SaysMore::No)));
    }
}
