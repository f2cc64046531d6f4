//! How a file is laid out and what its words mean: a TOML file that a programme's office can change. The
//! one shipped, `conversation-log.toml`, explains every key; `mappings/README.md` says how to write another.
//!
//! Invariant: a mapping is checked whole when it is read, and what is wrong is said by the name of its key,
//! so that nobody finds out in the middle of a file.

mod reading;
mod section;

use std::collections::BTreeMap;

use footbridge_model::{Kind, PersonId, Shape};
use jiff::civil::Date;

use super::words::fold;
use section::Section;

/// The mapping for a conversation log as offices keep it.
const CONVERSATION_LOG: &str = include_str!("../../mappings/conversation-log.toml");

/// What is wrong with a mapping, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct MappingError {
    /// The key, with the tables that it is in: `words.place.coop`. Empty where the file is no TOML at all.
    pub key: String,
    /// What is wrong with it.
    pub problem: MappingProblem,
}

/// What can be wrong with a key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingProblem {
    /// The file is not TOML.
    #[error("line {line} is not TOML: {message}")]
    NotToml {
        /// The line.
        line: usize,
        /// What the parser says of it.
        message: String,
    },
    /// No such key.
    #[error("no such key; known here: {}", known.join(", "))]
    Unknown {
        /// The keys that there are.
        known: Vec<String>,
    },
    /// It has to be there.
    #[error("is missing")]
    Missing,
    /// Another kind of value belongs there.
    #[error("should be {wanted}")]
    NotA {
        /// What belongs there.
        wanted: &'static str,
    },
    /// Only some values are allowed.
    #[error("should be one of {}", allowed.join(", "))]
    NotOneOf {
        /// These.
        allowed: Vec<String>,
    },
    /// The same word stands there twice, perhaps in another spelling of small and capital letters.
    #[error("the same word stands there twice")]
    Twice,
}

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The day, perhaps with the time.
    Date,
    /// The time of day.
    Time,
    /// The initials of whoever had the conversation.
    Author,
    /// The district.
    District,
    /// The kind of visit, where a layout has it; else it follows from the place.
    Kind,
    /// The place.
    Place,
    /// How contact arose.
    Arose,
    /// Languages used.
    Languages,
    /// Topics.
    Topics,
    /// Help given.
    Help,
    /// With whom one came along, or to whom one referred.
    With,
    /// How many persons were reached.
    Reached,
    /// How long it took.
    Minutes,
    /// The next step.
    NextStep,
    /// Free text.
    Note,
}

impl Column {
    /// Every column that can be read.
    pub const ALL: [Self; 15] = [
        Self::Date,
        Self::Time,
        Self::Author,
        Self::District,
        Self::Kind,
        Self::Place,
        Self::Arose,
        Self::Languages,
        Self::Topics,
        Self::Help,
        Self::With,
        Self::Reached,
        Self::Minutes,
        Self::NextStep,
        Self::Note,
    ];

    /// Its name in a mapping; for a field of a visit, the field's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::Author => "author",
            Self::District => "district",
            Self::Kind => "kind",
            Self::Place => "place",
            Self::Arose => "arose",
            Self::Languages => "languages",
            Self::Topics => "topics",
            Self::Help => "help",
            Self::With => "with",
            Self::Reached => "reached",
            Self::Minutes => "minutes",
            Self::NextStep => "next_step",
            Self::Note => "note",
        }
    }
}

/// A table of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// How contact arose.
    Arose,
    /// Names of languages; their codes are BCP 47 tags.
    Languages,
    /// Topics.
    Topics,
    /// Help given.
    Help,
    /// With whom, to whom.
    With,
    /// Places.
    Place,
    /// Next steps.
    NextStep,
    /// Kinds of visit.
    Kind,
    /// Other spellings of the programme's districts.
    District,
}

impl List {
    /// Every table of words.
    pub const ALL: [Self; 9] = [
        Self::Arose,
        Self::Languages,
        Self::Topics,
        Self::Help,
        Self::With,
        Self::Place,
        Self::NextStep,
        Self::Kind,
        Self::District,
    ];

    /// Its name: that of the code list, or of the visit's field.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arose => "arose",
            Self::Languages => "languages",
            Self::Topics => "topics",
            Self::Help => "help",
            Self::With => "with",
            Self::Place => "place",
            Self::NextStep => "next_step",
            Self::Kind => "kind",
            Self::District => "district",
        }
    }

    #[cfg(test)]
    pub(super) const fn is_set(self) -> bool {
        matches!(self, Self::Languages | Self::Topics | Self::Help | Self::With)
    }
}

/// What a word means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) code: String,
    /// For help: the code of `with` that the phrase names.
    pub(super) with: Option<String>,
    /// For a place: the kind of visit, where it is not the one of the code.
    pub(super) kind: Option<String>,
    /// Whether the word says more than its code and belongs in the note too.
    pub(super) keep: bool,
}

/// In which order day, month and year stand where the year does not come first with four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateOrder {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

