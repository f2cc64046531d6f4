//! Changes of documents in a push. Called by [`super::write`]. Invariant: a change is kept only from an actor of the
//! sending device, in a document that its person may see and edit; what is well formed but odd is kept too.

use std::collections::BTreeSet;

use footbridge_model::document::{self, Applied, ChangeInfo, GIVEN_ONCE, Rejected};
use footbridge_model::kinds::SetBy;
use footbridge_model::vocabulary::code_id;
use footbridge_model::{Facts, Kind, Shape, Timestamp, policy};
use footbridge_protocol::{Answer, ChangeItem, ErrorCode, limits};

use super::given_back::{self, GivenBack};
use super::{Sender, draft};
use crate::records;
use crate::sight::Sight;
use crate::storage::actors::{self, ActorRow};
use crate::storage::documents::{self, DocumentRow};
use crate::storage::drafts::{self, DraftRow};
use crate::storage::{StorageError, Writing, digests, erased};

/// Takes a change. `apply` applies it to the document as stored.
pub(super) fn take(
    writing: &mut Writing<'_>,
    sender: &Sender,
    item: &ChangeItem,
    apply: impl FnOnce(Option<&[u8]>) -> Result<Applied, Rejected>,
) -> Result<Answer, StorageError> {
    let Some(kind) = Kind::from_name(&item.kind) else { return Ok(ErrorCode::UnknownKind.into()) };
    let Some(begins) = document::begins(&item.change) else { return Ok(ErrorCode::Malformed.into()) };
    if sender.sight(writing.connection(), item.id)? == Sight::Hidden {
        return Ok(ErrorCode::NotFound.into());
    }
    let here = documents::find(writing.connection(), item.id)?;
    let draft = drafts::find(writing.connection(), item.id)?;
    let given = match item.given_back {
        Some(true) => match given_back::look(writing, sender, item, kind, here.as_ref())? {
            Ok(given) => Some(given),
            // What is here already need not be given back: a device cannot know what a server has lost.
            Err(_) if is_here(item, here.as_ref(), apply) => return Ok(Answer::Duplicate),
            Err(code) => return Ok(code.into()),
        },
        Some(false) | None => None,
    };
    if let Some(code) = not_hers(writing, sender, item, kind, here.as_ref(), draft.as_ref(), given.as_ref())? {
        return Ok(code.into());
    }
    let known = here.as_ref().map_or(0, |row| u64::from(row.generation));
    if given.is_some() && item.generation > known.saturating_add(limits::GENERATIONS_AHEAD) {
        return Ok(ErrorCode::TooLarge.into());
    }
    // What is not here and what she may not see answer alike, and cost alike.
    if here.is_none() && !begins {
        return Ok(ErrorCode::NotFound.into());
    }
    let ground = here.as_ref().filter(|_| !given.as_ref().is_some_and(|given| given.replaces));
    let applied = match apply(ground.map(|row| row.stored.as_slice())) {
        Ok(applied) => applied,
        // Not the sender's fault: she keeps it, and it is taken when the document here is mended.
        Err(Rejected::Malformed) if !digests::is_sound(writing.connection(), item.id)? => {
            tracing::error!("a change of a document that is damaged here was not taken");
            return Ok(ErrorCode::Internal.into());
        }
        Err(rejected) => return Ok(ErrorCode::from(rejected).into()),
    };
    let Some(change) = applied.new.first().cloned() else { return Ok(Answer::Duplicate) };
    let bound = sender.bound(writing.connection(), change.actor)?;
    if given.is_none() && bound.is_some_and(|bound| !is_hers(&bound, sender)) {
        return Ok(ErrorCode::WrongActor.into());
    }
    if applied.projection.kind != kind.name() {
        return Ok(ErrorCode::Malformed.into());
    }
    // A person's record that was lost may have been made anew by the time her device gives back the former.
    let is_made_twice = kind == Kind::Person && given.is_some();
    if !is_made_twice && let Some(code) = begins_otherwise(item, ground, &change) {
        return Ok(code.into());
    }
    let touched = touched(kind, &applied, ground);
    let is_new = here.is_none();
    let given_again = ground.is_some() && GIVEN_ONCE.iter().any(|field| touched.contains(*field));
    let row = row_after(sender, item, kind, here, applied, given.as_ref());
    let may_edit = policy::may_edit(&sender.member, kind, &row.facts, touched.iter().map(String::as_str));
    if (given.is_none() && may_edit.is_err()) || given_again {
        return Ok(ErrorCode::Forbidden.into());
    }
    if let Some(code) = wrong_place(writing, sender, &row)? {
        return Ok(code.into());
    }
    if let Some(given) = &given {
        given.bring_back(writing, sender)?;
    }
    bind(writing, sender, &change, bound, given.as_ref())?;
    if let Some(given) = &given {
        given.note(writing, sender, kind, &row)?;
    }
    let is_told = draft.as_ref().is_some_and(|draft| draft::is_told(draft, item.drafts.as_deref(), &row.projection));
    if is_new {
        records::begin(writing, row)?;
    } else {
        records::save(writing, row)?;
    }
    if given.as_ref().is_some_and(|given| given.replaces) {
        // What its author took back goes from the files again.
        writing.overwrite()?;
    }
    if let Some(draft) = draft {
        draft::is_done(writing, draft, is_told)?;
    }
    Ok(Answer::Accepted)
}

