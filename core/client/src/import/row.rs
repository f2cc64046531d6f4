//! One row into one visit: its fields, and the words that go to its note.
//!
//! Invariant: whatever a cell says and no field can hold stands in the note, in the file's own words behind
//! the header of its column ("Plats: simhallen").

use std::borrow::Cow;

use footbridge_model::{DocumentId, Fields, Kind, PersonId, Shape, Timestamp, clean};
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde_json::Value;

use super::dates::{self, Clock};
use super::digits::plain;
use super::mapping::{Column, List};
use super::numbers::{self, Amount, SaysMore};
use super::words::{Meant, Words, fold};
use super::{Context, Layout, Reason};

/// What a row came to.
pub(super) struct Visit {
    pub(super) visit_id: DocumentId,
    pub(super) note_id: DocumentId,
    pub(super) day: Date,
    pub(super) fields: Fields,
    pub(super) note: Option<String>,
    pub(super) initials: Option<String>,
    pub(super) person: Option<PersonId>,
    /// Words without a code, by list.
    pub(super) new_words: Vec<(String, String)>,
}

/// Why not, and on account of which column.
pub(super) type Refusal = (Reason, Column);

/// Reads a row that has as many cells as the header.
pub(super) fn read(cells: &[String], layout: &Layout<'_>, context: &Context) -> Result<Visit, Refusal> {
    let mut row = Row {
        cells,
        layout,
        words: Words { mapping: layout.mapping, known: &context.known },
        fields: Fields::new(),
        lines: Vec::new(),
        new_words: Vec::new(),
    };
    let day = row.happened_at(context)?;
    row.district(context)?;
    row.place_and_kind();
    row.one(Column::Arose, List::Arose);
    row.many(Column::Languages, List::Languages);
    row.many(Column::Topics, List::Topics);
    row.many(Column::Help, List::Help);
    row.many(Column::With, List::With);
    row.amount(Column::Reached, "reached", "reached_estimated")?;
    row.amount(Column::Minutes, "minutes", "minutes_estimated")?;
    row.one(Column::NextStep, List::NextStep);
    let note = row.note()?;
    let initials = Some(row.cell(Column::Author).to_owned()).filter(|initials| !initials.is_empty());
    let person = initials.as_ref().and_then(|initials| layout.mapping.people.get(&fold(initials)).copied());
    let name = row.name(initials.as_deref());
    let id = |what: &[u8]| identity(what, &name, day);
    Ok(Visit {
        visit_id: id(b"visit"),
        note_id: id(b"note"),
        day,
        fields: row.fields,
        note,
        initials,
        person,
        new_words: row.new_words,
    })
}

/// The id that follows from what was understood of the row. So a second run finds what the first one made, however
/// the file was tidied meanwhile. It carries the day of the visit and sorts by it.
fn identity(what: &[u8], said: &[(String, String)], day: Date) -> DocumentId {
    let mut name: Vec<&[u8]> = vec![what];
    for (column, words) in said {
        name.push(column.as_bytes());
        name.push(words.as_bytes());
    }
    let midnight = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_millisecond);
    DocumentId::named(b"footbridge import 2", &name, Timestamp(midnight))
}

/// The id of a row that says the same as others before it, where it is taken for a conversation of its own.
pub(super) fn identity_again(id: DocumentId, times: usize) -> DocumentId {
    DocumentId::named(id.as_bytes(), &[b"repeated", times.to_string().as_bytes()], id.time())
}

struct Row<'a> {
    cells: &'a [String],
    layout: &'a Layout<'a>,
    words: Words<'a>,
    fields: Fields,
    /// What the note says beside its own text.
    lines: Vec<(Column, String)>,
    new_words: Vec<(String, String)>,
}

