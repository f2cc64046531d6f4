//! Remembers what was refused to which device, so that coordinators see it and can help. Called by [`super::write`]
//! after an envelope was judged. Invariant: no content: ids, the kind where this build knows it, a code.

use footbridge_model::{DeviceId, Kind};
use footbridge_protocol::error_code::Remedy;
use footbridge_protocol::{Answer, Item};

use crate::storage::set_aside::{self, SetAsideRow};
use crate::storage::{StorageError, Writing, documents};

/// What became of an item on its device.
enum Became {
    /// The server has it, or the device has let go of it.
    Settled,
    /// The device keeps it aside, because of this code.
    SetAside(u16),
    /// The device goes on with it by itself.
    Open,
}

/// Remembers and forgets by these answers.
pub(super) fn remember(
    writing: &Writing<'_>,
    device: DeviceId,
    items: &[Item],
    answers: &[Answer],
) -> Result<(), StorageError> {
    let connection = writing.connection();
    let mut has_any = set_aside::has_any(connection, device)?;
    for (item, answer) in items.iter().zip(answers) {
        let Some(record) = item.id() else { continue };
        let what = number(item);
        match became(item, *answer) {
            Became::Settled if has_any => set_aside::forget(connection, device, record, what)?,
            Became::SetAside(code) => {
                let kind = match item {
                    Item::Draft(item) => Some(item.kind.clone()),
                    Item::Change(item) => Some(item.kind.clone()),
                    Item::Renewal(item) => Some(item.kind.clone()),
                    Item::Command(_) | Item::Unreadable(_) => documents::kind(connection, record)?,
                };
                let kind = kind.as_deref().and_then(Kind::from_name).map_or("", Kind::name).to_owned();
                let at = writing.now();
                set_aside::put(connection, &SetAsideRow { device, record, what, kind, code, at })?;
                has_any = true;
            }
            Became::Settled | Became::Open => {}
        }
    }
    Ok(())
}

fn became(item: &Item, answer: Answer) -> Became {
    match answer {
        Answer::Accepted | Answer::Duplicate => Became::Settled,
        Answer::RefusedUnknown(number) => Became::SetAside(number),
        Answer::Refused(code) => match code.remedy() {
            Remedy::LetGo => Became::Settled,
            Remedy::SetAside => Became::SetAside(code.number()),
            // Of a draft the other state is taken, and hers is kept beside it; a renewal is made again by itself.
            Remedy::AskPerson if !matches!(item, Item::Draft(_) | Item::Renewal(_)) => Became::SetAside(code.number()),
            _ => Became::Open,
        },
    }
}

/// The type of an item in a push.
fn number(item: &Item) -> u8 {
    match item {
        Item::Draft(_) => 0,
        Item::Change(_) => 1,
        Item::Command(_) | Item::Unreadable(_) => 2,
        Item::Renewal(_) => 3,
    }
}
