//! Sending what the server lacks: items in the order in which they were made, in signed envelopes, and an
//! answer for each.

use std::collections::BTreeSet;

use footbridge_model::{Command, DocumentId, Kind};
use footbridge_protocol::bytes::{CommandId, Mark};
use footbridge_protocol::hello::LimitsMessage;
use footbridge_protocol::push::{
    self, Answer, ChangeItem, CommandItem, DraftItem, EnvelopeMessage, Item, PushedMessage, RenewalItem,
};
use footbridge_protocol::stream::StreamWriter;
use footbridge_protocol::{MEDIA_STREAM, PublicKey};
use footbridge_store::outbox::{self, ItemKind, OutboxRow};
use footbridge_store::{Writing, records};
use tokio::time::Instant;

use super::decide::{self, Decision, Mode, decide};
use super::load::Load;
use super::{Run, Stage, give_back};
use crate::erasing::Removal;
use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::{ChangeEvent, record};

/// Sealed envelopes with the outbox rows that each holds.
pub(super) struct Batch {
    pub body: Vec<u8>,
    pub envelopes: Vec<Vec<OutboxRow>>,
    pub last: i64,
}

/// Sends until nothing waits. Gives the records whose changes must be made again on the server's ground.
pub(super) async fn everything(run: &Run<'_>) -> Result<BTreeSet<DocumentId>, FootbridgeError> {
    let inner = &run.footbridge.inner;
    let total = inner.store.read(outbox::count_waiting)?;
    let (mut remake, mut done, mut after) = (BTreeSet::new(), 0, 0);
    let mut load = Load::begin(inner.store.read(identity::push_cap)?);
    while !run.cancel.is_cancelled() {
        let Some(batch) = seal_batch(run, after, load)? else { break };
        let bytes = batch.body.len() as u64;
        let began = Instant::now();
        let answer: PushedMessage = match run.server.ask(push::PATH, MEDIA_STREAM, batch.body, None).await {
            Err(FootbridgeError::Offline) if !run.cancel.is_cancelled() => {
                inner.store.write(|writing| identity::set_push_cap(writing, load.cap_after_break()))?;
                return Err(FootbridgeError::Offline);
            }
            answer => answer?,
        };
        run.count(|report| report.bytes_up += bytes);
        let sent: usize = batch.envelopes.iter().map(Vec::len).sum();
        if answer.envelopes.len() != batch.envelopes.len() {
            return Err(FootbridgeError::Offline);
        }
        for (rows, answer) in batch.envelopes.iter().zip(&answer.envelopes) {
            match answer.answer {
                Answer::Accepted | Answer::Duplicate if answer.items.len() == rows.len() => {
                    let answers: Vec<_> = answer.items.iter().map(|item| item.answer).collect();
                    take_answers(run, rows, &answers, &mut remake)?;
                }
                Answer::Refused(code) => return Err(code.into()),
                Answer::RefusedUnknown(_) => return Err(FootbridgeError::refused("unknown")),
                Answer::Accepted | Answer::Duplicate => return Err(FootbridgeError::Offline),
            }
        }
        done += sent as u64;
        run.tell(Stage::Pushing, done.min(total), Some(total));
        after = batch.last;
        load = load.after(began.elapsed());
    }
    if let Some(cap) = load.cap_after_all() {
        inner.store.write(|writing| identity::set_push_cap(writing, cap))?;
    }
    inner.tell(ChangeEvent::Status);
    Ok(remake)
}

/// The next envelopes, up to the limits and to what the link carries. Their counters are durable before they leave.
fn seal_batch(run: &Run<'_>, after: i64, load: Load) -> Result<Option<Batch>, FootbridgeError> {
    let limits = LimitsMessage { push_envelopes: run.limits.push_envelopes.min(load.envelopes()), ..run.limits };
    let terms =
        Terms { server: run.server.identity, membership: &run.membership, limits, room: load.room(), drafts: true };
    run.footbridge.inner.store.write(|writing| seal(writing, &terms, after))
}

/// To whom envelopes go, and what they hold.
pub(super) struct Terms<'a> {
    pub server: PublicKey,
    pub membership: &'a Membership,
    pub limits: LimitsMessage,
    /// How much the items of one envelope may weigh; the first of them goes in any case.
    pub room: usize,
    /// Whether drafts go along.
    pub drafts: bool,
}

/// Seals what waits after this place of the outbox.
pub(super) fn seal(writing: &Writing<'_>, terms: &Terms<'_>, after: i64) -> Result<Option<Batch>, FootbridgeError> {
    let most_items = usize::try_from(terms.limits.envelope_items).unwrap_or(usize::MAX).max(1);
    let most_envelopes = usize::try_from(terms.limits.push_envelopes).unwrap_or(usize::MAX).max(1);
    let mut envelopes: Vec<Vec<OutboxRow>> = Vec::new();
    let mut items: Vec<Vec<Item>> = Vec::new();
    let mut last = after;
    while envelopes.len() < most_envelopes {
        let (mut rows, mut held, mut weight) = (Vec::new(), Vec::new(), 0);
        let next = outbox::waiting(writing, last, most_items)?;
        if next.is_empty() {
            break;
        }
        for row in next {
            if row.item == ItemKind::Draft && !terms.drafts {
                last = row.seq;
                continue;
            }
            let Some(item) = item_of(writing, &row)? else {
                // Nothing is left to send of it; but a change whose record was lost waits until that is back,
                // unless the device hands over and ends.
                if row.item != ItemKind::Change || !terms.drafts {
                    outbox::remove(writing, row.seq)?;
                }
                last = row.seq;
                continue;
            };
            weight += item.weight();
            if weight > terms.room.min(EnvelopeMessage::ROOM) && !rows.is_empty() {
                break;
            }
            last = row.seq;
            rows.push(row);
            held.push(item);
        }
        if !rows.is_empty() {
            envelopes.push(rows);
            items.push(held);
        }
    }
    if envelopes.is_empty() {
        return Ok(None);
    }
    let identity = identity::load(writing)?;
    let mut counter = identity.counter;
    let mut stream = StreamWriter::new()?;
    for items in items {
        counter += 1;
        let envelope = EnvelopeMessage {
            identity: terms.server,
            programme: terms.membership.programme,
            device: identity.device,
            counter,
            items,
        };
        stream.push(&envelope.seal(&identity.key)?)?;
    }
    identity::set_counter(writing, counter)?;
    Ok(Some(Batch { body: stream.finish()?, envelopes, last }))
}

