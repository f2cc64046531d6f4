//! A coordinator chooses an answer. Called by the review routes. Invariant: where the field has gained an answer since
//! the page was shown, nothing is written.

use footbridge_model::document::{self, Base};
use footbridge_model::{ChangeHash, DocumentId, policy, validation};
use serde_json::{Value, json};

use super::record::find;
use super::{Coordinator, ReviewError, still_coordinator};
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::{self, By, Deed};
use crate::storage::{StorageError, Writing, actors, members};

/// What is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// In which record.
    pub id: DocumentId,
    /// For which field.
    pub field: String,
    /// The answer: one of those given, or another.
    pub value: Value,
    /// The heads of the record as the page showed it.
    pub seen: Vec<ChangeHash>,
}

/// Makes the choice: an edit by the server, in her name, that takes the place of all answers.
pub async fn settle(state: &ServerState, coordinator: &Coordinator, choice: Choice) -> Result<(), ReviewError> {
    let coordinator = coordinator.clone();
    state.storage().write(move |writing| write(writing, &coordinator, &choice)).await
}

fn write(writing: &mut Writing<'_>, coordinator: &Coordinator, choice: &Choice) -> Result<(), ReviewError> {
    let (connection, now) = (writing.connection(), writing.now());
    still_coordinator(connection, coordinator.programme, coordinator.person)?;
    let mut row = find(connection, coordinator, choice.id)?.ok_or(ReviewError::NotFound)?;
    let member = members::find(connection, coordinator.person)?.ok_or(ReviewError::Forbidden)?.member;
    let field = choice.field.split_once('/').map_or(choice.field.as_str(), |(map, _)| map);
    policy::may_edit(&member, row.kind, &row.facts, [field]).map_err(|_| ReviewError::Forbidden)?;
    let damaged = |_| StorageError::Document { attempted: "settling a disagreement" };
    let moved = document::moved(&row.stored, &choice.seen, &[&choice.field]).map_err(damaged)?;
    if !moved.is_empty() {
        return Err(ReviewError::Changed);
    }
    let vocabulary = records::vocabulary(connection, coordinator.programme)?;
    let changes = validation::settle(row.kind, &choice.field, &choice.value, &vocabulary);
    let changes = changes.map_err(ReviewError::Invalid)?;
    let person = Some(coordinator.person);
    let actor = actors::of_the_server(writing, coordinator.programme, person)?;
    let edited = document::edit(&row.stored, actor, now, &changes, &Base::Current).map_err(damaged)?;
    if let Some(edited) = edited {
        row.stored = edited.stored;
        row.projection = edited.projection;
        row.actors.insert(actor);
        row.facts.seen.retain(|seen| seen.by == coordinator.person);
        records::save(writing, row)?;
        let by = By::Page { person: coordinator.person };
        let detail = json!({ "field": field });
        audit::note(writing, coordinator.programme, by, Deed::AnswerSettled, *choice.id.as_bytes(), &detail)?;
    }
    Ok(())
}
