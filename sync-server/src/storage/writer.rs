//! The one thread that writes. Called through [`super::Storage::write`]. It takes all work that waits into one
//! transaction, a savepoint each, and answers after COMMIT: so many devices share one wait for the disk.
//! Invariant: nobody is told that something is kept before it is durable, and a piece of work that fails or panics
//! leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use footbridge_model::{Clock, ProgrammeId, RandomSource, Scope, Timestamp};
use rusqlite::Connection;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

use super::News;
use super::clock::{self, Known};
use super::connection;
use super::digests::Moves;
use super::error::{Attempt, StorageError};
use super::log::{self, Seq};
use super::overwriting;
use super::remembered::Remembered;
use super::search;
use crate::journal::{Entry, Journal};

/// How many pieces of work share a transaction at most.
const TOGETHER: usize = 64;

/// Gives the answer of a piece of work, once it is known whether the transaction is durable.
pub(super) type Settle = Box<dyn FnOnce(Result<(), StorageError>) + Send>;

/// A piece of work. Says whether what it wrote stays.
pub(super) type Job = Box<dyn FnOnce(&mut Writing<'_>) -> (bool, Settle) + Send>;

/// What the writer is asked.
pub(super) enum Task {
    /// To do a piece of work.
    Work(Job),
    /// To empty the write-ahead log, and say whether it is empty.
    EmptyLog(oneshot::Sender<bool>),
}

/// What a piece of work writes through.
pub struct Writing<'a> {
    connection: &'a Connection,
    random: &'a dyn RandomSource,
    now: Timestamp,
    known: Known,
    tick: &'a mut Tick,
}

/// What the present transaction has logged so far.
#[derive(Clone, Default)]
struct Tick {
    /// The highest seq given out, of each programme that was written to.
    heads: BTreeMap<ProgrammeId, Seq>,
    /// The scopes that have news.
    news: BTreeMap<ProgrammeId, BTreeSet<Scope>>,
    /// By how much the numbers of scopes move.
    moves: Moves,
    /// What need not be looked up again.
    remembered: Remembered,
    /// What the journal is to hold before the transaction is kept.
    journal: Vec<Entry>,
    /// Whether words were taken away that must be in no file soon.
    is_worn: bool,
    /// Whether whoever runs the server has said that the clock is right.
    is_confirmed: bool,
}

impl Writing<'_> {
    /// The writing connection, inside the transaction.
    pub fn connection(&self) -> &Connection {
        self.connection
    }

    /// When this transaction began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether the clock can be believed. While it cannot, nothing is done that cannot be undone.
    pub fn is_sure_of_time(&self) -> bool {
        !self.known.is_in_doubt
    }

    /// What is known of the clock.
    pub fn clock(&self) -> Known {
        self.known
    }

    /// Notes how far the clock is known to have gone right.
    pub fn note_clock(&self) -> Result<(), StorageError> {
        clock::note(self.connection, self.known)
    }

    /// Whoever runs the server says that the clock is right. It counts from the next transaction on.
    pub fn confirm_clock(&mut self) -> Result<(), StorageError> {
        self.tick.is_confirmed = true;
        clock::note(self.connection, Known::right(self.now))
    }

    /// Chance.
    pub fn random(&self) -> &dyn RandomSource {
        self.random
    }

    /// Has this stand in the journal before anybody is told that it was done.
    pub fn journal(&mut self, entry: Entry) {
        self.tick.journal.push(entry);
    }

    /// Has what this transaction takes away overwritten in every file, soon after it.
    pub fn overwrite(&mut self) -> Result<(), StorageError> {
        self.tick.is_worn = true;
        overwriting::note(self.connection)
    }

    /// The next place in a programme's log.
    pub(super) fn next_seq(&mut self, programme: ProgrammeId) -> Result<Seq, StorageError> {
        let before = match self.tick.heads.get(&programme) {
            Some(seq) => *seq,
            None => log::head(self.connection, programme)?.seq,
        };
        let next = Seq(before.0 + 1);
        self.tick.heads.insert(programme, next);
        Ok(next)
    }

    /// What this transaction has looked up.
    pub(crate) fn remembered(&mut self) -> &mut Remembered {
        &mut self.tick.remembered
    }

    /// By how much the numbers of scopes move in this transaction.
    pub(super) fn moves(&mut self) -> &mut Moves {
        &mut self.tick.moves
    }

    /// Notes that a scope has news.
    pub(crate) fn touch(&mut self, programme: ProgrammeId, scope: Scope) {
        self.tick.news.entry(programme).or_default().insert(scope);
    }
}

