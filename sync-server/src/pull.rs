//! Pull: what she may read, in frames. Called by its route. Each frame comes from a short read of one moment; between
//! two frames nothing is held. Invariant: a scope is sent only while it is hers; a cursor of another log starts over,
//! and says so; nothing that is written meanwhile is skipped.

mod frame;
mod kept;

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use footbridge_model::DocumentId;
use footbridge_protocol::{
    DigestsMessage, DigestsRequest, DocumentsMessage, DocumentsRequest, ErrorCode, PullMessage, PullRequest,
    ScopeRequest, StreamWriter, encode, limits,
};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use crate::error::ApiError;
use crate::reader;
use crate::sessions::Session;
use crate::state::ServerState;
use crate::throttle::Doing;
use frame::{Framed, Wanted};
use kept::{Kept, Piece};

pub(crate) use kept::Streams;

/// Bytes, before compression, after which a pull ends: the device pulls again.
const PULL_BYTES: u64 = limits::PULL_BYTES / 2;

/// How many a device may have on their way at one time.
const OF_ONE_DEVICE: usize = 4;

/// A pull on its way.
struct Pull {
    state: ServerState,
    session: Session,
    /// What is still to be served; the first is being served.
    scopes: VecDeque<ScopeRequest>,
    /// Gone once the stream has ended.
    writer: Option<StreamWriter>,
    frame_bytes: usize,
    sent_bytes: u64,
    /// Of the scope that is being served.
    remaining: Option<u64>,
    cold: Cold,
    _permit: OwnedSemaphorePermit,
    _doing: Doing,
}

/// How the cold start of the scope that is being served goes.
enum Cold {
    /// Not begun, or none.
    No,
    /// From what is kept: this piece is the next.
    Kept(Arc<Kept>, usize),
    /// Read anew, and to be kept: what there is of it.
    Keeping(Vec<Piece>),
}

/// The body of the answer: a stream of frames, made as fast as they are taken.
pub(crate) async fn stream(state: &ServerState, session: Session, request: PullRequest) -> Result<Body, ApiError> {
    let doing = state.pulling().begin(session.device, OF_ONE_DEVICE)?;
    let permit = state.pulls().try_acquire_owned().map_err(|_| ErrorCode::Busy)?;
    let wanted: Vec<_> = request.scopes.iter().map(|scope| scope.scope.clone()).collect();
    let hers = state.storage().read(move |connection| {
        let scopes = reader::member(connection, &session)?.scopes();
        Ok::<_, ApiError>(wanted.iter().all(|scope| scopes.contains(scope)))
    });
    if !hers.await? {
        return Err(ErrorCode::NotFound.into());
    }
    let first = request.first_frame_bytes.map_or(limits::FRAME_TARGET_BYTES, |bytes| {
        usize::try_from(bytes).unwrap_or(usize::MAX).clamp(limits::FRAME_LEAST_BYTES, limits::FRAME_TARGET_BYTES)
    });
    let pull = Pull {
        state: state.clone(),
        session,
        scopes: request.scopes.into(),
        writer: Some(StreamWriter::new()?),
        frame_bytes: first,
        sent_bytes: 0,
        remaining: None,
        cold: Cold::No,
        _permit: permit,
        _doing: doing,
    };
    Ok(Body::from_stream(stream::unfold(pull, |pull| async {
        if pull.writer.is_some() { Some(next(pull).await) } else { None }
    })))
}

/// The next bytes. After an error the stream is cut, and the device goes on where its last frame says.
async fn next(mut pull: Pull) -> (Result<Bytes, std::io::Error>, Pull) {
    match advance(&mut pull).await {
        Ok(bytes) => (Ok(bytes), pull),
        Err(error) => {
            tracing::warn!(code = error.code.name(), "a pull was cut");
            pull.writer = None;
            (Err(std::io::Error::other("the pull was cut")), pull)
        }
    }
}

