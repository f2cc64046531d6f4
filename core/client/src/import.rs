//! A file as offices keep it, into visits and notes. Called by the façade, which writes what comes out; this
//! reads bytes and gives a [`Plan`], with no store, no clock and no network, so that what was understood can
//! be shown before anything is written.
//!
//! Invariant: every row of data is in the plan exactly once: planned, repeated or rejected. Blank rows, sum
//! rows and headers are no data; they are named as skipped.
//!
//! How a file is laid out and what its words mean is the [`Mapping`]'s, a TOML file. The rooms here:
//! `table` (bytes to cells), `header` (which row names the columns), `digits`, `dates`, `numbers`, `words` (cells to values), `row` (a row to a visit),
//! `rejected` (what is given back).

mod dates;
mod digits;
mod header;
mod mapping;
mod numbers;
mod rejected;
mod row;
mod table;
mod words;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::{DocumentId, Fields, PersonId, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

pub use header::look;
pub use mapping::{Column, Mapping, MappingError, MappingProblem};
pub use rejected::{Reason, RejectedRow, rejected_csv};
use words::fold;

/// What the reader of a file has to be told.
#[derive(Debug, Clone)]
pub struct Context {
    /// The present; nothing later is imported.
    pub now: Timestamp,
    /// The present day in the programme's zone.
    pub today: Date,
    /// The programme's zone, in which times are meant.
    pub time_zone: TimeZone,
    /// The codes that the programme has, by list. A list that is absent takes every code of the mapping.
    pub known: BTreeMap<String, BTreeSet<String>>,
    /// Its districts; `None` where any is taken.
    pub districts: Option<BTreeSet<String>>,
}

/// Why nothing of a file could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is no row in it.
    #[error("the file is empty")]
    Empty,
    /// Columns that the mapping reads are not there.
    #[error("no row has a column for {}", missing.join(", "))]
    MissingColumns {
        /// Their names in the mapping.
        missing: Vec<&'static str>,
        /// The headers that the mapping looks for in their place.
        wanted: Vec<String>,
        /// The headers that the file has.
        found: Vec<String>,
        /// What was taken for the separator between them.
        separator: char,
    },
    /// Two columns have the same header, so that it is not clear which is meant.
    #[error("two columns are named {header}")]
    RepeatedColumn {
        /// The header.
        header: String,
    },
}

/// What an import will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The header of the file.
    pub header: Vec<String>,
    /// Visits to be written.
    pub rows: Vec<PlannedRow>,
    /// Rows that cannot be imported.
    pub rejected: Vec<RejectedRow>,
    /// Rows that said the same as one before them in this file.
    pub repeated: Vec<RepeatedRow>,
    /// Words without a code and how often they stood there, by list (or `time`, `reached`, `minutes`). Each
    /// is kept in the note of its visit. Small letters.
    pub new_words: BTreeMap<String, BTreeMap<String, usize>>,
    /// What was understood, to be shown before anything is written.
    pub understood: Understood,
}

/// A visit to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRow {
    /// The line of the file on which its row begins; the header is on line 1.
    pub line: usize,
    /// The id of the visit; follows from the row.
    pub visit_id: DocumentId,
    /// The id of its note, if it has one; follows from the row.
    pub note_id: DocumentId,
    /// The visit's fields.
    pub visit: Fields,
    /// The text of its note.
    pub note: Option<String>,
    /// The initials in the file of whoever had the conversation.
    pub initials: Option<String>,
    /// Who that is, where the mapping says; else the importer is the author.
    pub person: Option<PersonId>,
    /// The cells of the row as they were.
    pub cells: Vec<String>,
}

impl PlannedRow {
    /// The row as rejected, where the device refuses what was understood.
    pub fn refused(self, column: Option<String>) -> RejectedRow {
        RejectedRow { line: self.line, reason: Reason::Refused, column, cells: self.cells }
    }
}

/// A row that says the same as one before it in the file: the same conversation, unless somebody says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatedRow {
    /// The row, as a conversation of its own.
    pub row: PlannedRow,
    /// The line of the first row that says the same.
    pub like: usize,
    day: Date,
    new_words: Vec<(String, String)>,
}

