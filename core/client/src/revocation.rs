//! A device whose rights were taken away. It locks at once, hands over what it had not sent, and empties
//! itself; a lost one tries once to hand over. Called by `sync` and, after a kill in between, by `open`.
//!
//! Invariant: nothing but a message signed by the server of the membership and naming this device locks or
//! empties it, and before it is emptied the server has said so once more, after everything was answered.

use std::path::{Path, PathBuf};

use footbridge_protocol::{ErrorCode, RevocationMessage};
use footbridge_store::{Snapshot, StoreError, meta, outbox};
use serde::Serialize;

use crate::error::FootbridgeError;
use crate::sync::{Progress, Stage};
use crate::{ChangeEvent, Footbridge, identity, sync};

/// When the rights of the emptied device were taken away: all that it remembers.
const REVOKED_AT: &str = "revoked_at";
/// When rights that were given back had been taken: an older message counts no more.
const LIFTED: &str = "lifted_revocation";
/// What was forgotten may still lie in a page or a log.
/// How the name of a damaged store begins that was set aside.
const DAMAGED: &str = "footbridge.db.damaged-";

const EMPTYING: &str = "emptying";
/// How often it is asked whether all is handed over before it waits for the next sync.
const CONTACTS: usize = 4;

/// The rights of this device were taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revoked {
    /// When, by the server's clock, in UTC.
    pub at: String,
    /// Whether the device has been emptied since; until then it is locked and hands over what it has.
    pub emptied: bool,
}

/// What `status` says of it.
pub(crate) fn told(snapshot: &Snapshot<'_>) -> Result<Option<Revoked>, FootbridgeError> {
    if let Some(notice) = notice(snapshot)? {
        return Ok(Some(Revoked { at: notice.revoked_at.to_string(), emptied: false }));
    }
    let at = identity::timestamp(snapshot, REVOKED_AT)?;
    Ok(at.map(|at| Revoked { at: at.to_string(), emptied: true }))
}

/// A device that joins again begins anew.
pub(crate) fn forget(writing: &footbridge_store::Writing<'_>) -> Result<(), StoreError> {
    meta::remove(writing, REVOKED_AT)
}

/// The message that locked this store, verified anew.
fn notice(snapshot: &Snapshot<'_>) -> Result<Option<RevocationMessage>, FootbridgeError> {
    let Some(bytes) = meta::get(snapshot, meta::REVOKED)? else { return Ok(None) };
    verified(snapshot, &bytes)?.ok_or_else(FootbridgeError::damaged).map(Some)
}

/// The message in these bytes, where it is the word of the server that this device belongs to, about this
/// device.
fn verified(snapshot: &Snapshot<'_>, bytes: &[u8]) -> Result<Option<RevocationMessage>, FootbridgeError> {
    let Some(membership) = identity::membership(snapshot)? else { return Ok(None) };
    let device = identity::load(snapshot)?.device;
    let opened = RevocationMessage::open(bytes, membership.server_identity, device).ok();
    Ok(opened.filter(|message| message.programme == membership.programme))
}

impl Footbridge {
    /// Whether the store is locked because the device was revoked.
    pub(crate) fn is_locked(&self) -> Result<bool, FootbridgeError> {
        let locked = self.inner.store.read_locked(|snapshot| meta::get(snapshot, meta::REVOKED))?;
        Ok(locked.is_some())
    }

    /// Locks where the last refusal came with a message that holds. Says whether it did.
    pub(crate) fn heed(&self) -> Result<bool, FootbridgeError> {
        let Some(bytes) = self.inner.heard.notice() else { return Ok(false) };
        let holds = self.inner.store.write_locked(|writing| -> Result<bool, FootbridgeError> {
            let Some(message) = verified(writing, &bytes)? else { return Ok(false) };
            if identity::timestamp(writing, LIFTED)?.is_some_and(|lifted| message.revoked_at <= lifted) {
                // Somebody repeats what has been taken back.
                return Ok(false);
            }
            if meta::get(writing, meta::REVOKED)?.is_none() {
                // What was set aside is nowhere else either: a coordinator is to see it.
                outbox::try_again(writing)?;
            }
            meta::set(writing, meta::REVOKED, &bytes)?;
            Ok(true)
        })?;
        if holds {
            self.inner.forget_vocabulary();
            self.inner.tell(ChangeEvent::Locked);
        }
        Ok(holds)
    }

