//! Connections: taken, counted, spoken to, and let go of. Called by `serve` for each address it listens at. Invariant:
//! each step of a connection has a time in which it must come; one address never takes all the room; a server that
//! stops finishes what was asked.
//!
//! axum's own loop sets no time for a head to come and cannot speak TLS; axum-server can be told the first and does the
//! second, but neither counts connections nor sheds one that does not move. So the loop is ours, over hyper.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
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

use super::steady::Steady;
use super::tls::Tls;
use crate::exposure::{Peer, network_of};

/// How long requests that run get to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// How long the agreement on keys may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long the head of a request may take, and how long a connection may wait for its next request.
const HEAD: Duration = Duration::from_secs(20);

/// How many connections there may be.
const CONNECTIONS: usize = 4096;

/// How many of one address. Five hundred phones behind one are no attack.
const OF_ONE_ADDRESS: usize = 1024;

/// The largest head of a request.
const HEAD_BYTES: u32 = 32 * 1024;

/// How many requests may run at once on one connection.
const STREAMS: u32 = 64;

/// What is behind an address that is listened at.
pub(super) struct Door {
    pub(super) router: Router,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) room: Arc<Room>,
    pub(super) stopping: CancellationToken,
}

/// How many connections there are, by address.
pub(super) struct Room {
    taken: Mutex<BTreeMap<IpAddr, usize>>,
    /// Behind these are many.
    is_crowd: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
}

/// A connection's place; given back when it is dropped.
struct Place {
    room: Arc<Room>,
    address: IpAddr,
}

impl Room {
    /// A room in which proxies may bring as many as there is room for.
    pub(super) fn new(is_crowd: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self { taken: Mutex::default(), is_crowd: Box::new(is_crowd) }
    }

    fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let most = if (self.is_crowd)(peer) { CONNECTIONS } else { OF_ONE_ADDRESS };
        let address = network_of(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= CONNECTIONS || taken.get(&address).copied().unwrap_or(0) >= most {
            return None;
        }
        *taken.entry(address).or_default() += 1;
        Some(Place { room: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.room.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
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
            let _place = place;
            converse(&door, stream, peer).await;
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

async fn converse(door: &Door, stream: TcpStream, peer: SocketAddr) {
    // Small frames should leave at once.
    let _ = stream.set_nodelay(true);
    let stream = Steady::new(stream);
    let Some(tls) = &door.tls else { return speak_http1(door, stream, peer).await };
    let agreed = tokio::select! {
        () = door.stopping.cancelled() => return,
        agreed = tokio::time::timeout(HANDSHAKE, tls.acceptor().accept(stream)) => agreed,
    };
    let Ok(Ok(stream)) = agreed else { return };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        speak_http2(door, stream, peer).await;
    } else {
        speak_http1(door, stream, peer).await;
    }
}

/// What went wrong on one connection concerns nobody else, and is told to whoever was on it by its end.
macro_rules! speak {
    ($door:expr, $connection:expr) => {{
        let mut connection = pin!($connection);
        tokio::select! {
            _ = connection.as_mut() => {}
            () = $door.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }};
}

async fn speak_http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(door: &Door, stream: S, peer: SocketAddr) {
    let service = service_fn(|request| answer(door.router.clone(), request, peer));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_header_size(HEAD_BYTES as usize)
        .serve_connection(TokioIo::new(stream), service);
    speak!(door, connection);
}

async fn speak_http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(door: &Door, stream: S, peer: SocketAddr) {
    let router = door.router.clone();
    let service = service_fn(move |request| answer(router.clone(), request, peer));
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    speak!(door, connection);
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<axum::http::Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer.ip()));
    router.oneshot(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_never_takes_all_the_room() {
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let room = Arc::new(Room::new(move |address| address == proxy));
        let stranger = IpAddr::from([203, 0, 113, 9]);
        let mut places: Vec<_> = std::iter::from_fn(|| room.take(stranger)).collect();
        assert_eq!(places.len(), OF_ONE_ADDRESS);
        assert!(room.take(IpAddr::from([203, 0, 113, 10])).is_some(), "there is room for others");
        places.pop();
        assert!(room.take(stranger).is_some(), "a place that was given back can be taken again");
        places.extend(std::iter::from_fn(|| room.take(proxy)));
        assert_eq!(places.len(), CONNECTIONS, "behind a proxy are many");
    }
}
