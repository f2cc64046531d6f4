//! What the server keeps: one SQLite file in WAL. Called by the domain (`push`, `pull`, `admin`, `review`); routes
//! hold no SQL. One writer thread with group commit, several readers, one file a table. Invariant: an answer is
//! given after COMMIT, with `synchronous=FULL`; `schema.sql` says what there is.

pub mod actors;
pub mod audit;
pub mod clock;
pub mod commands;
mod connection;
pub mod devices;
pub mod digests;
pub mod documents;
pub mod drafts;
pub mod envelopes;
pub mod erased;
mod error;
pub mod figures;
pub mod found;
pub mod invitations;
pub mod languages;
pub mod log;
pub mod members;
mod migrations;
mod overwriting;
pub mod programmes;
pub mod quarantine;
mod readers;
pub mod recount;
mod remembered;
pub mod review;
pub mod review_follow_ups;
pub mod review_links;
pub mod review_sessions;
pub mod search;
pub mod server;
pub mod set_aside;
#[cfg(test)]
pub mod testing;
mod whole;
mod writer;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use footbridge_model::{Clock, ProgrammeId, RandomSource, Scope, Timestamp};
use rusqlite::Connection;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

pub use error::{Attempt, StorageError};
pub use whole::{clock_of, open_whole, schema_of};
pub use writer::Writing;

use crate::files;
use crate::journal::{self, Journal};
use readers::Readers;
use writer::{Job, Settle, Task, Writer};

/// How much work may wait for the writer.
const QUEUE: usize = 256;

/// How many news a slow listener may be behind.
const NEWS_BEHIND: usize = 256;

/// Scopes of a programme have something new.
#[derive(Debug, Clone)]
pub struct News {
    /// Whose log.
    pub programme: ProgrammeId,
    /// Which scopes.
    pub scopes: Arc<BTreeSet<Scope>>,
}

/// The open database. Cheap to clone; stopped once, by [`Storage::stop`].
#[derive(Clone)]
pub struct Storage {
    inner: Arc<Inner>,
}

struct Inner {
    jobs: Mutex<Option<mpsc::Sender<Task>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Readers,
    news: broadcast::Sender<News>,
    words_taken_away: Arc<Notify>,
    is_full: Arc<AtomicBool>,
    path: PathBuf,
}

impl Storage {
    /// Opens or creates the database at `path` and the journal beside it, and brings it to the newest schema.
    pub fn open(path: &Path, clock: Arc<dyn Clock>, random: Arc<dyn RandomSource>) -> Result<Self, StorageError> {
        let beside = path.with_file_name(journal::FILE);
        Self::open_with(path, Some(&beside), journal::newest(&beside)?, clock, random)
    }

    /// The same without a journal: a backup that is being restored writes down nothing anew. `newest` is when the last
    /// thing happened that is known of the time since.
    pub fn open_unjournalled(
        path: &Path,
        newest: Option<Timestamp>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> Result<Self, StorageError> {
        Self::open_with(path, None, newest, clock, random)
    }

    fn open_with(
        path: &Path,
        journal: Option<&Path>,
        newest: Option<Timestamp>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> Result<Self, StorageError> {
        let mut connection = connection::open_writer(path)?;
        migrations::migrate(&mut connection)?;
        server::ensure(&connection, &*random)?;
        let now = clock.now();
        let known = clock::known(&connection, newest, now)?.seen(now);
        clock::note(&connection, known)?;
        // What lies too far back by a clock that has leapt may be of today.
        let trusted = (!known.is_in_doubt).then_some(now);
        if let Some(now) = trusted {
            log::prune(&mut connection, now)?;
        }
        let journal = journal.map(|path| Journal::open(path, trusted, &*random)).transpose()?;
        let (news, _) = broadcast::channel(NEWS_BEHIND);
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let words_taken_away = Arc::new(Notify::new());
        let is_full = Arc::new(AtomicBool::new(false));
        let writer = Writer {
            connection,
            journal,
            jobs: waiting,
            news: news.clone(),
            is_full: Arc::clone(&is_full),
            words_taken_away: Arc::clone(&words_taken_away),
            clock,
            known,
            random,
        };
        let thread = std::thread::Builder::new()
            .name("footbridge-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| StorageError::File { attempted: "starting the writer", source })?;
        Ok(Self {
            inner: Arc::new(Inner {
                jobs: Mutex::new(Some(jobs)),
                thread: Mutex::new(Some(thread)),
                readers: Readers::new(path),
                news,
                words_taken_away,
                is_full,
                path: path.to_owned(),
            }),
        })
    }

    /// Does `work` in the writer's next transaction; answers once it is durable. An error takes back all it wrote.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let jobs = self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let jobs = jobs.ok_or(StorageError::Stopped)?;
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |writing| {
            let outcome = work(writing);
            let keep = outcome.is_ok();
            let settle: Settle = Box::new(move |committed| {
                // Whoever asked may have gone; what was written stays.
                let _ = sender.send(committed.map_err(E::from).and(outcome));
            });
            (keep, settle)
        });
        jobs.send(Task::Work(job)).await.map_err(|_| StorageError::Stopped)?;
        receiver.await.map_err(|_| StorageError::Stopped)?
    }

    /// Sees to it that what was taken away is in no file: lays the database out anew where that is needed, and empties
    /// the write-ahead log. False where somebody reads just then: it is to be asked again.
    pub async fn empty_log(&self) -> Result<bool, StorageError> {
        let jobs = self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (sender, receiver) = oneshot::channel();
        jobs.ok_or(StorageError::Stopped)?.send(Task::EmptyLog(sender)).await.map_err(|_| StorageError::Stopped)?;
        receiver.await.map_err(|_| StorageError::Stopped)
    }

    /// Whether the disk has room for what is written.
    pub fn has_room(&self) -> bool {
        !self.inner.is_full.load(Ordering::Relaxed) && files::has_room(&self.inner.path)
    }

    /// Resolves when words were taken away since it last did.
    pub async fn words_taken_away(&self) {
        self.inner.words_taken_away.notified().await;
    }

    /// Reads one moment of the database.
    pub async fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.inner.readers.read(work).await
    }

    /// News from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.inner.news.subscribe()
    }

    /// Finishes the work that waits, closes every connection and empties the write-ahead log, so that words that
    /// were taken back are in no file.
    pub async fn stop(&self) {
        self.inner.readers.close().await;
        self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the writer did not end as it should");
            }
        }
    }
}
