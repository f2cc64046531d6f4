//! What a change from elsewhere must be before it is taken in: one well-formed change of a flat record.

use std::collections::BTreeSet;

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{Automerge, Change, ReadDoc, ScalarValue};

use super::{Rejected, chunk};
use crate::ids::{Actor, ChangeHash};
use crate::kinds::{Kind, Shape};
use crate::time::Timestamp;
use crate::{clean, language};

/// The longest key: the name of a field and of a member.
pub const KEY_BYTES_MAX: usize = 300;
/// How far the number of a change's first operation may lie above the highest in the document. Honest ones follow it,
/// or are ahead by what their device had set aside; Automerge counts in 32 bits and panics beyond, in whoever edits next.
pub const OPERATIONS_AHEAD_MAX: u64 = 2 * chunk::DOCUMENT_OPERATIONS_MAX;
/// A change without a person behind it has no actor of this length.
const ACTOR_BYTES: usize = 16;

/// What a change says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeInfo {
    /// Its name.
    pub hash: ChangeHash,
    /// Whose hand.
    pub actor: Actor,
    /// Its number among the actor's changes to this document, from 1.
    pub seq: u64,
    /// The changes that it stands on.
    pub deps: Vec<ChangeHash>,
    /// When it was made, in whole seconds, by its device's clock.
    pub time: Timestamp,
    /// The fields that it sets (for a member or an entry, the set's or map's name).
    pub touched: BTreeSet<String>,
}

impl ChangeInfo {
    /// Whether it begins a document.
    pub fn is_first(&self) -> bool {
        self.deps.is_empty()
    }

    /// What a change that is already in a document says of itself.
    pub(super) fn of(change: &Change) -> Self {
        Self::with(change, &change.decode().operations)
    }

