//! Syncing by itself: when something was recorded, when the server says that there is news, when the
//! network is said to be back, and every few minutes where nobody says anything. After a failure it waits
//! longer each time, with jitter.

use std::time::Duration;

use footbridge_protocol::error_code::Remedy;
use footbridge_protocol::{ErrorCode, event};
use footbridge_store::scopes;
use tokio_util::sync::CancellationToken;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::identity;
use crate::revocation::{self, Revoked};
use crate::server::backoff;
use crate::sync::{Progress, SyncReport, verify};

/// Several things recorded in one breath go up together.
const BREATH: Duration = Duration::from_millis(300);
/// Where no news can be heard, the server is asked so often.
const POLL: Duration = Duration::from_secs(120);

/// What happens while watching.
#[derive(Debug)]
pub enum WatchEvent<'a> {
    /// A sync has come so far.
    Progress(Progress),
    /// A sync is done.
    Synced(SyncReport),
    /// A sync failed; it is tried again after this time.
    Failed {
        /// Why.
        error: &'a FootbridgeError,
        /// After how long it is tried again, unless the network is said to be back before.
        again_in: Duration,
    },
    /// The rights of this device were taken away: it is locked and hands over what it has, or has been
    /// emptied, which ends the watch.
    Revoked(Revoked),
}

impl Footbridge {
    /// Syncs by itself until it is cancelled.
    ///
    /// # Errors
    /// What trying again does not help against: [`FootbridgeError::Refused`] other than a sync under way,
    /// [`FootbridgeError::Storage`].
    pub async fn watch(
        &self,
        on_event: &(dyn Fn(WatchEvent<'_>) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<(), FootbridgeError> {
        let (mut failures, mut is_locked) = (0, false);
        while !cancel.is_cancelled() {
            let progress = |progress| on_event(WatchEvent::Progress(progress));
            match self.sync(&progress, cancel).await {
                Ok(report) => {
                    failures = 0;
                    on_event(WatchEvent::Synced(report));
                    if !self.tend(cancel).await? {
                        self.something_to_do(cancel).await;
                    }
                }
                Err(_) if cancel.is_cancelled() => {}
                Err(error) if is_passing(&error) && !self.is_emptied()? => {
                    failures += 1;
                    if !is_locked && let Some(revoked) = self.inner.store.read_locked(revocation::told)? {
                        is_locked = true;
                        on_event(WatchEvent::Revoked(revoked));
                    }
                    let asked = self.inner.heard.retry_after().unwrap_or_default();
                    let again_in = backoff(failures, self.inner.environment.random.as_ref()).max(asked);
                    on_event(WatchEvent::Failed { error: &error, again_in });
                    tokio::select! {
                        () = cancel.cancelled() => {}
                        () = self.inner.network.notified() => failures = 0,
                        () = tokio::time::sleep(again_in) => {}
                    }
                }
                Err(error) => {
                    if let Some(revoked) = self.inner.store.read_locked(revocation::told)? {
                        on_event(WatchEvent::Revoked(revoked));
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// What can wait until a sync is done: words for the search, and a look at the rows. Says whether there is
    /// something to sync at once.
    async fn tend(&self, cancel: &CancellationToken) -> Result<bool, FootbridgeError> {
        while self.fill_search()? && !cancel.is_cancelled() {
            // Others have their turn.
            tokio::task::yield_now().await;
        }
        verify::at_leisure(self)
    }

    fn is_emptied(&self) -> Result<bool, FootbridgeError> {
        Ok(self.inner.store.read_locked(revocation::told)?.is_some_and(|revoked| revoked.emptied))
    }

    /// Returns when there is reason to sync.
    async fn something_to_do(&self, cancel: &CancellationToken) {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = self.inner.network.notified() => {}
            () = self.inner.recorded.notified() => {
                tokio::select! {
                    () = cancel.cancelled() => {}
                    () = tokio::time::sleep(BREATH) => {}
                }
            }
            () = self.news() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }

    /// Returns when the server says that there is news, or will hear nothing of this device any more. Where
    /// it cannot be heard, it is tried again; meanwhile the server is polled.
    async fn news(&self) {
        let mut failures = 0;
        loop {
            match self.listen().await {
                Ok(()) => return,
                // The next sync is told why.
                Err(FootbridgeError::Refused { code }) if code == ErrorCode::Revoked.name() => return,
                Err(_) => {
                    failures += 1;
                    tokio::time::sleep(backoff(failures, self.inner.environment.random.as_ref())).await;
                }
            }
        }
    }

    async fn listen(&self) -> Result<(), FootbridgeError> {
        let membership = self.inner.store.read(identity::membership)?;
        let membership = membership.ok_or_else(|| FootbridgeError::refused("not_joined"))?;
        let server = self.inner.server(&membership);
        let hello = server.hello().await?;
        let session = self.open_session(&server, &hello).await?;
        // What came between the pull and this is told at once.
        let path = self.inner.store.read(scopes::all)?.iter().map(|row| row.cursor.map(|cursor| cursor.seq)).min();
        let path = path.flatten().map_or_else(|| event::PATH.to_owned(), event::path_since);
        let mut body = server.get(&path, Some(session.token.to_authorization())).await?;
        let mut reader = event::NewsReader::default();
        while let Some(piece) = body.next().await? {
            if reader.hears(&piece) {
                return Ok(());
            }
        }
        Err(FootbridgeError::Offline)
    }
}

/// Whether trying again may help.
pub(crate) fn is_passing(error: &FootbridgeError) -> bool {
    match error {
        FootbridgeError::Offline => true,
        FootbridgeError::Refused { code } => {
            // Without the server's own word, `revoked` is no more than a fault.
            let is_told_to_wait =
                ErrorCode::from_name(code).is_some_and(|code| matches!(code.remedy(), Remedy::Retry | Remedy::Lock));
            is_told_to_wait
                || matches!(
                    code.as_str(),
                    crate::server::KEY_CHANGED | "syncing" | "bad_nonce" | "expired_session" | "too_many"
                )
        }
        FootbridgeError::Storage { what, .. } => *what == "busy",
        _ => false,
    }
}
