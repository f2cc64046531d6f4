//! Rewording: the author takes earlier wording back. The record gets a fresh document of the next generation, made from
//! its state; its history goes, here at once and everywhere else as the server's word arrives.
//!
//! Invariant: what she takes back travels no more and comes back by nobody's edit; what others have said meanwhile is
//! kept, also where it is two answers to one question.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::document::{self, Base};
use footbridge_model::{ChangeHash, DocumentId, FieldChange, Fields, RandomSource, policy, validation};
use footbridge_store::outbox::{self, Intent, ItemKind, OutboxRow};
use footbridge_store::records::{self, RecordRow};
use footbridge_store::{Writing, overwriting};

use crate::error::FootbridgeError;
use crate::recording::{self, Ground, waiting};
use crate::sync::{give_back, remake};
use crate::{Footbridge, identity, record};

impl Footbridge {
    /// Takes earlier wording of a record back, history included: the fields of `patch` as in an edit, and everything
    /// that was ever said in it but what stands now is gone, here at once, elsewhere at the next contact. A draft has no
    /// history, and is edited.
    ///
    /// # Errors
    /// [`FootbridgeError::Forbidden`] for anybody but its author; as [`Footbridge::edit`].
    pub fn reword(&self, id: DocumentId, patch: &Fields) -> Result<(), FootbridgeError> {
        let row = self.inner.store.read(|snapshot| records::get(snapshot, id))?.ok_or(FootbridgeError::NotFound)?;
        if row.is_draft() {
            self.edit(id, patch, None)?;
            return self.inner.store.write(overwriting::note).map_err(Into::into);
        }
        let kind = self.write(|footbridge, writing, ground| {
            let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
            let kind = row.projection.known_kind().ok_or_else(|| FootbridgeError::refused("unknown_kind"))?;
            if records::is_deleting(writing, id)? {
                return Err(FootbridgeError::NotFound);
            }
            if let Some(membership) = &ground.membership {
                policy::may_reword(&membership.member(), kind, &record::shown_facts(&row, &[], ground.me()))?;
            }
            let changes = validation::edit(kind, patch, &row.projection.fields, &ground.vocabulary)?;
            recording::check_references(writing, kind, patch)?;
            reword(footbridge, writing, ground, row, changes)?;
            Ok(kind)
        })?;
        self.recorded(&[id], kind);
        Ok(())
    }
}

fn reword(
    footbridge: &Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    mut row: RecordRow,
    changes: Vec<FieldChange>,
) -> Result<(), FootbridgeError> {
    let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
    let waits = outbox::of(writing, row.id)?;
    let pending = waits.iter().find(|item| item.item == ItemKind::Renewal && item.refused.is_none());
    let (seen, saw) = match pending.and_then(|item| item.intent.as_ref()) {
        // It takes the place of one that the server does not have yet.
        Some(intent) => (intent.seen.clone(), intent.saw.clone()),
        None => {
            row.generation += 1;
            let unsent = waits.iter().filter(|item| item.item == ItemKind::Change);
            let unsent = unsent.filter_map(|item| <[u8; 32]>::try_from(item.name.as_slice()).ok().map(ChangeHash));
            // All that she saw, one by one: a restored server may have lost the newest of it.
            let saw = document::changes(&stored)?.into_iter().map(|(info, _)| info.hash).collect();
            (document::heads_without(&stored, &unsent.collect())?, saw)
        }
    };
    let drafts =
        waits.iter().filter_map(|item| item.intent.as_ref()).flat_map(|intent| intent.drafts.clone()).collect();
    let intent = Intent { changes: meant(&waits, &changes), seen, saw, drafts };
    let random = footbridge.inner.environment.random.as_ref();
    replace(writing, ground, random, row, &stored, &changes, intent).map(drop)
}

/// What is meant by a renewal: what she rewords, and what she had changed elsewhere in the record and not sent yet.
fn meant(waits: &[OutboxRow], reworded: &[FieldChange]) -> Vec<FieldChange> {
    let fields: BTreeSet<&str> = reworded.iter().map(FieldChange::field).collect();
    let mut meant: Vec<FieldChange> = Vec::new();
    for item in waits {
        let Some(intent) = &item.intent else { continue };
        // The change that began the record says nothing of what came after it.
        let is_first = item.item == ItemKind::Change && intent.seen.is_empty();
        if !is_first {
            meant.extend(intent.changes.iter().filter(|change| !fields.contains(change.field())).cloned());
        }
    }
    meant.extend(reworded.iter().cloned());
    meant
}