/// What the thread needs.
pub(super) struct Writer {
    pub(super) connection: Connection,
    /// None where nothing is journalled: while a backup is being restored.
    pub(super) journal: Option<Journal>,
    pub(super) jobs: mpsc::Receiver<Task>,
    pub(super) news: broadcast::Sender<News>,
    /// Whether the disk had no room for the last transaction.
    pub(super) is_full: Arc<AtomicBool>,
    /// Woken after a transaction that took words away.
    pub(super) words_taken_away: Arc<Notify>,
    pub(super) clock: Arc<dyn Clock>,
    /// What is known of that clock.
    pub(super) known: Known,
    pub(super) random: Arc<dyn RandomSource>,
}

impl Writer {
    /// Works until nobody can send any more, then empties the write-ahead log.
    pub(super) fn run(mut self) {
        while let Some(first) = self.jobs.blocking_recv() {
            let mut together = Vec::new();
            let mut next = Some(first);
            let mut to_empty = Vec::new();
            while let Some(task) = next {
                match task {
                    Task::Work(job) => together.push(job),
                    Task::EmptyLog(sender) => to_empty.push(sender),
                }
                next = if together.len() < TOGETHER { self.jobs.try_recv().ok() } else { None };
            }
            if !together.is_empty() {
                self.transaction(together);
            }
            if !to_empty.is_empty() {
                let is_empty = self.empty_log();
                for sender in to_empty {
                    // Whoever asked may have gone.
                    let _ = sender.send(is_empty);
                }
            }
        }
        self.empty_log();
    }

    /// Says whether nothing that was taken away is in a file any more.
    fn empty_log(&self) -> bool {
        let emptied = search::mend(&self.connection)
            .and_then(|()| overwriting::overwrite(&self.connection))
            .and_then(|()| connection::checkpoint(&self.connection));
        emptied.unwrap_or_else(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                because = error.because(),
                "the write-ahead log could not be emptied"
            );
            false
        })
    }

    fn transaction(&mut self, jobs: Vec<Job>) {
        let mut settles = Vec::with_capacity(jobs.len());
        match self.work(jobs, &mut settles) {
            Ok(tick) => {
                self.is_full.store(false, Ordering::Relaxed);
                for settle in settles {
                    settle(Ok(()));
                }
                if tick.is_worn {
                    self.words_taken_away.notify_one();
                }
                for (programme, scopes) in tick.news {
                    // Nobody listening is no failure.
                    let _ = self.news.send(News { programme, scopes: Arc::new(scopes) });
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    because = error.because(),
                    "a transaction failed"
                );
                if !self.connection.is_autocommit() {
                    let _ = self.connection.execute_batch("ROLLBACK");
                }
                self.is_full.store(error.is_full(), Ordering::Relaxed);
                for settle in settles {
                    let refused = if error.is_full() { StorageError::NoRoom } else { StorageError::NotCommitted };
                    settle(Err(refused));
                }
            }
        }
    }

    /// Does all the work in one transaction. `settles` holds the answers, to be given by what came of it.
    fn work(&mut self, jobs: Vec<Job>, settles: &mut Vec<Settle>) -> Result<Tick, StorageError> {
        let now = self.clock.now();
        self.connection.execute_batch("BEGIN IMMEDIATE").attempt("beginning a transaction")?;
        let known = self.known.seen(now);
        if known.is_in_doubt != self.known.is_in_doubt {
            clock::note(&self.connection, known)?;
        }
        let mut tick = Tick::default();
        for job in jobs {
            self.connection.execute_batch("SAVEPOINT job").attempt("setting a savepoint")?;
            let before = tick.clone();
            let mut writing =
                Writing { connection: &self.connection, random: &*self.random, now, known, tick: &mut tick };
            let keep = match catch_unwind(AssertUnwindSafe(|| job(&mut writing))) {
                Ok((keep, settle)) => {
                    settles.push(settle);
                    keep
                }
                Err(_) => {
                    tracing::error!("a piece of work panicked and was taken back");
                    false
                }
            };
            if !keep {
                self.connection.execute_batch("ROLLBACK TO job").attempt("taking back a piece of work")?;
                tick = before;
            }
            self.connection.execute_batch("RELEASE job").attempt("releasing a savepoint")?;
        }
        tick.moves.write(&self.connection)?;
        for (programme, seq) in &tick.heads {
            let mut mark = [0; 8];
            self.random.fill(&mut mark);
            log::insert_commit(&self.connection, *programme, *seq, mark, now)?;
        }
        if let (Some(journal), false) = (&mut self.journal, tick.journal.is_empty()) {
            journal.append(&tick.journal, now)?;
        }
        self.connection.execute_batch("COMMIT").attempt("making a transaction durable")?;
        self.known = if tick.is_confirmed { Known::right(now) } else { known };
        Ok(tick)
    }
}
