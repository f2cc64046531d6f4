//! Taking a log from another tool into the store: first what it is understood to say, then writing it. Ids
//! follow from the rows, so that a second run, here or on another device, adds nothing.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::{Command, Fields, Kind};
use footbridge_store::{Writing, records};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::import::{self, Context, ImportError, Mapping, Plan, PlannedRow, RejectedRow};
use crate::recording::Ground;

/// So many rows are written in one transaction.
const ROWS_TOGETHER: usize = 200;

/// What came of an import. Every data row of the file counts once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Visits that were written.
    pub imported: usize,
    /// Rows whose visit was here before, or stands twice in the file.
    pub already_there: usize,
    /// Rows that were not understood, or that the store would not take.
    pub rejected: usize,
    /// Words without a code, by list, with how often each came; they are kept in the notes.
    pub new_words: BTreeMap<String, BTreeMap<String, usize>>,
    /// The rows that were not taken, for [`import::rejected_csv`].
    #[serde(skip)]
    pub rejected_rows: Vec<RejectedRow>,
}

impl Footbridge {
    /// Reads a log by a mapping (the shipped one where none is given) and says what it understood. Writes
    /// nothing.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] naming the key of a mapping that is none, or the column that the file
    /// lacks.
    pub fn read_log(&self, file: &[u8], mapping: Option<&str>) -> Result<Plan, FootbridgeError> {
        let mapping = mapping.map_or_else(Mapping::conversation_log, Mapping::parse).map_err(|error| {
            FootbridgeError::invalid("mapping", footbridge_model::Problem::WrongForm, vec![error.key])
        })?;
        let vocabulary = self.vocabulary()?;
        let now = self.inner.now();
        let context = Context {
            now,
            today: now.day_in(&vocabulary.time_zone),
            time_zone: vocabulary.time_zone.clone(),
            known: vocabulary
                .lists
                .keys()
                .map(|list| (list.clone(), vocabulary.offered(list).into_iter().collect::<BTreeSet<_>>()))
                .collect(),
            districts: vocabulary.districts.clone(),
            // The same before and after the first join, so that a second run never doubles.
            programme: None,
        };
        import::read(file, &mapping, &context).map_err(|error| {
            let (field, allowed) = match error {
                ImportError::Empty => ("file", Vec::new()),
                ImportError::MissingColumns { missing } => ("file", missing.into_iter().map(str::to_owned).collect()),
                ImportError::RepeatedColumn { header } => ("file", vec![header]),
            };
            FootbridgeError::invalid(field, footbridge_model::Problem::WrongForm, allowed)
        })
    }

    /// Writes what [`Footbridge::read_log`] understood. A visit or note that was there before stays as it is.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`]; what was written by then stays, and a further run goes on.
    pub fn import(&self, plan: &Plan) -> Result<ImportReport, FootbridgeError> {
        let mut report = ImportReport {
            imported: 0,
            already_there: plan.repeated,
            rejected: 0,
            new_words: plan.new_words.clone(),
            rejected_rows: plan.rejected.clone(),
        };
        for rows in plan.rows.chunks(ROWS_TOGETHER) {
            let mut written = Vec::new();
            self.write(|footbridge, writing, ground| {
                for row in rows {
                    if records::get(writing, row.visit_id)?.is_some() {
                        report.already_there += 1;
                        continue;
                    }
                    match footbridge.import_row(writing, ground, row) {
                        Ok(()) => {
                            report.imported += 1;
                            written.push(row.visit_id);
                        }
                        Err(FootbridgeError::Invalid { field, .. }) => {
                            report.rejected_rows.push(row.clone().refused(Some(field)));
                        }
                        Err(error) => return Err(error),
                    }
                }
                Ok(())
            })?;
            self.recorded(&written, Kind::Visit);
        }
        report.rejected_rows.sort_by_key(|row| row.line);
        report.rejected = report.rejected_rows.len();
        Ok(report)
    }

    fn import_row(&self, writing: &Writing<'_>, ground: &Ground, row: &PlannedRow) -> Result<(), FootbridgeError> {
        // Looked at before anything is written: a row comes in whole or not at all.
        let note = row.note.as_ref().map(|text| note_fields(row, text));
        footbridge_model::validation::create(Kind::Visit, &row.visit, &ground.vocabulary, ground.now)?;
        if let Some(note) = &note {
            footbridge_model::validation::create(Kind::Note, note, &ground.vocabulary, ground.now)?;
        }
        self.add_with_id(writing, ground, Kind::Visit, row.visit_id, &row.visit)?;
        if let Some(note) = &note
            && records::get(writing, row.note_id)?.is_none()
        {
            self.add_with_id(writing, ground, Kind::Note, row.note_id, note)?;
        }
        if let Some(person) = row.person
            && Some(person) != ground.me()
        {
            self.command(writing, ground, row.visit_id, &Command::Attribute { person })?;
            if note.is_some() {
                self.command(writing, ground, row.note_id, &Command::Attribute { person })?;
            }
        }
        Ok(())
    }
}

fn note_fields(row: &PlannedRow, text: &str) -> Fields {
    let fields = json!({"on": row.visit_id, "text": text});
    match fields {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}
