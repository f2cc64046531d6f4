//! Records as Automerge documents: one flat map of scalars each, a member of a set a key of its own
//! (`topics/housing`). Devices and the server keep a document as the changes that arrived, one after the
//! other; past 32 of them as one save.
//!
//! Bytes from elsewhere are hostile until [`apply`] or [`inspect_change`] has looked at them: nothing
//! compressed is inflated, nothing is allocated that a column merely claims, no panic gets out.

mod check;
mod chunk;
mod history;
mod plain;
mod reading;
mod renewal;
mod stated;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, PatchLog, ROOT, ReadDoc, ScalarValue};

use crate::fields::{FieldChange, Scalar};
use crate::ids::{Actor, ChangeHash};
use crate::kinds::Kind;
use crate::projection::Projection;
use crate::time::Timestamp;

use check::Checked;
pub use check::{ChangeInfo, KEY_BYTES_MAX, OPERATIONS_AHEAD_MAX};
pub use chunk::{CHANGE_OPERATIONS_MAX, COLUMNS_MAX, DOCUMENT_OPERATIONS_MAX, OPERATIONS_FREE, OPERATIONS_PER_BYTE};
pub use history::{Answer, Said, answers, meant, timeline};
pub use renewal::{Renewed, heads_seen, heads_without, not_renewed, renew, renewed_of, stood_otherwise};
pub use stated::apply_stated;

/// The largest document, as it is kept.
pub const DOCUMENT_BYTES_MAX: usize = 64 * 1024;
/// The largest single change.
pub const CHANGE_BYTES_MAX: usize = 64 * 1024;
/// So many changes are kept one by one; past them the document is kept as one save.
pub const CHANGES_KEPT: usize = 32;

/// What every document has beside the fields of its kind. Its first change gives them, once and for all.
pub const GIVEN_ONCE: [&str; 4] = [RECORD_KEY, SCHEMA_KEY, RECORDED_AT_KEY, RENEWS_KEY];

/// The name of the kind. A visit has a field `kind` of its own.
const RECORD_KEY: &str = "record";
const SCHEMA_KEY: &str = "schema";
const RECORDED_AT_KEY: &str = "recorded_at";
/// Of a fresh document: the changes of the former ones that it stands for.
const RENEWS_KEY: &str = "renews";

/// A stored document that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Damaged {
    /// Automerge cannot load what is stored.
    #[error("loading a stored document")]
    Load(#[source] automerge::AutomergeError),
    /// Automerge refused a step of an edit.
    #[error("editing a stored document")]
    Edit(#[source] automerge::AutomergeError),
    /// It has no kind, or no time at which it was recorded.
    #[error("a stored document lacks {0}")]
    Lacks(&'static str),
    /// Automerge cannot handle it, and panicked: what hostile bytes may come to that were not loaded before.
    #[error("handling a stored document")]
    Unsound,
    /// The edit would make it larger than it may be, or longer.
    #[error(
        "the document would be larger than {DOCUMENT_BYTES_MAX} bytes, or of more than {DOCUMENT_OPERATIONS_MAX} operations"
    )]
    TooLarge,
}

/// Why a change from elsewhere is not taken. Nothing was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not a change in Automerge's form, or not of a flat record.
    #[error("not a well-formed change")]
    Malformed,
    /// Larger than a change or a document may be, or claims to be.
    #[error("too large")]
    TooLarge,
    /// It stands on changes that are not here.
    #[error("stands on changes that are not here")]
    MissingDeps,
    /// Its actor has already made another change with this number.
    #[error("its actor has made another change with this number")]
    Forked,
    /// It holds something that no record has: a list, a counter, bytes, an over-long key.
    #[error("holds what no record has")]
    UnknownForm,
}

/// What an edit gives.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The whole document, to be kept.
    pub stored: Vec<u8>,
    /// The new change alone, to be sent.
    pub change: Vec<u8>,
    /// The change's name.
    pub hash: ChangeHash,
    /// The fields as they now stand.
    pub projection: Projection,
}

/// What taking in changes gives.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The whole document, to be kept.
    pub stored: Vec<u8>,
    /// The fields as they now stand.
    pub projection: Projection,
    /// The changes that were new, in the order given.
    pub new: Vec<ChangeInfo>,
}

/// On what ground an edit stands.
#[derive(Debug, Clone)]
pub enum Base {
    /// On everything that is in the document: it supersedes all answers there.
    Current,
    /// On these heads: concurrent to what came since, so that both answers are kept. Heads that the
    /// document lacks count as its first change; what the same hand wrote before is stood on in any case.
    Heads(Vec<ChangeHash>),
    /// On nothing but what the same hand wrote before: beside everything that is in the document, so that both answers
    /// are kept.
    Nothing,
}

