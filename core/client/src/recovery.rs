//! Opening a store that may be damaged. Called by `open`. A damaged file is set aside under another name, never
//! deleted; a fresh one takes its place, with the device's keys, its programme, and all that was unsent, where that can
//! be read. The rest is fetched at the next sync, as at a cold start.
//!
//! A wrong key and a damaged first page look alike to SQLCipher. So a file beside the store, `footbridge.check`, says
//! whether a key is this store's. Invariant: with a wrong key nothing is ever set aside; what is in the place of a
//! store is whole, however this is broken off, and begun again at the next opening.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use footbridge_model::{DocumentId, Facts, PersonId, RandomSource, Timestamp, document};
use footbridge_store::damage::{self, Salvaged};
use footbridge_store::outbox::{ItemKind, OutboxRow};
use footbridge_store::records::RecordRow;
use footbridge_store::{Snapshot, Store, StoreError, Writing, meta, outbox, records};
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::erasing::Removal;
use crate::error::FootbridgeError;
use crate::key::StoreKey;
use crate::sync::give_back;
use crate::{files, identity, record, vocabulary};

/// What is sealed in the file that tells a key: nothing that anybody does not know.
const SEALED: &[u8] = b"footbridge store";

/// What was recovered, until that was seen.
const RECOVERED: &str = "recovered";

/// What became of a damaged store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// When it was noticed, in UTC.
    pub at: String,
    /// The name under which the damaged file lies in the store's folder.
    pub file: String,
    /// How many records were in it that the server did not have, and are here.
    pub unsent: u64,
    /// Whether all that was unsent could be read.
    pub complete: bool,
    /// Whether the device's keys and its programme could be read; else it has to be invited anew.
    pub member: bool,
}

/// Opens the store, after a damaged one was set aside if there is one; says then what became of it.
pub(crate) fn open(
    path: &Path,
    key: &StoreKey,
    environment: &Environment,
) -> Result<(Store, Option<Recovered>), FootbridgeError> {
    let fits = fits(path, key);
    let error = match open_whole(path, key, fits) {
        Ok(store) => {
            // It opened: whatever that file says, this is its key.
            if fits != Some(true) {
                remember(path, key, environment.random.as_ref());
            }
            return Ok((store, None));
        }
        Err(error) => error,
    };
    if !is_damage(&error, fits) {
        return Err(error.into());
    }
    if fits.is_none() {
        remember(path, key, environment.random.as_ref());
    }
    // One process recovers; who waited for it opens what it made.
    let lock = File::open(check_file(path)).map_err(failed("opening what tells the store's key"))?;
    drop(lock.lock());
    if let Ok(store) = open_whole(path, key, Some(true)) {
        return Ok((store, None));
    }
    let recovered = recover(path, key, environment)?;
    Ok((Store::open(path, key.bytes())?, Some(recovered)))
}

/// What became of a damaged store, if there was one lately.
pub(crate) fn told(snapshot: &Snapshot<'_>) -> Result<Option<Recovered>, StoreError> {
    Ok(meta::get(snapshot, RECOVERED)?.and_then(|stored| serde_json::from_slice(&stored).ok()))
}

/// It has been seen.
pub(crate) fn dismiss(writing: &Writing<'_>) -> Result<(), StoreError> {
    meta::remove(writing, RECOVERED)
}

/// Opens a store that is there as far as anybody knows; where damage was met in it, only if it is whole.
fn open_whole(path: &Path, key: &StoreKey, fits: Option<bool>) -> Result<Store, StoreError> {
    const GONE: StoreError = StoreError::Gone { attempt: "opening the store" };
    // SQLite would make a new one, and throw the log of the old one away.
    if fits == Some(true) && std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Err(GONE);
    }
    let store = Store::open(path, key.bytes())?;
    let mark = damage::mark(path);
    if mark.exists() {
        if !store.is_whole()? {
            return Err(GONE);
        }
        drop(std::fs::remove_file(mark));
    }
    Ok(store)
}

/// Whether the store is damaged, and not merely opened with another key, full, in use or newer.
fn is_damage(error: &StoreError, fits: Option<bool>) -> bool {
    match error {
        StoreError::Damaged { .. } | StoreError::Gone { .. } => true,
        StoreError::WrongKey => fits == Some(true),
        _ => false,
    }
}

/// The file that tells a key.
fn check_file(path: &Path) -> PathBuf {
    path.with_extension("check")
}

/// Whether this is the store's key; none where nobody knows.
fn fits(path: &Path, key: &StoreKey) -> Option<bool> {
    let bytes = std::fs::read(check_file(path)).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(24)?;
    let nonce: [u8; 24] = nonce.try_into().ok()?;
    let cipher = XChaCha20Poly1305::new_from_slice(key.bytes()).ok()?;
    Some(cipher.decrypt(&XNonce::from(nonce), sealed).is_ok_and(|opened| opened == SEALED))
}

/// Notes that this is the store's key. Where that fails, the next opening tries again.
fn remember(path: &Path, key: &StoreKey, random: &dyn RandomSource) {
    let mut nonce = [0; 24];
    random.fill(&mut nonce);
    let Ok(cipher) = XChaCha20Poly1305::new_from_slice(key.bytes()) else { return };
    if let Ok(sealed) = cipher.encrypt(&XNonce::from(nonce), SEALED) {
        drop(files::replace(&check_file(path), &[nonce.as_slice(), &sealed].concat()));
    }
}

fn failed(attempt: &'static str) -> impl Fn(std::io::Error) -> FootbridgeError {
    move |source| StoreError::Folder { attempt, source }.into()
}