impl RepeatedRow {
    /// The row for the file that is given back.
    pub fn given_back(&self) -> RejectedRow {
        RejectedRow { line: self.row.line, reason: Reason::Repeated, column: None, cells: self.row.cells.clone() }
    }
}

/// What was understood of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understood {
    /// The encoding that it was taken for.
    pub encoding: &'static str,
    /// What stands between its cells.
    pub separator: char,
    /// Each header with what its column is read as; `None` where nothing reads it.
    pub columns: Vec<(String, Option<Column>)>,
    /// Rows that are no data.
    pub skipped: Vec<SkippedRow>,
    /// Rows of data: planned, repeated and rejected together.
    pub data_rows: usize,
    /// How many planned visits have each code, by field.
    pub codes: BTreeMap<String, BTreeMap<String, usize>>,
    /// The first and the last day of the planned visits.
    pub days: Option<(Date, Date)>,
    /// How many planned visits are by each person of the mapping.
    pub people: BTreeMap<PersonId, usize>,
    /// How many planned visits have initials that the mapping does not name; the importer is their author.
    pub unknown_initials: BTreeMap<String, usize>,
}

/// A row that is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkippedRow {
    /// The line of the file on which it begins.
    pub line: usize,
    /// What it is.
    pub what: Skipped,
}

/// What a row is that is no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// Nothing in it.
    Blank,
    /// A sum of the rows above.
    Sum,
    /// The header once more.
    Header,
    /// A title above the header.
    Title,
    /// What names the separator to a spreadsheet: `sep=;`.
    Separator,
}

/// Where each column stands in a file.
struct Layout<'m> {
    mapping: &'m Mapping,
    header: Vec<String>,
    places: BTreeMap<Column, usize>,
}

impl<'m> Layout<'m> {
    fn of(header: Vec<String>, mapping: &'m Mapping) -> Result<Self, ImportError> {
        let folded: Vec<_> = header.iter().map(|header| fold(header)).collect();
        let mut places = BTreeMap::new();
        let (mut missing, mut wanted) = (Vec::new(), Vec::new());
        for (column, headers) in &mapping.columns {
            let mut found = folded.iter().enumerate().filter(|(_, header)| headers.contains(header));
            match (found.next(), found.next()) {
                (None, _) => {
                    missing.push(column.name());
                    wanted.push(headers.join(" / "));
                }
                (Some((place, _)), None) => {
                    places.insert(*column, place);
                }
                (Some(_), Some((place, _))) => {
                    return Err(ImportError::RepeatedColumn { header: header.get(place).cloned().unwrap_or_default() });
                }
            }
        }
        if missing.is_empty() {
            Ok(Self { mapping, header, places })
        } else {
            let found = header.into_iter().filter(|header| !header.trim().is_empty()).collect();
            let separator = char::from(mapping.separator);
            Err(ImportError::MissingColumns { missing, wanted, found, separator })
        }
    }

    fn header_of(&self, column: Column) -> &str {
        self.places.get(&column).and_then(|place| self.header.get(*place)).map_or("", |header| header.trim())
    }

    /// What the row is where it is no data.
    fn skipped(&self, cells: &[String]) -> Option<Skipped> {
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
        let Some(first) = filled.next() else { return Some(Skipped::Blank) };
        if self.mapping.sum_words.contains(&fold(first)) {
            return Some(Skipped::Sum);
        }
        let is_header =
            cells.len() == self.header.len() && cells.iter().zip(&self.header).all(|(a, b)| a.trim() == b.trim());
        is_header.then_some(Skipped::Header)
    }

    fn columns(&self) -> Vec<(String, Option<Column>)> {
        let column_at = |place| self.places.iter().find(|(_, at)| **at == place).map(|(column, _)| *column);
        self.header.iter().enumerate().map(|(place, header)| (header.clone(), column_at(place))).collect()
    }
}

