//! A body as it arrives. Read by every route that takes one. Invariant: what counts is what came in the last seconds and
//! never how long the whole takes; a link that goes on carrying is never cut.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use footbridge_protocol::{ErrorCode, limits};
use http_body_util::BodyExt;
use tokio::time::Instant;

use crate::error::ApiError;

/// In this time of waiting [`limits::BODY_LEAST`] bytes must come.
const WINDOW: Duration = Duration::from_secs(limits::BODY_SECONDS);

/// A body of which some has come.
pub(crate) struct Arriving {
    body: Body,
    /// What is left of the time.
    left: Duration,
    /// What must come in it.
    owed: usize,
}

impl Arriving {
    /// A body of which nothing has come.
    pub(crate) fn new(body: Body) -> Self {
        Self { body, left: WINDOW, owed: limits::BODY_LEAST }
    }

    /// What comes next; nothing at the end. Only the time that is spent waiting here counts.
    ///
    /// # Errors
    /// `busy` where too little came, `malformed` where the body breaks off.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let began = Instant::now();
            let frame = tokio::time::timeout(self.left, self.body.frame()).await.map_err(|_| ErrorCode::Busy)?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(data) = frame.map_err(|_| ErrorCode::Malformed)?.into_data() else { continue };
            self.left = self.left.saturating_sub(began.elapsed());
            self.owed = self.owed.saturating_sub(data.len());
            if self.owed == 0 {
                (self.left, self.owed) = (WINDOW, limits::BODY_LEAST);
            }
            if !data.is_empty() {
                return Ok(Some(data));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    /// A body of pieces of so many bytes, each after so many seconds.
    fn body(pieces: usize, bytes: usize, seconds: u64) -> Arriving {
        let pieces = stream::unfold(0, move |number| async move {
            if number == pieces {
                return None;
            }
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Some((Ok::<_, Infallible>(Bytes::from(vec![7; bytes])), number + 1))
        });
        Arriving::new(Body::from_stream(pieces))
    }

    async fn whole(mut body: Arriving) -> Result<usize, ErrorCode> {
        let mut bytes = 0;
        while let Some(data) = body.next().await.map_err(|error| error.code)? {
            bytes += data.len();
        }
        Ok(bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_that_goes_on_carrying_is_never_cut() {
        let began = Instant::now();
        assert_eq!(whole(body(2000, 600, 14)).await, Ok(1_200_000));
        assert!(began.elapsed() > Duration::from_secs(7 * 3600), "for hours");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_carries_next_to_nothing_is() {
        assert_eq!(whole(body(100, 30, 1)).await, Err(ErrorCode::Busy));
        assert_eq!(whole(body(2, 5000, 31)).await, Err(ErrorCode::Busy), "nothing for longer than that");
        let mut late = body(3, 2000, 20);
        late.next().await.unwrap();
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert!(late.next().await.is_ok(), "while the server did something else, nobody was slow");
    }
}
