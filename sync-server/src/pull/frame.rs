//! One frame, from one moment of the database. Called by [`super::advance`]. Invariant: the cursor of a frame says
//! exactly what has come with it and before it.

use std::collections::BTreeSet;

use footbridge_model::{Actor, DocumentId, ProgrammeId, Scope, document};
use footbridge_protocol::{
    Cursor, DigestsMessage, DigestsRequest, DocumentsMessage, Epoch, ErrorCode, FrameMessage, Mark, PulledContent,
    PulledItem, ScopeRequest, limits,
};
use rusqlite::Connection;

use super::{DOCUMENTS_BYTES, once};
use crate::error::ApiError;
use crate::reader;
use crate::sessions::Session;
use crate::storage::log::{self, Content, Head, Seq, Way};
use crate::storage::{StorageError, digests, documents, erased, server};

/// What other parts of a frame take beside its items, at most (actors above all).
const BESIDE_BYTES: usize = 128 * 1024;

/// A frame, and about how many bytes it takes.
pub(super) struct Framed {
    pub(super) frame: FrameMessage,
    pub(super) weight: usize,
}

/// Where a scope is read on.
struct Place {
    cursor: Cursor,
    /// The device's cursor was of another log.
    reset: bool,
}

/// Items of one frame as they are gathered.
#[derive(Default)]
struct Gathered {
    items: Vec<PulledItem>,
    actors: BTreeSet<Actor>,
    weight: usize,
    last: Option<Seq>,
    failed: Option<StorageError>,
}

/// How a frame is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Bytes at which it is full.
    pub(super) target: usize,
    /// How many entries are to come with it and after it, where that is known.
    pub(super) remaining: Option<u64>,
    /// It is kept for others too: a cold start ends without the frame that is `done`, which each gets for itself.
    pub(super) is_kept: bool,
}

/// The next frame of a scope; `None` where it is hers no more.
pub(super) fn next(
    connection: &Connection,
    session: &Session,
    request: &ScopeRequest,
    wanted: Wanted,
) -> Result<Option<Framed>, ApiError> {
    let member = reader::member(connection, session)?;
    if !member.scopes().contains(&request.scope) {
        return Ok(None);
    }
    let head = log::head(connection, session.programme)?;
    let epoch = Epoch::from_bytes(server::epoch(connection)?);
    let Place { mut cursor, reset } = place(connection, session.programme, request.cursor, epoch, head)?;
    let way = match cursor.below {
        Some(below) => Way::Below(Seq(below)),
        None => Way::Above(Seq(cursor.seq)),
    };
    let (gathered, all) = gather(connection, session.programme, &request.scope, way, wanted.target)?;
    let mut is_done = false;
    match (way, all) {
        (Way::Below(_), false) => cursor.below = gathered.last.map(|seq| seq.0).or(cursor.below),
        (Way::Below(_), true) => {
            cursor.below = None;
            let above = Way::Above(Seq(cursor.seq));
            is_done = !wanted.is_kept && log::count(connection, session.programme, &request.scope, above)? == 0;
        }
        (Way::Above(_), false) => {
            let last = gathered.last.unwrap_or(Seq(cursor.seq));
            let mark = log::mark_of(connection, session.programme, last)?;
            cursor.seq = last.0;
            cursor.mark = Mark::from_bytes(mark.ok_or(StorageError::Damaged("the marks of commits"))?);
        }
        (Way::Above(_), true) => is_done = true,
    }
    if is_done {
        cursor.seq = head.seq.0;
        cursor.mark = Mark::from_bytes(head.mark);
    }
    let is_compared = is_done && !matches!(request.scope, Scope::Drafts(_));
    let digest = is_compared.then(|| digests::of_scope(connection, session.programme, &request.scope)).transpose()?;
    let came = u64::try_from(gathered.items.len()).unwrap_or(u64::MAX);
    let remaining = match wanted.remaining.map(|remaining| remaining.saturating_sub(came)) {
        _ if is_done => 0,
        Some(remaining) if remaining > 0 => remaining,
        _ => remaining(connection, session.programme, &request.scope, &cursor)?,
    };
    let frame = FrameMessage {
        scope: request.scope.clone(),
        cursor,
        done: is_done,
        remaining,
        actors: reader::people(connection, &gathered.actors)?,
        reset,
        digest,
        items: gathered.items,
    };
    Ok(Some(Framed { frame, weight: gathered.weight }))
}

/// Where to read on: where the device stands, or at the head for a cold start, newest first.
fn place(
    connection: &Connection,
    programme: ProgrammeId,
    cursor: Option<Cursor>,
    epoch: Epoch,
    head: Head,
) -> Result<Place, StorageError> {
    let cold =
        Cursor { epoch, seq: head.seq.0, mark: Mark::from_bytes(head.mark), below: Some(head.seq.0.saturating_add(1)) };
    let Some(cursor) = cursor else { return Ok(Place { cursor: cold, reset: false }) };
    let known = if cursor.seq == 0 {
        cursor.mark == Mark::NONE
    } else {
        log::mark_of(connection, programme, Seq(cursor.seq))? == Some(*cursor.mark.as_bytes())
    };
    if cursor.epoch == epoch && known {
        Ok(Place { cursor, reset: false })
    } else {
        Ok(Place { cursor: cold, reset: true })
    }
}

