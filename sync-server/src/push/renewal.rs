//! Renewals in a push: the author takes earlier wording back. Called by [`super::write`]. Invariant: a fresh document is
//! taken only in the place of the one that its author saw; with it the former is gone, history included.

use std::collections::BTreeSet;

use footbridge_model::document::{self, Applied};
use footbridge_model::kinds::SetBy;
use footbridge_model::{Facts, Kind, Timestamp, policy};
use footbridge_protocol::{Answer, ErrorCode, RenewalItem, limits};
use serde_json::json;

use super::{Sender, change, draft};
use crate::records;
use crate::sight::Sight;
use crate::storage::audit::{self, Deed};
use crate::storage::documents::{self, DocumentRow};
use crate::storage::{StorageError, Writing, actors, drafts, erased, quarantine};

/// Takes a renewal. One of a record that is not here (it never came, or was lost with a disk) makes it.
pub(super) fn take(writing: &mut Writing<'_>, sender: &Sender, item: &RenewalItem) -> Result<Answer, StorageError> {
    let Some(kind) = Kind::from_name(&item.kind) else { return Ok(ErrorCode::UnknownKind.into()) };
    let Ok(generation) = u32::try_from(item.generation) else { return Ok(ErrorCode::TooLarge.into()) };
    if sender.sight(writing.connection(), item.id)? == Sight::Hidden {
        return Ok(ErrorCode::NotFound.into());
    }
    let here = documents::find(writing.connection(), item.id)?;
    // Where nothing is known of it, so that the numbers cannot be used up.
    if here.is_none() && item.generation > limits::GENERATIONS_AHEAD {
        return Ok(ErrorCode::TooLarge.into());
    }
    let refused = match &here {
        Some(row) => not_in_its_place(sender, item, kind, row),
        None => not_to_be_made(writing, sender, item, kind)?,
    };
    if let Some(answer) = refused {
        return Ok(answer);
    }
    let applied = match document::apply_stated(kind, None, &item.document) {
        Ok(applied) => applied,
        Err(rejected) => return Ok(ErrorCode::from(rejected).into()),
    };
    let Some(first) = applied.new.first().cloned() else { return Ok(ErrorCode::Malformed.into()) };
    if applied.projection.kind != kind.name() || !first.is_first() {
        return Ok(ErrorCode::Malformed.into());
    }
    if here.as_ref().is_some_and(|row| !keeps_what_is_given_once(row, &applied)) {
        return Ok(ErrorCode::Forbidden.into());
    }
    let bound = actors::find(writing.connection(), first.actor)?;
    if bound.is_some_and(|bound| !change::is_hers(&bound, sender)) {
        return Ok(ErrorCode::WrongActor.into());
    }
    let is_new = here.is_none();
    let row = row_after(sender, item, kind, generation, here, applied);
    if is_new && let Some(code) = change::wrong_place(writing, sender, &row)? {
        return Ok(code.into());
    }
    change::bind(writing, sender, &first, bound, None)?;
    if is_new {
        let hers = drafts::find(writing.connection(), item.id)?;
        let is_told = hers.as_ref().is_some_and(|hers| draft::is_told(hers, item.drafts.as_deref(), &row.projection));
        records::begin(writing, row)?;
        if let Some(hers) = hers {
            draft::is_done(writing, hers, is_told)?;
        }
    } else {
        records::save(writing, row)?;

        let detail = json!({ "kind": kind.name(), "generation": generation });
        audit::note(writing, sender.programme, sender.by(), Deed::Reworded, *item.id.as_bytes(), &detail)?;
    }
    // What a revoked device handed over stands on the former document, and has its words.
    quarantine::forget(writing.connection(), item.id)?;
    writing.overwrite()?;
    Ok(Answer::Accepted)
}

/// Why the document that is here is not the one that it can take the place of.
fn not_in_its_place(sender: &Sender, item: &RenewalItem, kind: Kind, row: &DocumentRow) -> Option<Answer> {
    if row.kind != kind {
        return Some(ErrorCode::Malformed.into());
    }
    if policy::may_reword(&sender.member, kind, &row.facts).is_err() {
        return Some(ErrorCode::Forbidden.into());
    }
    if u64::from(row.generation) == item.generation && row.stored.starts_with(&item.document) {
        return Some(Answer::Duplicate);
    }
    if u64::from(row.generation).saturating_add(1) != item.generation {
        return Some(ErrorCode::StaleGeneration.into());
    }
    let Ok(heads) = document::heads(&row.stored) else {
        // One damaged record holds nothing else up.
        tracing::error!("a renewal of a document that is damaged here was not taken");
        return Some(ErrorCode::Internal.into());
    };
    let heads: BTreeSet<_> = heads.into_iter().collect();
    let seen: BTreeSet<_> = item.seen.iter().copied().collect();
    if heads == seen { None } else { Some(ErrorCode::Changed.into()) }
}

/// Why she cannot make a record of that id.
fn not_to_be_made(
    writing: &Writing<'_>,
    sender: &Sender,
    item: &RenewalItem,
    kind: Kind,
) -> Result<Option<Answer>, StorageError> {
    let draft = drafts::find(writing.connection(), item.id)?;
    let is_recorded =
        policy::may_reword(&sender.member, kind, &Facts { author: Some(sender.member.person), ..Facts::default() });
    Ok(if draft.is_some_and(|draft| draft.person != sender.member.person) {
        Some(ErrorCode::NotFound.into())
    } else if erased::is_known(writing.connection(), item.id)? {
        Some(sender.absent(writing.connection(), item.id)?.into())
    } else if is_recorded.is_err() || policy::may_create(&sender.member, kind).is_err() {
        Some(ErrorCode::Forbidden.into())
    } else {
        None
    })
}

/// When it was recorded and what it is on stay as they are.
fn keeps_what_is_given_once(row: &DocumentRow, applied: &Applied) -> bool {
    let (before, after) = (&row.projection, &applied.projection);
    let mut given_once = row.kind.spec().fields.iter().filter(|field| field.set_by == SetBy::Creation);
    before.recorded_at == after.recorded_at
        && given_once.all(|field| before.fields.get(field.name) == after.fields.get(field.name))
}

fn row_after(
    sender: &Sender,
    item: &RenewalItem,
    kind: Kind,
    generation: u32,
    here: Option<DocumentRow>,
    applied: Applied,
) -> DocumentRow {
    let actors = applied.new.iter().map(|change| change.actor).collect();
    match here {
        Some(row) => {
            let mut facts = row.facts;
            facts.seen.clear();
            DocumentRow { generation, facts, actors, projection: applied.projection, stored: applied.stored, ..row }
        }
        None => DocumentRow {
            id: item.id,
            programme: sender.programme,
            generation,
            kind,
            sort_at: Timestamp(0),
            facts: Facts::of_new(kind, Some(sender.member.person)),
            actors,
            projection: applied.projection,
            stored: applied.stored,
        },
    }
}
