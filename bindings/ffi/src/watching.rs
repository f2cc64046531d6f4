//! Syncing by itself while an app is open, and the phone's word about its network.

use std::sync::Arc;

use footbridge_client as client;

use crate::error::{FootbridgeError, PlatformError, noted};
use crate::people::Revoked;
use crate::syncing::{CancelHandle, Progress, SyncReport, token};
use crate::{Footbridge, runtime};

/// What happens while watching.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum WatchEvent {
    /// A sync has come so far.
    Progressed {
        /// How far.
        progress: Progress,
    },
    /// A sync is done.
    Synced {
        /// What it did.
        report: SyncReport,
    },
    /// A sync failed in a way that passes; it is tried again.
    Failed {
        /// The stable name of the error: `offline`, `refused` or `storage`.
        why: String,
        /// After so many milliseconds, unless the network is said to be back before.
        again_in: u64,
    },
    /// The rights of this device were taken away: it is locked and hands over what it has, or has been emptied,
    /// which ends the watch.
    Revoked {
        /// When, and how far it is.
        revoked: Revoked,
    },
}

impl From<client::WatchEvent<'_>> for WatchEvent {
    fn from(event: client::WatchEvent<'_>) -> Self {
        match event {
            client::WatchEvent::Progress(progress) => Self::Progressed { progress: progress.into() },
            client::WatchEvent::Synced(report) => Self::Synced { report: report.into() },
            client::WatchEvent::Revoked(revoked) => Self::Revoked { revoked: revoked.into() },
            client::WatchEvent::Failed { error, again_in } => Self::Failed {
                why: error.name().to_owned(),
                again_in: u64::try_from(again_in.as_millis()).unwrap_or(u64::MAX),
            },
        }
    }
}

/// Is told what happens while watching, on a thread of the library; to be quick, or to hand over.
#[uniffi::export(with_foreign)]
pub trait WatchListener: Send + Sync {
    /// This happened. An error is noted, and watching goes on.
    fn happened(&self, event: WatchEvent) -> Result<(), PlatformError>;
}

/// What the phone knows of its network (`ConnectivityManager`, `NWPathMonitor`). Told when watching begins, so
/// that it may register for news, and when it has ended.
#[uniffi::export(with_foreign)]
pub trait Connectivity: Send + Sync {
    /// Watching begins: say each change to `network`. An error is noted; watching then tries at its own times.
    fn started(&self, network: Arc<Network>) -> Result<(), PlatformError>;

    /// Watching has ended.
    fn stopped(&self) -> Result<(), PlatformError>;
}

/// Where a phone says that its network came or went.
#[derive(Debug, uniffi::Object)]
pub struct Network {
    client: client::Footbridge,
}

#[uniffi::export]
impl Network {
    /// It came, or went. What waits to be tried again is tried at once when it comes.
    pub fn changed(&self, is_online: bool) {
        self.client.network_changed(is_online);
    }
}

/// Says that watching has ended, however it ended.
struct Watched(Arc<dyn Connectivity>);

impl Drop for Watched {
    fn drop(&mut self) {
        noted(self.0.stopped());
    }
}

#[uniffi::export]
impl Footbridge {
    /// Syncs by itself until it is cancelled: when something was recorded, when the server has news, when the
    /// network is back. Errs only where trying again does not help.
    pub async fn watch(
        &self,
        listener: Arc<dyn WatchListener>,
        connectivity: Option<Arc<dyn Connectivity>>,
        cancel: Option<Arc<CancelHandle>>,
    ) -> Result<(), FootbridgeError> {
        let client = self.client.clone();
        runtime::waiting(async move {
            let network = Arc::new(Network { client: client.clone() });
            connectivity.iter().for_each(|phone| noted(phone.started(Arc::clone(&network))));
            let _watched = connectivity.map(Watched);
            Ok(client.watch(&|event| noted(listener.happened(event.into())), &token(cancel)).await?)
        })
        .await
    }

    /// The phone says that its network came or went; for apps that watch without `Connectivity`.
    pub fn network_changed(&self, is_online: bool) {
        self.client.network_changed(is_online);
    }
}
