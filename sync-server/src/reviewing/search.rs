//! The search of the review pages. Called by their routes. Invariant: what is found is of the coordinator's programme, and
//! hers to see.

use footbridge_text::query;

use super::{Coordinator, ReviewError, record, still_coordinator};
use crate::state::ServerState;
use crate::storage::documents::{self, DocumentRow};
use crate::storage::search as words;

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The record.
    pub row: DocumentRow,
    /// What it is on, of a note or follow-up.
    pub parent: Option<DocumentRow>,
}

/// A page of what has these words, what came last first; and where to go on.
pub async fn search(
    state: &ServerState,
    coordinator: &Coordinator,
    text: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<Found>, Option<i64>), ReviewError> {
    let terms = query(text);
    let coordinator = coordinator.clone();
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, coordinator.programme, coordinator.person)?;
            let mut hits = words::find(connection, coordinator.programme, &terms, before, limit + 1)?;
            let more = hits.len() > limit as usize;
            hits.truncate(limit as usize);
            let next = hits.last().filter(|_| more).map(|(number, _)| *number);
            let mut found = Vec::with_capacity(hits.len());
            for (_, row) in hits {
                if !record::sees(connection, row.id)? {
                    continue;
                }
                let parent = row.parent().map(|parent| documents::find(connection, parent)).transpose()?.flatten();
                let parent = parent.filter(|parent| parent.programme == coordinator.programme);
                found.push(Found { row, parent });
            }
            Ok((found, next))
        })
        .await
}