/// Puts a fresh document of the state of `stored` after `changes` in the place of the record's own, and of all that
/// waits of it. What others have said there since she saw it stays. Gives the changes that hold what she says.
pub(crate) fn replace(
    writing: &Writing<'_>,
    ground: &Ground,
    random: &dyn RandomSource,
    mut row: RecordRow,
    stored: &[u8],
    changes: &[FieldChange],
    intent: Intent,
) -> Result<Vec<ChangeHash>, FootbridgeError> {
    let seen = document::heads_seen(stored, &intent.saw, &identity::own_actors(writing)?)?;
    let renewed = document::renew(stored, ground.actor, ground.now, changes, &seen, &intent.seen)?;
    let hash = renewed.edited.hash;
    let item = waiting(row.id, ItemKind::Renewal, renewed.edited.change, Some(intent), hash.0.to_vec(), ground.now);
    outbox::renew(writing, &item)?;
    let (mut stored, mut projection) = (renewed.edited.stored, renewed.edited.projection);
    let mut hers = vec![hash];
    for (field, answers) in renewed.apart {
        let is_reworded = changes.iter().any(|change| change.field() == field);
        for (place, value) in answers.into_iter().enumerate() {
            // Each by a hand of its own: so they stand side by side as before.
            let actor = identity::renew_actor(writing, ground.now, random)?;
            let change = [FieldChange::Set { field: field.clone(), value }];
            let edited = document::edit(&stored, actor, ground.now, &change, &Base::Heads(vec![hash]))?;
            let Some(edited) = edited else { continue };
            if is_reworded && place == 0 {
                hers.push(edited.hash);
            }
            // Nobody meant it anew: where the renewal must be made again, so are these.
            let name = edited.hash.0.to_vec();
            let nothing = Intent { seen: vec![hash], ..Intent::default() };
            outbox::add(writing, &waiting(row.id, ItemKind::Change, edited.change, Some(nothing), name, ground.now))?;
            (stored, projection) = (edited.stored, edited.projection);
        }
    }
    row.set_document(&stored);
    row.projection = projection;
    // Whoever had seen it has not seen this.
    row.facts.seen.clear();
    record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
    overwriting::note(writing)?;
    Ok(hers)
}

/// Makes a renewal that waits again on the document that the server has by now, and what waits behind it on the fresh
/// one. Says false where the server has the renewal already: then there is nothing to make.
pub(crate) fn again(
    writing: &Writing<'_>,
    ground: &Ground,
    random: &dyn RandomSource,
    mut row: RecordRow,
    theirs: &[u8],
    generation: u64,
) -> Result<bool, FootbridgeError> {
    let waits = outbox::of(writing, row.id)?;
    let renewal = waits.iter().find(|item| item.item == ItemKind::Renewal && item.refused.is_none());
    let Some(renewal) = renewal else { return Ok(false) };
    let has = document::read_whole(theirs).map_err(|_| FootbridgeError::Offline)?;
    if has.iter().any(|(info, _)| info.hash.0.as_slice() == renewal.name) {
        outbox::remove(writing, renewal.seq)?;
        return Ok(false);
    }
    let intent = renewal.intent.clone().unwrap_or_default();
    let heads = document::heads(theirs)?;
    if generation < row.generation && heads.iter().collect::<BTreeSet<_>>() == intent.seen.iter().collect() {
        // It was made on just this.
        return Ok(true);
    }
    let (id, changes, drafts) = (row.id, intent.changes, intent.drafts);
    row.generation = generation + 1;
    let saw = if intent.saw.is_empty() { intent.seen } else { intent.saw };
    let intent = Intent { changes: changes.clone(), seen: heads, saw, drafts };
    let name = renewal.name.clone();
    let hers = replace(writing, ground, random, row, theirs, &changes, intent)?;
    // The hand that wrote the last of what stands apart would stand on it, seen or not.
    let actor = identity::renew_actor(writing, ground.now, random)?;
    let mut in_place_of = BTreeMap::from([(name, hers)]);
    for item in waits.iter().filter(|item| item.item == ItemKind::Change && item.refused.is_none()) {
        let Some(intent) = &item.intent else { continue };
        let Some(row) = records::get(writing, id)? else { break };
        let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
        let seen = remake::stood_on(&intent.seen, &in_place_of);
        let base = Base::Heads(seen.clone());
        match document::edit(&stored, actor, item.made_at, &intent.changes, &base)? {
            Some(edited) => {
                in_place_of.insert(item.name.clone(), vec![edited.hash]);
                let intent = Intent { seen, ..intent.clone() };
                recording::send_and_keep(writing, ground, &mut row.clone(), edited, intent)?;
            }
            None => drop(in_place_of.insert(item.name.clone(), seen)),
        }
    }
    Ok(true)
}

