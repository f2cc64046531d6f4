//! What a revoked device still sends is kept apart. Called by push for each item. Invariant: what is well formed is
//! kept once, whatever its device's person may or may not do; drafts, and commands about people, are not.

use footbridge_model::document::{self, Applied, Rejected};
use footbridge_model::{Command, DeviceId, DocumentId, Member, ProgrammeId};
use footbridge_protocol::{Answer, ChangeItem, CommandItem, ErrorCode, Item, RenewalItem, encode, limits};
use serde_json::json;

use crate::people::By;
use crate::sight::{self, Sight};
use crate::storage::audit::{self, Deed};
use crate::storage::quarantine::{self, QuarantineRow, Room, What};
use crate::storage::{StorageError, Writing, commands, documents, erased};

/// A revoked device that hands over.
pub(crate) struct Receiving {
    device: DeviceId,
    programme: ProgrammeId,
    /// Whose it was, with the rights that she had.
    member: Member,
    room: Room,
    kept: usize,
}

/// What is known of an item before it is kept.
struct Known {
    record: DocumentId,
    kind: String,
    what: What,
    name: Vec<u8>,
    /// The server has it already.
    is_taken: bool,
}

impl Receiving {
    /// Of this device.
    pub(crate) fn begin(
        writing: &Writing<'_>,
        device: DeviceId,
        programme: ProgrammeId,
        member: Member,
    ) -> Result<Self, StorageError> {
        let room = quarantine::room(writing.connection(), device, programme)?;
        Ok(Self { device, programme, member, room, kept: 0 })
    }

    /// Notes how much was handed over.
    pub(crate) fn end(self, writing: &Writing<'_>) -> Result<(), StorageError> {
        if self.kept == 0 {
            return Ok(());
        }
        let by = By::Device { person: self.member.person, device: self.device };
        let detail = json!({ "items": self.kept });
        audit::note(writing, self.programme, by, Deed::HandedOver, *self.device.as_bytes(), &detail)
    }
}

/// Keeps an item apart. `apply` applies a change to the document as stored.
pub(crate) fn keep(
    writing: &mut Writing<'_>,
    receiving: &mut Receiving,
    item: &Item,
    apply: impl FnOnce(Option<&[u8]>, &[u8]) -> Result<Applied, Rejected>,
) -> Result<Answer, StorageError> {
    let known = match item {
        // Nobody but her may ever see a draft.
        Item::Draft(_) => Err(ErrorCode::Forbidden),
        Item::Change(item) => change(writing, receiving, item, apply)?,
        Item::Renewal(item) => renewal(writing, receiving, item)?,
        Item::Command(item) => command(writing, receiving, item)?,
        Item::Unreadable(_) => Err(ErrorCode::Malformed),
    };
    let known = match known {
        Ok(known) => known,
        Err(code) => return Ok(code.into()),
    };
    if known.is_taken {
        return Ok(Answer::Duplicate);
    }
    if known.kind.len() > limits::NAME_BYTES {
        return Ok(ErrorCode::TooLarge.into());
    }
    if let Some(code) = erased(writing, receiving, known.record)? {
        return Ok(code.into());
    }
    if quarantine::is_known(writing.connection(), receiving.device, known.record, &known.name)? {
        return Ok(ErrorCode::Quarantined.into());
    }
    let payload = encode(item).map_err(|_| StorageError::Damaged("an item that was just read"))?;
    if !receiving.room.take(payload.len()) {
        return Ok(ErrorCode::QuarantineFull.into());
    }
    let Known { record, kind, what, name, is_taken: _ } = known;
    let (programme, device, person) = (receiving.programme, receiving.device, receiving.member.person);
    let id = quarantine::next_id(writing.connection(), writing.now(), writing.random())?;
    let at = writing.now();
    let row = QuarantineRow { id, programme, device, person, record, kind, what, name, at, refused: None, payload };
    quarantine::insert(writing.connection(), &row)?;
    receiving.kept += 1;
    Ok(ErrorCode::Quarantined.into())
}

fn change(
    writing: &Writing<'_>,
    receiving: &Receiving,
    item: &ChangeItem,
    apply: impl FnOnce(Option<&[u8]>, &[u8]) -> Result<Applied, Rejected>,
) -> Result<Result<Known, ErrorCode>, StorageError> {
    let info = match document::inspect_change(&item.change) {
        Ok(info) => info,
        Err(rejected) => return Ok(Err(rejected.into())),
    };
    let here = seen(writing, receiving, item.id)?;
    let is_taken = here.is_some_and(|stored| apply(Some(&stored), &item.change).is_ok_and(|all| all.new.is_empty()));
    let (record, kind, name) = (item.id, item.kind.clone(), info.hash.0.to_vec());
    Ok(Ok(Known { record, kind, what: What::Change, name, is_taken }))
}

fn renewal(
    writing: &Writing<'_>,
    receiving: &Receiving,
    item: &RenewalItem,
) -> Result<Result<Known, ErrorCode>, StorageError> {
    let info = match document::inspect_change(&item.document) {
        Ok(info) => info,
        Err(rejected) => return Ok(Err(rejected.into())),
    };
    let here = seen(writing, receiving, item.id)?;
    let again = here.map(|stored| document::apply(Some(&stored), &[&item.document]));
    let is_taken = matches!(again, Some(Ok(all)) if all.new.is_empty());
    let (record, kind, name) = (item.id, item.kind.clone(), info.hash.0.to_vec());
    Ok(Ok(Known { record, kind, what: What::Renewal, name, is_taken }))
}

fn command(
    writing: &Writing<'_>,
    receiving: &Receiving,
    item: &CommandItem,
) -> Result<Result<Known, ErrorCode>, StorageError> {
    let command = match item.command() {
        Ok(command) => command,
        Err(code) => return Ok(Err(code)),
    };
    let name = item.command_id.as_bytes().to_vec();
    let is_taken = commands::is_known(writing.connection(), *item.command_id.as_bytes(), receiving.device)?;
    let is_about_a_record = match command {
        Command::Give { .. } | Command::Close { .. } | Command::Reopen | Command::Attribute { .. } | Command::Erase => {
            true
        }
        // Who has no rights decides about nobody's; that she saw something is of no use to anybody any more.
        Command::Role { .. }
        | Command::Revoke { .. }
        | Command::Reinstate
        | Command::Invite { .. }
        | Command::Seen { .. }
        | Command::Take
        | Command::Discard
        | Command::ReviewLink { .. } => false,
    };
    if !is_taken && !is_about_a_record {
        return Ok(Err(ErrorCode::Forbidden));
    }
    let kind = documents::kind(writing.connection(), item.id)?.unwrap_or_default();
    Ok(Ok(Known { record: item.id, kind, what: What::Command, name, is_taken }))
}

/// The document as stored, if she could see it: what she could not see, she is told nothing of.
fn seen(writing: &Writing<'_>, receiving: &Receiving, id: DocumentId) -> Result<Option<Vec<u8>>, StorageError> {
    match sight::of(writing.connection(), receiving.programme, &receiving.member, id)? {
        Sight::Nothing | Sight::Hidden => Ok(None),
        Sight::Seen => documents::stored(writing.connection(), id),
    }
}

/// What she is told of a record that is gone for good.
fn erased(writing: &Writing<'_>, receiving: &Receiving, id: DocumentId) -> Result<Option<ErrorCode>, StorageError> {
    if !erased::is_known(writing.connection(), id)? {
        return Ok(None);
    }
    sight::absent(writing.connection(), receiving.programme, &receiving.member, id).map(Some)
}