    /// Hands over what a locked device has, and empties it once the server says after that that it is still
    /// revoked. Returns where the rights were given back instead: the device is unlocked then.
    ///
    /// # Errors
    /// [`FootbridgeError::Refused`] (`revoked`) where it has been emptied; what kept it from handing over.
    pub(crate) async fn hand_over(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &tokio_util::sync::CancellationToken,
    ) -> Result<(), FootbridgeError> {
        for _ in 0..CONTACTS {
            let membership = self.inner.store.read_locked(identity::membership)?;
            let membership = membership.ok_or_else(FootbridgeError::damaged)?;
            progress(Progress::at(Stage::Connecting));
            let server = self.inner.server(&membership);
            let hello = server.hello().await?;
            match self.open_session(&server, &hello).await {
                Ok(_) => return self.unlock(),
                Err(FootbridgeError::Refused { code }) if code == ErrorCode::Revoked.name() => {
                    if !self.heed()? {
                        return Err(FootbridgeError::Refused { code });
                    }
                }
                Err(error) => return Err(error),
            }
            if !self.inner.store.read_locked(outbox::waits_but_drafts)? {
                self.empty()?;
                return Err(FootbridgeError::refused(ErrorCode::Revoked.name()));
            }
            sync::hand_over::everything(self, &server, &hello, &membership, progress, cancel).await?;
        }
        Err(FootbridgeError::Offline)
    }

    /// Her rights were given back before the device was emptied.
    fn unlock(&self) -> Result<(), FootbridgeError> {
        self.inner.store.write_locked(|writing| -> Result<(), FootbridgeError> {
            if let Some(message) = notice(writing)? {
                meta::set(writing, LIFTED, &message.revoked_at.0.to_be_bytes())?;
            }
            // What was handed over was not carried out: it goes up again as her own.
            outbox::try_again(writing)?;
            meta::remove(writing, meta::REVOKED).map_err(Into::into)
        })?;
        self.inner.tell(ChangeEvent::Much);
        Ok(())
    }

    /// Empties a lost device, whatever came of handing over. Says whether it did. The caller holds the lock
    /// of the sync, so that nobody is handing over at the moment.
    pub(crate) fn wipe_where_told(&self) -> Result<bool, FootbridgeError> {
        let is_lost = self.inner.store.read_locked(notice)?.is_some_and(|message| message.wipe);
        if is_lost {
            self.empty()?;
        }
        Ok(is_lost)
    }

    /// Forgets everything; the device is as new, and remembers only when its rights were taken away.
    fn empty(&self) -> Result<(), FootbridgeError> {
        let now = self.inner.now();
        self.inner.store.write_locked(|writing| -> Result<(), FootbridgeError> {
            let at = notice(writing)?.map_or(now, |message| message.revoked_at);
            meta::forget_everything(writing)?;
            meta::set(writing, REVOKED_AT, &at.0.to_be_bytes())?;
            begin_emptying(writing)?;
            identity::ensure(writing, now, self.inner.environment.random.as_ref()).map_err(Into::into)
        })?;
        self.inner.forget_vocabulary();
        self.inner.tell(ChangeEvent::Much);
        self.leave_nothing_behind()
    }

    /// What was forgotten goes from every page and file as well. Where another process reads at the moment,
    /// at the next start.
    pub(crate) fn leave_nothing_behind(&self) -> Result<(), FootbridgeError> {
        remove_beside(&self.inner.folder);
        match self.inner.store.compact() {
            Ok(()) => self.inner.store.write_locked(|writing| meta::remove(writing, EMPTYING)).map_err(Into::into),
            Err(StoreError::Busy { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// After a kill: what was begun before it is finished.
    pub(crate) fn finish_what_was_begun(&self) -> Result<(), FootbridgeError> {
        let (is_emptying, is_locked) = self.inner.store.read_locked(|snapshot| {
            let is_there = |key| meta::get(snapshot, key).map(|value| value.is_some());
            Ok::<_, StoreError>((is_there(EMPTYING)?, is_there(meta::REVOKED)?))
        })?;
        if is_emptying {
            self.leave_nothing_behind()?;
        }
        // Where another process is handing over just now, it empties the device itself.
        if is_locked && let Ok(_only_one) = self.lock_sync() {
            self.wipe_where_told()?;
        }
        Ok(())
    }
}

/// Marks that what is forgotten in this transaction is to leave no trace.
pub(crate) fn begin_emptying(writing: &footbridge_store::Writing<'_>) -> Result<(), StoreError> {
    meta::set(writing, EMPTYING, &[])
}

/// Rows of a log that were not taken in lie beside the store where they could lie nowhere else, and a damaged store
/// does that was set aside.
fn remove_beside(folder: &Path) {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_ours = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".rejected.csv") || name.starts_with(DAMAGED)
    };
    for file in files.filter(is_ours) {
        // Not ours to hold anything up for: it may be open elsewhere.
        drop(std::fs::remove_file(file));
    }
}

#[cfg(test)]
mod tests;
