//! Syncing once: with progress and a handle to cancel it, or within the seconds of a background task.

use std::sync::Arc;
use std::time::Duration;

use footbridge_client as client;

use crate::error::{FootbridgeError, PlatformError, noted};
use crate::{Footbridge, runtime};

/// What a sync is about at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Stage {
    /// Greeting the server.
    Connecting,
    /// Sending what the server lacks.
    Pushing,
    /// Taking what is new.
    Pulling,
}

impl From<client::Stage> for Stage {
    fn from(stage: client::Stage) -> Self {
        match stage {
            client::Stage::Connecting => Self::Connecting,
            client::Stage::Pushing => Self::Pushing,
            client::Stage::Pulling => Self::Pulling,
        }
    }
}

/// How far a sync has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Progress {
    /// What it is about.
    pub stage: Stage,
    /// Records sent or taken in this stage.
    pub records_done: u64,
    /// How many there are in this stage, once that is known.
    pub records_total: Option<u64>,
    /// Bytes sent in this sync.
    pub bytes_up: u64,
    /// Bytes received in this sync.
    pub bytes_down: u64,
}

impl From<client::Progress> for Progress {
    fn from(progress: client::Progress) -> Self {
        let client::Progress { stage, records_done, records_total, bytes_up, bytes_down } = progress;
        Self { stage: stage.into(), records_done, records_total, bytes_up, bytes_down }
    }
}

/// What a sync did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// Items that the server took or had.
    pub pushed: u64,
    /// Items that came.
    pub pulled: u64,
    /// Items that the server would not take; see `status`.
    pub set_aside: u64,
    /// Records that were not here as the server gave them, and now are.
    pub repaired: u64,
    /// Records that the server has and this version cannot read; see `status`.
    pub unread: u64,
    /// Bytes of bodies sent.
    pub bytes_up: u64,
    /// Bytes of bodies received.
    pub bytes_down: u64,
    /// By how many seconds this device's clock is ahead of the server's (behind where negative), where that is more
    /// than a few minutes: to be told to her.
    pub clock_off_seconds: Option<i64>,
}

impl From<client::SyncReport> for SyncReport {
    fn from(report: client::SyncReport) -> Self {
        let client::SyncReport { pushed, pulled, set_aside, repaired, unread, bytes_up, bytes_down, clock_off_seconds } =
            report;
        Self { pushed, pulled, set_aside, repaired, unread, bytes_up, bytes_down, clock_off_seconds }
    }
}

/// How a background task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum BackgroundEnd {
    /// Everything was sent and taken.
    Done {
        /// What it did.
        report: SyncReport,
    },
    /// The time was up; the next one goes on there.
    OutOfTime,
    /// The server could not be reached, or another sync is under way: later is better.
    TryLater,
    /// The device belongs to no programme yet.
    NotJoined,
}

impl From<client::BackgroundEnd> for BackgroundEnd {
    fn from(end: client::BackgroundEnd) -> Self {
        match end {
            client::BackgroundEnd::Done(report) => Self::Done { report: report.into() },
            client::BackgroundEnd::OutOfTime => Self::OutOfTime,
            client::BackgroundEnd::TryLater => Self::TryLater,
            client::BackgroundEnd::NotJoined => Self::NotJoined,
        }
    }
}

/// Is told how far a sync has come, on a thread of the library; to be quick, or to hand over.
#[uniffi::export(with_foreign)]
pub trait ProgressListener: Send + Sync {
    /// So far. An error is noted, and the sync goes on.
    fn progressed(&self, progress: Progress) -> Result<(), PlatformError>;
}

/// Ends a sync or a watch from another thread. Once cancelled it stays so.
#[derive(Debug, Default, uniffi::Object)]
pub struct CancelHandle {
    token: client::CancellationToken,
}

#[uniffi::export]
impl CancelHandle {
    /// One that nobody has used.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Ends what was given this handle; it answers `Refused` with the code `cancelled`.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }
}

/// The token of a handle, or one that nobody holds.
pub(crate) fn token(handle: Option<Arc<CancelHandle>>) -> client::CancellationToken {
    handle.map(|handle| handle.token.clone()).unwrap_or_default()
}

#[uniffi::export]
impl Footbridge {
    /// Syncs once: everything unsent goes up, everything new comes down. What was answered by the time it fails
    /// or is cancelled stays answered.
    pub async fn sync(
        &self,
        progress: Option<Arc<dyn ProgressListener>>,
        cancel: Option<Arc<CancelHandle>>,
    ) -> Result<SyncReport, FootbridgeError> {
        let client = self.client.clone();
        runtime::waiting(async move {
            let tell = |so_far: client::Progress| {
                progress.iter().for_each(|listener| noted(listener.progressed(so_far.into())));
            };
            Ok(client.sync(&tell, &token(cancel)).await?.into())
        })
        .await
    }

    /// Syncs once within the seconds that the system gives a background task (25 are a good number), and
    /// returns before they are over.
    pub async fn sync_in_background(&self, seconds: u32) -> Result<BackgroundEnd, FootbridgeError> {
        let client = self.client.clone();
        let time = Duration::from_secs(seconds.into());
        runtime::waiting(async move { Ok(client.sync_in_background(time).await?.into()) }).await
    }
}
