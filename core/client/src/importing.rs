//! Taking a log from another tool into the store: first what it is understood to say, then writing it. Ids
//! follow from the rows, so that a second run, here or on another device, adds nothing.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::document::{self, Base};
use footbridge_model::{Command, DocumentId, FieldChange, Fields, Kind, Role, Scalar};
use footbridge_store::outbox::{self, Intent, ItemKind, OutboxRow};
use footbridge_store::records::RecordRow;
use footbridge_store::{Writing, meta, records};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::import::{self, Context, ImportError, Mapping, Plan, PlannedRow, RejectedRow, RepeatedRow};
use crate::recording::Ground;
use crate::{Footbridge, record};

/// So many rows are written in one transaction.
const ROWS_TOGETHER: usize = 200;

/// Ids of what was taken in before the first join, one after the other.
const IMPORTED: &str = "imported";

/// What came of an import. Every data row of the file counts once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Visits that were written.
    pub imported: usize,
    /// Rows whose visit was here before, or stands twice in the file.
    pub already_there: usize,
    /// The lines of those that say the same as a row before them in the file, see [`import::Plan::take_repeated`].
    pub repeated: Vec<usize>,
    /// Rows that were not understood, or that the store would not take.
    pub rejected: usize,
    /// Words without a code, by list, with how often each came; they are kept in the notes.
    pub new_words: BTreeMap<String, BTreeMap<String, usize>>,
    /// The rows that were rejected or repeated, for [`import::rejected_csv`].
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
            districts: vocabulary.districts.is_some().then(|| vocabulary.present_districts()),
        };
        import::read(file, &mapping, &context).map_err(|error| {
            let (field, allowed) = match error {
                ImportError::Empty => ("file", Vec::new()),
                ImportError::MissingColumns { missing, .. } => {
                    ("file", missing.into_iter().map(str::to_owned).collect())
                }
                ImportError::RepeatedColumn { header } => ("file", vec![header]),
            };
            FootbridgeError::invalid(field, footbridge_model::Problem::WrongForm, allowed)
        })
    }

    /// How many visits of a plan are not here yet.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn count_new(&self, plan: &Plan) -> Result<usize, FootbridgeError> {
        self.inner.store.read(|snapshot| {
            let membership = identity::membership(snapshot)?;
            let mut new = 0;
            for row in &plan.rows {
                let id = id_in(row.visit_id, membership.as_ref());
                new += usize::from(records::get(snapshot, id)?.is_none());
            }
            Ok(new)
        })
    }

    /// Writes what [`Footbridge::read_log`] understood. A visit or note that was there before stays as it is.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`]; what was written by then stays, and a further run goes on.
    pub fn import(&self, plan: &Plan) -> Result<ImportReport, FootbridgeError> {
        let mut report = ImportReport {
            imported: 0,
            already_there: plan.repeated.len(),
            repeated: plan.repeated.iter().map(|repeated| repeated.row.line).collect(),
            rejected: 0,
            new_words: plan.new_words.clone(),
            rejected_rows: plan.rejected.clone(),
        };
        for rows in plan.rows.chunks(ROWS_TOGETHER) {
            let mut written = Vec::new();
            self.write(|footbridge, writing, ground| {
                for row in rows {
                    let row = &of_programme(row, ground);
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
        report.rejected = report.rejected_rows.len();
        report.rejected_rows.extend(plan.repeated.iter().map(RepeatedRow::given_back));
        report.rejected_rows.sort_by_key(|row| row.line);
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
        if ground.membership.is_none() {
            let mut imported = meta::get(writing, IMPORTED)?.unwrap_or_default();
            imported.extend_from_slice(row.visit_id.as_bytes());
            imported.extend_from_slice(row.note_id.as_bytes());
            meta::set(writing, IMPORTED, &imported)?;
        }
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

/// A planned row under the ids that it has in this programme.
fn of_programme(row: &PlannedRow, ground: &Ground) -> PlannedRow {
    let membership = ground.membership.as_ref();
    PlannedRow { visit_id: id_in(row.visit_id, membership), note_id: id_in(row.note_id, membership), ..row.clone() }
}

/// The id of an imported row: its own before the first join; in a programme one that is the same for all
/// coordinators, who see each other's records, and for each volunteer, who does not, one of hers.
fn id_in(row: DocumentId, membership: Option<&Membership>) -> DocumentId {
    let Some(membership) = membership else { return row };
    let mut name: Vec<&[u8]> = vec![b"imported", row.as_bytes()];
    if membership.role == Role::Volunteer {
        name.push(membership.person.as_bytes());
    }
    DocumentId::named(membership.programme.as_bytes(), &name, row.time())
}

/// At the first join: what was taken in before gets the ids that it has in the programme. None of it was
/// sent yet, so each record is made anew from what was meant, step by step.
pub(crate) fn move_into_programme(writing: &Writing<'_>, ground: &Ground) -> Result<(), FootbridgeError> {
    let Some(imported) = meta::get(writing, IMPORTED)? else { return Ok(()) };
    let ids: Vec<DocumentId> = imported.chunks_exact(16).filter_map(|bytes| DocumentId::try_from(bytes).ok()).collect();
    let names: BTreeMap<DocumentId, DocumentId> =
        ids.iter().map(|id| (*id, id_in(*id, ground.membership.as_ref()))).collect();
    let mut all = ids.clone();
    for id in &ids {
        let on_it = records::on(writing, *id)?.into_iter().map(|row| row.id);
        all.extend(on_it.filter(|id| !names.contains_key(id)));
    }
    for id in all {
        move_one(writing, ground, id, &names)?;
    }
    meta::remove(writing, IMPORTED)?;
    Ok(())
}

fn move_one(
    writing: &Writing<'_>,
    ground: &Ground,
    id: DocumentId,
    names: &BTreeMap<DocumentId, DocumentId>,
) -> Result<(), FootbridgeError> {
    let Some(mut row) = records::get(writing, id)? else { return Ok(()) };
    let zone = &ground.vocabulary.time_zone;
    let Some(kind) = row.projection.known_kind() else { return Ok(()) };
    let renamed = |text: &str| text.parse().ok().and_then(|id: DocumentId| names.get(&id)).map(ToString::to_string);
    if row.is_draft() {
        for value in row.projection.fields.values_mut() {
            if let Some(name) = value.as_str().and_then(renamed) {
                *value = name.into();
            }
        }
        return record::put(writing, &row, ground.me(), zone).map_err(Into::into);
    }
    let items = outbox::of(writing, id)?;
    outbox::remove_of(writing, id)?;
    records::remove(writing, &row)?;
    let new_id = names.get(&id).copied().unwrap_or(id);
    let mut stored: Option<Vec<u8>> = None;
    for item in items {
        let (ItemKind::Change, Some(intent)) = (item.item, &item.intent) else {
            outbox::add(writing, &OutboxRow { record: new_id, ..item })?;
            continue;
        };
        let changes: Vec<FieldChange> = intent
            .changes
            .iter()
            .map(|change| match change {
                FieldChange::Set { field, value: Scalar::Str(text) } => {
                    let value = Scalar::Str(renamed(text).unwrap_or_else(|| text.clone()));
                    FieldChange::Set { field: field.clone(), value }
                }
                other => other.clone(),
            })
            .collect();
        let seen = stored.as_deref().map(document::heads).transpose()?.unwrap_or_default();
        let made = match &stored {
            None => {
                let recorded_at = row.projection.recorded_at;
                Some(document::create(kind, recorded_at, ground.actor, item.made_at, &changes)?)
            }
            Some(stored) => document::edit(stored, ground.actor, item.made_at, &changes, &Base::Current)?,
        };
        if let Some(made) = made {
            let intent = Some(Intent { changes, seen, ..Intent::default() });
            let (payload, name) = (made.change, made.hash.0.to_vec());
            outbox::add(writing, &OutboxRow { record: new_id, payload, name, intent, ..item })?;
            row.projection = made.projection;
            stored = Some(made.stored);
        }
    }
    let moved = RecordRow::new(new_id, stored.as_deref(), row.projection, row.facts);
    record::put(writing, &moved, ground.me(), zone).map_err(Into::into)
}
