//! The search of the review pages. Called by their routes. Invariant: what is found is of the coordinator's programme, and
//! hers to see.

use footbridge_model::{Kind, ProgrammeId};
use footbridge_text::{Asked, Lexicon};
use rusqlite::Connection;

use super::{Coordinator, ReviewError, record, still_coordinator};
use crate::state::ServerState;
use crate::storage::documents::{self, DocumentRow};
use crate::storage::{StorageError, search as words};

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The record.
    pub row: DocumentRow,
    /// What it is on, of a note or follow-up.
    pub parent: Option<DocumentRow>,
}

/// A page of what has these words, what came last first; after it, of what has codes that are called so; and where to go
/// on. Below nothing, only codes are asked for.
pub async fn search(
    state: &ServerState,
    coordinator: &Coordinator,
    text: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<Found>, Option<i64>), ReviewError> {
    let asked = Asked::of(text);
    let coordinator = coordinator.clone();
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, coordinator.programme, coordinator.person)?;
            let programme = coordinator.programme;
            let mut hits = match asked.exactly().filter(|_| before.is_none_or(|before| before > 0)) {
                Some(exactly) => words::find(connection, programme, &exactly, before, limit + 1)?,
                None => Vec::new(),
            };
            let lexicon = lexicon(connection, programme)?;
            if let Some(codes) = asked.by_codes(&lexicon).filter(|_| hits.len() <= limit as usize) {
                let before = before.filter(|before| *before < 0).map(i64::saturating_neg);
                let room = limit + 1 - u32::try_from(hits.len()).unwrap_or(limit);
                let by_codes = words::find(connection, programme, &codes, before, room)?;
                hits.extend(by_codes.into_iter().map(|(number, row)| (-number, row)));
            }
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

/// What the codes of the programme are called, and the starter codes.
fn lexicon(connection: &Connection, programme: ProgrammeId) -> Result<Lexicon, StorageError> {
    let mut lexicon = Lexicon::of_the_catalogues();
    for row in documents::of_kind(connection, programme, Kind::Code)? {
        lexicon.add_record(&row.projection);
    }
    Ok(lexicon)
}
