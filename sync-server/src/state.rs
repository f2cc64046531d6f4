//! What every request shares. Made once, by `serve`, by administration without a server, and by tests with a clock
//! and chance of their own. Invariant: all that must survive a restart is in the storage.

use std::fs;
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use footbridge_model::{Clock, RandomSource, Timestamp};
use footbridge_protocol::SigningKey;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::error::ServerError;
use crate::exposure::Exposure;
use crate::files::at;
use crate::metrics::Metrics;
use crate::nonces::Nonces;
use crate::pull::Streams;
use crate::push::Intake;
use crate::sessions::Sessions;
use crate::storage::{Storage, devices};
use crate::throttle::{AtOnce, Throttle};
use crate::{backup, identity, records, restore};

/// In the data folder: to whom a fault of the server's safety is told (RFC 9116).
const SECURITY_TXT: &str = "security.txt";

/// It has a page at most.
const SECURITY_BYTES: u64 = 8 * 1024;

/// The database in the data folder.
pub const DATABASE: &str = "footbridge.sqlite";

/// How many envelopes are looked at at once.
const PREPARING: usize = 2;

/// How many pulls run at once.
const PULLS: usize = 64;

/// How many devices listen for news at once.
const LISTENERS: usize = 1024;

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct ServerState {
    inner: Arc<Inner>,
}

struct Inner {
    storage: Storage,
    identity: SigningKey,
    clock: Arc<dyn Clock>,
    random: Arc<dyn RandomSource>,
    nonces: Nonces,
    sessions: Sessions,
    preparing: Arc<Semaphore>,
    interpreting: Arc<Semaphore>,
    pulls: Arc<Semaphore>,
    listeners: Arc<Semaphore>,
    intake: Arc<Intake>,
    throttle: Throttle,
    pulling: AtOnce,
    streams: Streams,
    listening: AtOnce,
    metrics: Metrics,
    security_contact: Option<String>,
    exposure: OnceLock<Exposure>,
    stopping: CancellationToken,
}

impl ServerState {
    /// Opens the data folder, or makes it. The caller sees to it that nobody else has it open.
    pub async fn open(data: &Path, clock: Arc<dyn Clock>, random: Arc<dyn RandomSource>) -> Result<Self, ServerError> {
        make_folder(data)?;
        restore::finish(data)?;
        backup::clear_leftovers(data);
        let identity = identity::load_or_make(data, &*random)?;
        let storage = Storage::open(&data.join(DATABASE), Arc::clone(&clock), Arc::clone(&random))?;
        records::reproject(&storage).await?;
        records::refill_search(&storage).await?;
        let security_contact = security_contact(data);
        let throttle = Throttle::default();
        throttle.know(storage.read(devices::ids).await?);
        let metrics = Metrics::new(clock.now().0 as f64 / 1000.0);
        Ok(Self {
            inner: Arc::new(Inner {
                storage,
                identity,
                clock,
                nonces: Nonces::new(&*random),
                random,
                sessions: Sessions::default(),
                preparing: Arc::new(Semaphore::new(PREPARING)),
                interpreting: Arc::new(Semaphore::new(1)),
                pulls: Arc::new(Semaphore::new(PULLS)),
                listeners: Arc::new(Semaphore::new(LISTENERS)),
                intake: Arc::default(),
                throttle,
                pulling: AtOnce::default(),
                streams: Streams::default(),
                listening: AtOnce::default(),
                metrics,
                security_contact,
                exposure: OnceLock::new(),
                stopping: CancellationToken::new(),
            }),
        })
    }

    /// To whom a fault of its safety is told, as the administrator wrote it.
    pub(crate) fn security_contact(&self) -> Option<&str> {
        self.inner.security_contact.as_deref()
    }

    /// The database.
    pub fn storage(&self) -> &Storage {
        &self.inner.storage
    }

    /// The key by which devices know this server.
    pub fn identity(&self) -> &SigningKey {
        &self.inner.identity
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Chance.
    pub fn random(&self) -> &dyn RandomSource {
        &*self.inner.random
    }

    /// Nonces that wait to be signed.
    pub fn nonces(&self) -> &Nonces {
        &self.inner.nonces
    }

    /// Open sessions.
    pub fn sessions(&self) -> &Sessions {
        &self.inner.sessions
    }

    /// The right to look at an envelope.
    pub(crate) fn preparing(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.preparing)
    }

    /// The right to interpret what is in quarantine: one has it at a time, and so never more than one reader of the
    /// database. It goes with the work, also where nobody waits for its answer any more.
    pub(crate) fn interpreting(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.interpreting)
    }

    /// The right to run a pull.
    pub(crate) fn pulls(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.pulls)
    }

    /// The right to listen for news.
    pub(crate) fn listeners(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.listeners)
    }

    /// The pushes that arrive.
    pub(crate) fn intake(&self) -> &Arc<Intake> {
        &self.inner.intake
    }

    /// What was asked lately, by whom.
    pub(crate) fn throttle(&self) -> &Throttle {
        &self.inner.throttle
    }

    /// The pulls of each device.
    pub(crate) fn pulling(&self) -> &AtOnce {
        &self.inner.pulling
    }

    /// Cold starts that are kept.
    pub(crate) fn streams(&self) -> &Streams {
        &self.inner.streams
    }

    /// The streams of news of each device.
    pub(crate) fn listening(&self) -> &AtOnce {
        &self.inner.listening
    }

    /// What has been counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// How the server stands in the network; without `serve`, as one that nothing stands before.
    pub(crate) fn exposure(&self) -> &Exposure {
        self.inner.exposure.get_or_init(Exposure::default)
    }

    /// Says how the server stands in the network. Called once, before the first request.
    pub(crate) fn expose(&self, exposure: Exposure) {
        // A second word would come too late.
        let _ = self.inner.exposure.set(exposure);
    }

    /// Cancelled when the server stops: what streams without end ends by it.
    pub fn stopping(&self) -> &CancellationToken {
        &self.inner.stopping
    }

    /// Ends streams, finishes what is being written, and empties the write-ahead log.
    pub async fn stop(&self) {
        self.inner.stopping.cancel();
        self.inner.storage.stop().await;
    }
}

/// What the administrator wrote for whoever finds a fault; read once, when the server starts.
fn security_contact(data: &Path) -> Option<String> {
    let file = std::fs::File::open(data.join(SECURITY_TXT)).ok()?;
    let mut told = String::new();
    file.take(SECURITY_BYTES + 1).read_to_string(&mut told).ok()?;
    let is_whole = told.len() as u64 <= SECURITY_BYTES;
    is_whole.then_some(told).filter(|told| told.contains("Contact:") && told.contains("Expires:"))
}

/// Makes the data folder where it is missing, for its owner alone.
pub(crate) fn make_folder(data: &Path) -> Result<(), ServerError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .map_err(|source| ServerError::File { attempted: "making the data folder", source: at(data)(source) })
}
