//! A fresh document from the state of another: how words are taken back, their history included. Called by
//! the device of the record's author, and where an edit of the former document is made again on the fresh one.
//!
//! Invariant: nothing of the former document is in the fresh one but the values that stand, and none of a
//! value that the renewal takes back.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT, ReadDoc, ScalarValue, Value};

use super::{Damaged, Edited, RENEWS_KEY, commit, finish, load, make, member_key, reading, sound};
use crate::fields::{FieldChange, Scalar};
use crate::ids::{Actor, ChangeHash};
use crate::time::Timestamp;

/// A fresh document, of one change.
#[derive(Debug, Clone)]
pub struct Renewed {
    /// The document: its one change is both what is kept and what is sent.
    pub edited: Edited,
    /// The fields on which people disagree and that were not reworded, with every answer. They are not in
    /// the fresh document: one change cannot hold two answers. Each answer is to be made a change of its own
    /// on it, so that both stand again.
    pub apart: BTreeMap<String, Vec<Scalar>>,
}

/// Makes a fresh document of the state of a stored one after `changes`, unknown fields included. What was said in the
/// fields of `changes` since these heads were seen is kept beside them; with none, or where the document does not know
/// them, everything in it was seen. That it stands for the changes up to `renews`, which are the newest that the server
/// has, is kept in it.
///
/// # Errors
/// [`Damaged`].
pub fn renew(
    stored: &[u8],
    actor: Actor,
    now: Timestamp,
    changes: &[FieldChange],
    seen: &[ChangeHash],
    renews: &[ChangeHash],
) -> Result<Renewed, Damaged> {
    sound(|| {
        let former = load(stored)?;
        let since = Since::of(&former, seen);
        let state = after(&former, changes)?;
        let given: BTreeSet<String> = changes.iter().map(key_of).collect();
        let mut apart = BTreeMap::new();
        let mut fresh = Automerge::new().with_actor(actor.to_automerge());
        let mut transaction = fresh.transaction();
        for item in state.map_range(ROOT, ..) {
            let item = item.into_owned();
            let key = item.key.as_ref();
            if key == RENEWS_KEY {
                continue;
            }
            let answers = if given.contains(key) { Vec::new() } else { answers(&former, key)? };
            match &item.value {
                // No record holds one.
                automerge::ValueRef::Object(_) => {}
                automerge::ValueRef::Scalar(_) if answers.len() > 1 => {
                    apart.insert(key.to_owned(), answers);
                }
                automerge::ValueRef::Scalar(scalar) => {
                    let scalar = ScalarValue::from(scalar);
                    let mut beside = if given.contains(key) { since.answers(key)? } else { Vec::new() };
                    let hers = from_automerge(&scalar);
                    beside.retain(|answer| Some(answer) != hers.as_ref());
                    if !beside.is_empty() && !key.contains('/') {
                        apart.insert(key.to_owned(), hers.into_iter().chain(beside).collect());
                        continue;
                    }
                    // A field that is not known is not worth a null.
                    if scalar != ScalarValue::Null {
                        transaction.put(ROOT, key, scalar).map_err(Damaged::Edit)?;
                    }
                }
            }
        }
        let stood_for = stood_for(&former, renews)?;
        if !stood_for.is_empty() {
            let names: Vec<_> = stood_for.into_iter().collect();
            transaction.put(ROOT, RENEWS_KEY, names.join(" ")).map_err(Damaged::Edit)?;
        }
        let hash = commit(transaction, now);
        let edited = finish(&fresh, Vec::new(), hash)?.ok_or(Damaged::Lacks("any change"))?;
        Ok(Renewed { edited, apart })
    })
}

/// What was said in a document since somebody saw it.
struct Since<'a> {
    document: &'a Automerge,
    /// None where everything was seen.
    heads: Option<Vec<automerge::ChangeHash>>,
}

impl<'a> Since<'a> {
    fn of(document: &'a Automerge, seen: &[ChangeHash]) -> Self {
        let heads: Vec<_> = seen.iter().map(|hash| hash.to_automerge()).collect();
        let known = heads.iter().all(|hash| document.get_change_meta_by_hash(hash).is_some());
        Self { document, heads: (known && !heads.is_empty()).then_some(heads) }
    }

    /// The answers to a question that were not there.
    fn answers(&self, key: &str) -> Result<Vec<Scalar>, Damaged> {
        let Some(heads) = &self.heads else { return Ok(Vec::new()) };
        let there = reading::values_at(self.document, key, heads);
        let mut all = answers(self.document, key)?;
        all.retain(|answer| !there.contains(&answer.to_json().to_string()));
        Ok(all)
    }
}

/// The heads of what somebody has seen of a document: these changes with what they stand on, and what her own hands wrote
/// beside them. None where the document knows none of them.
///
/// # Errors
/// [`Damaged`].
pub fn heads_seen(stored: &[u8], seen: &[ChangeHash], own: &BTreeSet<Actor>) -> Result<Vec<ChangeHash>, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let mut heads: Vec<_> = seen.iter().map(|hash| hash.to_automerge()).collect();
        heads.retain(|hash| document.get_change_meta_by_hash(hash).is_some());
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let since = document.get_changes_meta(&heads).into_iter();
        let others =
            since.filter(|change| !Actor::from_automerge(&change.actor).is_some_and(|actor| own.contains(&actor)));
        heads_without(stored, &others.map(|change| ChangeHash::from(change.hash)).collect())
    })
}

