//! The tables of a mapping, one function each. What is wrong is said by its key.

use std::collections::BTreeMap;

use footbridge_model::PersonId;
use jiff::civil::Date;

use super::super::words::fold;
use super::section::Section;
use super::{Column, DateOrder, Dates, List, MappingError, MappingProblem, Meaning, Numbers, visit_kinds};

pub(super) fn not_toml(text: &str, error: &toml::de::Error) -> MappingError {
    let at = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    MappingError { key: String::new(), problem: MappingProblem::NotToml { line, message: error.message().to_owned() } }
}

pub(super) fn separator(root: &Section<'_>) -> Result<u8, MappingError> {
    let separator = root.one_of("separator", &[";", ",", "\t", "|"])?.unwrap_or(";");
    Ok(separator.bytes().next().unwrap_or(b';'))
}

pub(super) fn columns(section: &Section<'_>) -> Result<BTreeMap<Column, Vec<String>>, MappingError> {
    section.only(&Column::ALL.map(Column::name))?;
    let mut columns: BTreeMap<Column, Vec<String>> = BTreeMap::new();
    for column in Column::ALL {
        let headers = section.folded_texts(column.name())?;
        if headers.iter().any(|header| columns.values().flatten().any(|other| other == header)) {
            return Err(section.error(column.name(), MappingProblem::Twice));
        }
        if !headers.is_empty() {
            columns.insert(column, headers);
        }
    }
    if !columns.contains_key(&Column::Date) {
        return Err(section.error(Column::Date.name(), MappingProblem::Missing));
    }
    Ok(columns)
}

pub(super) fn dates(section: &Section<'_>) -> Result<Dates, MappingError> {
    section.only(&["order", "century", "earliest", "months", "relative", "skip"])?;
    let order = match section.one_of("order", &["dmy", "mdy", "ymd"])? {
        Some("mdy") => DateOrder::MonthDayYear,
        Some("ymd") => DateOrder::YearMonthDay,
        _ => DateOrder::DayMonthYear,
    };
    let century = section.integer("century", 1000, 9900)?.unwrap_or(2000);
    let earliest = match section.text("earliest")? {
        None => Date::constant(1970, 1, 1),
        Some(day) => day
            .parse()
            .map_err(|_| section.error("earliest", MappingProblem::NotA { wanted: "a day such as \"2005-01-31\"" }))?,
    };
    let mut months = BTreeMap::new();
    let names = section.section("months")?;
    for name in names.keys() {
        let month = names.integer(name, 1, 12)?.unwrap_or(1);
        if months.insert(fold(name), i8::try_from(month).unwrap_or(1)).is_some() {
            return Err(names.error(name, MappingProblem::Twice));
        }
    }
    Ok(Dates {
        order,
        century: i16::try_from(century).unwrap_or(2000),
        earliest,
        months,
        relative: section.folded_texts("relative")?,
        skip: section.folded_texts("skip")?,
    })
}

pub(super) fn numbers(section: &Section<'_>) -> Result<Numbers, MappingError> {
    section.only(&["words", "about", "ranges", "unknown", "vague", "persons", "minutes"])?;
    let table = |key: &str, lowest: i64| -> Result<BTreeMap<String, i64>, MappingError> {
        let words = section.section(key)?;
        let mut numbers = BTreeMap::new();
        for word in words.keys() {
            let number = words.integer(word, lowest, 10_000)?.unwrap_or(lowest);
            if numbers.insert(fold(word), number).is_some() {
                return Err(words.error(word, MappingProblem::Twice));
            }
        }
        Ok(numbers)
    };
    Ok(Numbers {
        words: table("words", 0)?,
        about: section.folded_texts("about")?,
        ranges: section.folded_texts("ranges")?,
        unknown: section.folded_texts("unknown")?,
        vague: section.folded_texts("vague")?,
        persons: table("persons", 1)?,
        minutes: table("minutes", 1)?,
    })
}

pub(super) fn people(section: &Section<'_>) -> Result<BTreeMap<String, PersonId>, MappingError> {
    let mut people = BTreeMap::new();
    for initials in section.keys() {
        let wrong = || section.error(initials, MappingProblem::NotA { wanted: "the id of a person" });
        let person = section.text(initials)?.and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
        if people.insert(fold(initials), person).is_some() {
            return Err(section.error(initials, MappingProblem::Twice));
        }
    }
    Ok(people)
}

pub(super) fn kinds(section: &Section<'_>) -> Result<BTreeMap<String, String>, MappingError> {
    let mut kinds = BTreeMap::new();
    for place in section.keys() {
        let kind = section.one_of(place, visit_kinds())?.unwrap_or("street");
        kinds.insert(place.to_owned(), kind.to_owned());
    }
    Ok(kinds)
}

pub(super) fn meaning(words: &Section<'_>, word: &str, list: List) -> Result<Meaning, MappingError> {
    let mut meaning = match words.text(word) {
        Ok(code) => Meaning { code: code.unwrap_or_default().to_owned(), with: None, kind: None, keep: false },
        Err(_) => {
            let table = words.section(word).map_err(|error| MappingError {
                problem: MappingProblem::NotA { wanted: "a code, or a table with `code`" },
                ..error
            })?;
            table.only(match list {
                List::Help => &["code", "with", "keep"],
                List::Place => &["code", "kind", "keep"],
                _ => &["code", "keep"],
            })?;
            let code = table.text("code")?.ok_or_else(|| table.error("code", MappingProblem::Missing))?;
            Meaning {
                code: code.to_owned(),
                with: table.text("with")?.map(str::to_owned),
                kind: table.one_of("kind", visit_kinds())?.map(str::to_owned),
                keep: table.flag("keep")?.unwrap_or(false),
            }
        }
    };
    let fits = match list {
        List::Kind => visit_kinds().contains(&meaning.code.as_str()),
        List::Languages => match footbridge_text::canonical_tag(&meaning.code) {
            Some(tag) => {
                meaning.code = tag;
                true
            }
            None => false,
        },
        List::District => !meaning.code.trim().is_empty(),
        _ => is_code(&meaning.code) && meaning.with.as_deref().is_none_or(is_code),
    };
    if fits {
        return Ok(meaning);
    }
    Err(words.error(
        word,
        match list {
            List::Kind => {
                MappingProblem::NotOneOf { allowed: visit_kinds().iter().map(|kind| (*kind).to_owned()).collect() }
            }
            List::Languages => MappingProblem::NotA { wanted: "a BCP 47 tag such as \"so\" or \"fa-AF\"" },
            List::District => MappingProblem::NotA { wanted: "the name of a district" },
            _ => MappingProblem::NotA { wanted: "a code: small letters, digits and underscores" },
        },
    ))
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