    fn with(change: &Change, operations: &[Op]) -> Self {
        let touched = operations.iter().filter_map(|operation| match &operation.key {
            Key::Map(key) => Some(key.split_once('/').map_or(key.as_str(), |(field, _)| field)),
            Key::Seq(_) => None,
        });
        // The members of a set stand one after the other.
        let touched = touched.collect::<BTreeSet<_>>();
        Self {
            hash: change.hash().into(),
            actor: Actor::from_automerge(change.actor_id()).unwrap_or(Actor::from_bytes([0; ACTOR_BYTES])),
            seq: change.seq(),
            deps: change.deps().iter().copied().map(ChangeHash::from).collect(),
            time: Timestamp::from_seconds(change.timestamp()),
            touched: touched.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// A change that was read.
pub(super) struct Checked {
    pub(super) change: Change,
    pub(super) info: ChangeInfo,
    pub(super) operations: Vec<Op>,
}

/// Reads one change, and refuses what no record holds.
pub(super) fn read(bytes: &[u8]) -> Result<Checked, Rejected> {
    chunk::bounded_change(bytes)?;
    let change = Change::try_from(bytes).map_err(|_| Rejected::Malformed)?;
    // Automerge computes the hash anew and leaves it to the caller to compare; a change with a false
    // checksum would spoil the document that it is kept in.
    let has_true_checksum = bytes.get(4..8) == change.hash().0.get(..4);
    if !has_true_checksum || change.actor_id().to_bytes().len() != ACTOR_BYTES || change.seq() == 0 {
        return Err(Rejected::Malformed);
    }
    let operations = change.decode().operations;
    // Nobody makes one of nothing, and Automerge cannot load some of those that it takes.
    if operations.is_empty() {
        return Err(Rejected::Malformed);
    }
    operations.iter().try_for_each(operation_of_a_record)?;
    let info = ChangeInfo::with(&change, &operations);
    Ok(Checked { change, info, operations })
}

fn operation_of_a_record(operation: &Op) -> Result<(), Rejected> {
    let Key::Map(key) = &operation.key else { return Err(Rejected::UnknownForm) };
    if operation.obj != ObjectId::Root || key.is_empty() || key.len() > KEY_BYTES_MAX {
        return Err(Rejected::UnknownForm);
    }
    let allowed = match &operation.action {
        OpType::Delete => true,
        OpType::Put(value) => matches!(
            value,
            ScalarValue::Null
                | ScalarValue::Boolean(_)
                | ScalarValue::Int(_)
                | ScalarValue::Uint(_)
                | ScalarValue::Str(_)
                | ScalarValue::Timestamp(_)
        ),
        _ => false,
    };
    if allowed && is_clean(key, &operation.action) { Ok(()) } else { Err(Rejected::UnknownForm) }
}

/// Whether every text in it is [clean](crate::clean), as devices make them; and each language in its one form.
fn is_clean(key: &str, action: &OpType) -> bool {
    let (field, member) = key.split_once('/').map_or((key, None), |(field, member)| (field, Some(member)));
    let is_any = |fits: fn(Shape) -> bool| {
        let of_kind = |kind: &Kind| kind.spec().field(field).is_some_and(|spec| fits(spec.shape));
        Kind::ALL.iter().any(of_kind)
    };
    let is_clean_value = match action {
        OpType::Put(ScalarValue::Str(text)) if is_any(|shape| matches!(shape, Shape::Prose { .. })) => {
            clean::is_clean_prose(text)
        }
        OpType::Put(ScalarValue::Str(text)) => clean::is_clean_line(text),
        OpType::Put(ScalarValue::Boolean(true)) if is_any(|shape| shape == Shape::LanguageSet) => {
            member.is_none_or(|tag| language::canonical(tag).as_deref() == Some(tag))
        }
        _ => true,
    };
    is_clean_value && !key.chars().any(clean::steers) && member.is_none_or(clean::is_visible)
}

/// Whether the document has what the change stands on, and room for its number and those of its operations.
pub(super) fn fits(document: &Automerge, change: &Change, info: &ChangeInfo) -> Result<(), Rejected> {
    let deps: Vec<_> = info.deps.iter().map(|hash| hash.to_automerge()).collect();
    if !document.get_missing_deps(&deps).is_empty() {
        return Err(Rejected::MissingDeps);
    }
    let actor = info.actor.to_automerge();
    let (mut made, mut highest, mut below) = (0, 0, 0);
    for known in document.get_changes_meta(&[]) {
        highest = highest.max(known.max_op);
        if *known.actor == actor {
            made = made.max(known.seq);
        }
        if deps.contains(&known.hash) {
            below = below.max(known.max_op);
        }
    }
    let start = change.start_op().get();
    if start > highest.saturating_add(OPERATIONS_AHEAD_MAX) {
        return Err(Rejected::TooLarge);
    }
    // Automerge sorts by these numbers where it tells changes, and expects each after those it stands on.
    if start <= below {
        return Err(Rejected::Malformed);
    }
    match made {
        made if info.seq <= made => Err(Rejected::Forked),
        made if info.seq > made.saturating_add(1) => Err(Rejected::MissingDeps),
        0 => Ok(()),
        // A hand writes one thing after the other. Loaded, a change beside its hand's last one may come before it, and
        // Automerge panics.
        _ if document.get_changes_meta(&deps).iter().any(|beside| *beside.actor == actor) => Err(Rejected::Malformed),
        _ => Ok(()),
    }
}

/// Whether the document gives a change back as it came. Automerge keeps operations and makes changes of them anew; one
/// that was written in another way than its own would get another hash, and spoil the document where it is next saved.
pub(super) fn comes_back(document: &Automerge, info: &ChangeInfo, bytes: &[u8]) -> Result<(), Rejected> {
    let made = document.get_change_by_hash(&info.hash.to_automerge());
    if made.is_some_and(|made| made.raw_bytes() == bytes) { Ok(()) } else { Err(Rejected::Malformed) }
}

/// The same of a change that begins a document and stands in it alone, without making the document.
pub(super) fn is_in_its_own_form(change: &Change, bytes: &[u8]) -> Result<(), Rejected> {
    let made = Change::from(change.decode());
    if made.raw_bytes() == bytes { Ok(()) } else { Err(Rejected::Malformed) }
}