/// Makes what waits of a record again on a fresh document that took the place of the device's own. Where the author
/// reworded what the editor answered otherwise, both answers stand.
pub(crate) fn on_fresh(
    writing: &Writing<'_>,
    ground: &Ground,
    random: &dyn RandomSource,
    mut row: RecordRow,
    theirs: &[u8],
    former: &[u8],
) -> Result<(), FootbridgeError> {
    document::read_whole(theirs).map_err(|_| FootbridgeError::Offline)?;
    let (mut stored, mut projection) = (theirs.to_vec(), document::project(theirs)?);
    let taken = not_renewed(writing, row.id, theirs, former)?;
    let waits = outbox::of(writing, row.id)?;
    let given_back = waits.iter().filter(|item| item.item == ItemKind::Change && item.intent.is_none());
    let given_back: Vec<_> = given_back.filter(|item| item.refused.is_some()).collect();
    let unknown = not_stood_for(&given_back, theirs)?;
    // The fresh document stands for what others wrote there before.
    for item in given_back.iter().filter(|item| !unknown.contains(item)) {
        outbox::remove(writing, item.seq)?;
    }
    let waits = waits.iter().filter(|item| item.item == ItemKind::Change && item.refused.is_none());
    let waits: Vec<_> = taken.iter().chain(waits).collect();
    let (on_it, beside) = split(&not_stood_for(&waits, theirs)?, former, theirs)?;
    let made_at = waits.last().map_or(ground.now, |item| item.made_at);
    for item in &waits {
        outbox::remove(writing, item.seq)?;
    }
    for (changes, base) in [(on_it, Base::Current), (beside, Base::Nothing)] {
        let actor = identity::renew_actor(writing, ground.now, random)?;
        let seen = document::heads(&stored)?;
        let Some(edited) = document::edit(&stored, actor, made_at, &changes, &base)? else { continue };
        let name = edited.hash.0.to_vec();
        let again = waiting(
            row.id,
            ItemKind::Change,
            edited.change,
            Some(Intent { changes, seen, ..Intent::default() }),
            name,
            made_at,
        );
        outbox::add(writing, &again)?;
        (stored, projection) = (edited.stored, edited.projection);
    }
    row.set_document(&stored);
    row.projection = projection;
    record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
    overwriting::note(writing)?;
    Ok(())
}

/// Edits of hers that a restored server had taken in the former document and that the fresh one, which was given back to
/// it later, does not stand for: with what was meant by each, in the form of what waits. A server that was never
/// restored has none: it takes a fresh document only from who has seen all of the former.
pub(crate) fn not_renewed(
    writing: &Writing<'_>,
    id: DocumentId,
    theirs: &[u8],
    former: &[u8],
) -> Result<Vec<OutboxRow>, FootbridgeError> {
    if former.is_empty() || !give_back::may_hold_later(writing)? {
        return Ok(Vec::new());
    }
    let lost = document::not_renewed(former, theirs, &identity::own_actors(writing)?)?;
    let waits = outbox::of(writing, id)?;
    let mut taken = Vec::new();
    for (info, change) in document::changes(former)?.into_iter().filter(|(info, _)| lost.contains(&info.hash)) {
        let name = info.hash.0.to_vec();
        if waits.iter().all(|item| item.name != name) {
            let intent = Intent { changes: document::meant(former, &info.hash)?, seen: info.deps, ..Intent::default() };
            taken.push(waiting(id, ItemKind::Change, change, Some(intent), name, info.time));
        }
    }
    Ok(taken)
}

/// What waits without what the fresh document stands for: its author had seen that, and what she took back of it stays
/// taken back. So it is with what a restored server is given back. A record's beginning counts as seen where the
/// document does not say.
fn not_stood_for<'a>(waits: &[&'a OutboxRow], theirs: &[u8]) -> Result<Vec<&'a OutboxRow>, FootbridgeError> {
    let name = |item: &OutboxRow| <[u8; 32]>::try_from(item.name.as_slice()).ok().map(ChangeHash);
    let names: Vec<_> = waits.iter().filter_map(|item| name(item)).collect();
    let stood_for = document::renewed_of(theirs, &names)?;
    let is_seen = |item: &OutboxRow| match &stood_for {
        Some(stood_for) => name(item).is_some_and(|name| stood_for.contains(&name)),
        None => item.intent.as_ref().is_some_and(|intent| intent.seen.is_empty()),
    };
    Ok(waits.iter().copied().filter(|item| !is_seen(item)).collect())
}

/// What is meant by all that waits: what is made on the fresh document, and what stands beside what it says.
fn split(
    waits: &[&OutboxRow],
    former: &[u8],
    theirs: &[u8],
) -> Result<(Vec<FieldChange>, Vec<FieldChange>), FootbridgeError> {
    let (mut on_it, mut beside): (Vec<FieldChange>, Vec<FieldChange>) = (Vec::new(), Vec::new());
    let intents: Vec<_> = waits.iter().filter_map(|item| item.intent.as_ref()).collect();
    // What she saw when she first came to a field.
    let seen = |field: &str| {
        let first = intents.iter().find(|intent| intent.changes.iter().any(|change| change.field() == field));
        first.map(|intent| intent.seen.clone()).unwrap_or_default()
    };
    for change in intents.iter().flat_map(|intent| &intent.changes) {
        let field = change.field();
        match change {
            FieldChange::Add { .. } | FieldChange::Remove { .. } => on_it.push(change.clone()),
            FieldChange::Set { .. } => {
                let moved = document::stood_otherwise(former, field, &seen(field), theirs)?;
                let answers = if moved { &mut beside } else { &mut on_it };
                answers.retain(|other| other.field() != field);
                answers.push(change.clone());
            }
        }
    }
    Ok((on_it, beside))
}
