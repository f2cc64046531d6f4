//! A coordinator opens records, and erases them. Called by the review routes. Invariant: as with the same done on a
//! device: her own records she need not say that she saw, and what she erases is gone everywhere, with what is on it.

use footbridge_model::{Command, DocumentId, Kind, policy};
use rusqlite::Connection;

use super::record::find;
use super::{Coordinator, ReviewError, still_coordinator};
use crate::erasing::{self, Why};
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::By;
use crate::storage::documents::DocumentRow;
use crate::storage::{StorageError, Writing, members};

/// Notes that she has opened these records as they are now; whatever of them she has seen, made or cannot see is
/// passed over. Their authors learn it at their next sync.
pub async fn seen(state: &ServerState, coordinator: &Coordinator, records: Vec<DocumentId>) -> Result<(), ReviewError> {
    let asking = coordinator.clone();
    let unseen = state.storage().read(move |connection| {
        still_coordinator(connection, asking.programme, asking.person)?;
        let mut unseen = Vec::new();
        for id in records {
            if to_be_noted(connection, &asking, id)?.is_some() {
                unseen.push(id);
            }
        }
        Ok::<_, ReviewError>(unseen)
    });
    let unseen = unseen.await?;
    if unseen.is_empty() {
        return Ok(());
    }
    let coordinator = coordinator.clone();
    state.storage().write(move |writing| note(writing, &coordinator, &unseen)).await
}

fn note(writing: &mut Writing<'_>, coordinator: &Coordinator, unseen: &[DocumentId]) -> Result<(), ReviewError> {
    still_coordinator(writing.connection(), coordinator.programme, coordinator.person)?;
    for id in unseen {
        if let Some(mut row) = to_be_noted(writing.connection(), coordinator, *id)? {
            let command = Command::Seen { heads: Vec::new() };
            row.facts = row.facts.after(&command, Some(coordinator.person), writing.now());
            records::save(writing, row)?;
        }
    }
    Ok(())
}

/// The record, if its being seen by her says something new.
fn to_be_noted(
    connection: &Connection,
    coordinator: &Coordinator,
    id: DocumentId,
) -> Result<Option<DocumentRow>, StorageError> {
    let row = find(connection, coordinator, id)?;
    Ok(row.filter(|row| {
        let says_something = match row.kind {
            Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp => true,
            Kind::Programme | Kind::Code | Kind::Person => false,
        };
        says_something
            && row.facts.author != Some(coordinator.person)
            && row.facts.seen.iter().all(|seen| seen.by != coordinator.person)
    }))
}

/// Erases a record, with what is on it.
pub async fn erase(state: &ServerState, coordinator: &Coordinator, id: DocumentId) -> Result<(), ReviewError> {
    let coordinator = coordinator.clone();
    state
        .storage()
        .write(move |writing| {
            let connection = writing.connection();
            still_coordinator(connection, coordinator.programme, coordinator.person)?;
            let row = find(connection, &coordinator, id)?.ok_or(ReviewError::NotFound)?;
            let member = members::find(connection, coordinator.person)?.ok_or(ReviewError::Forbidden)?.member;
            policy::may_command(&member, row.kind, &row.facts, &Command::Erase).map_err(|_| ReviewError::Forbidden)?;
            let by = By::Page { person: coordinator.person };
            erasing::erase(writing, coordinator.programme, id, Why::Erased, by)?;
            Ok(())
        })
        .await
}
