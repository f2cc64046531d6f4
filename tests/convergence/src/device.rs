//! A device: the real client over a real store in a folder of its own, with our clock, our chance and our network. What
//! it does over the network is an errand that the world carries on step by step; to drop the errand is to switch the
//! device off in the middle of it.

use std::cell::Cell;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use footbridge_client::key::StoreKey;
use footbridge_client::{CancellationToken, Environment, Footbridge, FootbridgeError, Joined, Quarantined, SyncReport};
use footbridge_model::PersonId;

use crate::chance::{Chance, Source};
use crate::clock::HandClock;
use crate::network::{Mailbox, Post};

/// How an errand ended.
pub enum Ended {
    /// A sync.
    Synced(Result<SyncReport, FootbridgeError>),
    /// A join.
    Joined(Result<Joined, FootbridgeError>),
    /// A look into the quarantine.
    Looked(Result<Vec<Quarantined>, FootbridgeError>),
}

/// Something that a device does over the network.
type Errand = Pin<Box<dyn Future<Output = Ended>>>;

/// A copy of a device's files as they were at some moment.
#[derive(Clone)]
pub struct Snapshot {
    /// Where they lie.
    pub folder: PathBuf,
    /// How much had been said by everybody then.
    pub said: usize,
}

/// A device.
pub struct Device {
    /// Where its store lies.
    pub folder: PathBuf,
    /// Its clock.
    pub clock: HandClock,
    /// Its letters.
    pub mailbox: Arc<Mailbox>,
    /// Whether it has a network.
    pub is_online: bool,
    /// Whose it is, once it has joined.
    pub person: Option<PersonId>,
    /// The link by which it joins.
    pub invitation: Option<String>,
    /// Its files at an earlier moment.
    pub snapshot: Option<Snapshot>,
    /// Whether its rights are gone, once that was asked; only an errand changes it.
    pub is_retired: Cell<Option<bool>>,
    random: Arc<Source>,
    footbridge: Option<Footbridge>,
    errand: Option<Errand>,
}

impl Device {
    /// A new device, or one over the files in this folder.
    pub fn open(folder: PathBuf, clock: HandClock, chance: Chance) -> Self {
        let mut device = Self {
            folder,
            clock,
            mailbox: Arc::default(),
            is_online: true,
            person: None,
            invitation: None,
            snapshot: None,
            is_retired: Cell::new(None),
            random: Arc::new(Source::of(chance)),
            footbridge: None,
            errand: None,
        };
        device.switch_on();
        device
    }

    /// The client.
    pub fn footbridge(&self) -> &Footbridge {
        self.footbridge.as_ref().expect("it is switched on")
    }

    /// Ends whatever it is doing, as when the battery goes.
    pub fn switch_off(&mut self) {
        self.errand = None;
        self.mailbox.clear();
        self.footbridge = None;
    }

    /// Starts it on the files in its folder.
    pub fn switch_on(&mut self) {
        self.is_retired.set(None);
        let environment = Environment {
            clock: Arc::new(self.clock.clone()),
            random: Arc::clone(&self.random) as _,
            transport: Arc::new(Post(Arc::clone(&self.mailbox))),
        };
        let opened = Footbridge::open(&self.folder, &StoreKey::from_bytes([7; 32]), environment);
        self.footbridge = Some(opened.expect("a store opens without repair"));
    }

    /// Whether it is on an errand.
    pub fn is_busy(&self) -> bool {
        self.errand.is_some()
    }

    /// Begins to sync, unless it is busy.
    pub fn begin_sync(&mut self) {
        let footbridge = self.footbridge().clone();
        self.begin(async move { Ended::Synced(footbridge.sync(&|_| {}, &CancellationToken::new()).await) });
    }

    /// Begins to join by its link, unless it is busy.
    pub fn begin_join(&mut self) {
        let Some(url) = self.invitation.clone() else { return };
        let footbridge = self.footbridge().clone();
        self.begin(async move { Ended::Joined(footbridge.join(&url).await) });
    }

    /// Begins to look into the quarantine, unless it is busy.
    pub fn begin_look(&mut self) {
        let footbridge = self.footbridge().clone();
        self.begin(async move { Ended::Looked(footbridge.quarantine().await) });
    }

    fn begin(&mut self, errand: impl Future<Output = Ended> + 'static) {
        if self.errand.is_none() {
            self.errand = Some(Box::pin(errand));
        }
    }

    /// Goes on with its errand until that waits for the network, or ends.
    pub fn go_on(&mut self) -> Option<Ended> {
        let errand = self.errand.as_mut()?;
        self.is_retired.set(None);
        match poll(errand.as_mut()) {
            Poll::Pending => None,
            Poll::Ready(ended) => {
                self.errand = None;
                Some(ended)
            }
        }
    }
}

/// Asks once whether it can go on. What the world around it has done since it last gave way, which depends on how quick
/// the server's threads were, is not counted against it: tokio would have it wait for nothing.
fn poll<T>(errand: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    pin!(tokio::task::unconstrained(errand)).poll(&mut Context::from_waker(Waker::noop()))
}

/// Copies the files of a folder into another, in place of what is there.
pub fn copy_files(from: &Path, to: &Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).expect("the former files go");
    }
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the files of a device") {
        let path = entry.expect("a file").path();
        if let Some(name) = path.file_name() {
            std::fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    /// What has come already.
    fn here() -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        sender.send(()).expect("somebody waits for it");
        receiver
    }

    #[tokio::test]
    async fn an_errand_goes_on_with_what_is_here_however_much_was_done_around_it() {
        let mut asked = 0;
        while pin!(here()).poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            asked += 1;
            assert!(asked < 10_000, "the control: at some time the runtime lets nobody go on");
        }
        assert!(poll(pin!(here())).is_ready());
    }
}
