//! Recording: what a person enters is validated, written in one transaction and durable when the call
//! returns. Each edit also lies in the outbox, with what was meant by it.

mod drafting;
mod follow_up;

use std::sync::Arc;

use footbridge_model::document::{self, Base, Edited};
use footbridge_model::{
    Actor, ChangeHash, Command, DocumentId, Facts, FieldChange, Fields, Kind, PersonId, Problem, Timestamp, Vocabulary,
    policy, validation,
};
use footbridge_store::outbox::{self, Intent, ItemKind, OutboxRow};
use footbridge_store::records::{self, RecordRow};
use footbridge_store::{Snapshot, Writing};
use serde_json::Value;

use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::{ChangeEvent, Footbridge, record};
use drafting::{draft_row, finish_draft, put_draft};

/// What a write stands on.
pub(crate) struct Ground {
    pub now: Timestamp,
    pub vocabulary: Arc<Vocabulary>,
    pub membership: Option<Membership>,
    pub actor: Actor,
}

impl Ground {
    pub fn me(&self) -> Option<PersonId> {
        self.membership.as_ref().map(|membership| membership.person)
    }
}

impl Footbridge {
    /// Records something. A visit (or a note or follow-up) with `"state": "draft"`, or on a draft, is a
    /// draft: its author's alone until it is done.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] naming the field and what is allowed, [`FootbridgeError::Forbidden`],
    /// [`FootbridgeError::Storage`]; nothing is written then.
    pub fn add(&self, kind: &str, fields: &Fields) -> Result<DocumentId, FootbridgeError> {
        let kind = known_kind(kind)?;
        let id = self.write(|footbridge, writing, ground| {
            let id = match kind {
                Kind::Code => code_id(ground, fields)?,
                _ => DocumentId::new(ground.now, footbridge.inner.environment.random.as_ref()),
            };
            footbridge.add_with_id(writing, ground, kind, id, fields)?;
            Ok(id)
        })?;
        self.recorded(&[id], kind);
        Ok(id)
    }

    /// Changes a record: only the fields named in `patch`; null clears; on a set `{"add": […], "remove": […]}`.
    /// `seen` is the record's `version` as it was shown; without it, the record as it stands is meant. On a
    /// follow-up, `state` and `outcome` become a command that waits for the server.
    ///
    /// # Errors
    /// [`FootbridgeError::Changed`] with all values where a field has gained an answer since `seen`; as
    /// [`Footbridge::add`].
    pub fn edit(&self, id: DocumentId, patch: &Fields, seen: Option<&str>) -> Result<(), FootbridgeError> {
        let kind = self.write(|footbridge, writing, ground| {
            let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
            let kind = row.projection.known_kind().ok_or_else(|| FootbridgeError::refused("unknown_kind"))?;
            if records::is_deleting(writing, id)? {
                return Err(FootbridgeError::NotFound);
            }
            if row.is_draft() {
                footbridge.edit_draft(writing, ground, kind, row, patch, seen)?;
            } else if kind == Kind::FollowUp {
                let (command, patch) = follow_up::command_of(&row.facts, patch, ground)?;
                if !patch.is_empty() {
                    edit_document(writing, ground, kind, row, &patch, seen)?;
                }
                if let Some(command) = command {
                    footbridge.command(writing, ground, id, &command)?;
                }
            } else {
                edit_document(writing, ground, kind, row, patch, seen)?;
            }
            Ok(kind)
        })?;
        self.recorded(&[id], kind);
        Ok(())
    }

    /// A draft is done: it becomes a record that coordinators see at the next sync, and so does what is on it.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] where something is missing, or where it is no draft.
    pub fn done(&self, id: DocumentId) -> Result<(), FootbridgeError> {
        let (ids, kind) = self.write(|_, writing, ground| {
            let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
            let kind = row.projection.known_kind().ok_or_else(|| FootbridgeError::refused("unknown_kind"))?;
            if !row.is_draft() {
                return Err(FootbridgeError::invalid("state", Problem::NotAllowed, vec!["draft".to_owned()]));
            }
            if let Some(parent) = parent_of(kind, &row.projection.fields)
                && records::get(writing, parent)?.is_some_and(|parent| parent.is_draft())
            {
                // What it is on comes first.
                return Err(FootbridgeError::invalid("state", Problem::NotAllowed, vec!["done".to_owned()]));
            }
            let mut ids = vec![id];
            finish_draft(writing, ground, kind, &row)?;
            for child in records::on(writing, id)?.into_iter().filter(RecordRow::is_draft) {
                if let Some(kind) = child.projection.known_kind() {
                    finish_draft(writing, ground, kind, &child)?;
                    ids.push(child.id);
                }
            }
            Ok((ids, kind))
        })?;
        self.recorded(&ids, kind);
        Ok(())
    }

