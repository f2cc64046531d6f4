//! Taking what is new: frame by frame, each stored in one transaction with where to go on.

mod arriving;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use footbridge_model::{DocumentId, Facts, Projection, Scope, document};
use footbridge_protocol::MEDIA_CBOR;
use footbridge_protocol::bytes::{Epoch, Mark};
use footbridge_protocol::codec;
use footbridge_protocol::pull::{self, Cursor, PullRequest, PulledItem, ScopeRequest};
use footbridge_store::outbox::{self, ItemKind};
use footbridge_store::records::{self, RecordRow};
use footbridge_store::scopes::{self, CursorRow, ScopeRow};
use footbridge_store::{Writing, actors, digests, overwriting, search};

use self::arriving::{ArrivedFrame, Arriving};
use super::decide::{Rewrite, Standing, standing};
use super::unread::{self, Came};
use super::{Run, Stage, give_back, remake, verify};
use crate::error::FootbridgeError;
use crate::recording::Ground;
use crate::{ChangeEvent, erasing, record, rewording};

/// The first frame fills a first screen, soon.
const FIRST_FRAME_BYTES: u64 = 64 * 1024;
/// Up to so many records are named to a screen one by one; beyond, it reads anew what it shows.
const NAMED_MAX: usize = 200;
/// A server that always has more to say is not followed for ever.
const PULLS_MAX: usize = 10_000;

/// Pulls until every scope that is wanted is up to date.
pub(super) async fn everything(
    run: &Run<'_>,
    wanted: impl Fn(&Scope) -> bool + Copy + Send,
) -> Result<(), FootbridgeError> {
    let mut done = 0;
    for _ in 0..PULLS_MAX {
        match one(run, wanted, &mut done).await? {
            Pulled::Everything => return Ok(()),
            Pulled::Some => {}
            Pulled::Reset => {
                // The server does not know where the device stood: it has lost something.
                run.footbridge.inner.store.write(give_back::begin)?;
                give_back::everything(run).await?;
            }
        }
    }
    Err(FootbridgeError::Offline)
}

/// How far a pull came.
enum Pulled {
    /// Every scope is up to date.
    Everything,
    /// A server may end a long stream before that.
    Some,
    /// The server does not know a cursor: what it lost goes up first, lest its older state takes its place.
    Reset,
}

/// One request with its stream of frames.
async fn one(run: &Run<'_>, wanted: impl Fn(&Scope) -> bool + Send, done: &mut u64) -> Result<Pulled, FootbridgeError> {
    let inner = &run.footbridge.inner;
    let mut held = inner.store.read(scopes::all)?;
    held.retain(|row| wanted(&row.scope));
    let is_cold = held.iter().any(|row| row.cursor.is_none_or(|cursor| cursor.below.is_some()));
    let mut unfinished: BTreeSet<Scope> = held.iter().map(|row| row.scope.clone()).collect();
    let scopes = held.into_iter().map(|row| ScopeRequest { scope: row.scope, cursor: row.cursor.map(sent) }).collect();
    let request = codec::encode(&PullRequest { scopes, first_frame_bytes: Some(FIRST_FRAME_BYTES) })?;
    let token = Some(run.session.token.to_authorization());
    run.count(|report| report.bytes_up += request.len() as u64);
    let body = run.server.post(pull::PATH, MEDIA_CBOR, request, token).await?;
    let mut arriving = Arriving::begin(body)?;
    let (mut brought, mut together, mut is_first) = (0, Vec::new(), is_cold);
    loop {
        // With nothing to store, it waits; else it takes what is here already and reads it while that is stored.
        let at_once = if is_first { arriving::ONE_MESSAGE } else { arriving::AT_ONCE };
        let gathered = arriving.gather(together.is_empty(), at_once).await;
        run.count(|report| report.bytes_down += arriving.take_bytes());
        if run.cancel.is_cancelled() {
            return Err(FootbridgeError::refused("cancelled"));
        }
        let is_over = gathered.as_ref().is_ok_and(|has_come| !has_come) && together.is_empty() && arriving.has_ended();
        let (read, stored) = arriving.read(!is_cold, || store(run, std::mem::take(&mut together), done));
        stored?;
        gathered?;
        let read = read?;
        brought += read.frames.iter().map(|frame| frame.items.len() + usize::from(frame.frame.done)).sum::<usize>();
        for frame in read.frames.iter().filter(|frame| frame.frame.done) {
            unfinished.remove(&frame.frame.scope);
        }
        if read.frames.iter().any(|frame| frame.frame.reset) && !run.gave_back.swap(true, Ordering::Relaxed) {
            let before = read.frames.into_iter().take_while(|frame| !frame.frame.reset).collect();
            store(run, before, done)?;
            return Ok(Pulled::Reset);
        }
        together = read.frames;
        if is_first {
            // The first screen is not kept waiting for what comes after it.
            is_first = together.iter().all(|frame| frame.items.is_empty());
            store(run, std::mem::take(&mut together), done)?;
        }
        if read.is_end {
            store(run, together, done)?;
            return match (brought, unfinished.is_empty()) {
                (_, true) => Ok(Pulled::Everything),
                // One that only says that there is more is not asked for ever.
                (0, false) => Err(FootbridgeError::Offline),
                (_, false) => Ok(Pulled::Some),
            };
        }
        if is_over {
            // The stream was cut: what came is kept, the rest comes the next time.
            return Err(FootbridgeError::Offline);
        }
    }
}

