//! A coordinator takes back that notes are to be kept for fewer days. Called by the review routes. Invariant: it is an
//! edit of the programme by the server in her name, as when an answer is chosen; nothing is written where nothing
//! waits.

use footbridge_model::document::{self, Base};
use footbridge_model::{FieldChange, Scalar};

use super::{Coordinator, ReviewError, still_coordinator};
use crate::records;
use crate::state::ServerState;
use crate::storage::{StorageError, Writing, actors, documents, programmes};

/// Has the programme keep its notes for as long as it does at present.
pub async fn keep_notes(state: &ServerState, coordinator: &Coordinator) -> Result<(), ReviewError> {
    let coordinator = coordinator.clone();
    state.storage().write(move |writing| write(writing, &coordinator)).await
}

fn write(writing: &mut Writing<'_>, coordinator: &Coordinator) -> Result<(), ReviewError> {
    let (programme, person) = (coordinator.programme, coordinator.person);
    still_coordinator(writing.connection(), programme, person)?;
    let kept = programmes::keeping(writing.connection(), programme)?;
    let (Some(days), Some(_)) = (kept.days, kept.shorter) else { return Err(ReviewError::Changed) };
    let row = documents::find(writing.connection(), programme.document())?;
    let mut row = row.ok_or(StorageError::Damaged("a programme's document"))?;
    let actor = actors::of_the_server(writing, programme, Some(person))?;
    let change = FieldChange::Set { field: "note_days".to_owned(), value: Scalar::Int(days) };
    let edited = document::edit(&row.stored, actor, writing.now(), &[change], &Base::Current);
    let edited = edited.map_err(|_| StorageError::Document { attempted: "keeping notes longer" })?;
    if let Some(edited) = edited {
        row.stored = edited.stored;
        row.projection = edited.projection;
        row.actors.insert(actor);
        records::save(writing, row)?;
    }
    Ok(())
}