    /// Its author takes a visit back: it stays readable, and is counted nowhere.
    ///
    /// # Errors
    /// [`FootbridgeError::Forbidden`] for anybody else; [`FootbridgeError::Invalid`] for what is no visit.
    pub fn withdraw(&self, id: DocumentId) -> Result<(), FootbridgeError> {
        let row = self.inner.store.read(|snapshot| records::get(snapshot, id))?.ok_or(FootbridgeError::NotFound)?;
        if row.projection.known_kind() != Some(Kind::Visit) || row.is_draft() {
            return Err(FootbridgeError::invalid("state", Problem::NotAllowed, vec!["done".to_owned()]));
        }
        let patch: Fields = [("state".to_owned(), Value::from("withdrawn"))].into_iter().collect();
        self.edit(id, &patch, None)
    }

    /// Its author makes a visit that she withdrew count again.
    ///
    /// # Errors
    /// As [`Footbridge::withdraw`].
    pub fn restore(&self, id: DocumentId) -> Result<(), FootbridgeError> {
        let row = self.inner.store.read(|snapshot| records::get(snapshot, id))?.ok_or(FootbridgeError::NotFound)?;
        if row.projection.known_kind() != Some(Kind::Visit) || row.projection.text("state") != Some("withdrawn") {
            return Err(FootbridgeError::invalid("state", Problem::NotAllowed, vec!["withdrawn".to_owned()]));
        }
        let patch: Fields = [("state".to_owned(), Value::from("done"))].into_iter().collect();
        self.edit(id, &patch, None)
    }

    /// A person chooses between the answers that stand in a field; `value` may be a third.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] where there is no disagreement on that field, or the value may not stand
    /// there; as [`Footbridge::edit`].
    pub fn settle(&self, id: DocumentId, field: &str, value: &Value) -> Result<(), FootbridgeError> {
        let kind = self.write(|_, writing, ground| {
            let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
            let kind = row.projection.known_kind().ok_or_else(|| FootbridgeError::refused("unknown_kind"))?;
            if !row.projection.disagreements.contains(field) {
                let allowed = row.projection.disagreements.iter().cloned().collect();
                return Err(FootbridgeError::invalid(field, Problem::NotAllowed, allowed));
            }
            let changes = validation::settle(kind, field, value, &ground.vocabulary).or_else(|fault| {
                // An answer that stands there may be chosen even where it is no longer on offer.
                let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
                let stands = document::answers(&stored, field)?.into_iter().any(|answer| answer.value == *value);
                let value = if stands { scalar(value) } else { None };
                value
                    .map(|value| vec![FieldChange::Set { field: field.to_owned(), value }])
                    .ok_or_else(|| FootbridgeError::from(fault))
            })?;
            check_may_edit(ground, kind, &row, &changes)?;
            write_changes(writing, ground, row, changes)?;
            Ok(kind)
        })?;
        self.recorded(&[id], kind);
        Ok(())
    }

