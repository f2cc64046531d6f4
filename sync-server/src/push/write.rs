//! Writes an envelope, in the writer. Called by [`super::receive`] as one piece of work. Invariant: its counter decides
//! first; the answers given once are given again; an item that is refused writes nothing.

use footbridge_protocol::{Answer, ErrorCode, Item, ItemAnswer};

use super::prepare::{self, Prepared, Tried};
use super::{Opened, Sender, change, command, draft, item_answers, refusals, renewal};
use crate::quarantine::{self, Receiving};
use crate::storage::envelopes::{self, EnvelopeRow};
use crate::storage::{StorageError, Writing, devices, members};

/// The answers for the items, or why the envelope as a whole is refused.
pub(super) fn envelope(
    writing: &mut Writing<'_>,
    opened: Opened,
) -> Result<Result<Vec<ItemAnswer>, ErrorCode>, StorageError> {
    let Opened { envelope, digest, prepared } = opened;
    let Some(device) = devices::find(writing.connection(), envelope.device)? else {
        return Ok(Err(ErrorCode::UnknownDevice));
    };
    if envelope.counter <= device.counter {
        let known = envelopes::find(writing.connection(), device.id, envelope.counter)?;
        return Ok(match known {
            Some(row) if row.digest == digest => Ok(item_answers(row.answers.into_iter().map(Answer::from_number))),
            _ => Err(ErrorCode::CounterUsed),
        });
    }
    let Some(found) = members::find(writing.connection(), device.person)? else {
        return Ok(Err(ErrorCode::UnknownDevice));
    };
    if members::is_held(writing.connection(), device.person)? {
        return Ok(Err(ErrorCode::NotAdmitted));
    }
    let sender = Sender::new(device.id, device.programme, found.member);
    let answers = if device.revoked_at.is_some() {
        keep_apart(writing, &sender, &envelope.items, prepared)?
    } else {
        judge_all(writing, &sender, &envelope.items, prepared)?
    };
    devices::advance(writing.connection(), device.id, envelope.counter)?;
    let row = EnvelopeRow {
        device: device.id,
        counter: envelope.counter,
        digest,
        answers: answers.iter().map(|answer| answer.number()).collect(),
    };
    envelopes::insert(writing.connection(), &row)?;
    Ok(Ok(item_answers(answers)))
}

fn judge_all(
    writing: &mut Writing<'_>,
    sender: &Sender,
    items: &[Item],
    mut prepared: Prepared,
) -> Result<Vec<Answer>, StorageError> {
    let mut answers = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        answers.push(match item.check() {
            Err(code) => code.into(),
            Ok(()) => judge(writing, sender, item, prepared.take(place))?,
        });
    }
    refusals::remember(writing, sender.device, items, &answers)?;
    Ok(answers)
}

/// Of a revoked device nothing is applied.
fn keep_apart(
    writing: &mut Writing<'_>,
    sender: &Sender,
    items: &[Item],
    mut prepared: Prepared,
) -> Result<Vec<Answer>, StorageError> {
    let mut receiving = Receiving::begin(writing, sender.device, sender.programme, sender.member.clone())?;
    let mut answers = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let tried = prepared.take(place);
        let apply = |stored: Option<&[u8]>, change: &[u8]| prepare::apply(tried, stored, change);
        answers.push(match item.check() {
            Err(code) => code.into(),
            Ok(()) => quarantine::keep(writing, &mut receiving, item, apply)?,
        });
    }
    receiving.end(writing)?;
    Ok(answers)
}

/// Judges an item and keeps what is taken. `tried` is what came of it beside the writer.
pub(super) fn judge(
    writing: &mut Writing<'_>,
    sender: &Sender,
    item: &Item,
    tried: Option<Tried>,
) -> Result<Answer, StorageError> {
    match item {
        Item::Draft(item) => draft::take(writing, sender, item),
        Item::Change(item) => change::take(writing, sender, item, |stored| prepare::apply(tried, stored, &item.change)),
        Item::Command(item) => command::take(writing, sender, item),
        Item::Renewal(item) => renewal::take(writing, sender, item),
        // `check` has refused it before.
        Item::Unreadable(_) => Ok(ErrorCode::Malformed.into()),
    }
}
