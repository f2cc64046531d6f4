//! What the server gave and this version cannot read: noted, shown in the status, and asked for again at each sync. It
//! costs nothing but itself; what is here of the record, and what is unsent of it, stays as it is.
//!
//! Invariant: one item that cannot be read never ends a pull, and is never called a missing connection.

use std::collections::BTreeMap;

use footbridge_model::{DocumentId, Facts, PROJECTION_VERSION, Projection, document};
use footbridge_protocol::bytes::Mark;
use footbridge_protocol::pull::PulledContent;
use footbridge_store::scopes::{self, ScopeRow};
use footbridge_store::unread::{self, UnreadRow};
use footbridge_store::{Writing, digests};

use super::{Run, verify};
use crate::error::FootbridgeError;
use crate::recording::Ground;

/// The id of an item that does not even say which record it is.
const NAMELESS: DocumentId = DocumentId::from_bytes([0; 16]);

/// An item of a pull that could be read.
pub(super) enum Came {
    /// The record is in the scope no longer.
    Left,
    /// The record is gone for good.
    Erased,
    /// A draft of hers.
    Draft(Mark, Box<Projection>),
    /// A document, with its fields and what the server decides.
    Document(Vec<u8>, Box<Projection>, Box<Facts>),
}

/// Reads an item of this kind; `None` where this version cannot.
pub(super) fn read(kind: &str, content: PulledContent) -> Option<Came> {
    Some(match content {
        PulledContent::Left => Came::Left,
        PulledContent::Erased => Came::Erased,
        PulledContent::Unreadable => return None,
        PulledContent::Draft { mark, body, on: _ } => {
            Came::Draft(mark, Projection::from_draft(&body, kind).ok()?.into())
        }
        PulledContent::Document { document, projection, projection_version, facts } => {
            document::check_outline(&document).ok()?;
            let projection = match Projection::from_json(&projection) {
                Ok(projection) if projection_version == u64::from(PROJECTION_VERSION) && projection.kind == kind => {
                    projection
                }
                // Another version made it: the device projects for itself.
                _ => document::project(&document).ok()?,
            };
            Came::Document(document, projection.into(), serde_json::from_str(&facts).ok()?)
        }
    })
}

/// Notes that something of this scope could not be read.
pub(super) fn note(
    writing: &Writing<'_>,
    ground: &Ground,
    scope: &ScopeRow,
    id: DocumentId,
    kind: String,
) -> Result<(), FootbridgeError> {
    Ok(unread::note(writing, &UnreadRow { id, kind, bit: scope.bit(), at: ground.now })?)
}

/// Asks for what could not be read once more: the server may have mended it since, or lied before.
pub(super) async fn ask_again(run: &Run<'_>) -> Result<(), FootbridgeError> {
    let store = &run.footbridge.inner.store;
    if store.read(unread::count)? == 0 {
        return Ok(());
    }
    let mut rows = store.read(unread::all)?;
    if let Some(place) = rows.iter().position(|row| row.id == NAMELESS) {
        let nameless = rows.remove(place);
        store.write(|writing| {
            unread::settle(writing, nameless.id)?;
            for scope in scopes::all(writing)?.iter().filter(|scope| scope.bit() == nameless.bit) {
                scopes::rewind_one(writing, &scope.scope)?;
                digests::begin_anew(writing, scope.bit())?;
            }
            Ok::<_, FootbridgeError>(())
        })?;
    }
    let most = usize::try_from(run.limits.documents).unwrap_or(1).max(1);
    let asked: BTreeMap<_, _> = rows.into_iter().map(|row| (row.id, row.bit)).take(most).collect();
    let repaired = verify::fetch(run, asked.into_iter().collect()).await?;
    run.count(|report| report.repaired += repaired);
    Ok(())
}
