//! What is in quarantine, for coordinators to look at: one entry for each record of each device, with what the record
//! would be. Called by its route and by the review pages. Invariant: coordinators alone, of their own programme; what a
//! record would be is computed and kept nowhere, one entry at a time, and given up where it takes too long: whoever
//! handed over may have meant it so.

use std::time::{Duration, Instant};

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

/// How long may be looked at what one record would be, and at all of an answer.
const OF_ONE: Duration = Duration::from_millis(250);
const OF_ALL: Duration = Duration::from_secs(2);

/// How much time is left for looking at what records would be.
#[derive(Debug, Clone, Copy)]
struct Budget {
    of_one: Duration,
    until: Instant,
}

impl Budget {
    fn new(of_one: Duration, of_all: Duration) -> Self {
        Self { of_one, until: Instant::now() + of_all }
    }

    /// Until when one of them is looked at that begins now.
    fn next(self) -> Instant {
        self.until.min(Instant::now() + self.of_one)
    }
}

/// A record that a revoked device handed something over about.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The first of what it handed over, which names the entry.
    pub first: QuarantineRow,
    /// How many items it is.
    pub items: usize,
    /// Why the first of them that was tried could not be taken over: the number of a code.
    pub refused: Option<u16>,
    /// What the record would be, where that can be told in its time.
    pub projection: Option<Projection>,
}

/// What waits in a programme, the oldest first, after that entry; at most `limit`, and whether there is more.
///
/// Bounded in time; callers hold the right to interpret meanwhile (`ServerState::interpreting`).
pub fn waiting(
    connection: &Connection,
    programme: ProgrammeId,
    after: Option<QuarantineId>,
    limit: u32,
) -> Result<(Vec<Waiting>, bool), StorageError> {
    waiting_within(connection, programme, after, limit, Budget::new(OF_ONE, OF_ALL))
}

fn waiting_within(
    connection: &Connection,
    programme: ProgrammeId,
    after: Option<QuarantineId>,
    limit: u32,
    budget: Budget,
) -> Result<(Vec<Waiting>, bool), StorageError> {
    let mut firsts = quarantine::firsts(connection, programme, after, limit.saturating_add(1))?;
    let more = firsts.len() > limit as usize;
    firsts.truncate(limit as usize);
    let mut all = Vec::with_capacity(firsts.len());
    for id in firsts {
        let Some(first) = quarantine::find(connection, id)? else { continue };
        let rows = quarantine::of_record(connection, first.device, first.record)?;
        let refused = rows.iter().find_map(|row| row.refused);
        let projection = would_be(connection, programme, &rows, budget.next())?;
        all.push(Waiting { first, items: rows.len(), refused, projection });
    }
    Ok((all, more))
}

/// What the record would be if all of this were taken; nothing where that is not known by then.
fn would_be(
    connection: &Connection,
    programme: ProgrammeId,
    rows: &[QuarantineRow],
    until: Instant,
) -> Result<Option<Projection>, StorageError> {
    let Some(first) = rows.first() else { return Ok(None) };
    let here = documents::find(connection, first.record)?.filter(|row| row.programme == programme);
    let (mut stored, mut projection) = here.map(|row| (row.stored, row.projection)).unzip();
    for row in rows {
        if Instant::now() >= until {
            return Ok(None);
        }
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
    let permit = state.interpreting().acquire_owned().await.map_err(|_| ErrorCode::Busy)?;
    let answering = state.storage().read(move |connection| {
        let _permit = permit;
        answer(connection, &session, &request)
    });
    answering.await
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use footbridge_model::{Actor, DeviceId, DocumentId, FieldChange, Kind, Scalar, Timestamp};
    use footbridge_protocol::{ChangeItem, encode};

    use super::*;
    use crate::environment::SystemRandom;
    use crate::storage::quarantine::{What, insert, next_id};
    use crate::storage::testing::{memory, with_amina};

    #[test]
    fn an_entry_that_takes_too_long_is_listed_without_what_it_would_be() {
        let connection = memory();
        let (programme, _) = with_amina(&connection);
        let device = DeviceId::from_bytes([2; 16]);
        let person = crate::storage::devices::find(&connection, device).unwrap().unwrap().person;
        let kind = FieldChange::Set { field: "kind".to_owned(), value: Scalar::Str("street".to_owned()) };
        for number in 1..4 {
            let record = DocumentId::from_bytes([number; 16]);
            let actor = Actor::from_bytes([number; 16]);
            let made =
                document::create(Kind::Visit, Timestamp(0), actor, Timestamp(0), std::slice::from_ref(&kind)).unwrap();
            let item = Item::Change(ChangeItem {
                id: record,
                kind: "visit".to_owned(),
                generation: 0,
                change: made.change,
                given_back: None,
                author: None,
                by: None,
                drafts: None,
            });
            let id = next_id(&connection, Timestamp(1_000), &SystemRandom).unwrap();
            let row = QuarantineRow {
                id,
                programme,
                device,
                person,
                record,
                kind: "visit".to_owned(),
                what: What::Change,
                name: made.hash.0.to_vec(),
                at: Timestamp(1_000),
                refused: None,
                payload: encode(&item).unwrap(),
            };
            insert(&connection, &row).unwrap();
        }
        let told = |budget| {
            let (entries, more) = waiting_within(&connection, programme, None, 10, budget).unwrap();
            assert!(entries.len() == 3 && !more);
            entries.iter().filter(|entry| entry.projection.is_some()).count()
        };
        assert_eq!(told(Budget::new(OF_ONE, OF_ALL)), 3, "the control");
        assert_eq!(told(Budget::new(Duration::ZERO, OF_ALL)), 0);
        assert_eq!(told(Budget::new(OF_ONE, Duration::ZERO)), 0);
    }
}