/// Reads a file.
///
/// # Errors
/// [`ImportError`] where no row at its beginning is the header that the mapping describes. A row that cannot be
/// read is no error; it is [rejected](Plan::rejected).
pub fn read(bytes: &[u8], mapping: &Mapping, context: &Context) -> Result<Plan, ImportError> {
    let (text, encoding) = table::decode(bytes);
    let header::Begun { layout, separator, skipped, rows } = header::find(&text, mapping)?;
    let mut plan = Plan {
        header: layout.header.clone(),
        rows: Vec::new(),
        rejected: Vec::new(),
        repeated: Vec::new(),
        new_words: BTreeMap::new(),
        understood: Understood { encoding, separator, columns: layout.columns(), skipped, ..Understood::default() },
    };
    let mut seen: BTreeMap<DocumentId, (usize, usize)> = BTreeMap::new();
    for table::Record { line, cells } in rows {
        if let Some(what) = layout.skipped(&cells) {
            plan.understood.skipped.push(SkippedRow { line, what });
            continue;
        }
        plan.understood.data_rows += 1;
        if cells.len() != layout.header.len() {
            plan.rejected.push(RejectedRow { line, reason: Reason::WrongCellCount, column: None, cells });
            continue;
        }
        match row::read(&cells, &layout, context) {
            Err((reason, column)) => {
                let column = Some(layout.header_of(column).to_owned());
                plan.rejected.push(RejectedRow { line, reason, column, cells });
            }
            Ok(visit) => match seen.entry(visit.visit_id) {
                Entry::Vacant(place) => {
                    place.insert((line, 0));
                    plan.add(line, cells, visit);
                }
                Entry::Occupied(mut place) => {
                    let (like, times) = place.get_mut();
                    *times += 1;
                    plan.repeated.push(visit.again(line, cells, *like, *times));
                }
            },
        }
    }
    Ok(plan)
}

impl Plan {
    /// Takes rows that say the same as one before them for conversations of their own.
    pub fn take_repeated(&mut self) {
        for RepeatedRow { row, like: _, day, new_words } in std::mem::take(&mut self.repeated) {
            self.take(row, day, new_words);
        }
        self.rows.sort_by_key(|row| row.line);
    }

    fn add(&mut self, line: usize, cells: Vec<String>, visit: row::Visit) {
        let (row, day, new_words) = visit.planned(line, cells);
        self.take(row, day, new_words);
    }

    fn take(&mut self, row: PlannedRow, day: Date, new_words: Vec<(String, String)>) {
        for (list, word) in new_words {
            *self.new_words.entry(list).or_default().entry(fold(&word)).or_default() += 1;
        }
        self.understood.count(&row.visit, day, row.initials.as_deref(), row.person);
        self.rows.push(row);
    }
}

impl row::Visit {
    fn planned(self, line: usize, cells: Vec<String>) -> (PlannedRow, Date, Vec<(String, String)>) {
        let Self { visit_id, note_id, day, fields, note, initials, person, new_words } = self;
        (PlannedRow { line, visit_id, note_id, visit: fields, note, initials, person, cells }, day, new_words)
    }

    /// The row where it says the same as one before it for the so-manieth time.
    fn again(self, line: usize, cells: Vec<String>, like: usize, times: usize) -> RepeatedRow {
        let (mut row, day, new_words) = self.planned(line, cells);
        row.visit_id = row::identity_again(row.visit_id, times);
        row.note_id = row::identity_again(row.note_id, times);
        RepeatedRow { row, like, day, new_words }
    }
}

impl Understood {
    fn count(&mut self, fields: &Fields, day: Date, initials: Option<&str>, person: Option<PersonId>) {
        for field in ["kind", "district", "place", "arose", "languages", "topics", "help", "with", "next_step"] {
            let values = match fields.get(field) {
                Some(Value::Array(members)) => members.as_slice(),
                Some(one) => std::slice::from_ref(one),
                None => &[],
            };
            for value in values.iter().filter_map(Value::as_str) {
                *self.codes.entry(field.to_owned()).or_default().entry(value.to_owned()).or_default() += 1;
            }
        }
        self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        match (person, initials) {
            (Some(person), _) => *self.people.entry(person).or_default() += 1,
            (None, Some(initials)) => *self.unknown_initials.entry(initials.to_owned()).or_default() += 1,
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests;