    /// Runs a write on its ground.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Self, &Writing<'_>, &Ground) -> Result<T, FootbridgeError>,
    ) -> Result<T, FootbridgeError> {
        let vocabulary = self.vocabulary()?;
        let now = self.inner.now();
        self.inner.store.write(|writing| {
            let ground = ground(writing, now, vocabulary)?;
            work(self, writing, &ground)
        })
    }

    /// The same, for what the server has and can give again.
    pub(crate) fn write_progress<T>(
        &self,
        work: impl FnOnce(&Self, &Writing<'_>, &Ground) -> Result<T, FootbridgeError>,
    ) -> Result<T, FootbridgeError> {
        let vocabulary = self.vocabulary()?;
        let now = self.inner.now();
        self.inner.store.write_progress(|writing| {
            let ground = ground(writing, now, vocabulary)?;
            work(self, writing, &ground)
        })
    }

    pub(crate) fn add_with_id(
        &self,
        writing: &Writing<'_>,
        ground: &Ground,
        kind: Kind,
        id: DocumentId,
        fields: &Fields,
    ) -> Result<(), FootbridgeError> {
        if let Some(membership) = &ground.membership {
            policy::may_create(&membership.member(), kind)?;
        } else if matches!(kind, Kind::Programme | Kind::Person | Kind::Code) {
            return Err(FootbridgeError::Forbidden);
        }
        let mut fields = fields.clone();
        let wants_draft = kind.spec().drafted && fields.get("state") == Some(&Value::from("draft"));
        let parent_is_draft = check_references(writing, kind, &fields)?;
        if wants_draft {
            fields.remove("state");
        }
        let closing = match kind {
            Kind::FollowUp => {
                let (command, rest) = follow_up::command_of(&Facts::default(), &fields, ground)?;
                fields = rest;
                command.filter(|command| *command != Command::Reopen)
            }
            _ => None,
        };
        if closing.is_some() && (wants_draft || parent_is_draft) {
            return Err(FootbridgeError::invalid("state", Problem::NotAllowed, vec!["open".to_owned()]));
        }
        if wants_draft || parent_is_draft {
            let fields = validation::draft(kind, &fields, &Fields::new(), &ground.vocabulary)?;
            let row = draft_row(id, kind, fields, ground.now);
            return self.put_draft(writing, ground, &row);
        }
        let changes = validation::create(kind, &fields, &ground.vocabulary, ground.now)?;
        create_document(writing, ground, kind, id, ground.now, Intent { changes, ..Intent::default() })?;
        closing.map_or(Ok(()), |command| self.command(writing, ground, id, &command))
    }

    pub(crate) fn put_draft(
        &self,
        writing: &Writing<'_>,
        ground: &Ground,
        row: &RecordRow,
    ) -> Result<(), FootbridgeError> {
        let mut mark = vec![0; 8];
        self.inner.environment.random.fill(&mut mark);
        put_draft(writing, ground, row, mark)
    }

    fn edit_draft(
        &self,
        writing: &Writing<'_>,
        ground: &Ground,
        kind: Kind,
        mut row: RecordRow,
        patch: &Fields,
        seen: Option<&str>,
    ) -> Result<(), FootbridgeError> {
        if seen.is_some_and(|seen| record::version(&row).is_ok_and(|version| version != seen)) {
            let field = patch.keys().next().cloned().unwrap_or_default();
            let values = row.projection.fields.get(&field).cloned().into_iter().collect();
            return Err(FootbridgeError::Changed { field, values });
        }
        row.projection.fields = validation::draft(kind, patch, &row.projection.fields, &ground.vocabulary)?;
        check_references(writing, kind, &row.projection.fields)?;
        self.put_draft(writing, ground, &row)
    }

    pub(crate) fn recorded(&self, ids: &[DocumentId], kind: Kind) {
        if matches!(kind, Kind::Programme | Kind::Code) {
            self.inner.forget_vocabulary();
        }
        self.inner.tell(ChangeEvent::Records(ids.to_vec()));
        self.inner.recorded.notify_one();
    }
}

pub(crate) fn ground(
    snapshot: &Snapshot<'_>,
    now: Timestamp,
    vocabulary: Arc<Vocabulary>,
) -> Result<Ground, FootbridgeError> {
    let membership = identity::membership(snapshot)?;
    Ok(Ground { now, vocabulary, membership, actor: identity::actor(snapshot)? })
}

fn known_kind(name: &str) -> Result<Kind, FootbridgeError> {
    Kind::from_name(name).ok_or_else(|| {
        let kinds = Kind::ALL.iter().map(|kind| kind.name().to_owned());
        FootbridgeError::invalid("kind", Problem::NotAllowed, kinds.collect())
    })
}

fn code_id(ground: &Ground, fields: &Fields) -> Result<DocumentId, FootbridgeError> {
    let membership = ground.membership.as_ref().ok_or(FootbridgeError::Forbidden)?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().trim();
    Ok(footbridge_model::vocabulary::code_id(membership.programme, text("list"), text("code")))
}

pub(crate) fn waiting(
    record: DocumentId,
    item: ItemKind,
    payload: Vec<u8>,
    intent: Option<Intent>,
    name: Vec<u8>,
    made_at: Timestamp,
) -> OutboxRow {
    OutboxRow { seq: 0, record, item, payload, intent, name, made_at, refused: None }
}

/// The record that this one is on.
pub(crate) fn parent_of(kind: Kind, fields: &Fields) -> Option<DocumentId> {
    kind.spec().parent.and_then(|field| fields.get(field)).and_then(Value::as_str).and_then(|id| id.parse().ok())
}

/// Whether what these fields refer to is here and of the right kind. Says whether the record that this one
/// is on is a draft.
pub(crate) fn check_references(snapshot: &Snapshot<'_>, kind: Kind, fields: &Fields) -> Result<bool, FootbridgeError> {
    let mut parent_is_draft = false;
    for field in kind.spec().fields {
        let footbridge_model::Shape::Reference(kinds) = field.shape else { continue };
        let Some(text) = fields.get(field.name).and_then(Value::as_str) else { continue };
        let allowed = || kinds.iter().map(|kind| format!("id of a {}", kind.name())).collect();
        let refuse = || FootbridgeError::invalid(field.name, Problem::NotAllowed, allowed());
        let id: DocumentId = text.trim().parse().map_err(|_| refuse())?;
        let row = records::get(snapshot, id)?.ok_or_else(refuse)?;
        if !row.projection.known_kind().is_some_and(|kind| kinds.contains(&kind)) {
            return Err(refuse());
        }
        parent_is_draft |= kind.spec().parent == Some(field.name) && row.is_draft();
    }
    Ok(parent_is_draft)
}

