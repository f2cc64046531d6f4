//! Comparing what the device holds with what the server gave it, at each sync. Two looks find two kinds of damage:
//! count and sum of every scope, told with its last frame, show rows that are missing, in excess or behind; and a
//! slice of rows, another at each sync, is read byte by byte, which shows damage inside a row. What differs is
//! fetched anew; edits made here that still wait stay on top of it. Called by `sync`, after a pull.
//!
//! Invariant: what somebody recorded here and the server does not have is never let go of for a difference.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use footbridge_model::document::Applied;
use footbridge_model::{DocumentId, Facts, Projection, Scope, document};
use footbridge_protocol::pull::digests::{self as wire, DigestsMessage, DigestsRequest};
use footbridge_protocol::pull::{
    self, DOCUMENTS_PATH, DocumentsMessage, DocumentsRequest, PulledContent, PulledItem, ScopeDigest,
};
use footbridge_protocol::{ErrorCode, MEDIA_CBOR, codec};
use footbridge_store::digests::{self, LookedAt};
use footbridge_store::outbox::{self, ItemKind, OutboxRow};
use footbridge_store::records::RecordRow;
use footbridge_store::scopes::{self, ScopeRow};
use footbridge_store::{Snapshot, StoreError, Writing, actors, meta, packing, records};

use super::{Run, pull as pulling};
use crate::error::FootbridgeError;
use crate::recording::Ground;
use crate::{ChangeEvent, Footbridge, record};

/// How many rows are read byte by byte at a time, when there is time.
const SLICE: usize = 2_000;
/// How many in each sync, where there are more than those.
const AT_EACH_SYNC: usize = 32;
/// When more of a scope differs, it is pulled from its beginning.
const ONE_BY_ONE_MAX: usize = 5_000;
/// The local number up to which rows have been read byte by byte in this round.
const LOOKED_UP_TO: &str = "looked_up_to";

/// What a look at a row gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Sound,
    /// The document is sound, and what screens read of it is something else.
    ReadsWrong,
    /// Its bytes are not those that the server gave, or cannot be read.
    Damaged,
}

/// Compares a scope with what the server told in its last frame, in the transaction that stored that frame.
pub(super) fn compare(
    run: &Run<'_>,
    writing: &Writing<'_>,
    scope: &ScopeRow,
    told: ScopeDigest,
) -> Result<(), StoreError> {
    // Where all rows are looked at in each sync, they are counted too.
    if digests::is_small(writing, SLICE)? && !run.counted.swap(true, Ordering::Relaxed) {
        digests::recount(writing)?;
    }
    let held = held(writing, scope)?;
    let mut differing = run.differing.lock().unwrap_or_else(PoisonError::into_inner);
    if held == told || meta::get(writing, &left_at(scope))?.as_deref() == Some(&both(told, held)) {
        differing.remove(&scope.scope);
    } else {
        differing.insert(scope.scope.clone(), told);
    }
    Ok(())
}

/// Makes records again whose row is gone while all of their changes wait to be sent. Before a push, which could
/// not send them.
pub(super) fn bring_back(run: &Run<'_>) -> Result<(), FootbridgeError> {
    if run.footbridge.inner.store.read(outbox::without_row)?.is_empty() {
        return Ok(());
    }
    let back = run.footbridge.write(|_, writing, ground| {
        let mut back = Vec::new();
        for id in outbox::without_row(writing)? {
            let Some(made) = made_of(&outbox::of(writing, id)?) else { continue };
            let mut row = RecordRow::new(id, Some(&made.stored), made.projection, Facts::default());
            row.facts.author = ground.me();
            record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
            back.push(id);
        }
        Ok(back)
    })?;
    run.count(|report| report.repaired += back.len() as u64);
    tell(run, back);
    Ok(())
}

/// The document that these changes make by themselves.
fn made_of(waiting: &[OutboxRow]) -> Option<Applied> {
    let changes: Vec<_> =
        waiting.iter().filter(|item| item.item == ItemKind::Change).map(|item| item.payload.as_slice()).collect();
    document::apply(None, &changes).ok()
}