/// Makes the document of a new record.
///
/// # Errors
/// [`Damaged::TooLarge`]; [`Damaged::Edit`] if Automerge refuses a step, which no input is known to cause.
pub fn create(
    kind: Kind,
    recorded_at: Timestamp,
    actor: Actor,
    now: Timestamp,
    changes: &[FieldChange],
) -> Result<Edited, Damaged> {
    sound(|| {
        let mut document = Automerge::new().with_actor(actor.to_automerge());
        let mut transaction = document.transaction();
        put(&mut transaction, RECORD_KEY, kind.name())?;
        put(&mut transaction, SCHEMA_KEY, kind.spec().schema)?;
        put(&mut transaction, RECORDED_AT_KEY, ScalarValue::Timestamp(recorded_at.0))?;
        for change in changes {
            make(&mut transaction, change)?;
        }
        let hash = commit(transaction, now);
        finish(&document, Vec::new(), hash)?.ok_or(Damaged::Lacks("any change"))
    })
}

/// Makes these changes to a stored document. `None` where they change nothing.
///
/// # Errors
/// [`Damaged`]; the stored document is as it was.
pub fn edit(
    stored: &[u8],
    actor: Actor,
    now: Timestamp,
    changes: &[FieldChange],
    base: &Base,
) -> Result<Option<Edited>, Damaged> {
    sound(|| {
        let mut document = load(stored)?.with_actor(actor.to_automerge());
        let heads = match base {
            Base::Current => None,
            Base::Heads(heads) => Some(after_ones_own(&document, known_or_first(&document, heads), actor)),
            Base::Nothing => Some(after_ones_own(&document, Vec::new(), actor)),
        };
        let mut transaction = match heads {
            None => document.transaction(),
            Some(heads) => document
                .transaction_at(PatchLog::inactive(), &heads)
                .map_err(|_| Damaged::Lacks("the ground of the edit"))?,
        };
        for change in changes {
            make(&mut transaction, change)?;
        }
        let hash = commit(transaction, now);
        finish(&document, stored.to_vec(), hash)
    })
}

/// Whether a change stands on no other, told from its head alone: what is not here can only begin so. `None` for bytes
/// that do not look like a change.
pub fn begins(change: &[u8]) -> Option<bool> {
    chunk::begins(change)
}

/// Takes changes from elsewhere into a document (or begins one), all or none.
///
/// # Errors
/// [`Rejected`] for the first that cannot be taken.
pub fn apply<B: AsRef<[u8]>>(stored: Option<&[u8]>, changes: &[B]) -> Result<Applied, Rejected> {
    guarded(|| {
        let stored = stored.unwrap_or_default();
        let mut taking = Taking { document: None, kept: stored.to_vec(), new: Vec::new() };
        for bytes in changes {
            let (bytes, checked) = (bytes.as_ref(), check::read(bytes.as_ref())?);
            // Most of what comes is a record's first change, alone: its fields are known without a document.
            if stored.is_empty()
                && changes.len() == 1
                && let Some(first) = reading::project_first(&checked)
            {
                let projection = first.map_err(|_| Rejected::UnknownForm)?;
                check::is_in_its_own_form(&checked.change, bytes)?;
                return Ok(Applied { stored: bytes.to_vec(), projection, new: vec![checked.info] });
            }
            taking.take(checked, bytes)?;
        }
        taking.applied()
    })
}

/// A document into which changes are taken; loaded when the first one comes.
struct Taking {
    document: Option<Automerge>,
    kept: Vec<u8>,
    new: Vec<ChangeInfo>,
}

impl Taking {
    fn document(&mut self) -> Result<&mut Automerge, Rejected> {
        if self.document.is_none() {
            self.document = Some(load(&self.kept).map_err(|_| Rejected::Malformed)?);
        }
        self.document.as_mut().ok_or(Rejected::Malformed)
    }

    fn take(&mut self, checked: Checked, bytes: &[u8]) -> Result<(), Rejected> {
        let document = self.document()?;
        if document.get_change_meta_by_hash(&checked.info.hash.to_automerge()).is_some() {
            return Ok(());
        }
        check::fits(document, &checked.change, &checked.info)?;
        document.apply_changes([checked.change]).map_err(|_| Rejected::Malformed)?;
        check::comes_back(document, &checked.info, bytes)?;
        self.kept.extend_from_slice(bytes);
        // Saved anew it may be of fewer; that is judged at the end.
        if chunk::operations(&self.kept)? > 2 * DOCUMENT_OPERATIONS_MAX {
            return Err(Rejected::TooLarge);
        }
        self.new.push(checked.info);
        Ok(())
    }