/// Sets the damaged store aside, and puts in its place one with what could be read.
fn recover(path: &Path, key: &StoreKey, environment: &Environment) -> Result<Recovered, FootbridgeError> {
    let now = environment.clock.now();
    let seconds: String = now.to_string().chars().take_while(|sign| *sign != '.').collect();
    let moment: String = seconds.chars().filter(char::is_ascii_alphanumeric).collect();
    let aside = damage::set_aside(path, &moment).map_err(failed("setting the damaged store aside"))?;
    let salvaged = damage::salvage(&aside, key.bytes(), &identity::KEYS);
    // Made beside, so that what has the store's name is whole.
    let beside = path.with_extension("recovering");
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(format!("{}{ending}", beside.display())));
    }
    let store = Store::open(&beside, key.bytes())?;
    let file = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let recovered = store.write_locked(|writing| fill(writing, salvaged, now, file, environment.random.as_ref()))?;
    store.compact()?;
    drop(store);
    let put = || {
        std::fs::rename(&beside, path)?;
        drop(std::fs::remove_file(damage::mark(path)));
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    put().map_err(failed("putting the recovered store in its place"))?;
    Ok(recovered)
}

/// Fills a fresh store with what was read of a damaged one.
fn fill(
    writing: &Writing<'_>,
    salvaged: Salvaged,
    now: Timestamp,
    file: String,
    random: &dyn RandomSource,
) -> Result<Recovered, FootbridgeError> {
    let Salvaged { meta: known, outbox: unsent, records, is_outbox_whole } = salvaged;
    for (name, value) in &known {
        meta::set(writing, name, value)?;
    }
    if identity::load(writing).is_err() || identity::actor(writing).is_err() {
        for name in identity::KEYS {
            meta::remove(writing, name)?;
        }
        identity::ensure(writing, now, random)?;
    } else {
        // What cannot be read may hold numbers that this hand has used.
        identity::renew_actor(writing, now, random)?;
    }
    let membership = identity::membership(writing).ok().flatten();
    let me = membership.as_ref().map(|membership| membership.person);
    let readable: BTreeSet<DocumentId> = records.iter().map(|row| row.id).collect();
    let read = unsent.len();
    let unsent: Vec<OutboxRow> =
        unsent.into_iter().filter(|item| readable.contains(&item.record) || stands_alone(item)).collect();
    let is_complete = is_outbox_whole && unsent.len() == read;
    for item in &unsent {
        outbox::add(writing, item)?;
    }
    let waiting: BTreeSet<DocumentId> =
        unsent.iter().filter(|item| item.item != ItemKind::Receipt).map(|item| item.record).collect();
    let is_unsent = |row: &RecordRow| {
        waiting.contains(&row.id) || (!is_outbox_whole && (row.is_ahead || row.served == 0 || row.is_draft()))
    };
    let mut kept = BTreeSet::new();
    for row in records.into_iter().filter(is_unsent) {
        kept.insert(row.id);
        keep(writing, row, me)?;
    }
    for row in made_again(&unsent, &kept, me) {
        keep(writing, row, me)?;
    }
    if !is_outbox_whole && membership.is_some() {
        // What lay there and could not be read is in the records: they are compared with what the server has.
        give_back::begin(writing)?;
    }
    let count = if is_outbox_whole { waiting.len() } else { waiting.union(&kept).count() };
    let recovered = Recovered {
        at: now.to_string(),
        file,
        unsent: u64::try_from(count).unwrap_or(u64::MAX),
        complete: is_complete,
        member: membership.is_some() || known.iter().any(|(name, _)| name == identity::SEED),
    };
    meta::set(writing, RECOVERED, &serde_json::to_vec(&recovered).unwrap_or_default())?;
    Ok(recovered)
}

/// Whether what is unsent can be sent without its record's row: not what is in the row alone.
fn stands_alone(item: &OutboxRow) -> bool {
    match item.item {
        ItemKind::Draft => Removal::of(item).is_some(),
        ItemKind::Renewal => false,
        ItemKind::Change | ItemKind::Command | ItemKind::Receipt => true,
    }
}

/// Stores a record as one that no scope gives: the next pull says again which do.
fn keep(writing: &Writing<'_>, row: RecordRow, me: Option<PersonId>) -> Result<(), FootbridgeError> {
    let zone = vocabulary::read(writing)?.time_zone;
    let is_ahead = row.packed.is_some();
    let row = RecordRow { number: 0, scopes: 0, served: 0, digest: None, is_ahead, ..row };
    if records::get(writing, row.id)?.is_none() {
        record::put(writing, &row, me, &zone)?;
    }
    Ok(())
}

/// New records whose row could not be read, from their changes. Of others the changes wait for what the server gives.
fn made_again(unsent: &[OutboxRow], kept: &BTreeSet<DocumentId>, me: Option<PersonId>) -> Vec<RecordRow> {
    let mut changes: BTreeMap<DocumentId, Vec<&[u8]>> = BTreeMap::new();
    for item in unsent.iter().filter(|item| item.item == ItemKind::Change && !kept.contains(&item.record)) {
        changes.entry(item.record).or_default().push(&item.payload);
    }
    let made = changes.into_iter().filter_map(|(id, changes)| {
        let made = document::apply(None, &changes).ok()?;
        let facts = Facts { author: me, ..Facts::default() };
        Some(RecordRow::new(id, Some(&made.stored), made.projection, facts))
    });
    made.collect()
}