/// Mends the scopes that differ, then looks at the next slice of rows.
pub(super) async fn everything(run: &Run<'_>) -> Result<(), FootbridgeError> {
    for scope in differing(run).into_keys() {
        match mend(run, &scope).await {
            // It is hers no more; the next session says so.
            Err(FootbridgeError::Refused { code }) if code == ErrorCode::NotFound.name() => {}
            mended => mended?,
        }
    }
    let is_small = run.footbridge.inner.store.read(|snapshot| digests::is_small(snapshot, SLICE))?;
    let Found { mended, damaged, ahead } = look(run.footbridge, if is_small { SLICE } else { AT_EACH_SYNC })?;
    run.count(|report| report.repaired += mended.len() as u64);
    tell(run, mended);
    let repaired = fetch(run, damaged).await?;
    run.count(|report| report.repaired += repaired);
    fetch(run, ahead).await.map(drop)
}

/// Looks at the rows when there is time. What is found is fetched in the next sync, but for what can be mended here;
/// gives whether there is anything to fetch.
pub(crate) fn at_leisure(footbridge: &Footbridge) -> Result<bool, FootbridgeError> {
    let Found { mended, damaged, ahead } = look(footbridge, SLICE)?;
    if !mended.is_empty() {
        footbridge.inner.forget_vocabulary();
        footbridge.inner.tell(ChangeEvent::Records(mended));
    }
    let Some(first) = damaged.iter().chain(&ahead).map(|(id, _)| *id).min() else { return Ok(false) };
    // The next sync looks at these again, and fetches them.
    footbridge.inner.store.write(|writing| {
        let before = digests::row(writing, first)?.map_or(0, |row| row.number.saturating_sub(1));
        meta::set(writing, LOOKED_UP_TO, &before.to_be_bytes())
    })?;
    Ok(true)
}

/// What a look at a slice of rows found: to be fetched with the bits of the scopes that gave it.
#[derive(Debug, Default)]
struct Found {
    /// Mended on the device.
    mended: Vec<DocumentId>,
    /// Not what the server gave.
    damaged: Vec<(DocumentId, i64)>,
    /// What the server gave with an edit on top that was given up: no damage, and not what the server has.
    ahead: Vec<(DocumentId, i64)>,
}

