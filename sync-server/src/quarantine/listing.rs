//! What is in quarantine, for coordinators to look at: one entry for each record of each device, with what the record
//! would be. Called by its route and by the review pages. Invariant: coordinators alone, of their own programme; what a
//! record would be is computed and kept nowhere.

use footbridge_model::{ProgrammeId, Projection, QuarantineId, Role, document};
use footbridge_protocol::{ErrorCode, Item, QuarantineMessage, QuarantineRequest, QuarantinedItem, decode, limits};
use rusqlite::Connection;

use crate::error::ApiError;
use crate::reader;
use crate::sessions::Session;
use crate::state::ServerState;
use crate::storage::quarantine::{self, QuarantineRow};
use crate::storage::{StorageError, documents};

/// How many bytes of projections one answer holds at most.
const ANSWER_BYTES: usize = limits::DOCUMENTS_BYTES / 2;

/// A record that a revoked device handed something over about.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The first of what it handed over, which names the entry.
    pub first: QuarantineRow,
    /// How many items it is.
    pub items: usize,
    /// Why the first of them that was tried could not be taken over: the number of a code.
    pub refused: Option<u16>,
    /// What the record would be, where that can be told.
    pub projection: Option<Projection>,
}

/// What waits in a programme, the oldest first, after that entry; at most `limit`, and whether there is more.
pub fn waiting(
    connection: &Connection,
    programme: ProgrammeId,
    after: Option<QuarantineId>,
    limit: u32,
) -> Result<(Vec<Waiting>, bool), StorageError> {
    let mut firsts = quarantine::firsts(connection, programme, after, limit.saturating_add(1))?;
    let more = firsts.len() > limit as usize;
    firsts.truncate(limit as usize);
    let mut all = Vec::with_capacity(firsts.len());
    for id in firsts {
        let Some(first) = quarantine::find(connection, id)? else { continue };
        let rows = quarantine::of_record(connection, first.device, first.record)?;
        let refused = rows.iter().find_map(|row| row.refused);
        let projection = would_be(connection, programme, &rows)?;
        all.push(Waiting { first, items: rows.len(), refused, projection });
    }
    Ok((all, more))
}

/// What the record would be if all of this were taken.
fn would_be(
    connection: &Connection,
    programme: ProgrammeId,
    rows: &[QuarantineRow],
) -> Result<Option<Projection>, StorageError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let here = documents::find(connection, first.record)?.filter(|row| row.programme == programme);
    let (mut stored, mut projection) = here.map(|row| (row.stored, row.projection)).unzip();
    for row in rows {
        let item: Item = decode(&row.payload).map_err(|_| StorageError::Damaged("the quarantine"))?;
        let applied = match &item {
            Item::Change(item) => document::apply(stored.as_deref(), &[&item.change]),
            Item::Renewal(item) => document::apply(None, &[&item.document]),
            Item::Command(_) | Item::Draft(_) | Item::Unreadable(_) => continue,
        };
        // What cannot be applied now may be once something else was taken.
        if let Ok(applied) = applied {
            (stored, projection) = (Some(applied.stored), Some(applied.projection));
        }
    }
    Ok(projection)
}

/// Answers a coordinator's device.
pub(crate) async fn list(
    state: &ServerState,
    session: Session,
    request: QuarantineRequest,
) -> Result<QuarantineMessage, ApiError> {
    state.storage().read(move |connection| answer(connection, &session, &request)).await
}

fn answer(
    connection: &Connection,
    session: &Session,
    request: &QuarantineRequest,
) -> Result<QuarantineMessage, ApiError> {
    let member = reader::member(connection, session)?;
    if member.role != Role::Coordinator {
        return Err(ErrorCode::Forbidden.into());
    }
    let most = u32::try_from(limits::QUARANTINED).unwrap_or(u32::MAX);
    let (all, mut more) = waiting(connection, session.programme, request.after, most)?;
    let (mut items, mut weight) = (Vec::new(), 0_usize);
    for entry in all {
        let projection = entry.projection.map(|projection| projection.to_json());
        weight = weight.saturating_add(projection.as_ref().map_or(0, String::len));
        if weight > ANSWER_BYTES && !items.is_empty() {
            more = true;
            break;
        }
        let QuarantineRow { id, record, kind, person, device, at, what, .. } = entry.first;
        let what = u64::from(what.number());
        items.push(QuarantinedItem { id, record, kind, person, device, at, what, projection });
    }
    Ok(QuarantineMessage { items, more })
}
