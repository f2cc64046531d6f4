//! The network between devices and the server. A device's request waits here as a letter until the schedule takes it up
//! and decides what becomes of it; so every order of requests can happen, and each follows from the seed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use footbridge_client::transport::{Body, Boxed, Request, Response, Transport, Unreachable};
use tokio::sync::oneshot;

/// A request that has not left its device yet.
pub struct Letter {
    /// What is asked.
    pub request: Request,
    answer: oneshot::Sender<Result<Response, Unreachable>>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
}

impl Letter {
    /// The path that is asked, without the server's address.
    pub fn path(&self) -> &str {
        path_of(&self.request.url)
    }

    /// Gives the device the answer, or so many bytes of its body before the link breaks.
    pub fn answer(self, answered: &Answered, cut: Option<usize>) {
        let whole = answered.body.clone();
        let (body, is_cut) = match cut {
            Some(at) => (whole.slice(..at.min(whole.len())), true),
            None => (whole, false),
        };
        let body = Box::new(Pieces { rest: body, is_cut });
        // A device that was switched off meanwhile waits no more.
        drop(self.answer.send(Ok(Response { status: answered.status, retry_after: None, body })));
    }

    /// Tells the device that nobody answered.
    pub fn fail(self) {
        drop(self.answer.send(Err(Unreachable)));
    }
}

/// The path in an address.
pub fn path_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    url.get(after_scheme..).and_then(|rest| rest.find('/').map(|at| &rest[at..])).unwrap_or("/")
}

/// The letters of one device.
#[derive(Default)]
pub struct Mailbox(Mutex<VecDeque<Letter>>);

impl Mailbox {
    /// Whether a letter waits.
    pub fn waits(&self) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Takes the first letter up.
    pub fn take(&self) -> Option<Letter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Nobody waits for these any more.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A device's way to the server: into its mailbox.
pub struct Post(pub Arc<Mailbox>);

impl Transport for Post {
    fn send(&self, request: Request) -> Boxed<'_, Result<Response, Unreachable>> {
        let (answer, answered) = oneshot::channel();
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(Letter { request, answer });
        Box::pin(async move { answered.await.unwrap_or(Err(Unreachable)) })
    }
}

/// A body that arrives in pieces of a few kilobytes, and may break off.
struct Pieces {
    rest: Bytes,
    is_cut: bool,
}

impl Body for Pieces {
    fn next(&mut self) -> Boxed<'_, Result<Option<Bytes>, Unreachable>> {
        Box::pin(async move {
            if self.rest.is_empty() {
                return if self.is_cut { Err(Unreachable) } else { Ok(None) };
            }
            let piece = self.rest.split_to(self.rest.len().min(4096));
            Ok(Some(piece))
        })
    }
}
