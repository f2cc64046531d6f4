//! Sending and fetching: `sync`, once or until stopped. Ctrl-C stops it between two steps: what the server
//! answered stays, and the next sync goes on from there.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use footbridge_client::{CancellationToken, FootbridgeError, Revoked, SyncReport, WatchEvent};
use footbridge_text::{Arg, text};
use serde_json::json;

use super::Terminal;
use crate::exit::Failure;
use crate::output::Output;
use crate::progress::{Bar, bytes};
use crate::wording::clock_is_wrong;

/// How soon a watch notices what another process recorded.
const OTHERS: Duration = Duration::from_millis(500);

impl Terminal<'_> {
    pub(super) fn sync(&self) -> Result<(), Failure> {
        let bar = Bar::new(self.output);
        let cancel = stopped_by_hand();
        let synced = self.runtime.block_on(self.phone.sync(&|progress| bar.show(&progress), &cancel));
        bar.clear();
        match synced {
            Ok(done) => report(self.output, &done),
            Err(_) if cancel.is_cancelled() => Err(Failure::Cancelled),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn watch(&self) -> Result<(), Failure> {
        let cancel = stopped_by_hand();
        let watched = Watched {
            output: self.output,
            bar: Mutex::new(None),
            cancel: &cancel,
            failed: Mutex::new(None),
            is_idle: AtomicBool::new(false),
        };
        self.output.aside(&self.words.text("sync-watching", &[]));
        let ended = self.runtime.block_on(async {
            let on_event = |event: WatchEvent<'_>| watched.event(&event);
            tokio::select! {
                ended = self.phone.watch(&on_event, &cancel) => ended,
                never = self.tell_of_others(&watched.is_idle) => match never {},
            }
        });
        watched.clear_bar();
        match watched.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(failure),
            None => Ok(ended?),
        }
    }
}

impl Terminal<'_> {
    /// Wakes the watch when another process has recorded something in this store, as in a terminal every
    /// recording is a process of its own.
    async fn tell_of_others(&self, is_idle: &AtomicBool) -> Infallible {
        let mut woken_for = 0;
        loop {
            tokio::time::sleep(OTHERS).await;
            // A store that is busy now is asked again.
            let Ok(status) = self.phone.status(self.output.language) else { continue };
            let waiting = status.unsent.saturating_sub(u64::try_from(status.set_aside.len()).unwrap_or(u64::MAX));
            if waiting == 0 {
                woken_for = 0;
            } else if waiting != woken_for && is_idle.load(Ordering::Relaxed) {
                // What could not be sent is not tried without end: only when there is more, or less.
                woken_for = waiting;
                self.phone.network_changed(true);
            }
        }
    }
}

/// What somebody sees who watches.
struct Watched<'a> {
    output: &'a Output,
    bar: Mutex<Option<Bar>>,
    cancel: &'a CancellationToken,
    failed: Mutex<Option<Failure>>,
    /// Nothing is under way: the last sync was done.
    is_idle: AtomicBool,
}

impl Watched<'_> {
    fn event(&self, event: &WatchEvent<'_>) {
        self.is_idle.store(matches!(event, WatchEvent::Synced(_)), Ordering::Relaxed);
        match event {
            WatchEvent::Progress(progress) => {
                let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
                bar.get_or_insert_with(|| Bar::new(self.output)).show(progress);
            }
            WatchEvent::Synced(done) => {
                self.clear_bar();
                if let Err(failure) = report(self.output, done) {
                    self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
                    self.cancel.cancel();
                }
                // Nobody reads it any more.
                if self.output.is_closed() {
                    self.cancel.cancel();
                }
            }
            WatchEvent::Revoked(revoked) => {
                self.clear_bar();
                self.revoked(revoked);
            }
            WatchEvent::Failed { error, again_in } => {
                self.clear_bar();
                self.failure(error, *again_in);
            }
        }
    }

    /// What a locked phone can still say.
    fn revoked(&self, revoked: &Revoked) {
        let said = if self.output.json {
            self.output.value(&json!({"revoked": revoked}))
        } else {
            self.output.sentence(if revoked.emptied { "cli-emptied" } else { "cli-revoked" }, &[])
        };
        if let Err(failure) = said {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
        }
    }

    /// Nothing to end for: it is tried again.
    fn failure(&self, error: &FootbridgeError, again_in: Duration) {
        let failure = Failure::passing(error);
        let seconds = again_in.as_secs().max(1);
        let retry = text(self.output.language, "sync-retry", &[("seconds", seconds.into())]);
        self.output.failure_with(&failure, &[("again_in", seconds.into())], &retry);
    }

    fn clear_bar(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.clear();
        }
    }
}

fn report(output: &Output, report: &SyncReport) -> Result<(), Failure> {
    if output.json {
        return output.value(&serde_json::to_value(report).unwrap_or_default());
    }
    let SyncReport { pushed, pulled, set_aside, repaired, unread, bytes_up, bytes_down, clock_off_seconds } = *report;
    let sentence = |key, count: u64| text(output.language, key, &[("count", Arg::from(count))]);
    let mut said = vec![sentence("sync-pushed", pushed), sentence("sync-pulled", pulled)];
    if set_aside > 0 {
        said.push(sentence("sync-set-aside", set_aside));
    }
    if repaired > 0 {
        said.push(sentence("sync-repaired", repaired));
    }
    if unread > 0 {
        said.push(sentence("sync-unread", unread));
    }
    let (up, down) = (bytes(bytes_up), bytes(bytes_down));
    let carried = text(output.language, "sync-bytes", &[("up", Arg::Text(&up)), ("down", Arg::Text(&down))]);
    if let Some(seconds) = clock_off_seconds {
        output.aside(&clock_is_wrong(output.language, seconds));
    }
    output.line(&format!("{} ({carried})", said.join(" ")))
}

/// Cancelled by Ctrl-C or SIGTERM. A second one ends the process at once: everything is durable anyway.
fn stopped_by_hand() -> CancellationToken {
    let cancel = CancellationToken::new();
    let cancelled = cancel.clone();
    tokio::spawn(async move {
        stop_signal().await;
        cancelled.cancel();
        stop_signal().await;
        std::process::exit(i32::from(Failure::Cancelled.code()));
    });
    cancel
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => {
            if interrupted.is_err() {
                std::future::pending::<()>().await;
            }
        }
        _ = terminated.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
