//! Syncing: everything unsent goes up, then everything new comes down. Each step is durable by itself, so
//! that a link that breaks anywhere costs nothing but the rest; the next sync goes on there.

pub(crate) mod decide;
pub(crate) mod give_back;
pub(crate) mod hand_over;
mod load;
mod pull;
mod push;
pub(crate) mod remake;
mod unread;
pub(crate) mod verify;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use footbridge_model::{Scope, Timestamp};
use footbridge_protocol::hello::{HelloMessage, LimitsMessage};
use footbridge_protocol::pull::ScopeDigest;
use footbridge_protocol::session::{self, SessionMessage, SessionOpenedMessage};
use footbridge_protocol::{ErrorCode, MEDIA_COSE, Remedy, limits};
use footbridge_store::outbox;
use footbridge_store::{StoreError, records, scopes};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::server::Server;
use crate::{BUILD, ChangeEvent, Footbridge, asking};

/// How often a change is made again in one sync before it waits for the next.
const ROUNDS: usize = 4;

const MINUTE_MILLIS: u64 = 60_000;
const DAY_MILLIS: u64 = 24 * 60 * MINUTE_MILLIS;

/// What a sync is about at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Greeting the server.
    Connecting,
    /// Sending what the server lacks.
    Pushing,
    /// Taking what is new.
    Pulling,
}

/// How far a sync has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

impl Progress {
    /// At the beginning of a stage.
    pub(crate) const fn at(stage: Stage) -> Self {
        Self { stage, records_done: 0, records_total: None, bytes_up: 0, bytes_down: 0 }
    }
}

/// What a sync did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SyncReport {
    /// Items that the server took or had.
    pub pushed: u64,
    /// Items that came.
    pub pulled: u64,
    /// Items that the server would not take: set aside, see `status`.
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
    /// than a few minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_off_seconds: Option<i64>,
}

/// What the steps of one sync share.
pub(crate) struct Run<'a> {
    pub footbridge: &'a Footbridge,
    pub server: Server<'a>,
    pub session: SessionOpenedMessage,
    pub limits: LimitsMessage,
    pub membership: Membership,
    pub cancel: &'a CancellationToken,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    report: Mutex<SyncReport>,
    /// Scopes that were found to differ, with what the server told last.
    differing: Mutex<BTreeMap<Scope, ScopeDigest>>,
    /// Whether what the server lost has been put into the outbox in this sync.
    gave_back: AtomicBool,
    /// Whether the scopes have been added up from their rows in this sync.
    counted: AtomicBool,
}

impl Run<'_> {
    fn count(&self, change: impl FnOnce(&mut SyncReport)) -> SyncReport {
        let mut report = self.report.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut report);
        *report
    }

    fn tell(&self, stage: Stage, records_done: u64, records_total: Option<u64>) {
        let SyncReport { bytes_up, bytes_down, .. } = self.count(|_| {});
        (self.progress)(Progress { stage, records_done, records_total, bytes_up, bytes_down });
    }
}

impl Footbridge {
    /// Syncs once. What was answered by the time it errs or is cancelled stays answered.
    ///
    /// # Errors
    /// [`FootbridgeError::Offline`]; [`FootbridgeError::Refused`]: `not_joined`, `syncing` (another sync of
    /// this store is under way), `cancelled`, `revoked` (`status` says whether that was the server's own word
    /// and how far it has come), or the server's reason.
    pub async fn sync(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<SyncReport, FootbridgeError> {
        let _only_one = self.lock_sync()?;
        let report = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(FootbridgeError::refused("cancelled")),
            report = self.sync_or_hand_over(progress, cancel) => report,
        };
        if let Err(FootbridgeError::Refused { code }) = &report
            && give_back::knows_nothing_of_it(code)
            && !self.is_locked()?
            && let Some(membership) = self.inner.store.read_locked(identity::membership)?
        {
            let now = self.inner.now();
            self.inner.store.write(|writing| give_back::count_as_unsent(writing, &membership, now))?;
            self.inner.tell(ChangeEvent::Much);
        }
        // A lost phone tries once, however that ended.
        if self.wipe_where_told()? { Err(FootbridgeError::refused(ErrorCode::Revoked.name())) } else { report }
    }