#[derive(Debug, Clone)]
pub(super) struct Dates {
    pub(super) order: DateOrder,
    /// What a year of two digits is counted from.
    pub(super) century: i16,
    pub(super) earliest: Date,
    pub(super) months: BTreeMap<String, i8>,
    pub(super) relative: Vec<String>,
    pub(super) skip: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Numbers {
    pub(super) words: BTreeMap<String, i64>,
    pub(super) about: Vec<String>,
    pub(super) ranges: Vec<String>,
    pub(super) unknown: Vec<String>,
    pub(super) vague: Vec<String>,
    pub(super) persons: BTreeMap<String, i64>,
    pub(super) minutes: BTreeMap<String, i64>,
}

/// How a file is laid out and what its words mean.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) separator: u8,
    pub(super) list_separators: Vec<String>,
    pub(super) sum_words: Vec<String>,
    /// What a cell says that says nothing.
    pub(super) nothing: Vec<String>,
    /// The headers of each column, folded; any of them.
    pub(super) columns: BTreeMap<Column, Vec<String>>,
    pub(super) dates: Dates,
    pub(super) time_skip: Vec<String>,
    pub(super) numbers: Numbers,
    pub(super) people: BTreeMap<String, PersonId>,
    pub(super) default_kind: String,
    pub(super) kinds: BTreeMap<String, String>,
    words: BTreeMap<List, BTreeMap<String, Meaning>>,
    openings: BTreeMap<List, Vec<(String, Meaning)>>,
}

impl Mapping {
    /// The mapping that is shipped.
    ///
    /// # Errors
    /// None in a released build: a test reads it.
    pub fn conversation_log() -> Result<Self, MappingError> {
        Self::parse(CONVERSATION_LOG)
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// [`MappingError`] with the first key that is wrong.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let table = text.parse::<toml::Table>().map_err(|error| reading::not_toml(text, &error))?;
        let root = Section::root(&table);
        root.only(&[
            "version",
            "separator",
            "list_separators",
            "sum_words",
            "nothing",
            "default_kind",
            "columns",
            "dates",
            "times",
            "numbers",
            "people",
            "kinds",
            "words",
        ])?;
        root.one_of("version", &["1"])?;
        let times = root.section("times")?;
        times.only(&["skip"])?;
        let mut mapping = Self {
            separator: reading::separator(&root)?,
            list_separators: root.texts("list_separators")?.unwrap_or_else(|| vec![",".to_owned()]),
            sum_words: root.folded_texts("sum_words")?,
            nothing: root.folded_texts("nothing")?,
            columns: reading::columns(&root.section("columns")?)?,
            dates: reading::dates(&root.section("dates")?)?,
            time_skip: times.folded_texts("skip")?,
            numbers: reading::numbers(&root.section("numbers")?)?,
            people: reading::people(&root.section("people")?)?,
            default_kind: root.one_of("default_kind", visit_kinds())?.unwrap_or("street").to_owned(),
            kinds: reading::kinds(&root.section("kinds")?)?,
            words: BTreeMap::new(),
            openings: BTreeMap::new(),
        };
        mapping.read_words(&root.section("words")?)?;
        Ok(mapping)
    }

    fn read_words(&mut self, section: &Section<'_>) -> Result<(), MappingError> {
        section.only(&List::ALL.map(List::name))?;
        for list in List::ALL {
            let words = section.section(list.name())?;
            let mut meanings = BTreeMap::new();
            let mut openings = Vec::new();
            for word in words.keys() {
                let meaning = reading::meaning(&words, word, list)?;
                let folded = fold(word);
                if let Some(opening) = folded.strip_suffix('*') {
                    if list != List::Help || opening.trim().is_empty() {
                        return Err(
                            words.error(word, MappingProblem::NotA { wanted: "a word (only help has openings)" })
                        );
                    }
                    openings.push((opening.to_owned(), meaning));
                } else if meanings.insert(folded, meaning).is_some() {
                    return Err(words.error(word, MappingProblem::Twice));
                }
            }
            // The longest opening that fits is the one meant.
            openings.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            self.words.insert(list, meanings);
            self.openings.insert(list, openings);
        }
        Ok(())
    }

    /// What the folded word means.
    pub(super) fn meaning(&self, list: List, folded: &str) -> Option<&Meaning> {
        self.words.get(&list)?.get(folded)
    }

    /// What a phrase that begins like an entry ending in `*` means, and the rest of it.
    pub(super) fn opening<'w>(&self, list: List, folded: &'w str) -> Option<(&Meaning, &'w str)> {
        self.openings.get(&list)?.iter().find_map(|(opening, meaning)| {
            let rest = folded.strip_prefix(opening.as_str())?.trim();
            (!rest.is_empty()).then_some((meaning, rest))
        })
    }
}

/// The kinds of visit that there are.
pub(super) fn visit_kinds() -> &'static [&'static str] {
    match Kind::Visit.spec().field("kind").map(|field| field.shape) {
        Some(Shape::Fixed(kinds)) => kinds,
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