async fn advance(pull: &mut Pull) -> Result<Bytes, ApiError> {
    let mut writer = pull.writer.take().ok_or(ErrorCode::Internal)?;
    let stopping = pull.state.stopping().is_cancelled() || pull.sent_bytes > PULL_BYTES;
    let Some(scope) = pull.scopes.front().filter(|_| !stopping).cloned() else {
        writer.push(&encode(&PullMessage::End)?)?;
        return Ok(Bytes::from(writer.finish()?));
    };
    if let Some(piece) = cold(pull, &scope).await? {
        // What is kept is a zstd frame of its own.
        let mut bytes = if writer.is_empty() { Vec::new() } else { writer.finish()? };
        bytes.extend_from_slice(&piece.bytes);
        pull.writer = Some(StreamWriter::new()?);
        pull.frame_bytes = limits::FRAME_TARGET_BYTES;
        count(pull, piece.items, piece.weight);
        if let Some(scope) = pull.scopes.front_mut() {
            scope.cursor = Some(piece.cursor);
        }
        return Ok(Bytes::from(bytes));
    }
    let (session, wanted) =
        (pull.session, Wanted { target: pull.frame_bytes, remaining: pull.remaining, is_kept: false });
    let made = pull.state.storage().read(move |connection| {
        let framed = frame::next(connection, &session, &scope, wanted)?;
        let Some(framed) = framed else { return Ok::<_, ApiError>((None, Vec::new(), writer)) };
        writer.push(&encode(&PullMessage::Frame(framed.frame.clone()))?)?;
        let bytes = writer.flush()?;
        Ok((Some(framed), bytes, writer))
    });
    let (framed, bytes, writer) = made.await?;
    pull.writer = Some(writer);
    pull.frame_bytes = limits::FRAME_TARGET_BYTES;
    match framed {
        Some(Framed { frame, weight }) => {
            count(pull, frame.items.len(), weight);
            pull.remaining = Some(frame.remaining);
            if frame.done {
                next_scope(pull);
            } else if let Some(scope) = pull.scopes.front_mut() {
                scope.cursor = Some(frame.cursor);
            }
        }
        // The scope is hers no more: on with the next.
        None => next_scope(pull),
    }
    Ok(Bytes::from(bytes))
}

fn count(pull: &mut Pull, items: usize, weight: usize) {
    pull.state.metrics().pulled(items);
    pull.sent_bytes = pull.sent_bytes.saturating_add(weight as u64);
}

fn next_scope(pull: &mut Pull) {
    pull.scopes.pop_front();
    pull.remaining = None;
    pull.cold = Cold::No;
}

/// The next piece of a cold start that is kept, or that is to be; `None` where frames are made one by one.
async fn cold(pull: &mut Pull, scope: &ScopeRequest) -> Result<Option<Piece>, ApiError> {
    let (session, state) = (pull.session, pull.state.clone());
    let begins = scope.cursor.is_none() && pull.frame_bytes >= kept::FIRST;
    let now = std::mem::replace(&mut pull.cold, Cold::No);
    let now = match now {
        Cold::No if begins => match state.streams().find(session.programme, &scope.scope) {
            Some(kept) => Cold::Kept(kept, 0),
            None => Cold::Keeping(Vec::new()),
        },
        now => now,
    };
    match now {
        Cold::No => Ok(None),
        Cold::Kept(kept, number) => {
            let Some(piece) = kept.piece(number).cloned() else { return Ok(None) };
            let (scope, streams) = (scope.scope.clone(), state.clone());
            let holds = state.storage().read(move |connection| {
                kept::holds(connection, streams.streams(), &session, &scope, &piece.cursor).map(|holds| (holds, piece))
            });
            let (holds, piece) = holds.await?;
            if !holds {
                // The rest is read as it is now, from where the device stands.
                return Ok(None);
            }
            pull.cold = Cold::Kept(kept, number + 1);
            Ok(Some(piece))
        }
        Cold::Keeping(mut pieces) => {
            let (request, remaining, is_first) = (scope.clone(), pull.remaining, pieces.is_empty());
            let made = state.storage().read(move |connection| {
                if is_first && !kept::is_worth(connection, &session, &request.scope)? {
                    return Ok::<_, ApiError>(None);
                }
                kept::next(connection, &session, &request, remaining)
            });
            let Some((piece, remaining)) = made.await? else { return Ok(None) };
            pull.remaining = Some(remaining);
            pieces.push(piece.clone());
            if piece.cursor.below.is_none() {
                state.streams().keep(session.programme, scope.scope.clone(), pieces);
                pull.remaining = None;
            } else {
                pull.cold = Cold::Keeping(pieces);
            }
            Ok(Some(piece))
        }
    }
}

/// Single records by their ids.
pub(crate) async fn documents(
    state: &ServerState,
    session: Session,
    request: DocumentsRequest,
) -> Result<DocumentsMessage, ApiError> {
    state.storage().read(move |connection| frame::documents(connection, &session, &request.ids)).await
}

/// What the documents of a scope count for, so that a device can find what it holds otherwise.
pub(crate) async fn digests(
    state: &ServerState,
    session: Session,
    request: DigestsRequest,
) -> Result<DigestsMessage, ApiError> {
    state.storage().read(move |connection| frame::digests(connection, &session, &request)).await
}

/// What of the ids fits in one answer.
const DOCUMENTS_BYTES: usize = limits::DOCUMENTS_BYTES / 2;

/// The ids that are asked for, once each.
fn once(ids: &[DocumentId]) -> Vec<DocumentId> {
    let mut seen = std::collections::BTreeSet::new();
    ids.iter().copied().filter(|id| seen.insert(*id)).collect()
}
