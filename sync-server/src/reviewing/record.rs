//! One record with everything that belongs to it. Called by the review routes. Invariant: from one moment of the
//! database.

use std::collections::BTreeMap;

use footbridge_model::{Actor, ChangeHash, DocumentId, Kind, PersonId, Scope, Timestamp, document};
use rusqlite::Connection;
use serde_json::Value;

use super::{Coordinator, ReviewError, still_coordinator};
use crate::state::ServerState;
use crate::storage::documents::{self, DocumentRow};
use crate::storage::{StorageError, actors, log};

/// A record as it is reviewed.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// The record: fields in its `projection`, author and state in its `facts`.
    pub row: DocumentRow,
    /// Its newest changes: a choice made on this page names them.
    pub heads: Vec<ChangeHash>,
    /// Who said what, when, oldest first.
    pub timeline: Vec<Line>,
    /// Where people disagree.
    pub disputed: Vec<Disputed>,
    /// Notes on it, oldest first, each with its own disagreements in its projection.
    pub notes: Vec<DocumentRow>,
    /// Follow-ups on it, oldest first.
    pub follow_ups: Vec<DocumentRow>,
    /// The contact that a visit was with.
    pub contact: Option<DocumentRow>,
    /// What a note or follow-up is on.
    pub parent: Option<DocumentRow>,
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// When, by the clock of the device.
    pub at: Timestamp,
    /// Who; none where the server itself wrote.
    pub person: Option<PersonId>,
    /// Which field.
    pub field: String,
    /// What.
    pub value: Value,
}

/// A field on which people disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct Disputed {
    /// Which field.
    pub field: String,
    /// The answers.
    pub answers: Vec<Given>,
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// What.
    pub value: Value,
    /// By whom.
    pub person: Option<PersonId>,
    /// When, by the clock of the device.
    pub at: Timestamp,
}

/// The record of that id, if it is one of her programme.
pub async fn record(state: &ServerState, coordinator: &Coordinator, id: DocumentId) -> Result<Reviewed, ReviewError> {
    let coordinator = coordinator.clone();
    state.storage().read(move |connection| read(connection, &coordinator, id)).await
}

fn read(connection: &Connection, coordinator: &Coordinator, id: DocumentId) -> Result<Reviewed, ReviewError> {
    still_coordinator(connection, coordinator.programme, coordinator.person)?;
    let row = find(connection, coordinator, id)?.ok_or(ReviewError::NotFound)?;
    let damaged = |_| StorageError::Document { attempted: "reading a record for review" };
    let mut people = People { connection, known: BTreeMap::new() };
    let mut timeline = Vec::new();
    for said in document::timeline(&row.stored).map_err(damaged)? {
        let person = people.of(said.actor)?;
        timeline.push(Line { at: said.at, person, field: said.field, value: said.value });
    }
    let mut disputed = Vec::new();
    for field in &row.projection.disagreements {
        let mut answers = Vec::new();
        for answer in document::answers(&row.stored, field).map_err(damaged)? {
            answers.push(Given { value: answer.value, person: people.of(answer.actor)?, at: answer.at });
        }
        disputed.push(Disputed { field: field.clone(), answers });
    }
    let mut on_it = Vec::new();
    for child in documents::on(connection, id)? {
        on_it.extend(find(connection, coordinator, child)?);
    }
    on_it.sort_by_key(|row| (row.projection.recorded_at, row.id));
    let (notes, rest): (Vec<_>, Vec<_>) = on_it.into_iter().partition(|row| row.kind == Kind::Note);
    let contact = row.contact().map(|contact| find(connection, coordinator, contact)).transpose()?.flatten();
    let parent = row.parent().map(|parent| find(connection, coordinator, parent)).transpose()?.flatten();
    Ok(Reviewed {
        heads: document::heads(&row.stored).map_err(damaged)?,
        row,
        timeline,
        disputed,
        notes,
        follow_ups: rest.into_iter().filter(|row| row.kind == Kind::FollowUp).collect(),
        contact,
        parent,
    })
}

/// The record, if it is one of her programme and hers to see.
pub(super) fn find(
    connection: &Connection,
    coordinator: &Coordinator,
    id: DocumentId,
) -> Result<Option<DocumentRow>, StorageError> {
    let Some(row) = documents::find(connection, id)?.filter(|row| row.programme == coordinator.programme) else {
        return Ok(None);
    };
    Ok(sees(connection, id)?.then_some(row))
}

/// Whether a coordinator sees the record.
pub(super) fn sees(connection: &Connection, id: DocumentId) -> Result<bool, StorageError> {
    let audience = log::audience(connection, id)?;
    Ok(audience.iter().any(|scope| matches!(scope, Scope::Coordinators | Scope::Programme)))
}

/// Whose hand an actor is, asked once.
struct People<'a> {
    connection: &'a Connection,
    known: BTreeMap<Actor, Option<PersonId>>,
}

impl People<'_> {
    fn of(&mut self, actor: Actor) -> Result<Option<PersonId>, StorageError> {
        if let Some(person) = self.known.get(&actor) {
            return Ok(*person);
        }
        let person = actors::find(self.connection, actor)?.and_then(|row| row.person);
        self.known.insert(actor, person);
        Ok(person)
    }
}