impl<'a> Row<'a> {
    /// What the row says in a column; empty where that is nothing.
    fn cell(&self, column: Column) -> &'a str {
        let place = self.layout.places.get(&column);
        let cell = place.and_then(|place| self.cells.get(*place)).map_or("", |cell| cell.trim());
        if self.layout.mapping.nothing.contains(&fold(cell)) { "" } else { cell }
    }

    /// All that was understood, in one order and spelling: fields, words without a code, the note, and who wrote it.
    fn name(&self, initials: Option<&str>) -> Vec<(String, String)> {
        let field = |(name, value): (&String, &Value)| (format!("field {name}"), fold(&value.to_string()));
        let line = |(column, words): &(Column, String)| (format!("words {}", column.name()), fold(words));
        let note = fold(self.cell(Column::Note));
        let mut said: Vec<_> = self.fields.iter().map(field).chain(self.lines.iter().map(line)).collect();
        said.push(("note".to_owned(), note));
        said.push(("by".to_owned(), fold(initials.unwrap_or_default())));
        said.retain(|(_, words)| !words.is_empty());
        said.sort();
        said
    }

    fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), value.into());
    }

    fn happened_at(&mut self, context: &Context) -> Result<Date, Refusal> {
        let date = plain(self.cell(Column::Date));
        let (day, behind) = dates::day(&date, &self.layout.mapping.dates).map_err(|reason| (reason, Column::Date))?;
        if day > context.today {
            return Err((Reason::FutureDate, Column::Date));
        }
        let (column, written) = match (self.cell(Column::Time), behind) {
            ("", Some(behind)) => (Column::Date, behind),
            (written, _) => (Column::Time, written),
        };
        let clock = dates::clock(&plain(written), self.layout.mapping).map_err(|reason| (reason, column))?;
        let time = match clock {
            Clock::Absent => None,
            Clock::At(time) => Some(time),
            Clock::Roughly(time) => {
                self.lines.push((column, written.to_owned()));
                Some(time)
            }
            Clock::Vague => {
                self.lines.push((column, written.to_owned()));
                self.new_words.push((Column::Time.name().to_owned(), written.to_owned()));
                None
            }
        };
        let happened_at = match time {
            None => day.to_string(),
            Some(time) => self.moment(day, time, context).map_err(|reason| (reason, column))?,
        };
        self.set("happened_at", happened_at);
        Ok(day)
    }

    /// A time that the clocks of the zone showed that day, as they showed it.
    fn moment(&self, day: Date, time: Time, context: &Context) -> Result<String, Reason> {
        let ambiguous = context.time_zone.to_ambiguous_zoned(day.to_datetime(time));
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => {}
            AmbiguousOffset::Gap { .. } => return Err(Reason::ImpossibleTime),
            AmbiguousOffset::Fold { .. } => return Err(Reason::AmbiguousTime),
        }
        let zoned = ambiguous.compatible().map_err(|_| Reason::ImpossibleTime)?;
        if zoned.timestamp().as_millisecond() > context.now.0 {
            return Err(Reason::FutureDate);
        }
        Ok(day.to_datetime(time).to_string())
    }

    fn district(&mut self, context: &Context) -> Result<(), Refusal> {
        let written = self.cell(Column::District);
        if written.is_empty() {
            return Ok(());
        }
        let folded = fold(written);
        let meant = self.layout.mapping.meaning(List::District, &folded).map_or(written, |meaning| &meaning.code);
        let district = match &context.districts {
            None => meant,
            Some(districts) => districts
                .iter()
                .find(|district| fold(district) == fold(meant))
                .ok_or((Reason::UnknownDistrict, Column::District))?,
        };
        self.set("district", district);
        Ok(())
    }

    fn place_and_kind(&mut self) {
        let written = self.cell(Column::Place);
        let meant = self.words.single(List::Place, written);
        let mapping = self.layout.mapping;
        let code = meant.codes.first().cloned();
        let mut kind = meant.kind.clone();
        if let Some(code) = &code {
            kind = kind.or_else(|| mapping.kinds.get(code).cloned());
            self.set("place", code.as_str());
        } else if let Some(words) = as_own_words(written) {
            self.set("place", words);
        }
        self.add_words(Column::Place, meant);
        let written = self.words.single(List::Kind, self.cell(Column::Kind));
        if let Some(said) = written.codes.first() {
            kind = Some(said.clone());
        }
        self.add_words(Column::Kind, written);
        self.set("kind", kind.unwrap_or_else(|| mapping.default_kind.clone()));
    }

    fn one(&mut self, column: Column, list: List) {
        let meant = self.words.single(list, self.cell(column));
        if let Some(code) = meant.codes.first() {
            self.set(list.name(), code.as_str());
        }
        self.add_words(column, meant);
    }

    fn many(&mut self, column: Column, list: List) {
        let meant = self.words.set(list, self.cell(column));
        self.add_to_set(list.name(), meant.codes.iter());
        self.add_to_set(List::With.name(), meant.with.iter());
        self.add_words(column, meant);
    }

    fn add_to_set<'c>(&mut self, field: &str, codes: impl Iterator<Item = &'c String>) {
        let mut members: Vec<Value> = self.fields.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
        members.extend(codes.map(|code| Value::from(code.as_str())));
        members.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        members.dedup();
        if !members.is_empty() {
            self.set(field, members);
        }
    }

    fn add_words(&mut self, column: Column, meant: Meant) {
        if !meant.kept.is_empty() {
            self.lines.push((column, meant.kept.join(", ")));
        }
        self.new_words.extend(meant.new.into_iter().map(|(list, word)| (list.name().to_owned(), word)));
    }

    fn amount(&mut self, column: Column, field: &str, estimated: &str) -> Result<(), Refusal> {
        let written = self.cell(column);
        let numbers = &self.layout.mapping.numbers;
        let units = if column == Column::Minutes { &numbers.minutes } else { &numbers.persons };
        let amount =
            numbers::amount(&plain(written), numbers, units, highest(field)).map_err(|reason| (reason, column))?;
        let says_more = match amount {
            Amount::Absent => SaysMore::No,
            Amount::Exactly(number) => {
                self.set(field, number);
                SaysMore::No
            }
            Amount::About(number, says_more) => {
                self.set(field, number);
                self.set(estimated, true);
                says_more
            }
            Amount::Unknown(says_more) => {
                self.set(field, Value::Null);
                says_more
            }
            Amount::New => {
                self.set(field, Value::Null);
                self.new_words.push((field.to_owned(), written.to_owned()));
                SaysMore::Yes
            }
        };
        if says_more == SaysMore::Yes {
            self.lines.push((column, written.to_owned()));
        }
        Ok(())
    }

    fn note(&mut self) -> Result<Option<String>, Refusal> {
        let written = self.cell(Column::Note).to_owned();
        let mut paragraphs: Vec<String> = Some(written).filter(|text| !text.is_empty()).into_iter().collect();
        for (column, words) in &self.lines {
            paragraphs.push(format!("{}: {words}", self.layout.header_of(*column)));
        }
        let note = paragraphs.join("\n");
        if note.chars().count() > longest_note() {
            return Err((Reason::NoteTooLong, Column::Note));
        }
        Ok(Some(note).filter(|note| !note.is_empty()))
    }
}

/// The highest number that a visit's field takes.
fn highest(field: &str) -> i64 {
    match Kind::Visit.spec().field(field).map(|field| field.shape) {
        Some(Shape::Count { max }) => max,
        _ => i64::MAX,
    }
}

/// The words as a visit's place, on one line, where they are short enough.
fn as_own_words(written: &str) -> Option<String> {
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let longest = match Kind::Visit.spec().field("place").map(|field| field.shape) {
        Some(Shape::CodeOrText { max, .. }) => max,
        _ => 0,
    };
    clean::line(&line).filter(|line| line.chars().count() <= longest).map(Cow::into_owned)
}

fn longest_note() -> usize {
    match Kind::Note.spec().field("text").map(|field| field.shape) {
        Some(Shape::Prose { max }) => max,
        _ => usize::MAX,
    }
}