/// The heads of a document without these changes: what a server has that lacks them.
///
/// # Errors
/// [`Damaged`].
pub fn heads_without(stored: &[u8], unsent: &BTreeSet<ChangeHash>) -> Result<Vec<ChangeHash>, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let mut heads = BTreeSet::new();
        for change in document.get_changes_meta(&[]) {
            let hash = ChangeHash::from(change.hash);
            if unsent.contains(&hash) {
                continue;
            }
            for dependency in &change.deps {
                heads.remove(&ChangeHash::from(*dependency));
            }
            heads.insert(hash);
        }
        Ok(heads.into_iter().collect())
    })
}

/// The changes by these hands in a document that the fresh one in its place does not stand for: they came to it after
/// its author had seen it, as may be where a server was restored. None where it does not say what it stands for.
///
/// # Errors
/// [`Damaged`].
pub fn not_renewed(former: &[u8], fresh: &[u8], hands: &BTreeSet<Actor>) -> Result<BTreeSet<ChangeHash>, Damaged> {
    sound(|| {
        let renews = renews(&load(fresh)?)?;
        if renews.is_empty() {
            return Ok(BTreeSet::new());
        }
        let former = load(former)?;
        let lost = former.get_changes_meta(&[]).into_iter().filter(|change| {
            let is_hers = Actor::from_automerge(&change.actor).is_some_and(|hand| hands.contains(&hand));
            is_hers && !renews.contains(&short(&change.hash))
        });
        Ok(lost.map(|change| ChangeHash::from(change.hash)).collect())
    })
}

/// Which of these changes a fresh document stands for: its author had seen them. None where it does not say.
///
/// # Errors
/// [`Damaged`].
pub fn renewed_of(fresh: &[u8], changes: &[ChangeHash]) -> Result<Option<BTreeSet<ChangeHash>>, Damaged> {
    sound(|| {
        let renews = renews(&load(fresh)?)?;
        let stood_for = changes.iter().filter(|hash| renews.contains(&short(&hash.to_automerge())));
        Ok(Some(stood_for.copied().collect()).filter(|_| !renews.is_empty()))
    })
}

/// What a fresh document stands for: the changes of the former up to these, and what that one stood for.
fn stood_for(former: &Automerge, heads: &[ChangeHash]) -> Result<BTreeSet<String>, Damaged> {
    let heads: Vec<_> = heads.iter().map(|hash| hash.to_automerge()).collect();
    let mut names = renews(former)?;
    if !heads.is_empty() {
        let since: BTreeSet<_> = former.get_changes_meta(&heads).iter().map(|change| short(&change.hash)).collect();
        let all = former.get_changes_meta(&[]);
        names.extend(all.iter().map(|change| short(&change.hash)).filter(|name| !since.contains(name)));
    }
    Ok(names)
}

fn renews(fresh: &Automerge) -> Result<BTreeSet<String>, Damaged> {
    let names = match fresh.get(ROOT, RENEWS_KEY).map_err(Damaged::Edit)? {
        Some((Value::Scalar(names), _)) => names.as_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    Ok(names.split_whitespace().map(str::to_owned).collect())
}

/// Enough of a hash to know a change of one record by.
fn short(hash: &automerge::ChangeHash) -> String {
    hash.0.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a field had other answers at these heads than those that stand in another document.
///
/// # Errors
/// [`Damaged`].
pub fn stood_otherwise(stored: &[u8], field: &str, heads: &[ChangeHash], other: &[u8]) -> Result<bool, Damaged> {
    sound(|| {
        let document = load(stored)?;
        let heads: Vec<_> = heads.iter().map(|hash| hash.to_automerge()).collect();
        let known = !heads.is_empty() && heads.iter().all(|hash| document.get_change_meta_by_hash(hash).is_some());
        let stood =
            if known { reading::values_at(&document, field, &heads) } else { reading::values(&document, field) };
        Ok(stood != reading::values(&load(other)?, field))
    })
}

/// The document after these changes, which stand on everything in it.
fn after(former: &Automerge, changes: &[FieldChange]) -> Result<Automerge, Damaged> {
    let mut state = former.clone();
    let mut transaction = state.transaction();
    for change in changes {
        make(&mut transaction, change)?;
    }
    transaction.commit();
    Ok(state)
}

fn key_of(change: &FieldChange) -> String {
    match change {
        FieldChange::Add { field, member } | FieldChange::Remove { field, member } => member_key(field, member),
        FieldChange::Set { field, .. } => field.clone(),
    }
}

/// The distinct scalar answers at a key.
fn answers(document: &Automerge, key: &str) -> Result<Vec<Scalar>, Damaged> {
    let all = document.get_all(ROOT, key).map_err(Damaged::Edit)?;
    let mut seen = BTreeSet::new();
    let mut answers = Vec::new();
    for (value, _) in &all {
        let Value::Scalar(scalar) = value else { continue };
        if seen.insert(reading::scalar_to_json(scalar).to_string()) {
            answers.extend(from_automerge(scalar));
        }
    }
    Ok(answers)
}

fn from_automerge(scalar: &ScalarValue) -> Option<Scalar> {
    match scalar {
        ScalarValue::Null => Some(Scalar::Null),
        ScalarValue::Boolean(flag) => Some(Scalar::Bool(*flag)),
        ScalarValue::Int(number) => Some(Scalar::Int(*number)),
        ScalarValue::Uint(number) => i64::try_from(*number).ok().map(Scalar::Int),
        ScalarValue::Str(text) => Some(Scalar::Str(text.to_string())),
        ScalarValue::Timestamp(millis) => Some(Scalar::Instant(*millis)),
        // None of these is in a record.
        ScalarValue::Bytes(_) | ScalarValue::F64(_) | ScalarValue::Counter(_) | ScalarValue::Unknown { .. } => None,
    }
}

#[cfg(test)]
mod tests;