    fn applied(mut self) -> Result<Applied, Rejected> {
        self.document()?;
        let Self { document: Some(document), kept, new } = self else { return Err(Rejected::Malformed) };
        let stored = compacted(&document, kept);
        check_outline(&stored)?;
        let projection = reading::project(&document).map_err(|_| Rejected::UnknownForm)?;
        Ok(Applied { stored, projection, new })
    }
}

/// Everything that either of two copies of a document holds.
///
/// # Errors
/// [`Rejected`]; where a copy came whole from elsewhere it is looked at like any change.
pub fn merge(ours: &[u8], theirs: &[u8]) -> Result<Applied, Rejected> {
    let changes: Vec<_> = read_whole(theirs)?.into_iter().map(|(_, bytes)| bytes).collect();
    apply(Some(ours), &changes)
}

/// Looks at a document that came whole from elsewhere; gives its changes in an order in which they apply.
///
/// # Errors
/// [`Rejected`] as for a single change.
pub fn read_whole(bytes: &[u8]) -> Result<Vec<(ChangeInfo, Vec<u8>)>, Rejected> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(Rejected::TooLarge);
    }
    guarded(|| {
        chunk::bounded(bytes)?;
        let document = load(bytes).map_err(|_| Rejected::Malformed)?;
        document
            .get_changes(&[])
            .into_iter()
            .map(|change| {
                let bytes = change.raw_bytes().to_vec();
                check::read(&bytes).map(|checked| (checked.info, bytes))
            })
            .collect()
    })
}

/// Looks at the outline of a document that came whole from elsewhere: its size, and how many operations its columns
/// claim, all of its changes and saves together.
/// So much is asked before it is kept; the rest when it is first loaded.
///
/// # Errors
/// [`Rejected::TooLarge`], [`Rejected::Malformed`].
pub fn check_outline(bytes: &[u8]) -> Result<(), Rejected> {
    if bytes.len() > DOCUMENT_BYTES_MAX { Err(Rejected::TooLarge) } else { chunk::bounded(bytes) }
}

/// Looks at one change from elsewhere without taking it in.
///
/// # Errors
/// [`Rejected`].
pub fn inspect_change(bytes: &[u8]) -> Result<ChangeInfo, Rejected> {
    guarded(|| check::read(bytes).map(|checked| checked.info))
}

/// The fields of a stored document.
///
/// # Errors
/// [`Damaged`].
pub fn project(stored: &[u8]) -> Result<Projection, Damaged> {
    sound(|| reading::project(&load(stored)?))
}

/// The fields of a stored document that is a single change which sets each of its keys once, read from the change's
/// columns without making the document. `None` for any other: it is to be asked by [`project`].
pub fn project_plain(stored: &[u8]) -> Option<Projection> {
    plain::project(stored)
}

/// The newest changes of a stored document: what an edit that has seen it stands on. In ascending order.
///
/// # Errors
/// [`Damaged`].
pub fn heads(stored: &[u8]) -> Result<Vec<ChangeHash>, Damaged> {
    sound(|| Ok(load(stored)?.get_heads().into_iter().map(ChangeHash::from).collect()))
}

/// Which of these fields have other answers now than at the heads that were seen. All of them where the
/// document does not know those heads.
///
/// # Errors
/// [`Damaged`].
pub fn moved(stored: &[u8], seen: &[ChangeHash], fields: &[&str]) -> Result<BTreeSet<String>, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let seen: Vec<_> = seen.iter().map(|hash| hash.to_automerge()).collect();
        let known = seen.iter().all(|hash| document.get_change_meta_by_hash(hash).is_some());
        let has_moved =
            |field: &&&str| !known || reading::values_at(&document, field, &seen) != reading::values(&document, field);
        Ok(fields.iter().filter(has_moved).map(|field| (*field).to_owned()).collect())
    })
}

/// The changes of a stored document, each after those it stands on.
///
/// # Errors
/// [`Damaged`].
pub fn changes(stored: &[u8]) -> Result<Vec<(ChangeInfo, Vec<u8>)>, Damaged> {
    sound(|| {
        let changes = load(stored)?.get_changes(&[]);
        Ok(changes.into_iter().map(|change| (ChangeInfo::of(&change), change.raw_bytes().to_vec())).collect())
    })
}

/// Loads what is stored, if its outline is that of a document: what Automerge makes of it has no bound else.
fn load(stored: &[u8]) -> Result<Automerge, Damaged> {
    check_outline(stored).map_err(|_| Damaged::Unsound)?;
    Automerge::load(stored).map_err(Damaged::Load)
}

/// Runs what handles hostile bytes; a panic inside the library counts as a malformed input.
fn guarded<T>(work: impl FnOnce() -> Result<T, Rejected>) -> Result<T, Rejected> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Rejected::Malformed))
}

