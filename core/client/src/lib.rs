//! Footbridge on a device: record, ask, sync. [`Footbridge`] is what an app or the command line holds; it
//! owns the order of things on a device (validate, write durably, tell the screens, send when there is a
//! network) and brings together the model, the store, the protocol and the transport.
//!
//! Calls that record or ask block for milliseconds and need no network; `join`, `sync` and `watch` are
//! async and run on tokio. Everything but those works before the first join and for months without network.

mod asking;
mod background;
mod coordinating;
mod environment;
mod erasing;
mod error;
pub mod export;
pub mod files;
mod identity;
pub mod import;
mod importing;
pub mod key;
mod membership;
mod quarantine;
mod receipts;
mod record;
mod recording;
mod recovery;
mod revocation;
mod rewording;
mod schema;
pub mod secret;
mod server;
mod sync;
pub mod transport;
mod vocabulary;
mod warnings;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use footbridge_store::{Store, StoreError};
use tokio::sync::{Notify, broadcast};

use server::Heard;

pub use asking::{ExportFormat, ListQuery, Page, SetAside, Status, TakenBack, Unread};
pub use background::BackgroundEnd;
pub use coordinating::{Answered, Asked, COORDINATOR_DAYS, INVITATION_DAYS, Invited, Link};
pub use environment::{Environment, SystemClock, SystemRandom};
pub use erasing::WouldErase;
pub use error::FootbridgeError;
pub use footbridge_model::clean;
pub use footbridge_model::{DeviceId, DocumentId, Fields, Kind, PersonId, Recipient, Role, Timestamp, Vocabulary};
pub use importing::ImportReport;
pub use membership::Joined;
pub use quarantine::Quarantined;
pub use recovery::Recovered;
pub use revocation::Revoked;
pub use sync::{Progress, Stage, SyncReport};
pub use tokio_util::sync::CancellationToken;
pub use warnings::Warning;
pub use watch::WatchEvent;

/// The name of this build, as servers see it in their list of devices.
pub const BUILD: &str = concat!("footbridge/", env!("CARGO_PKG_VERSION"));

/// The store's file in its folder.
const STORE_FILE: &str = "footbridge.db";

/// Events for a screen are kept so far behind; one that falls further behind is told so and reads anew.
const EVENTS_KEPT: usize = 256;

/// Something that a screen may want to show anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeEvent {
    /// These records were written, here or elsewhere.
    Records(Vec<DocumentId>),
    /// So much came that a screen had better read anew what it shows.
    Much,
    /// Receipts, what is unsent or what is set aside.
    Status,
    /// The device was revoked: nothing is shown any more.
    Locked,
}

/// A device. Cheap to clone; clones are the same device.
#[derive(Clone)]
pub struct Footbridge {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    store: Store,
    environment: Environment,
    events: broadcast::Sender<ChangeEvent>,
    /// Woken when something is recorded that the server lacks.
    recorded: Notify,
    /// Woken when the network is said to be back.
    network: Notify,
    vocabulary: Mutex<Option<Arc<Vocabulary>>>,
    heard: Heard,
    /// What became of a damaged store when this was opened.
    recovered: Option<Recovered>,
}

impl std::fmt::Debug for Footbridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Footbridge").finish_non_exhaustive()
    }
}

impl Footbridge {
    /// Opens the store in `folder`, or makes both.
    ///
    /// # Errors
    /// [`FootbridgeError::Locked`] where the key does not open it; [`FootbridgeError::Storage`].
    pub fn open(folder: &Path, key: &key::StoreKey, environment: Environment) -> Result<Self, FootbridgeError> {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|source| StoreError::Folder { attempt: "making the folder of the store", source })?;
        let (store, recovered) = recovery::open(&folder.join(STORE_FILE), key, &environment)?;
        let now = environment.clock.now();
        let is_new = store.read_locked(|snapshot| footbridge_store::meta::get(snapshot, "seed"))?.is_none();
        if is_new {
            store.write_locked(|writing| identity::ensure(writing, now, environment.random.as_ref()))?;
        }
        let inner = Inner {
            folder: folder.to_owned(),
            store,
            environment,
            events: broadcast::channel(EVENTS_KEPT).0,
            recorded: Notify::new(),
            network: Notify::new(),
            vocabulary: Mutex::new(None),
            heard: Heard::default(),
            recovered,
        };
        let footbridge = Self { inner: Arc::new(inner) };
        footbridge.finish_what_was_begun()?;
        Ok(footbridge)
    }

    /// What became of a damaged store, until `dismiss_notices`.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn recovered(&self) -> Result<Option<Recovered>, FootbridgeError> {
        Ok(self.inner.store.read_locked(recovery::told)?)
    }

    /// The same, only where it became of it when this was opened.
    pub fn recovered_now(&self) -> Option<&Recovered> {
        self.inner.recovered.as_ref()
    }

    /// Changes from now on, for a screen. Dropping the receiver ends it.
    pub fn subscribe(&self) -> broadcast::Receiver<ChangeEvent> {
        self.inner.events.subscribe()
    }

    /// To be called when the phone says that its network came or went: `watch` then tries at once.
    pub fn network_changed(&self, is_online: bool) {
        if is_online {
            self.inner.network.notify_one();
        }
    }

    /// The words that may be written at present: to offer them on a screen.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn vocabulary(&self) -> Result<Arc<Vocabulary>, FootbridgeError> {
        if let Some(vocabulary) = &*self.inner.vocabulary.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(vocabulary));
        }
        let read = Arc::new(self.inner.store.read(vocabulary::read)?);
        *self.inner.vocabulary.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&read));
        Ok(read)
    }
}

impl Inner {
    fn now(&self) -> Timestamp {
        self.environment.clock.now()
    }

    /// The server of the programme, as this device reaches it.
    fn server(&self, membership: &identity::Membership) -> server::Server<'_> {
        let server = self.server_at(membership.server.clone(), membership.server_identity, membership.fingerprint);
        // Where it cannot be read nothing else can be, and what is asked next says so.
        server::Server { device: self.store.read(identity::device).ok(), ..server }
    }

    fn server_at(
        &self,
        address: String,
        identity: footbridge_protocol::PublicKey,
        fingerprint: Option<[u8; 32]>,
    ) -> server::Server<'_> {
        server::Server {
            environment: &self.environment,
            heard: &self.heard,
            address,
            identity,
            device: None,
            fingerprint,
        }
    }

    /// Tells whoever listens; nobody need.
    fn tell(&self, event: ChangeEvent) {
        let _ = self.events.send(event);
    }

    fn forget_vocabulary(&self) {
        *self.vocabulary.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests;