    /// Syncs; a device that is revoked hands over what it has instead.
    async fn sync_or_hand_over(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<SyncReport, FootbridgeError> {
        if !self.is_locked()? {
            match self.sync_once(progress, cancel).await {
                // A refusal with the server's own message locks; without it, it is a refusal.
                Err(FootbridgeError::Refused { code }) if code == ErrorCode::Revoked.name() && self.heed()? => {}
                report => return report,
            }
        }
        self.hand_over(progress, cancel).await?;
        self.sync_once(progress, cancel).await
    }

    async fn sync_once(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<SyncReport, FootbridgeError> {
        match self.sync_in_session(progress, cancel).await {
            // A copy of this store sent an envelope of the same number in the same moment; a scope is hers no more,
            // perhaps by what she asked herself; the session was over: a new one begins with what the server knows
            // by now.
            Err(FootbridgeError::Refused { code }) if begins_anew(&code) => {
                self.sync_in_session(progress, cancel).await
            }
            report => report,
        }
    }

    async fn sync_in_session(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<SyncReport, FootbridgeError> {
        let set_aside_before = self.inner.store.read(outbox::set_aside)?.len();
        let run = self.begin(progress, cancel).await?;
        verify::bring_back(&run)?;
        give_back::everything(&run).await?;
        for round in 1..=ROUNDS {
            let remake = push::everything(&run).await?;
            if remake.is_empty() {
                break;
            }
            remake::records(&run, &remake, round == ROUNDS).await?;
        }
        pull::everything(&run, |_| true).await?;
        unread::ask_again(&run).await?;
        verify::everything(&run).await?;
        give_back::asked_again(&self.inner.store)?;
        // A pull can bring another ground for what waits: what was made again goes up at once.
        let rest = self.inner.store.read(outbox::count_waiting)?;
        if rest > 0 {
            let remake = push::everything(&run).await?;
            if !remake.is_empty() {
                remake::records(&run, &remake, false).await?;
                push::everything(&run).await?;
            }
        }
        // Where another program reads just then, the next sync does it.
        self.inner.store.overwrite()?;
        let set_aside = self.inner.store.read(outbox::set_aside)?.len();
        run.count(|report| report.set_aside = set_aside.saturating_sub(set_aside_before) as u64);
        let unread = self.inner.store.read(footbridge_store::unread::count)?;
        run.count(|report| report.unread = unread);
        let now = self.inner.now();
        self.inner.store.write_progress(|writing| identity::set_last_sync(writing, now))?;
        self.inner.tell(ChangeEvent::Status);
        Ok(run.count(|_| {}))
    }

    /// Takes only what everybody in the programme needs to record by: its lists, districts, zone and people.
    /// Done at the join, so that the first thing recorded after it is held against the programme's words.
    pub(crate) async fn fetch_lists(&self) -> Result<(), FootbridgeError> {
        let _only_one = self.lock_sync()?;
        let cancel = CancellationToken::new();
        let run = self.begin(&|_| {}, &cancel).await?;
        pull::everything(&run, |scope| *scope == Scope::Programme).await
    }

    /// Greets the server, opens a session and brings the device into line with it.
    async fn begin<'a>(
        &'a self,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
        cancel: &'a CancellationToken,
    ) -> Result<Run<'a>, FootbridgeError> {
        let membership = self.inner.store.read(identity::membership)?;
        let membership = membership.ok_or_else(|| FootbridgeError::refused("not_joined"))?;
        progress(Progress::at(Stage::Connecting));
        let server = self.inner.server(&membership);
        let hello = server.hello().await?;
        let clock_off_seconds = self.note_clock(hello.time)?;
        let session = self.open_session(&server, &hello).await?;
        let membership = self.prepare(&hello, &session, membership)?;
        let limits = hello.limits.and(LimitsMessage::of_this_version());
        let report = Mutex::new(SyncReport { clock_off_seconds, ..SyncReport::default() });
        Ok(Run {
            footbridge: self,
            server,
            session,
            limits,
            membership,
            cancel,
            progress,
            report,
            differing: Mutex::default(),
            gave_back: AtomicBool::new(false),
            counted: AtomicBool::new(false),
        })
    }

    /// Remembers how far this device's clock is from the server's; no record is changed for it. Gives what is told of it.
    fn note_clock(&self, server: Timestamp) -> Result<Option<i64>, FootbridgeError> {
        let off = self.inner.now().0.saturating_sub(server.0);
        // What moves by less than a minute is the way of the messages.
        let (known, last) = self.inner.store.read_locked(|snapshot| {
            Ok::<_, FootbridgeError>((identity::clock_off(snapshot)?, identity::server_time(snapshot)?))
        })?;
        if known.abs_diff(off) > MINUTE_MILLIS || last.0.abs_diff(server.0) > DAY_MILLIS {
            self.inner.store.write_progress(|writing| identity::note_clock(writing, off, server))?;
        }
        Ok(asking::clock_off_seconds(off))
    }

    /// A file lock, because another process of this device may sync as well.
    pub(crate) fn lock_sync(&self) -> Result<File, FootbridgeError> {
        let file = File::create(self.inner.folder.join("sync.lock"))
            .map_err(|source| StoreError::Folder { attempt: "locking the sync", source })?;
        file.try_lock().map_err(|_| FootbridgeError::refused("syncing"))?;
        Ok(file)
    }

    pub(crate) async fn open_session(
        &self,
        server: &Server<'_>,
        hello: &HelloMessage,
    ) -> Result<SessionOpenedMessage, FootbridgeError> {
        let (identity, unsent, name) = self.inner.store.read_locked(|snapshot| {
            let name = identity::device_name(snapshot)?;
            Ok::<_, FootbridgeError>((identity::load(snapshot)?, outbox::count_records(snapshot)?, name))
        })?;
        let message = SessionMessage {
            server_nonce: hello.server_nonce,
            identity: server.identity,
            device: identity.device,
            build: BUILD.to_owned(),
            unsent,
            name,
        };
        server.ask(session::PATH, MEDIA_COSE, message.seal(&identity.key)?, None).await
    }

    /// Brings the device into line with what the session says: scopes gained and lost, a store that is
    /// behind its own past, a server that was restored, builds that changed.
    fn prepare(
        &self,
        hello: &HelloMessage,
        session: &SessionOpenedMessage,
        mut membership: Membership,
    ) -> Result<Membership, FootbridgeError> {
        if session.programme != membership.programme || session.person != membership.person {
            return Err(FootbridgeError::refused("wrong_programme"));
        }
        membership.role = session.role;
        membership.districts.clone_from(&session.districts);
        let now = self.inner.now();
        let random = self.inner.environment.random.as_ref();
        let builds = format!("{BUILD} {}", hello.build);
        let is_as_before = self.inner.store.read(|snapshot| {
            let held = scopes::all(snapshot)?;
            let is_in_line = identity::membership(snapshot)?.as_ref() == Some(&membership)
                && identity::load(snapshot)?.counter >= session.counter
                && identity::has_noted_builds(snapshot, &builds)?
                && identity::epoch(snapshot)? == Some(session.epoch)
                && !give_back::is_unknown_there(snapshot)?
                && held.len() == session.scopes.len()
                && held.iter().all(|row| session.scopes.contains(&row.scope));
            Ok::<_, FootbridgeError>(is_in_line)
        })?;
        if is_as_before {
            return Ok(membership);
        }
        self.inner.store.write(|writing| {
            identity::set_membership(writing, &membership)?;
            give_back::is_known_again(writing)?;
            let counter = identity::load(writing)?.counter;
            if counter < session.counter && session.counter > limits::COUNTER_BELIEVED {
                // Nobody has counted so far: followed there, this device could never send again.
                return Err(FootbridgeError::Offline);
            }
            if counter < session.counter {
                // Sealed by this device and unknown to this store: it was copied or rolled back.
                identity::set_counter(writing, session.counter)?;
                identity::renew_actor(writing, now, random)?;
            }
            if identity::note_builds(writing, &builds)? {
                outbox::try_again(writing)?;
            }
            let held = scopes::all(writing)?;
            for lost in held.iter().filter(|row| !session.scopes.contains(&row.scope)) {
                scopes::remove(writing, &lost.scope)?;
                records::leave_scope(writing, lost.bit())?;
                footbridge_store::unread::leave_scope(writing, lost.bit())?;
            }
            for gained in session.scopes.iter().filter(|scope| held.iter().all(|row| row.scope != **scope)) {
                scopes::add(writing, gained)?;
            }
            match identity::epoch(writing)? {
                Some(epoch) if epoch != session.epoch => {
                    scopes::rewind(writing)?;
                    give_back::begin(writing)?;
                    identity::set_epoch(writing, session.epoch)
                }
                Some(_) => Ok(()),
                None => identity::set_epoch(writing, session.epoch),
            }?;
            Ok::<_, FootbridgeError>(())
        })?;
        Ok(membership)
    }
}

/// Whether another session may go where this one was refused.
fn begins_anew(code: &str) -> bool {
    ErrorCode::from_name(code).is_some_and(|code| match code {
        ErrorCode::CounterUsed | ErrorCode::NotFound => true,
        code => code.remedy() == Remedy::OpenSession,
    })
}
