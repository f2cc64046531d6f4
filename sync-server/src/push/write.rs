//! Writes an envelope, in the writer. Called by [`super::receive`] as one piece of work. Invariant: its counter decides
//! first; the answers given once are given again; an item that is refused writes nothing.

use footbridge_model::{Command, document};
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
    let answers = judge_all(writing, sender, device.revoked_at.is_some(), &envelope.items, prepared)?;
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

/// Judges every item by the rights that its sender has at that moment: a command of hers may have changed them. Of a
/// revoked device nothing is applied.
fn judge_all(
    writing: &mut Writing<'_>,
    mut sender: Sender,
    is_revoked: bool,
    items: &[Item],
    mut prepared: Prepared,
) -> Result<Vec<Answer>, StorageError> {
    let mut answers = Vec::with_capacity(items.len());
    let mut receiving = if is_revoked { Some(keep_apart(writing, &sender)?) } else { None };
    let mut judged = 0;
    for (place, item) in items.iter().enumerate() {
        let tried = prepared.take(place);
        let answer = match (item.check(), &mut receiving) {
            (Err(code), _) => code.into(),
            (Ok(()), Some(receiving)) => {
                let apply = |stored: Option<&[u8]>, change: &[u8]| match item {
                    Item::Change(item) => prepare::apply(tried, stored, item),
                    _ => document::apply(stored, &[change]),
                };
                quarantine::keep(writing, receiving, item, apply)?
            }
            (Ok(()), None) => judge(writing, &sender, item, tried)?,
        };
        answers.push(answer);
        if receiving.is_none() {
            judged = answers.len();
            if answer == Answer::Accepted && is_about_rights(item) {
                receiving = stands_now(writing, &mut sender)?;
            }
        }
    }
    if let (Some(items), Some(answers)) = (items.get(..judged), answers.get(..judged))
        && !is_revoked
    {
        refusals::remember(writing, sender.device, items, answers)?;
    }
    if let Some(receiving) = receiving {
        receiving.end(writing)?;
    }
    Ok(answers)
}

/// Whether a command takes or gives rights, perhaps those of its sender.
fn is_about_rights(item: &Item) -> bool {
    let Item::Command(item) = item else { return false };
    matches!(item.command(), Ok(Command::Role { .. } | Command::Revoke { .. } | Command::Reinstate))
}

fn keep_apart(writing: &Writing<'_>, sender: &Sender) -> Result<Receiving, StorageError> {
    Receiving::begin(writing, sender.device, sender.programme, sender.member.clone())
}

/// Brings a sender's rights in line with what is stored after a command of hers. Gives where the rest of what she sends
/// is kept, if she has none any more.
fn stands_now(writing: &Writing<'_>, sender: &mut Sender) -> Result<Option<Receiving>, StorageError> {
    if let Some(found) = members::find(writing.connection(), sender.member.person)? {
        *sender = Sender::new(sender.device, sender.programme, found.member);
    }
    let device = devices::find(writing.connection(), sender.device)?;
    let is_revoked = device.is_none_or(|device| device.revoked_at.is_some());
    if is_revoked { keep_apart(writing, sender).map(Some) } else { Ok(None) }
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
        Item::Change(item) => change::take(writing, sender, item, |stored| prepare::apply(tried, stored, item)),
        Item::Command(item) => command::take(writing, sender, item),
        Item::Renewal(item) => renewal::take(writing, sender, item),
        // `check` has refused it before.
        Item::Unreadable(_) => Ok(ErrorCode::Malformed.into()),
    }
}