pub(crate) fn create_document(
    writing: &Writing<'_>,
    ground: &Ground,
    kind: Kind,
    id: DocumentId,
    recorded_at: Timestamp,
    intent: Intent,
) -> Result<(), FootbridgeError> {
    let before = records::get(writing, id)?;
    if before.as_ref().is_some_and(|row| !row.is_draft()) {
        // Only a code's id can be there already: it is named, not made.
        return Err(FootbridgeError::invalid("code", Problem::NotAllowed, Vec::new()));
    }
    let made = document::create(kind, recorded_at, ground.actor, ground.now, &intent.changes)?;
    let mut row = RecordRow::new(id, Some(&made.stored), made.projection.clone(), Facts::default());
    row.number = before.map_or(0, |row| row.number);
    row.facts.author = ground.me();
    send_and_keep(writing, ground, &mut row, made, intent)
}

fn edit_document(
    writing: &Writing<'_>,
    ground: &Ground,
    kind: Kind,
    row: RecordRow,
    patch: &Fields,
    seen: Option<&str>,
) -> Result<(), FootbridgeError> {
    let changes = validation::edit(kind, patch, &row.projection.fields, &ground.vocabulary)?;
    check_references(writing, kind, patch)?;
    check_may_edit(ground, kind, &row, &changes)?;
    let seen = seen.map(parse_version).transpose()?;
    if let Some(seen) = &seen {
        check_unmoved(&row, &changes, seen)?;
    }
    write_changes(writing, ground, row, changes)
}

fn check_may_edit(
    ground: &Ground,
    kind: Kind,
    row: &RecordRow,
    changes: &[FieldChange],
) -> Result<(), FootbridgeError> {
    let Some(membership) = &ground.membership else { return Ok(()) };
    let facts = record::shown_facts(row, &[], ground.me());
    let touched = changes.iter().map(|change| change.field().split('/').next().unwrap_or_default());
    policy::may_edit(&membership.member(), kind, &facts, touched)?;
    Ok(())
}

fn parse_version(version: &str) -> Result<Vec<ChangeHash>, FootbridgeError> {
    let heads: Result<_, _> = version.split('.').map(str::parse).collect();
    heads.map_err(|_| FootbridgeError::invalid("version", Problem::WrongForm, Vec::new()))
}

/// Errs where a field has other answers now than were seen.
fn check_unmoved(row: &RecordRow, changes: &[FieldChange], seen: &[ChangeHash]) -> Result<(), FootbridgeError> {
    let set = changes.iter().filter_map(|change| match change {
        FieldChange::Set { field, .. } => Some(field.as_str()),
        FieldChange::Add { .. } | FieldChange::Remove { .. } => None,
    });
    let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
    match document::moved(&stored, seen, &set.collect::<Vec<_>>())?.into_iter().next() {
        None => Ok(()),
        Some(field) => {
            let values = document::answers(&stored, &field)?.into_iter().map(|answer| answer.value).collect();
            Err(FootbridgeError::Changed { field, values })
        }
    }
}

fn write_changes(
    writing: &Writing<'_>,
    ground: &Ground,
    mut row: RecordRow,
    changes: Vec<FieldChange>,
) -> Result<(), FootbridgeError> {
    let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
    let seen = document::heads(&stored)?;
    let edited = document::edit(&stored, ground.actor, ground.now, &changes, &Base::Current)?;
    let Some(edited) = edited else { return Ok(()) };
    send_and_keep(writing, ground, &mut row, edited, Intent { changes, seen, ..Intent::default() })
}

/// The new state into the row, the change and what was meant by it into the outbox: one transaction.
pub(crate) fn send_and_keep(
    writing: &Writing<'_>,
    ground: &Ground,
    row: &mut RecordRow,
    edited: Edited,
    intent: Intent,
) -> Result<(), FootbridgeError> {
    row.set_document(&edited.stored);
    row.projection = edited.projection;
    let item = waiting(row.id, ItemKind::Change, edited.change, Some(intent), edited.hash.0.to_vec(), ground.now);
    outbox::add(writing, &item)?;
    record::put(writing, row, ground.me(), &ground.vocabulary.time_zone)?;
    Ok(())
}

/// The stored form of an answer that already stands in a document.
fn scalar(value: &Value) -> Option<footbridge_model::Scalar> {
    use footbridge_model::Scalar;
    match value {
        Value::Null => Some(Scalar::Null),
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::Number(value) => value.as_i64().map(Scalar::Int),
        Value::String(value) => Some(Scalar::Str(value.clone())),
        Value::Array(_) | Value::Object(_) => None,
    }
}
