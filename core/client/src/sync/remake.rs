//! Making edits again: the server lacks their ground, or another installation has used their numbers.
//! Where the server only lacks changes that this device has, they go up once more; else the device takes
//! the server's document and makes each edit anew from what was meant by it. Where the server has another
//! answer meanwhile, both stand. What builds on a change that was refused is set aside with it.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::document::{self, Base};
use footbridge_model::{ChangeHash, DocumentId};
use footbridge_protocol::codec;
use footbridge_protocol::pull::{DOCUMENTS_PATH, DocumentsMessage, DocumentsRequest, PulledContent, PulledItem};
use footbridge_protocol::{ErrorCode, MEDIA_CBOR};
use footbridge_store::outbox::{self, Intent, ItemKind, OutboxRow};
use footbridge_store::records::{self, RecordRow};
use footbridge_store::{Writing, actors};

use super::decide::{Rewrite, Standing, standing};
use super::{Run, give_back};
use crate::error::FootbridgeError;
use crate::recording::Ground;
use crate::{Footbridge, erasing, identity, rewording};

/// Makes the waiting edits of these records again. In the last round those that the server still does not
/// take are set aside instead, so that a person sees them.
pub(super) async fn records(run: &Run<'_>, ids: &BTreeSet<DocumentId>, is_last: bool) -> Result<(), FootbridgeError> {
    let inner = &run.footbridge.inner;
    if is_last {
        return inner.store.write(|writing| {
            for id in ids {
                for row in outbox::of(writing, *id)?.iter().filter(|row| row.refused.is_none()) {
                    outbox::refuse(writing, row, u32::from(ErrorCode::MissingDeps.number()))?;
                }
            }
            Ok(())
        });
    }
    // The numbers may be another installation's by now: what is made again has a fresh hand.
    let now = inner.now();
    inner.store.write(|writing| identity::renew_actor(writing, now, inner.environment.random.as_ref()))?;
    let most = usize::try_from(run.limits.documents).unwrap_or(1).max(1);
    let mut wanted: Vec<DocumentId> = ids.iter().copied().collect();
    while !wanted.is_empty() {
        let asked: Vec<_> = wanted.drain(..wanted.len().min(most)).collect();
        let request = codec::encode(&DocumentsRequest { ids: asked.clone() })?;
        let token = Some(run.session.token.to_authorization());
        let answer: DocumentsMessage = run.server.ask(DOCUMENTS_PATH, MEDIA_CBOR, request, token).await?;
        let again: BTreeSet<_> = answer.ask_again.iter().copied().collect();
        run.footbridge.write(|footbridge, writing, ground| {
            for actor in &answer.actors {
                actors::set(writing, actor.actor, actor.person)?;
            }
            for id in asked.iter().filter(|id| !again.contains(id)) {
                let theirs = answer.items.iter().find(|item| item.id == *id);
                one(footbridge, writing, ground, *id, theirs)?;
            }
            Ok(())
        })?;
        if again.len() == asked.len() {
            break;
        }
        wanted.extend(again);
    }
    Ok(())
}

fn one(
    footbridge: &Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    id: DocumentId,
    theirs: Option<&PulledItem>,
) -> Result<(), FootbridgeError> {
    let Some(mut row) = records::get(writing, id)? else {
        return outbox::remove_of(writing, id).map_err(Into::into);
    };
    let rows = outbox::of(writing, id)?;
    if theirs.is_some_and(|item| item.content == PulledContent::Erased) {
        return erasing::forget(writing, ground.me(), ground.now, id);
    }
    let refused = rows.iter().filter(|row| row.item == ItemKind::Change).find_map(|row| row.refused);
    let theirs = theirs.and_then(|item| match &item.content {
        PulledContent::Document { document, .. } => Some((item.generation, document.as_slice())),
        PulledContent::Draft { .. } | PulledContent::Left | PulledContent::Erased | PulledContent::Unreadable => None,
    });
    match (theirs, refused) {
        // Its beginning was refused: what builds on it waits with it for a person.
        (None, Some(code)) => {
            rows.iter().filter(|row| row.refused.is_none()).try_for_each(|row| outbox::refuse(writing, row, code))?;
            Ok(())
        }
        // It makes the record where the server has none.
        (None, None) if rows.iter().any(|row| row.item == ItemKind::Renewal) => Ok(()),
        (None, None) => send_again(writing, &row, &rows, &BTreeSet::new()),
        (Some((generation, document)), refused) => {
            let random = footbridge.inner.environment.random.as_ref();
            if rewording::again(writing, ground, random, row.clone(), document, generation)? {
                return Ok(());
            }
            let rows = outbox::of(writing, id)?;
            match standing(row.generation, generation, Rewrite::None, give_back::may_hold_later(writing)?) {
                Standing::Same | Standing::Rewriting => {}
                // Who holds the later document gives it back.
                Standing::Ahead => return Ok(()),
                Standing::Misled => {
                    row.generation = generation;
                    return on_ground(writing, ground, row, document);
                }
                Standing::Rewritten => {
                    let former = row.document()?.unwrap_or_default();
                    row.generation = generation;
                    return rewording::on_fresh(writing, ground, random, row, document, &former);
                }
            }
            let theirs = document::read_whole(document).map_err(|_| FootbridgeError::Offline)?;
            let has: BTreeSet<_> = theirs.iter().map(|(info, _)| info.hash).collect();
            // What is damaged here gives nothing; what was meant lies in the outbox.
            let Ok(stored) = row.document() else { return on_ground(writing, ground, row, document) };
            let stored = stored.unwrap_or_default();
            let Ok(changes) = document::changes(&stored) else { return on_ground(writing, ground, row, document) };
            let own = identity::own_actors(writing)?;
            let mut missing = changes.into_iter().filter(|(info, _)| !has.contains(&info.hash));
            let all_own = missing.all(|(info, _)| own.contains(&info.actor));
            // Two devices took in the same row, or added the same code: what is given once is as the first of them gave it.
            let begins_otherwise =
                rows.iter().any(|row| row.item == ItemKind::Change && begins_otherwise(row, document));
            if refused.is_none() && all_own && !begins_otherwise && document::merge(document, &stored).is_ok() {
                return send_again(writing, &row, &rows, &has);
            }
            on_ground(writing, ground, row, document)
        }
    }
}