fn gather(
    connection: &Connection,
    programme: ProgrammeId,
    scope: &Scope,
    way: Way,
    target: usize,
) -> Result<(Gathered, bool), StorageError> {
    let mut gathered = Gathered::default();
    let all = log::walk(connection, programme, scope, way, |seq, id, content| {
        let (item, actors) = match item(connection, id, content) {
            Ok(Some(item)) => item,
            Ok(None) => {
                // It counts in the sum all the same: who has it has it right.
                tracing::error!("a document that is damaged here was not sent");
                gathered.last = Some(seq);
                return true;
            }
            Err(error) => {
                gathered.failed = Some(error);
                return false;
            }
        };
        let weight = gathered.weight.saturating_add(item.weight());
        let hard = limits::FRAME_BYTES - BESIDE_BYTES;
        if !gathered.items.is_empty() && (weight > target.min(hard) || gathered.items.len() >= limits::FRAME_ITEMS) {
            return false;
        }
        gathered.weight = weight;
        gathered.last = Some(seq);
        gathered.actors.extend(actors);
        gathered.items.push(item);
        true
    })?;
    match gathered.failed.take() {
        Some(error) => Err(error),
        None => Ok((gathered, all)),
    }
}

/// An entry as it is sent; `None` for what is damaged here.
fn item(
    connection: &Connection,
    id: DocumentId,
    content: Content,
) -> Result<Option<(PulledItem, Vec<Actor>)>, StorageError> {
    Ok(Some(match content {
        Content::Document(mut row) => {
            let actors = std::mem::take(&mut row.actors);
            let is_plain = document::project_plain(&row.stored).is_some_and(|told| told.to_json() == row.projection);
            let mut item = reader::document_item(id, row);
            if is_plain && let PulledContent::Document { projection, projection_version, .. } = &mut item.content {
                // The device reads it from the document as quickly.
                projection.clear();
                *projection_version = 0;
            }
            (item, actors)
        }
        Content::Draft(row) => (reader::draft_item(row)?, Vec::new()),
        Content::Gone => {
            let kind = documents::kind(connection, id)?.unwrap_or_default();
            let is_erased = erased::is_known(connection, id)?;
            let content = if is_erased { PulledContent::Erased } else { PulledContent::Left };
            (PulledItem { id, generation: 0, kind, content }, Vec::new())
        }
        Content::Damaged => return Ok(None),
    }))
}

/// How many entries are still to come after this cursor.
fn remaining(
    connection: &Connection,
    programme: ProgrammeId,
    scope: &Scope,
    cursor: &Cursor,
) -> Result<u64, StorageError> {
    let above = log::count(connection, programme, scope, Way::Above(Seq(cursor.seq)))?;
    let below = match cursor.below {
        Some(below) => log::count(connection, programme, scope, Way::Below(Seq(below)))?,
        None => 0,
    };
    Ok(above.saturating_add(below))
}

/// The records of these ids that she may see, as many as fit.
pub(super) fn documents(
    connection: &Connection,
    session: &Session,
    ids: &[DocumentId],
) -> Result<DocumentsMessage, ApiError> {
    if ids.len() > limits::DOCUMENTS {
        return Err(ErrorCode::TooMany.into());
    }
    let member = reader::member(connection, session)?;
    let mut answer = DocumentsMessage { items: Vec::new(), actors: Vec::new(), ask_again: Vec::new() };
    let mut actors = BTreeSet::new();
    let mut weight = 0_usize;
    for id in once(ids) {
        let Some(item) = reader::record(connection, session, &member, id)? else { continue };
        weight = weight.saturating_add(item.weight());
        if weight > DOCUMENTS_BYTES && !answer.items.is_empty() {
            answer.ask_again.push(id);
            continue;
        }
        actors.extend(documents::actors(connection, id)?);
        answer.items.push(item);
    }
    answer.actors = reader::people(connection, &actors)?;
    Ok(answer)
}

/// What the documents of a scope of hers count for.
pub(super) fn digests(
    connection: &Connection,
    session: &Session,
    request: &DigestsRequest,
) -> Result<DigestsMessage, ApiError> {
    let member = reader::member(connection, session)?;
    if !member.scopes().contains(&request.scope) {
        return Err(ErrorCode::NotFound.into());
    }
    let most = limits::DIGESTS;
    let mut entries = digests::list(connection, session.programme, &request.scope, request.after, most + 1)?;
    let more = entries.len() > most;
    entries.truncate(most);
    Ok(DigestsMessage { entries, more })
}
