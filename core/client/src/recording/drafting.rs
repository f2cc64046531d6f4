//! Drafts as they are stored and sent, and how one becomes a record. Called by [`super`]. Invariant: the record names
//! every state of its draft that the server may have of this device, so that no other device's words go with it.

use std::collections::BTreeSet;

use footbridge_model::{DocumentId, Facts, Fields, Kind, Projection, Timestamp, validation};
use footbridge_store::Writing;
use footbridge_store::outbox::{self, Intent, ItemKind};
use footbridge_store::records::RecordRow;

use super::{Ground, create_document, waiting};
use crate::error::FootbridgeError;
use crate::record;

/// So many states of a draft are remembered that may have been sent.
const SENT_STATES: usize = 16;

/// The row of a draft.
pub(super) fn draft_row(id: DocumentId, kind: Kind, fields: Fields, recorded_at: Timestamp) -> RecordRow {
    let spec = kind.spec();
    let projection = Projection {
        kind: spec.name.to_owned(),
        schema: spec.schema,
        recorded_at,
        fields,
        disagreements: BTreeSet::new(),
    };
    RecordRow::new(id, None, projection, Facts::default())
}

/// Stores a draft and notes that its latest state waits to be sent, under a new mark.
pub(super) fn put_draft(
    writing: &Writing<'_>,
    ground: &Ground,
    row: &RecordRow,
    mark: Vec<u8>,
) -> Result<(), FootbridgeError> {
    // A state that was sent and not answered may be on the server.
    let mut drafts = sent_states(writing, row.id)?;
    drafts.drain(..drafts.len().saturating_sub(SENT_STATES));
    outbox::remove_of(writing, row.id)?;
    let intent = Some(Intent { drafts, ..Intent::default() });
    outbox::add(writing, &waiting(row.id, ItemKind::Draft, Vec::new(), intent, mark, ground.now))?;
    record::put(writing, row, ground.me(), &ground.vocabulary.time_zone)?;
    Ok(())
}

/// The states of a draft that may have been sent since the server was last seen to have one.
fn sent_states(writing: &Writing<'_>, id: DocumentId) -> Result<Vec<[u8; 8]>, FootbridgeError> {
    let mut states = Vec::new();
    for item in outbox::of(writing, id)?.into_iter().filter(|item| item.item == ItemKind::Draft) {
        states.extend(item.intent.map(|intent| intent.drafts).unwrap_or_default());
        states.extend(<[u8; 8]>::try_from(item.name).ok());
    }
    Ok(states)
}

/// Makes a record of a draft.
pub(super) fn finish_draft(
    writing: &Writing<'_>,
    ground: &Ground,
    kind: Kind,
    row: &RecordRow,
) -> Result<(), FootbridgeError> {
    // What she typed while a code was on is not wrong because it is off by now.
    let words = ground.vocabulary.with_everything_on();
    let changes = validation::create(kind, &row.projection.fields, &words, ground.now)?;
    let drafts = row.draft_mark.into_iter().chain(sent_states(writing, row.id)?).collect();
    outbox::remove_of(writing, row.id)?;
    let intent = Intent { changes, drafts, ..Intent::default() };
    create_document(writing, ground, kind, row.id, row.projection.recorded_at, intent)
}