/// Whether what waits would begin a record that the server has with another time at which it was recorded.
fn begins_otherwise(waiting: &OutboxRow, theirs: &[u8]) -> bool {
    if document::begins(&waiting.payload) != Some(true) {
        return false;
    }
    let alone = document::apply(None, &[&waiting.payload]).map(|applied| applied.projection.recorded_at);
    let there = document::project(theirs).map(|projection| projection.recorded_at);
    matches!((alone, there), (Ok(alone), Ok(there)) if alone != there)
}

/// Lets every change that the server lacks go up again, each after those it stands on, the commands after
/// them. An edit keeps what was meant by it.
fn send_again(
    writing: &Writing<'_>,
    row: &RecordRow,
    rows: &[OutboxRow],
    has: &BTreeSet<ChangeHash>,
) -> Result<(), FootbridgeError> {
    let Ok(Some(stored)) = row.document() else { return Ok(()) };
    if document::changes(&stored).is_err() {
        return Ok(());
    }
    give_back::put_again(writing, row, &stored, rows, |info| !has.contains(&info.hash), |_| true)
}

/// Makes the waiting edits of a record again on the server's document. Also used by a pull that brings
/// another ground for what waits.
pub(super) fn on_ground(
    writing: &Writing<'_>,
    ground: &Ground,
    mut row: RecordRow,
    theirs: &[u8],
) -> Result<(), FootbridgeError> {
    document::read_whole(theirs).map_err(|_| FootbridgeError::Offline)?;
    let mut stored = theirs.to_vec();
    let mut projection = document::project(&stored)?;
    let waiting = outbox::of(writing, row.id)?;
    // What an edit saw may be a change that was refused, or that has another name by now.
    let mut in_place_of: BTreeMap<Vec<u8>, Vec<ChangeHash>> = BTreeMap::new();
    for item in waiting.iter().filter(|item| item.item == ItemKind::Change) {
        let Some(intent) = &item.intent else {
            if item.refused.is_none() {
                outbox::remove(writing, item.seq)?;
            }
            continue;
        };
        let seen = stood_on(&intent.seen, &in_place_of);
        if item.refused.is_some() {
            in_place_of.insert(item.name.clone(), seen);
            continue;
        }
        outbox::remove(writing, item.seq)?;
        // What begins a record has seen nothing of it, also not how somebody else began it.
        let is_beginning = document::begins(&item.payload) == Some(true);
        let base = if seen.is_empty() && is_beginning { Base::Nothing } else { Base::Heads(seen.clone()) };
        match document::edit(&stored, ground.actor, item.made_at, &intent.changes, &base)? {
            Some(edited) => {
                in_place_of.insert(item.name.clone(), vec![edited.hash]);
                let intent = Some(Intent { seen, ..intent.clone() });
                let name = edited.hash.0.to_vec();
                outbox::add(writing, &OutboxRow { payload: edited.change, name, intent, ..item.clone() })?;
                (stored, projection) = (edited.stored, edited.projection);
            }
            None => {
                in_place_of.insert(item.name.clone(), seen);
            }
        }
    }
    row.set_document(&stored);
    row.projection = projection;
    crate::record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
    Ok(())
}

/// What an edit stands on where some of what it saw is not there under that name.
pub(crate) fn stood_on(seen: &[ChangeHash], in_place_of: &BTreeMap<Vec<u8>, Vec<ChangeHash>>) -> Vec<ChangeHash> {
    let there = |hash: &ChangeHash| in_place_of.get(hash.0.as_slice()).cloned().unwrap_or_else(|| vec![*hash]);
    seen.iter().flat_map(there).collect::<BTreeSet<_>>().into_iter().collect()
}
