//! Connections: taken, counted, spoken to, and let go of. Called by `serve` for each address it listens at. Invariant:
//! each step of a connection has a time in which it must come; who has no place is closed at once; a server that stops
//! finishes what was asked.
//!
//! axum's own loop sets no time for a head to come and cannot speak TLS; axum-server can be told the first and does the
//! second, but neither counts connections nor sheds one that does not move. So the loop is ours, over hyper.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::room::{Place, Presence, Room, watched};
use super::steady::Steady;
use super::tls::Tls;
use crate::exposure::Peer;

/// How long requests that run get to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// How long the agreement on keys may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long the head of a request may take, and how long a connection may wait for its next request.
const HEAD: Duration = Duration::from_secs(20);

/// How long a connection that is left may still take to say so.
const LEAVING: Duration = Duration::from_secs(5);

/// The largest head of a request.
const HEAD_BYTES: u32 = 32 * 1024;

/// How many requests may run at once on one connection.
const STREAMS: u32 = 64;

/// Bytes of a body that may come before they are read, of one request and of all on one connection.
const AHEAD: u32 = 128 * 1024;

/// What is behind an address that is listened at.
pub(super) struct Door {
    pub(super) router: Router,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) room: Arc<Room>,
    pub(super) stopping: CancellationToken,
}

/// Takes connections until the server stops, and waits for those that are busy then.
pub(super) async fn serve(listener: TcpListener, door: Door) {
    let door = Arc::new(door);
    let tracker = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = door.stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                rest_after(&error).await;
                continue;
            }
        };
        // Where there is no room it is closed at once: the device tries again.
        let Some(place) = door.room.take(peer.ip()) else { continue };
        let door = Arc::clone(&door);
        tracker.spawn(async move {
            tokio::select! {
                () = place.must_leave() => {}
                () = converse(&door, stream, peer, &place) => {}
            }
        });
    }
    drop(listener);
    tracker.close();
    if tokio::time::timeout(GRACE, tracker.wait()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// An error of one connection is no error of the listener; any other, such as too many open files, passes with time.
async fn rest_after(error: &std::io::Error) {
    if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
    {
        return;
    }
    tracing::error!(error = error as &dyn std::error::Error, "no connection can be taken");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

async fn converse(door: &Door, stream: TcpStream, peer: SocketAddr, place: &Place) {
    // Small frames should leave at once.
    let _ = stream.set_nodelay(true);
    let stream = Steady::new(stream);
    let Some(tls) = &door.tls else { return speak_http1(door, stream, peer, place).await };
    let agreed = tokio::select! {
        () = door.stopping.cancelled() => return,
        agreed = tokio::time::timeout(HANDSHAKE, tls.acceptor().accept(stream)) => agreed,
    };
    let Ok(Ok(stream)) = agreed else { return };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        speak_http2(door, stream, peer, place).await;
    } else {
        speak_http1(door, stream, peer, place).await;
    }
}

/// What went wrong on one connection concerns nobody else, and is told to whoever was on it by its end.
macro_rules! speak {
    ($door:expr, $place:expr, $connection:expr) => {{
        let mut connection = pin!($connection);
        tokio::select! {
            _ = connection.as_mut() => {}
            () = $door.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
            // HTTP/1 sees to it itself; a connection of HTTP/2 without requests would else stay for minutes.
            () = $place.is_idle_for(HEAD + Duration::from_secs(1)) => {
                connection.as_mut().graceful_shutdown();
                let _ = tokio::time::timeout(LEAVING, connection).await;
            }
        }
    }};
}

async fn speak_http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    door: &Door,
    stream: S,
    peer: SocketAddr,
    place: &Place,
) {
    let service = service_fn(|request| answer(door.router.clone(), request, peer, place.presence()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_header_size(HEAD_BYTES as usize)
        .max_buf_size(AHEAD as usize)
        .serve_connection(TokioIo::new(stream), service);
    speak!(door, place, connection);
}

async fn speak_http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    door: &Door,
    stream: S,
    peer: SocketAddr,
    place: &Place,
) {
    let (router, presence) = (door.router.clone(), place.presence());
    let service = service_fn(move |request| answer(router.clone(), request, peer, presence.clone()));
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES)
        .initial_stream_window_size(AHEAD)
        .initial_connection_window_size(2 * AHEAD)
        .serve_connection(TokioIo::new(stream), service);
    speak!(door, place, connection);
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    presence: Presence,
) -> Result<axum::http::Response<Body>, Infallible> {
    let running = presence.run();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer.ip()));
    request.extensions_mut().insert(presence);
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| watched(body, running)))
}