/// An outbox row in the form of the wire; `None` where its record is no longer here. A command may be about
/// something that is no record of this device: a person to come, what is in quarantine.
fn item_of(writing: &Writing<'_>, row: &OutboxRow) -> Result<Option<Item>, FootbridgeError> {
    if matches!(row.item, ItemKind::Command | ItemKind::Receipt) {
        let command: Command = serde_json::from_slice(&row.payload).map_err(|_| FootbridgeError::damaged())?;
        return Ok(Some(Item::Command(CommandItem {
            id: row.record,
            command_id: CommandId::from_bytes(fixed(&row.name)?),
            command: (&command).into(),
            at: row.made_at,
        })));
    }
    let Some(record) = records::get(writing, row.record)? else { return removal(row) };
    let kind = record.projection.kind.clone();
    Ok(match row.item {
        ItemKind::Draft if !record.is_draft() => None,
        ItemKind::Draft => Some(Item::Draft(DraftItem {
            id: row.record,
            kind: kind.clone(),
            mark: Mark::from_bytes(fixed(&row.name)?),
            base: record.draft_mark.map(Mark::from_bytes),
            body: Some(record.projection.to_json()),
            on: Kind::from_name(&kind).and_then(|kind| crate::recording::parent_of(kind, &record.projection.fields)),
        })),
        ItemKind::Change => {
            let said = give_back::said_of(writing, &record, &row.payload)?;
            Some(Item::Change(ChangeItem {
                id: row.record,
                kind,
                generation: record.generation,
                change: row.payload.clone(),
                given_back: said.given_back,
                author: said.author,
                by: said.by,
                drafts: drafts_of(row),
            }))
        }
        ItemKind::Renewal => Some(Item::Renewal(RenewalItem {
            id: row.record,
            kind,
            generation: record.generation,
            document: row.payload.clone(),
            seen: row.intent.as_ref().map(|intent| intent.seen.clone()).unwrap_or_default(),
            drafts: drafts_of(row),
        })),
        ItemKind::Command | ItemKind::Receipt => None,
    })
}

/// The states of the draft that a record may have been made of.
fn drafts_of(row: &OutboxRow) -> Option<Vec<Mark>> {
    let marks = row.intent.iter().flat_map(|intent| &intent.drafts).map(|mark| Mark::from_bytes(*mark));
    Some(marks.collect::<Vec<_>>()).filter(|marks| !marks.is_empty())
}

/// What says that a draft is gone; `None` for anything else of a record that is not here.
fn removal(row: &OutboxRow) -> Result<Option<Item>, FootbridgeError> {
    let Some(Removal { kind, base, known: _ }) = Removal::of(row) else { return Ok(None) };
    let (mark, base) = (Mark::from_bytes(fixed(&row.name)?), base.map(Mark::from_bytes));
    Ok(Some(Item::Draft(DraftItem { id: row.record, kind, mark, base, body: None, on: None })))
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], FootbridgeError> {
    bytes.try_into().map_err(|_| FootbridgeError::damaged())
}

/// Each answer into the outbox, as [`decide`] says. What is to be rebased is noted for the rounds that follow.
fn take_answers(
    run: &Run<'_>,
    rows: &[OutboxRow],
    answers: &[Answer],
    remake: &mut BTreeSet<DocumentId>,
) -> Result<(), FootbridgeError> {
    let inner = &run.footbridge.inner;
    let zone = run.footbridge.vocabulary()?.time_zone.clone();
    let me = Some(run.membership.person);
    let now = inner.now();
    inner.store.write(|writing| {
        for (row, answer) in rows.iter().zip(answers) {
            let decision = decide(decide::Item::of(row), *answer, Mode::Sync);
            decide::carry_out(writing, row, decision, Mode::Sync, me, now)?;
            if decision == Decision::Rebase {
                remake.insert(row.record);
            }
            if answer.is_taken() {
                run.count(|report| report.pushed += 1);
            }
            // What is shown no longer rests on a waiting command.
            if matches!(decision, Decision::Confirmed | Decision::SetAside(_))
                && matches!(row.item, ItemKind::Command | ItemKind::Receipt)
                && let Some(record) = records::get(writing, row.record)?
            {
                record::put(writing, &record, me, &zone)?;
            }
        }
        Ok::<_, FootbridgeError>(())
    })?;
    inner.tell(ChangeEvent::Records(rows.iter().map(|row| row.record).collect()));
    Ok(())
}