/// Stores frames, if there are any, and tells how far it has come.
fn store(run: &Run<'_>, frames: Vec<ArrivedFrame>, done: &mut u64) -> Result<(), FootbridgeError> {
    let Some(remaining) = frames.last().map(|frame| frame.frame.remaining) else { return Ok(()) };
    *done += frames.iter().map(|frame| frame.items.len() as u64).sum::<u64>();
    take(run, frames)?;
    run.tell(Stage::Pulling, *done, Some(done.saturating_add(remaining)));
    Ok(())
}

/// Stores frames that came one after the other, all in one transaction.
fn take(run: &Run<'_>, frames: Vec<ArrivedFrame>) -> Result<(), FootbridgeError> {
    let inner = &run.footbridge.inner;
    let items = || frames.iter().flat_map(|frame| &frame.items).map(|arrived| &arrived.item);
    let ids: Vec<DocumentId> = items().map(|item| item.id).collect();
    let changes_words = items().any(|item| matches!(item.kind.as_str(), "code" | "programme"));
    run.footbridge.write_progress(|footbridge, writing, ground| {
        let held = scopes::all(writing)?;
        frames.into_iter().try_for_each(|frame| take_one(run, footbridge, writing, ground, &held, frame))
    })?;
    run.count(|report| report.pulled += ids.len() as u64);
    if changes_words {
        inner.forget_vocabulary();
    }
    inner.tell(match ids.len() {
        0 => return Ok(()),
        1..=NAMED_MAX => ChangeEvent::Records(ids),
        _ => ChangeEvent::Much,
    });
    Ok(())
}

fn take_one(
    run: &Run<'_>,
    footbridge: &crate::Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    held: &[ScopeRow],
    ArrivedFrame { frame, items }: ArrivedFrame,
) -> Result<(), FootbridgeError> {
    // Not asked for: a server that is not well.
    let scope = held.iter().find(|row| row.scope == frame.scope).ok_or(FootbridgeError::Offline)?;
    if frame.reset {
        digests::begin_anew(writing, scope.bit())?;
    }
    for actor in &frame.actors {
        actors::set(writing, actor.actor, actor.person)?;
    }
    if scope.cursor.is_none_or(|cursor| cursor.below.is_some()) && !items.is_empty() {
        search::fall_behind(writing)?;
    }
    let nothing_waits = outbox::is_empty(writing)?;
    let has_unread = footbridge_store::unread::count(writing)? > 0;
    for arrived in items {
        let waits = !nothing_waits && outbox::has(writing, arrived.item.id)?;
        if waits || arrived.store(writing, ground, scope.bit())?.is_none() {
            take_item(footbridge, writing, ground, scope, arrived.item, nothing_waits)?;
        } else if has_unread {
            footbridge_store::unread::settle(writing, arrived.item.id)?;
        }
    }
    scopes::advance(writing, &frame.scope, &kept(&frame.cursor))?;
    if let Some(told) = frame.digest {
        verify::compare(run, writing, scope, told)?;
    }
    Ok(())
}