/// Whether the document here has this change already.
fn is_here(
    item: &ChangeItem,
    here: Option<&DocumentRow>,
    apply: impl FnOnce(Option<&[u8]>) -> Result<Applied, Rejected>,
) -> bool {
    here.filter(|row| row.kind.name() == item.kind && u64::from(row.generation) == item.generation)
        .is_some_and(|row| apply(Some(&row.stored)).is_ok_and(|applied| applied.new.is_empty()))
}

/// Whether an actor speaks from her device; one from before a restore may turn out to.
pub(super) fn is_hers(bound: &ActorRow, sender: &Sender) -> bool {
    bound.device == Some(sender.device)
        || (bound.past && bound.device.is_none() && bound.person == Some(sender.member.person))
}

/// Binds the actor of a change that is taken, at first sight.
pub(super) fn bind(
    writing: &mut Writing<'_>,
    sender: &Sender,
    change: &ChangeInfo,
    bound: Option<ActorRow>,
    given: Option<&GivenBack>,
) -> Result<(), StorageError> {
    let (actor, programme, person) = (change.actor, sender.programme, sender.member.person);
    let mine = ActorRow { actor, programme, device: Some(sender.device), person: Some(person), past: false };
    let row = match (bound, given) {
        (None, Some(given)) => given.actor(sender, change),
        (None, None) => mine,
        (Some(bound), None) if bound.past => {
            actors::claim(writing.connection(), actor, sender.device, person)?;
            writing.journal(mine.entry());
            return Ok(());
        }
        (Some(_), _) => return Ok(()),
    };
    actors::bind(writing.connection(), row, writing.now())?;
    writing.journal(row.entry());
    Ok(())
}

/// Why the document is not one that she may change, as far as is known before the change is looked at.
fn not_hers(
    writing: &Writing<'_>,
    sender: &Sender,
    item: &ChangeItem,
    kind: Kind,
    here: Option<&DocumentRow>,
    draft: Option<&DraftRow>,
    given: Option<&GivenBack>,
) -> Result<Option<ErrorCode>, StorageError> {
    let Some(row) = here else {
        let author = given.map_or(Some(sender.member.person), |given| given.author);
        let anothers = draft.is_some_and(|row| Some(row.person) != author);
        return Ok(if anothers {
            Some(ErrorCode::NotFound)
        } else if erased::is_known(writing.connection(), item.id)? {
            Some(sender.absent(writing.connection(), item.id)?)
        } else if given.is_some() {
            None
        } else if policy::may_create(&sender.member, kind).is_err() {
            Some(ErrorCode::Forbidden)
        } else if item.generation != 0 {
            Some(ErrorCode::NotFound)
        } else {
            None
        });
    };
    Ok(if row.kind != kind {
        Some(ErrorCode::Malformed)
    } else if u64::from(row.generation) != item.generation && !given.is_some_and(|given| given.replaces) {
        Some(ErrorCode::StaleGeneration)
    } else {
        None
    })
}