/// Runs what handles a stored document. A device keeps what its server gave by its outline alone: a panic inside the
/// library ends with it.
fn sound<T>(work: impl FnOnce() -> Result<T, Damaged>) -> Result<T, Damaged> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Damaged::Unsound))
}

fn known_or_first(document: &Automerge, heads: &[ChangeHash]) -> Vec<automerge::ChangeHash> {
    let known: Vec<_> = heads
        .iter()
        .map(|hash| hash.to_automerge())
        .filter(|hash| document.get_change_meta_by_hash(hash).is_some())
        .collect();
    if !known.is_empty() {
        return known;
    }
    let all = document.get_changes_meta(&[]);
    all.into_iter().filter(|change| change.deps.is_empty()).map(|change| change.hash).take(1).collect()
}

/// These heads with the actor's own changes among what they stand on: a hand writes one thing after the other. Beside
/// its own, Automerge would write under an actor of another length, which nobody takes.
fn after_ones_own(
    document: &Automerge,
    mut heads: Vec<automerge::ChangeHash>,
    actor: Actor,
) -> Vec<automerge::ChangeHash> {
    let actor = actor.to_automerge();
    let beyond = document.get_changes_meta(&heads);
    let own = beyond.iter().filter(|change| *change.actor == actor).max_by_key(|change| change.seq);
    let Some(own) = own.map(|change| change.hash) else { return heads };
    let beside = document.get_changes_meta(&[own]);
    heads.retain(|head| beside.iter().any(|change| change.hash == *head));
    heads.push(own);
    heads
}

fn commit(transaction: Transaction<'_>, now: Timestamp) -> Option<automerge::ChangeHash> {
    // By Automerge's convention the time of a change is in seconds.
    let options = CommitOptions::default().with_time(now.as_seconds());
    transaction.commit_with(options).0
}

fn finish(
    document: &Automerge,
    mut kept: Vec<u8>,
    hash: Option<automerge::ChangeHash>,
) -> Result<Option<Edited>, Damaged> {
    let Some(hash) = hash else { return Ok(None) };
    let change = document.get_change_by_hash(&hash).ok_or(Damaged::Lacks("its newest change"))?;
    let change = change.raw_bytes().to_vec();
    kept.extend_from_slice(&change);
    let stored = compacted(document, kept);
    if chunk::bounded_change(&change).and_then(|()| check_outline(&stored)).is_err() {
        return Err(Damaged::TooLarge);
    }
    Ok(Some(Edited { stored, change, hash: hash.into(), projection: reading::project(document)? }))
}

fn compacted(document: &Automerge, kept: Vec<u8>) -> Vec<u8> {
    // What was saved once is saved anew: a change beside a save would cost as much as ten within it.
    if chunk::is_saved(&kept) || chunk::count(&kept) > CHANGES_KEPT { document.save_nocompress() } else { kept }
}

fn put(transaction: &mut Transaction<'_>, key: &str, value: impl Into<ScalarValue>) -> Result<(), Damaged> {
    transaction.put(ROOT, key, value).map_err(Damaged::Edit)
}

fn make(transaction: &mut Transaction<'_>, change: &FieldChange) -> Result<(), Damaged> {
    match change {
        FieldChange::Set { field, value } => match value {
            // A field that was never set is not worth a null.
            Scalar::Null if transaction.get(ROOT, field.as_str()).map_err(Damaged::Edit)?.is_none() => Ok(()),
            value => {
                // Choosing the answer that Automerge happens to hold up would only take the others away, and
                // a third answer given meanwhile would then take its place unseen. Another value in between
                // makes of the choice an answer of its own.
                if transaction.get_all(ROOT, field.as_str()).map_err(Damaged::Edit)?.len() > 1 {
                    let other = if *value == Scalar::Null { ScalarValue::Boolean(false) } else { ScalarValue::Null };
                    put(transaction, field, other)?;
                }
                put(transaction, field, to_automerge(value))
            }
        },
        FieldChange::Add { field, member } => put(transaction, &member_key(field, member), true),
        FieldChange::Remove { field, member } => {
            let key = member_key(field, member);
            match transaction.get(ROOT, key.as_str()).map_err(Damaged::Edit)? {
                None => Ok(()),
                Some(_) => transaction.delete(ROOT, key.as_str()).map_err(Damaged::Edit),
            }
        }
    }
}

fn member_key(field: &str, member: &str) -> String {
    format!("{field}/{member}")
}

fn to_automerge(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Null => ScalarValue::Null,
        Scalar::Bool(value) => ScalarValue::Boolean(*value),
        Scalar::Int(value) => ScalarValue::Int(*value),
        Scalar::Str(value) => ScalarValue::Str(value.as_str().into()),
        Scalar::Instant(millis) => ScalarValue::Timestamp(*millis),
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
