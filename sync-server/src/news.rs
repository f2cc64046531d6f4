//! News: a stream that says that there is something to pull. Called by its route. Invariant: it says so only for scopes
//! that are hers at that moment, and ends with the session or when the server stops.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use footbridge_protocol::{ErrorCode, event, limits};
use futures_util::stream;
use rusqlite::Connection;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::error::ApiError;
use crate::reader;
use crate::sessions::Session;
use crate::state::ServerState;
use crate::storage::News;
use crate::storage::log::{self, Seq, Way};
use crate::throttle::Doing;

/// How often a device may listen at one time.
const OF_ONE_DEVICE: usize = 4;

/// One device that listens.
struct Listener {
    state: ServerState,
    session: Session,
    news: Receiver<News>,
    ends: Instant,
    /// Whether there was news before it listened.
    missed: bool,
    begun: bool,
    _permit: OwnedSemaphorePermit,
    _doing: Doing,
}

/// The body of the answer: events, and a comment every now and then so that a dead connection shows. What came `since`
/// the device pulled is told at once.
pub(crate) async fn listen(state: &ServerState, session: Session, since: Option<Seq>) -> Result<Body, ApiError> {
    let doing = state.listening().begin(session.device, OF_ONE_DEVICE)?;
    let permit = state.listeners().try_acquire_owned().map_err(|_| ErrorCode::Busy)?;
    let news = state.storage().news();
    // Looked at after the receiver is there: what comes from here on it hears.
    let missed = state.storage().read(move |connection| missed(connection, &session, since)).await?;
    let lasts = session.expires_at.0.saturating_sub(state.now().0);
    let ends = Instant::now() + Duration::from_millis(u64::try_from(lasts).unwrap_or(0));
    let listener =
        Listener { state: state.clone(), session, news, ends, missed, begun: false, _permit: permit, _doing: doing };
    Ok(Body::from_stream(stream::unfold(listener, |listener| async {
        let (bytes, listener) = next(listener).await?;
        Some((Ok::<_, std::io::Error>(bytes), listener))
    })))
}

async fn next(mut listener: Listener) -> Option<(Bytes, Listener)> {
    if !listener.begun {
        listener.begun = true;
        return Some((Bytes::from_static(b": listening\n\n"), listener));
    }
    if std::mem::take(&mut listener.missed) {
        return Some((event(), listener));
    }
    let heartbeat = Instant::now() + Duration::from_secs(limits::HEARTBEAT_SECONDS);
    loop {
        let stopping = listener.state.stopping().clone();
        let heard = tokio::select! {
            () = stopping.cancelled() => return None,
            () = sleep_until(listener.ends) => return None,
            () = sleep_until(heartbeat) => return Some((Bytes::from_static(b": still here\n\n"), listener)),
            heard = listener.news.recv() => heard,
        };
        match heard {
            Ok(news) => match concerns(&listener, news).await {
                Ok(true) => return Some((event(), listener)),
                Ok(false) => {}
                Err(_) => return None,
            },
            // It has missed some: one of them may have been hers.
            Err(RecvError::Lagged(_)) => return Some((event(), listener)),
            Err(RecvError::Closed) => return None,
        }
    }
}

/// Whether a scope of hers has entries after that place.
fn missed(connection: &Connection, session: &Session, since: Option<Seq>) -> Result<bool, ApiError> {
    let member = reader::member(connection, session)?;
    let Some(since) = since else { return Ok(false) };
    for scope in member.scopes() {
        if log::count(connection, session.programme, &scope, Way::Above(since))? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn event() -> Bytes {
    Bytes::from(format!("event: {}\ndata:\n\n", event::NEWS))
}

/// Whether a scope of hers is among those with news. Fails where she may not read any more.
async fn concerns(listener: &Listener, news: News) -> Result<bool, ApiError> {
    let session = listener.session;
    if news.programme != session.programme {
        return Ok(false);
    }
    let member = listener.state.storage().read(move |connection| reader::member(connection, &session)).await?;
    Ok(reader::has_news(&member, &news.scopes))
}