/// Why a change that begins the document anew is not taken. Two devices that take in the same row, or add the same
/// code, each begin it; but what a record is given once stays as the first of them gave it. The device makes what she
/// meant again on the document that is here.
fn begins_otherwise(item: &ChangeItem, ground: Option<&DocumentRow>, change: &ChangeInfo) -> Option<ErrorCode> {
    let ground = ground?;
    if !change.is_first() || !GIVEN_ONCE.iter().any(|field| change.touched.contains(*field)) {
        return None;
    }
    let Ok(alone) = document::apply(None, &[&item.change]) else { return Some(ErrorCode::Malformed) };
    let (ours, theirs) = (&ground.projection, &alone.projection);
    if theirs.kind != ours.kind || theirs.schema != ours.schema {
        return Some(ErrorCode::Malformed);
    }
    // Of a fresh document, what it stands for.
    let is_same = theirs.recorded_at == ours.recorded_at && !change.touched.contains("renews");
    if is_same { None } else { Some(ErrorCode::MissingDeps) }
}

/// The fields for which she needs the right to edit.
///
/// What a record is given once needs none when the record is made. A change that begins a document anew (the same row
/// imported on two devices, the same code added twice) touches only what it alters: saying the same again needs no
/// right.
fn touched(kind: Kind, applied: &Applied, here: Option<&DocumentRow>) -> BTreeSet<String> {
    let Some(change) = applied.new.first() else { return BTreeSet::new() };
    let mut fields = change.touched.clone();
    match here {
        None => fields.retain(|field| kind.spec().field(field).is_none_or(|spec| spec.set_by != SetBy::Creation)),
        Some(row) if change.is_first() => {
            let (before, after) = (&row.projection, &applied.projection);
            fields.retain(|field| {
                !GIVEN_ONCE.contains(&field.as_str())
                    && (before.fields.get(field) != after.fields.get(field)
                        || before.disagreements.contains(field) != after.disagreements.contains(field))
            });
        }
        Some(_) => {}
    }
    fields
}

fn row_after(
    sender: &Sender,
    item: &ChangeItem,
    kind: Kind,
    here: Option<DocumentRow>,
    applied: Applied,
    given: Option<&GivenBack>,
) -> DocumentRow {
    let actors = applied.new.iter().map(|change| change.actor);
    let generation = u32::try_from(item.generation).unwrap_or(u32::MAX);
    match here {
        Some(mut row) => {
            if given.is_some_and(|given| given.replaces) {
                row.generation = generation;
                row.actors.clear();
            }
            row.actors.extend(actors);
            // Whoever else had seen it has not seen this.
            row.facts.seen.retain(|seen| seen.by == sender.member.person);
            row.projection = applied.projection;
            row.stored = applied.stored;
            row
        }
        None => DocumentRow {
            id: item.id,
            programme: sender.programme,
            generation,
            kind,
            sort_at: Timestamp(0),
            facts: Facts::of_new(kind, given.map_or(Some(sender.member.person), |given| given.author)),
            actors: actors.collect(),
            projection: applied.projection,
            stored: applied.stored,
        },
    }
}

/// A note or follow-up must be on something that she may see, of a kind that it can be on; a code must have the id
/// that follows from its name.
pub(super) fn wrong_place(
    writing: &Writing<'_>,
    sender: &Sender,
    row: &DocumentRow,
) -> Result<Option<ErrorCode>, StorageError> {
    if row.kind == Kind::Code && !has_its_id(row) {
        return Ok(Some(ErrorCode::Malformed));
    }
    let Some(field) = row.kind.spec().parent else { return Ok(None) };
    let Some(parent) = row.parent() else { return Ok(Some(ErrorCode::UnknownField)) };
    if sender.sight(writing.connection(), parent)? == Sight::Hidden {
        return Ok(Some(ErrorCode::NotFound));
    }
    let Some(parent) = documents::find(writing.connection(), parent)? else {
        return Ok(Some(sender.absent(writing.connection(), parent)?));
    };
    let fits = match row.kind.spec().field(field).map(|spec| spec.shape) {
        Some(Shape::Reference(kinds)) => kinds.contains(&parent.kind),
        _ => false,
    };
    Ok(if fits { None } else { Some(ErrorCode::UnknownField) })
}

fn has_its_id(row: &DocumentRow) -> bool {
    match (row.projection.text("list"), row.projection.text("code")) {
        (Some(list), Some(code)) => row.id == code_id(row.programme, list, code),
        _ => false,
    }
}
