//! Pull: what she may read, in frames. Called by its route. Each frame comes from a short read of one moment; between
//! two frames nothing is held. Invariant: a scope is sent only while it is hers; a cursor of another log starts over,
//! and says so; nothing that is written meanwhile is skipped.

mod frame;

use std::collections::VecDeque;

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
use frame::Framed;

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
    _permit: OwnedSemaphorePermit,
    _doing: Doing,
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
    let (session, target) = (pull.session, pull.frame_bytes);
    let made = pull.state.storage().read(move |connection| {
        let framed = frame::next(connection, &session, &scope, target)?;
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
            pull.state.metrics().pulled(frame.items.len());
            pull.sent_bytes = pull.sent_bytes.saturating_add(weight as u64);
            if frame.done {
                pull.scopes.pop_front();
            } else if let Some(scope) = pull.scopes.front_mut() {
                scope.cursor = Some(frame.cursor);
            }
        }
        // The scope is hers no more: on with the next.
        None => {
            pull.scopes.pop_front();
        }
    }
    Ok(Bytes::from(bytes))
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
