//! Tries the changes of an envelope beside the writer, where it may take its time. Called by [`super::open`], on a
//! thread where waiting is allowed, at most two at once; the model catches panics of the library. Invariant: what comes
//! of it is used only where the document still is what it was tried on.

use std::collections::BTreeMap;

use footbridge_model::document::{self, Applied, Rejected};
use footbridge_model::{DocumentId, Kind};
use footbridge_protocol::{ChangeItem, Item};
use rusqlite::Connection;

use super::Sender;
use crate::sight::Sight;
use crate::storage::{StorageError, documents};

/// What came of the changes, by their place in the envelope.
#[derive(Default)]
pub(super) struct Prepared {
    tried: BTreeMap<usize, Tried>,
}

/// A change tried on a document.
pub(super) struct Tried {
    ground: Option<Vec<u8>>,
    outcome: Result<Applied, Rejected>,
}

/// Tries each change on its document as stored, after those before it in the envelope. Of a record that the sender may
/// not see nothing is loaded, and nothing is tried; nor is what cannot begin a record that is not here.
pub(super) fn changes(connection: &Connection, sender: &Sender, items: &[Item]) -> Result<Prepared, StorageError> {
    let mut grounds: BTreeMap<DocumentId, Option<Vec<u8>>> = BTreeMap::new();
    let mut tried = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        let Item::Change(change) = item else { continue };
        if item.check().is_err() {
            continue;
        }
        let ground = match grounds.get(&change.id) {
            Some(ground) => ground.clone(),
            None => match sender.sight(connection, change.id)? {
                Sight::Hidden => continue,
                Sight::Nothing => None,
                Sight::Seen => documents::stored(connection, change.id)?,
            },
        };
        if ground.is_none() && document::begins(&change.change) != Some(true) {
            continue;
        }
        let Some(kind) = Kind::from_name(&change.kind) else { continue };
        let outcome = document::apply_stated(kind, ground.as_deref(), &change.change);
        let next = outcome.as_ref().ok().map_or_else(|| ground.clone(), |applied| Some(applied.stored.clone()));
        grounds.insert(change.id, next);
        tried.insert(place, Tried { ground, outcome });
    }
    Ok(Prepared { tried })
}

impl Prepared {
    /// What came of the change at `place`. It is taken out: of each change it is asked once.
    pub(super) fn take(&mut self, place: usize) -> Option<Tried> {
        self.tried.remove(&place)
    }
}

/// A change applied to `stored`: as tried, or again where the document has moved meanwhile.
pub(super) fn apply(tried: Option<Tried>, stored: Option<&[u8]>, item: &ChangeItem) -> Result<Applied, Rejected> {
    match tried {
        Some(tried) if tried.ground.as_deref() == stored => tried.outcome,
        _ => {
            let kind = Kind::from_name(&item.kind).ok_or(Rejected::UnknownForm)?;
            document::apply_stated(kind, stored, &item.change)
        }
    }
}