fn differing(run: &Run<'_>) -> BTreeMap<Scope, ScopeDigest> {
    run.differing.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn held(writing: &Writing<'_>, scope: &ScopeRow) -> Result<ScopeDigest, StoreError> {
    let (count, sum) = digests::of_scope(writing, scope.bit())?;
    Ok(ScopeDigest { count, sum })
}

/// Where it is kept that a difference could not be mended: so long as both sides stay as they were, it is not
/// asked about again.
fn left_at(scope: &ScopeRow) -> String {
    format!("differs {}", scope.slot)
}

fn both(told: ScopeDigest, held: ScopeDigest) -> Vec<u8> {
    [told.count, told.sum, held.count, held.sum].into_iter().flat_map(u64::to_be_bytes).collect()
}

fn row_of(snapshot: &Snapshot<'_>, scope: &Scope) -> Result<Option<ScopeRow>, StoreError> {
    Ok(scopes::all(snapshot)?.into_iter().find(|row| row.scope == *scope))
}

/// Brings one scope in line with the server's list of it.
async fn mend(run: &Run<'_>, scope: &Scope) -> Result<(), FootbridgeError> {
    let inner = &run.footbridge.inner;
    let theirs = listed(run, scope).await?;
    let Some(row) = inner.store.read(|snapshot| row_of(snapshot, scope))? else { return Ok(()) };
    let ours: BTreeMap<_, _> = inner.store.read(|snapshot| digests::list(snapshot, row.bit()))?.into_iter().collect();
    let differs = |(id, digest): &(&DocumentId, &u64)| ours.get(id) != Some(digest);
    let mut wanted: BTreeMap<_, _> =
        theirs.iter().filter(differs).map(|(id, _)| (*id, ours.get(id).copied())).collect();
    let mut excess: BTreeMap<_, _> =
        ours.iter().filter(|(id, _)| !theirs.contains_key(id)).map(|(id, digest)| (*id, *digest)).collect();
    if !wanted.is_empty() || !excess.is_empty() {
        // What was written while this was asked comes now, and is no damage.
        pulling::everything(run, |other| other == scope).await?;
        inner.store.read(|snapshot| {
            let mut now = BTreeMap::new();
            for id in wanted.keys().chain(excess.keys()) {
                now.insert(*id, digests::of(snapshot, *id, row.bit())?);
            }
            wanted.retain(|id, before| now.get(id) == Some(before) && *before != theirs.get(id).copied());
            excess.retain(|id, before| now.get(id) == Some(&Some(*before)));
            Ok::<_, StoreError>(())
        })?;
    }
    let repaired = if wanted.len() > ONE_BY_ONE_MAX {
        inner.store.write(|writing| {
            scopes::rewind_one(writing, scope)?;
            digests::begin_anew(writing, row.bit())
        })?;
        pulling::everything(run, |other| other == scope).await?;
        wanted.len() as u64
    } else {
        fetch(run, wanted.into_keys().map(|id| (id, row.bit())).collect()).await?
    };
    let told = differing(run).get(scope).copied();
    run.footbridge.write(|footbridge, writing, ground| {
        for id in excess.keys() {
            let left = PulledItem { id: *id, generation: 0, kind: String::new(), content: PulledContent::Left };
            pulling::take_item(footbridge, writing, ground, &row, left, false)?;
        }
        run.count(|report| report.repaired += repaired + excess.len() as u64);
        match (told, held(writing, &row)?) {
            (Some(told), held) if told != held => meta::set(writing, &left_at(&row), &both(told, held))?,
            _ => meta::remove(writing, &left_at(&row))?,
        }
        Ok(())
    })?;
    tell(run, excess.into_keys().collect());
    Ok(())
}

/// The server's list of a scope.
async fn listed(run: &Run<'_>, scope: &Scope) -> Result<BTreeMap<DocumentId, u64>, FootbridgeError> {
    let mut listed = BTreeMap::new();
    loop {
        let after = listed.keys().next_back().copied();
        let request = codec::encode(&DigestsRequest { scope: scope.clone(), after })?;
        run.count(|report| report.bytes_up += request.len() as u64);
        let token = Some(run.session.token.to_authorization());
        let answer: DigestsMessage = run.server.ask(wire::PATH, MEDIA_CBOR, request, token).await?;
        let goes_on = answer.entries.first().is_some_and(|(id, _)| after.is_none_or(|after| *id > after));
        listed.extend(answer.entries);
        if !answer.more {
            return Ok(listed);
        }
        if !goes_on {
            return Err(FootbridgeError::Offline);
        }
    }
}

/// Fetches records anew, each with the bits of scopes that may have given it. What the server does not give stays
/// as it is. Gives how many are sound after it.
pub(super) async fn fetch(run: &Run<'_>, mut wanted: Vec<(DocumentId, i64)>) -> Result<u64, FootbridgeError> {
    let mut repaired = 0;
    let most = usize::try_from(run.limits.documents).unwrap_or(1).max(1);
    while !wanted.is_empty() {
        let asked: BTreeMap<_, _> = wanted.drain(..wanted.len().min(most)).collect();
        let request = codec::encode(&DocumentsRequest { ids: asked.keys().copied().collect() })?;
        run.count(|report| report.bytes_up += request.len() as u64);
        let token = Some(run.session.token.to_authorization());
        let answer: DocumentsMessage = run.server.ask(DOCUMENTS_PATH, MEDIA_CBOR, request, token).await?;
        let again = answer.ask_again.iter().filter_map(|id| asked.get(id).map(|bits| (*id, *bits))).collect::<Vec<_>>();
        let came = answer.items.iter().map(|item| item.id).collect::<Vec<_>>();
        repaired += run.footbridge.write(|footbridge, writing, ground| {
            let held = scopes::all(writing)?;
            for actor in &answer.actors {
                actors::set(writing, actor.actor, actor.person)?;
            }
            let mut mended = 0;
            for item in answer.items {
                let bits = asked.get(&item.id).copied().unwrap_or(0);
                let Some(scope) = held.iter().find(|row| row.bit() & bits != 0) else { continue };
                let id = item.id;
                pulling::take_item(footbridge, writing, ground, scope, item, false)?;
                mended += u64::from(digests::row(writing, id)?.is_some_and(|row| look_at(&row).0 == Look::Sound));
            }
            Ok(mended)
        })?;
        tell(run, came);
        if again.len() == asked.len() {
            break;
        }
        wanted.extend(again);
    }
    Ok(repaired)
}

fn tell(run: &Run<'_>, ids: Vec<DocumentId>) {
    if !ids.is_empty() {
        run.footbridge.inner.forget_vocabulary();
        run.footbridge.inner.tell(ChangeEvent::Records(ids));
    }
}

/// Reads the next rows byte by byte, at most `slice`, and mends what can be mended here. At the end of a round the
/// scopes are added up anew, so that the next sync sees what is missing.
fn look(footbridge: &Footbridge, slice: usize) -> Result<Found, FootbridgeError> {
    let (after, rows) = footbridge.inner.store.read(|snapshot| {
        let after = meta::get(snapshot, LOOKED_UP_TO)?.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
        let after = after.map_or(0, i64::from_be_bytes);
        Ok::<_, StoreError>((after, digests::from(snapshot, after, slice)?))
    })?;
    // The last slice of a round is the one that is not full.
    let next = rows.last().filter(|_| rows.len() == slice).map_or(0, |row| row.number);
    let needs_more = |(row, (look, _)): &(&LookedAt, (Look, Option<Projection>))| *look != Look::Sound || row.is_ahead;
    let looked: Vec<_> = rows.iter().map(|row| (row, look_at(row))).filter(needs_more).collect();
    let mut found = Found::default();
    if looked.is_empty() && next == after {
        return Ok(found);
    }
    footbridge.write_progress(|_, writing, ground| {
        meta::set(writing, LOOKED_UP_TO, &next.to_be_bytes())?;
        if next == 0 {
            digests::recount(writing)?;
        }
        for (row, (look, projection)) in looked {
            let given = if row.packed.is_none() { row.scopes } else { row.served };
            match (look, projection) {
                (Look::ReadsWrong, Some(projection)) if project_anew(writing, ground, row, &projection)? => {
                    found.mended.push(row.id);
                }
                (Look::Damaged, _) if given != 0 => found.damaged.push((row.id, given)),
                (Look::Damaged, _) if make_anew(writing, ground, row)? => found.mended.push(row.id),
                (Look::Sound, _) if given != 0 && !outbox::has(writing, row.id)? => found.ahead.push((row.id, given)),
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// Looks at one row. Gives the projection of its document too, where that is what is wrong.
fn look_at(row: &LookedAt) -> (Look, Option<Projection>) {
    let shown = row.projection.as_deref().and_then(|json| Projection::from_json(json).ok());
    let facts = row.facts.as_deref().and_then(|json| serde_json::from_str::<Facts>(json).ok());
    let Some(packed) = &row.packed else {
        // A draft has no document; what was given as one is none.
        let is_sound = row.digest.is_none() && shown.is_some() && facts.is_some();
        return (if is_sound { Look::Sound } else { Look::Damaged }, None);
    };
    let Ok(stored) = packing::unpack(packed) else { return (Look::Damaged, None) };
    let is_as_given =
        row.served == 0 || row.is_ahead || row.digest == Some(pull::digest(row.id, row.generation, &stored));
    match document::project(&stored) {
        Ok(projection) if is_as_given && facts.is_some() => {
            let look = if shown.as_ref() == Some(&projection) { Look::Sound } else { Look::ReadsWrong };
            (look, Some(projection))
        }
        _ => (Look::Damaged, None),
    }
}

/// Puts the projection of its document in place of what screens read. Says whether the row is still the one that was
/// looked at.
fn project_anew(
    writing: &Writing<'_>,
    ground: &Ground,
    row: &LookedAt,
    projection: &Projection,
) -> Result<bool, StoreError> {
    let Some(mut here) = records::get(writing, row.id)?.filter(|here| here.packed == row.packed) else {
        return Ok(false);
    };
    here.projection = projection.clone();
    record::put(writing, &here, ground.me(), &ground.vocabulary.time_zone)?;
    Ok(true)
}

/// Makes the document of a record that the server never had from the changes that wait to be sent.
fn make_anew(writing: &Writing<'_>, ground: &Ground, row: &LookedAt) -> Result<bool, StoreError> {
    let Some(mut here) = records::get(writing, row.id)?.filter(|here| here.packed == row.packed) else {
        return Ok(false);
    };
    let Some(made) = made_of(&outbox::of(writing, row.id)?) else { return Ok(false) };
    here.set_document(&made.stored);
    here.projection = made.projection;
    record::put(writing, &here, ground.me(), &ground.vocabulary.time_zone)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
