//! A connection that moves, or ends. Made for every connection before anything is read from it. Invariant: where the
//! other side takes nothing for a while, or says nothing and is told nothing for longer, reading and writing fail, and
//! what held the connection lets go.

use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long nothing may move either way. Longer than any answer may take to begin; a stream of events beats more often.
const SILENT: Duration = Duration::from_secs(330);

/// How long what we send may wait for the other side to take any of it.
const STUCK: Duration = Duration::from_secs(30);

/// A stream under watch.
pub(super) struct Steady<S> {
    stream: S,
    moved: Instant,
    stuck_since: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Steady<S> {
    pub(super) fn new(stream: S) -> Self {
        let moved = Instant::now();
        Self { stream, moved, stuck_since: None, alarm: Box::pin(sleep_until(moved + SILENT)) }
    }

    fn due(&self) -> Instant {
        let silent = self.moved + SILENT;
        self.stuck_since.map_or(silent, |since| silent.min(since + STUCK))
    }

    /// Pending while there is still time.
    fn overdue(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        loop {
            ready!(self.alarm.as_mut().poll(context));
            let due = self.due();
            if due <= Instant::now() {
                return Poll::Ready(Error::new(ErrorKind::TimedOut, "the other side does not move"));
            }
            self.alarm.as_mut().reset(due);
        }
    }

    fn moved(&mut self) {
        self.moved = Instant::now();
    }

    /// What came of writing: something went, or the time to take it begins.
    fn written<T>(&mut self, context: &mut Context<'_>, wrote: Poll<Result<T, Error>>) -> Poll<Result<T, Error>> {
        if wrote.is_ready() {
            self.stuck_since = None;
            self.moved();
            return wrote;
        }
        if self.stuck_since.is_none() {
            self.stuck_since = Some(Instant::now());
            let due = self.due();
            self.alarm.as_mut().reset(due);
        }
        self.overdue(context).map(Err)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                self.moved();
                Poll::Ready(read)
            }
            Poll::Pending => self.overdue(context).map(Err),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, Error>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match Pin::new(&mut self.stream).poll_shutdown(context) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => self.overdue(context).map(Err),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_let_go() {
        let (ours, _theirs) = duplex(16);
        let mut ours = Steady::new(ours);
        let begun = Instant::now();
        let ended = ours.write_all(&[0; 64]).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), STUCK.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_let_go_and_who_says_something_now_and_then_is_not() {
        let (ours, mut theirs) = duplex(16);
        let mut ours = Steady::new(ours);
        for _ in 0..5 {
            advance(SILENT - Duration::from_secs(1)).await;
            theirs.write_u8(7).await.unwrap();
            assert_eq!(ours.read_u8().await.unwrap(), 7);
        }
        let begun = Instant::now();
        assert_eq!(ours.read_u8().await.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), SILENT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_slowly_is_kept() {
        let (ours, mut theirs) = duplex(1);
        let mut ours = Steady::new(ours);
        let writing = tokio::spawn(async move { ours.write_all(&[1; 10]).await });
        for _ in 0..10 {
            tokio::time::sleep(STUCK - Duration::from_secs(1)).await;
            assert_eq!(theirs.read_u8().await.unwrap(), 1);
        }
        assert!(writing.await.unwrap().is_ok());
    }
}