/// Takes one item that a scope gave.
pub(super) fn take_item(
    footbridge: &crate::Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    scope: &ScopeRow,
    item: PulledItem,
    nothing_waits: bool,
) -> Result<(), FootbridgeError> {
    let PulledItem { id, generation, kind, content } = item;
    let row = records::get(writing, id)?;
    let waits = !nothing_waits && outbox::has(writing, id)?;
    let Some(came) = unread::read(&kind, content) else { return unread::note(writing, ground, scope, id, kind) };
    if let Came::Document(document, ..) = &came
        && (waits || row.as_ref().is_some_and(|row| row.generation != generation))
        && document::read_whole(document).is_err()
    {
        // It would be loaded now, to be merged.
        return unread::note(writing, ground, scope, id, kind);
    }
    footbridge_store::unread::settle(writing, id)?;
    match came {
        Came::Left => left(writing, scope, row, waits),
        Came::Erased => erasing::forget(writing, ground.me(), ground.now, id),
        Came::Draft(mark, projection) => {
            if row.is_none() && waits && erasing::still_to_go(writing, id, *mark.as_bytes(), ground.now)? {
                return Ok(());
            }
            draft(footbridge, writing, ground, scope, row, waits, (id, *mark.as_bytes(), *projection))
        }
        Came::Document(document, projection, facts) => {
            let (projection, facts) = (*projection, *facts);
            if let Some(row) = row.as_ref().filter(|row| row.facts != facts)
                && give_back::is_asking_again(writing)?
            {
                let random = footbridge.inner.environment.random.as_ref();
                give_back::decisions(writing, ground, random, row, &facts)?;
            }
            let mut incoming = RecordRow::new(id, Some(&document), projection, facts);
            incoming.generation = generation;
            incoming.number = row.as_ref().map_or(0, |row| row.number);
            if let Some(row) = &row {
                (incoming.scopes, incoming.served) = (row.scopes, row.served);
            }
            incoming.set_served(scope.bit(), pull::digest(id, generation, &document));
            match row {
                Some(row) if waits && row.is_draft() => {
                    // It was done on another phone while this one went on with the draft: the words typed
                    // here stay, as a draft of their own.
                    keep_beside(footbridge, writing, ground, row)?;
                    put(writing, ground, &incoming)
                }
                // Also where the row was lost: what waits is merged into the new one.
                row if waits => merge(footbridge, writing, ground, row, incoming, &document),
                Some(row) if row.generation != generation => {
                    another_generation(footbridge, writing, ground, row, incoming, &document)
                }
                _ => put(writing, ground, &incoming),
            }
        }
    }
}

/// A record of which nothing is unsent comes in another generation.
fn another_generation(
    footbridge: &crate::Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    row: RecordRow,
    incoming: RecordRow,
    theirs: &[u8],
) -> Result<(), FootbridgeError> {
    let may_hold_later = give_back::may_hold_later(writing)?;
    match standing(row.generation, incoming.generation, Rewrite::None, may_hold_later) {
        // A server that was restored has what its author took back: who holds the later one gives it back.
        Standing::Ahead => return put(writing, ground, &with_what_is_served(row, &incoming)),
        Standing::Rewritten => {
            if let Ok(Some(former)) = row.document()
                && !rewording::not_renewed(writing, row.id, theirs, &former)?.is_empty()
            {
                let random = footbridge.inner.environment.random.as_ref();
                return rewording::on_fresh(writing, ground, random, incoming, theirs, &former);
            }
        }
        Standing::Same | Standing::Rewriting | Standing::Misled => {}
    }
    // The former document goes with all that was ever said in it.
    overwriting::note(writing)?;
    put(writing, ground, &incoming)
}

/// The device's own document of a record, with what the server says beside it and what it gave.
fn with_what_is_served(row: RecordRow, incoming: &RecordRow) -> RecordRow {
    RecordRow {
        facts: incoming.facts.clone(),
        scopes: incoming.scopes,
        served: incoming.served,
        digest: incoming.digest,
        is_ahead: true,
        ..row
    }
}

