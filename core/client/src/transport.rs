//! The way to a server. The client knows only this trait; HTTP is one implementation, a simulated network
//! in tests another.

mod http;
mod pinned;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

pub use http::HttpTransport;

/// A future of a boxed transport.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What is asked of a server.
#[derive(Debug, Clone)]
pub struct Request {
    /// The whole address.
    pub url: String,
    /// The body of a POST; a GET has none.
    pub body: Option<Bytes>,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The value of the `Authorization` header.
    pub authorization: Option<String>,
    /// The value of the header in which the device names itself, once it has joined.
    pub device: Option<String>,
    /// By what the server's certificate is known, where no public authority signed it: SHA-256 of its key.
    pub fingerprint: Option<[u8; 32]>,
}

/// What comes back, the body as it arrives.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// After how long the server wants to be asked again, where it says so.
    pub retry_after: Option<Duration>,
    /// The rest.
    pub body: Box<dyn Body>,
}

/// A body that arrives piece by piece.
pub trait Body: Send {
    /// The next piece; `None` at the end.
    fn next(&mut self) -> Boxed<'_, Result<Option<Bytes>, Unreachable>>;
}

/// The server was not reached, or the link broke. Why does not matter to what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server cannot be reached")]
pub struct Unreachable;

/// A way to a server.
pub trait Transport: Send + Sync {
    /// Sends a request, and gives the answer as soon as its head is there.
    fn send(&self, request: Request) -> Boxed<'_, Result<Response, Unreachable>>;

    /// Whether the last connection to a server that is known by this fingerprint was not made because the other side
    /// showed another key. A transport without TLS never meets one.
    fn met_another_key(&self, fingerprint: [u8; 32]) -> bool {
        let _ = fingerprint;
        false
    }
}
