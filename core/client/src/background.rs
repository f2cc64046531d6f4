//! The one call for a phone's background task: the system gives it some seconds and then ends the process.
//! Invariant: it returns within its time, and what was answered by then stays answered.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::sync::SyncReport;
use crate::watch::is_passing;

/// How a background task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackgroundEnd {
    /// Everything was sent and taken.
    Done(SyncReport),
    /// The time was up; the next one goes on there.
    OutOfTime,
    /// The server could not be reached, or another sync is under way: later is better.
    TryLater,
    /// The device belongs to no programme yet.
    NotJoined,
}

impl Footbridge {
    /// Syncs once, for at most this time.
    ///
    /// # Errors
    /// What trying again does not help against, as [`Footbridge::sync`].
    pub async fn sync_in_background(&self, time: Duration) -> Result<BackgroundEnd, FootbridgeError> {
        match tokio::time::timeout(time, self.sync(&|_| {}, &CancellationToken::new())).await {
            Err(_) => Ok(BackgroundEnd::OutOfTime),
            Ok(Ok(report)) => Ok(BackgroundEnd::Done(report)),
            Ok(Err(FootbridgeError::Refused { code })) if code == "not_joined" => Ok(BackgroundEnd::NotJoined),
            Ok(Err(error)) if is_passing(&error) => Ok(BackgroundEnd::TryLater),
            Ok(Err(error)) => Err(error),
        }
    }
}