/// Brings a record with unsent changes together with the server's state of it.
fn merge(
    footbridge: &crate::Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    row: Option<RecordRow>,
    mut incoming: RecordRow,
    theirs: &[u8],
) -> Result<(), FootbridgeError> {
    // What was refused for want of a ground may stand on what came just now.
    let codes = give_back::WANTS_GROUND.map(|code| u32::from(code.number()));
    outbox::try_again_of(writing, incoming.id, &codes)?;
    let waiting = outbox::of(writing, incoming.id)?;
    if let Some(row) = row {
        let random = footbridge.inner.environment.random.as_ref();
        let (generation, may_hold_later) = (incoming.generation, give_back::may_hold_later(writing)?);
        match standing(row.generation, generation, Rewrite::of(&waiting), may_hold_later) {
            Standing::Same => {}
            Standing::Rewriting => {
                let ours = with_what_is_served(row, &incoming);
                put(writing, ground, &ours)?;
                if rewording::again(writing, ground, random, ours, theirs, generation)? {
                    return Ok(());
                }
            }
            Standing::Rewritten => {
                let former = row.document()?.unwrap_or_default();
                return rewording::on_fresh(writing, ground, random, incoming, theirs, &former);
            }
            Standing::Ahead => return another_generation(footbridge, writing, ground, row, incoming, theirs),
            Standing::Misled => return remake::on_ground(writing, ground, incoming, theirs),
        }
    }
    let waiting = outbox::of(writing, incoming.id)?;
    let is_change = |item: &&outbox::OutboxRow| item.item == ItemKind::Change && item.refused.is_none();
    let ours: Vec<_> = waiting.iter().filter(is_change).map(|item| item.payload.as_slice()).collect();
    match document::apply(Some(theirs), &ours) {
        Ok(applied) => {
            // What the server has already need not go up again.
            let new: BTreeSet<_> = applied.new.iter().map(|info| info.hash.0.to_vec()).collect();
            for item in waiting.iter().filter(is_change).filter(|item| !new.contains(&item.name)) {
                outbox::remove(writing, item.seq)?;
            }
            if applied.stored != theirs {
                incoming.set_document(&applied.stored);
                incoming.projection = applied.projection;
            }
            put(writing, ground, &incoming)
        }
        Err(_) => remake::on_ground(writing, ground, incoming, theirs),
    }
}

fn draft(
    footbridge: &crate::Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    scope: &ScopeRow,
    row: Option<RecordRow>,
    waits: bool,
    (id, mark, projection): (DocumentId, [u8; 8], Projection),
) -> Result<(), FootbridgeError> {
    let mut incoming = RecordRow::new(id, None, projection, Facts::default());
    incoming.draft_mark = Some(mark);
    incoming.scopes = scope.bit();
    let Some(row) = row else { return put(writing, ground, &incoming) };
    incoming.number = row.number;
    incoming.scopes |= row.scopes;
    if !row.is_draft() {
        // It is done here already; the server will learn so.
        return Ok(());
    }
    if waits && row.draft_mark != Some(mark) {
        keep_beside(footbridge, writing, ground, row)?;
    } else if waits {
        return Ok(());
    }
    put(writing, ground, &incoming)
}

/// A draft that was typed on while another phone changed it stays, as a draft of its own.
fn keep_beside(
    footbridge: &crate::Footbridge,
    writing: &Writing<'_>,
    ground: &Ground,
    row: RecordRow,
) -> Result<(), FootbridgeError> {
    outbox::remove_of(writing, row.id)?;
    let id = DocumentId::new(ground.now, footbridge.inner.environment.random.as_ref());
    let copy = RecordRow { number: 0, id, scopes: 0, draft_mark: None, ..row };
    footbridge.put_draft(writing, ground, &copy)
}

fn left(writing: &Writing<'_>, scope: &ScopeRow, row: Option<RecordRow>, waits: bool) -> Result<(), FootbridgeError> {
    let Some(mut row) = row else { return Ok(()) };
    row.leave(scope.bit());
    let is_done_draft = matches!(scope.scope, Scope::Drafts(_)) && !row.is_draft();
    if row.scopes == 0 && !waits && !is_done_draft {
        records::remove(writing, &row)?;
    } else {
        if row.is_draft() {
            // Gone from the server, and typed on here: it goes up as new.
            row.draft_mark = None;
        }
        records::set_scopes(writing, &row)?;
    }
    Ok(())
}

fn sent(CursorRow { epoch, seq, mark, below }: CursorRow) -> Cursor {
    Cursor { epoch: Epoch::from_bytes(epoch), seq, mark: Mark::from_bytes(mark), below }
}

fn kept(Cursor { epoch, seq, mark, below }: &Cursor) -> CursorRow {
    CursorRow { epoch: *epoch.as_bytes(), seq: *seq, mark: *mark.as_bytes(), below: *below }
}

fn put(writing: &Writing<'_>, ground: &Ground, row: &RecordRow) -> Result<(), FootbridgeError> {
    record::put(writing, row, ground.me(), &ground.vocabulary.time_zone)?;
    Ok(())
}
