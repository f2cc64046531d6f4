//! Cold starts that are kept: of a large scope the frames that its first new device got, compressed, for those that come
//! after it. Called by [`super::advance`]. Invariant: before each piece is given out, the same moment of the database
//! says that the device may read the scope and that nothing in it was erased, reworded or moved since it was read; what
//! was only added or edited since comes after the cold start, as for any device.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use footbridge_model::{ProgrammeId, Scope};
use footbridge_protocol::{Cursor, PullMessage, ScopeRequest, StreamWriter, encode, limits};
use rusqlite::Connection;

use super::frame::{self, Framed, Wanted};
use crate::error::ApiError;
use crate::reader;
use crate::sessions::Session;
use crate::storage::log::{self, Seq};
use crate::storage::{StorageError, digests, server};

/// Scopes with fewer records are read anew each time.
const RECORDS: u64 = 1_000;
/// When so many entries have come on top, the next cold start is read anew.
const ON_TOP: u64 = 2_000;
/// Bytes that are kept of all scopes together.
const BYTES: usize = 48 * 1024 * 1024;
/// The first frame of a kept cold start: a first screen.
pub(super) const FIRST: usize = 64 * 1024;
/// Bytes of frames that are compressed as one, before that.
const PIECE: usize = 1024 * 1024;

/// Some frames, compressed as one.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    pub(super) items: usize,
    pub(super) weight: usize,
    /// Where a device stands that has them.
    pub(super) cursor: Cursor,
}

/// A cold start from its first frame to the one before that which is `done`.
pub(super) struct Kept {
    pieces: Vec<Piece>,
}

impl Kept {
    pub(super) fn piece(&self, number: usize) -> Option<&Piece> {
        self.pieces.get(number)
    }

    fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }
}

/// What is kept, by programme and scope.
#[derive(Default)]
pub(crate) struct Streams(Mutex<BTreeMap<(ProgrammeId, Scope), Arc<Kept>>>);

impl Streams {
    pub(super) fn find(&self, programme: ProgrammeId, scope: &Scope) -> Option<Arc<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(programme, scope.clone())).cloned()
    }

    pub(super) fn keep(&self, programme: ProgrammeId, scope: Scope, pieces: Vec<Piece>) {
        let kept = Arc::new(Kept { pieces });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.values().map(|kept| kept.bytes()).sum::<usize>().saturating_add(kept.bytes()) > BYTES {
            all.clear();
        }
        if kept.bytes() <= BYTES {
            all.insert((programme, scope), kept);
        }
    }

    fn forget(&self, programme: ProgrammeId, scope: &Scope) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(programme, scope.clone()));
    }

    /// Lets go of everything: words were taken away, and may be in it.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whether a piece of what is kept may still be given to her. What may not is let go of.
pub(super) fn holds(
    connection: &Connection,
    streams: &Streams,
    session: &Session,
    scope: &Scope,
    cursor: &Cursor,
) -> Result<bool, ApiError> {
    if !reader::member(connection, session)?.scopes().contains(scope) {
        return Ok(false);
    }
    let is_of_this_log = cursor.epoch.as_bytes() == &server::epoch(connection)?
        && log::mark_of(connection, session.programme, Seq(cursor.seq))? == Some(*cursor.mark.as_bytes());
    let since = log::since(connection, session.programme, scope, Seq(cursor.seq), ON_TOP)?;
    let holds = is_of_this_log && !since.takes_back && since.entries < ON_TOP;
    if !holds {
        streams.forget(session.programme, scope);
    }
    Ok(holds)
}

/// Whether a cold start of this scope is worth keeping.
pub(super) fn is_worth(connection: &Connection, session: &Session, scope: &Scope) -> Result<bool, StorageError> {
    if matches!(scope, Scope::Drafts(_)) {
        return Ok(false);
    }
    Ok(digests::of_scope(connection, session.programme, scope)?.count >= RECORDS)
}

/// The next piece of a cold start that is to be kept; `None` where the scope is hers no more.
pub(super) fn next(
    connection: &Connection,
    session: &Session,
    request: &ScopeRequest,
    mut remaining: Option<u64>,
) -> Result<Option<(Piece, u64)>, ApiError> {
    let mut writer = StreamWriter::to_be_kept()?;
    let mut request = request.clone();
    let mut piece: Option<Piece> = None;
    loop {
        let is_first = request.cursor.is_none();
        let target = if is_first { FIRST } else { limits::FRAME_TARGET_BYTES };
        let wanted = Wanted { target, remaining, is_kept: true };
        let Some(Framed { frame, weight }) = frame::next(connection, session, &request, wanted)? else {
            return Ok(None);
        };
        let cursor = frame.cursor;
        remaining = Some(frame.remaining);
        let (items, before) = piece.map_or((0, 0), |piece| (piece.items, piece.weight));
        let (items, weight) = (items.saturating_add(frame.items.len()), before.saturating_add(weight));
        writer.push(&encode(&PullMessage::Frame(frame))?)?;
        let made = Piece { bytes: Bytes::new(), items, weight, cursor };
        if is_first || weight >= PIECE || cursor.below.is_none() {
            let bytes = Bytes::from(writer.finish()?);
            return Ok(Some((Piece { bytes, ..made }, remaining.unwrap_or(0))));
        }
        piece = Some(made);
        request.cursor = Some(cursor);
    }
}
