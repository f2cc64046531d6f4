//! Taking a log from another tool: first what it is understood to say, then writing it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use footbridge_client::import;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::words::Language;

/// How often each word came, by list or field.
type Counts = HashMap<String, HashMap<String, u64>>;

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReadColumn {
    /// Its header.
    pub header: String,
    /// What it is read as; absent where nothing reads it.
    pub read_as: Option<String>,
}

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RejectedRow {
    /// The line of the file on which it begins.
    pub line: u64,
    /// Why, by its stable name.
    pub reason: String,
    /// The header of the column that it is about.
    pub column: Option<String>,
}

impl From<&import::RejectedRow> for RejectedRow {
    fn from(import::RejectedRow { line, reason, column, cells: _ }: &import::RejectedRow) -> Self {
        Self { line: number(*line), reason: reason.code().to_owned(), column: column.clone() }
    }
}

/// What was understood of a file, to be shown before anything is written.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Understanding {
    /// The encoding that it was taken for.
    pub encoding: String,
    /// Its columns.
    pub columns: Vec<ReadColumn>,
    /// Rows of data: planned, repeated and rejected together.
    pub data_rows: u64,
    /// Rows that are no data: blank ones, sums, headers.
    pub skipped: u64,
    /// Visits to be written.
    pub planned: u64,
    /// The lines of rows that said the same as one before them.
    pub repeated: Vec<u64>,
    /// Rows that cannot be imported.
    pub rejected: Vec<RejectedRow>,
    /// The first and the last day of the visits, in ISO 8601.
    pub first_day: Option<String>,
    /// See `first_day`.
    pub last_day: Option<String>,
    /// How many visits have each code, by field.
    pub codes: Counts,
    /// Words without a code, by list; each is kept in the note of its visit.
    pub new_words: Counts,
    /// How many visits are by each person of the mapping, by her id.
    pub people: HashMap<String, u64>,
    /// How many visits have initials that the mapping does not name.
    pub unknown_initials: HashMap<String, u64>,
}

impl From<&import::Plan> for Understanding {
    fn from(import::Plan { header: _, rows, rejected, repeated, new_words, understood }: &import::Plan) -> Self {
        let import::Understood {
            encoding,
            separator: _,
            columns,
            skipped,
            data_rows,
            codes,
            days,
            people,
            unknown_initials,
        } = understood;
        let column = |(header, column): &(String, Option<import::Column>)| ReadColumn {
            header: header.clone(),
            read_as: column.map(|column| column.name().to_owned()),
        };
        Self {
            encoding: (*encoding).to_owned(),
            columns: columns.iter().map(column).collect(),
            data_rows: number(*data_rows),
            skipped: number(skipped.len()),
            planned: number(rows.len()),
            repeated: repeated.iter().map(|repeated| number(repeated.row.line)).collect(),
            rejected: rejected.iter().map(Into::into).collect(),
            first_day: days.map(|(first, _)| first.to_string()),
            last_day: days.map(|(_, last)| last.to_string()),
            codes: counts(codes),
            new_words: counts(new_words),
            people: people.iter().map(|(person, count)| (person.to_string(), number(*count))).collect(),
            unknown_initials: sums(unknown_initials),
        }
    }
}

/// What came of an import. Every data row of the file counts once.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ImportReport {
    /// Visits that were written.
    pub imported: u64,
    /// Rows whose visit was here before, or stands twice in the file.
    pub already_there: u64,
    /// The lines of rows that said the same as one before them.
    pub repeated: Vec<u64>,
    /// Rows that were not understood, or that the store would not take.
    pub rejected: u64,
    /// Words without a code, by list.
    pub new_words: Counts,
    /// The rows that were rejected or repeated, as a table with their lines and reasons; absent where there are none.
    pub rejected_csv: Option<Vec<u8>>,
}

/// What an import will do.
#[derive(Debug, uniffi::Object)]
pub struct ImportPlan {
    plan: import::Plan,
}

#[uniffi::export]
impl ImportPlan {
    /// What was understood.
    pub fn understanding(&self) -> Understanding {
        (&self.plan).into()
    }

    /// The same plan, but rows that say the same as one before them are conversations of their own.
    pub fn with_repeated(&self) -> Arc<ImportPlan> {
        let mut plan = self.plan.clone();
        plan.take_repeated();
        Arc::new(ImportPlan { plan })
    }
}

#[uniffi::export]
impl Footbridge {
    /// Reads a log by a mapping in TOML (the shipped one where none is given) and writes nothing.
    pub async fn read_log(&self, file: Vec<u8>, mapping: Option<String>) -> Result<Arc<ImportPlan>, FootbridgeError> {
        self.on_disk(move |client| Ok(Arc::new(ImportPlan { plan: client.read_log(&file, mapping.as_deref())? }))).await
    }

    /// How many visits of a plan are not here yet.
    pub async fn count_new(&self, plan: Arc<ImportPlan>) -> Result<u64, FootbridgeError> {
        self.on_disk(move |client| Ok(number(client.count_new(&plan.plan)?))).await
    }

    /// Writes what was understood. What was there before stays as it is. The table of rows that were not taken gives
    /// its reasons in this language.
    pub async fn import(&self, plan: Arc<ImportPlan>, language: Language) -> Result<ImportReport, FootbridgeError> {
        self.on_disk(move |client| {
            let report = client.import(&plan.plan)?;
            let rows = &report.rejected_rows;
            let rejected_csv =
                (!rows.is_empty()).then(|| import::rejected_csv(&plan.plan.header, rows, language.into()));
            Ok(ImportReport {
                imported: number(report.imported),
                already_there: number(report.already_there),
                repeated: report.repeated.iter().map(|line| number(*line)).collect(),
                rejected: number(report.rejected),
                new_words: counts(&report.new_words),
                rejected_csv,
            })
        })
        .await
    }
}

fn counts(counts: &BTreeMap<String, BTreeMap<String, usize>>) -> Counts {
    counts.iter().map(|(list, words)| (list.clone(), sums(words))).collect()
}

fn sums(words: &BTreeMap<String, usize>) -> HashMap<String, u64> {
    words.iter().map(|(word, count)| (word.clone(), number(*count))).collect()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
