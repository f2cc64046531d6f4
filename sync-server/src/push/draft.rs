//! Drafts in a push. Called by [`super::write`]. Invariant: a draft is stored as it came, for its author alone; it is
//! replaced only by a state that was made from the one that is here.

use footbridge_model::{DocumentId, Kind, PersonId, ProgrammeId, Projection};
use footbridge_protocol::{Answer, DraftItem, ErrorCode, Mark};

use super::Sender;
use crate::sight::Sight;
use crate::storage::drafts::{self, DraftRow};
use crate::storage::{StorageError, Writing, documents, erased, log};

/// Takes the state of a draft.
pub(super) fn take(writing: &mut Writing<'_>, sender: &Sender, item: &DraftItem) -> Result<Answer, StorageError> {
    let Some(kind) = Kind::from_name(&item.kind).filter(|kind| kind.spec().drafted) else {
        return Ok(ErrorCode::UnknownKind.into());
    };
    if item.body.as_deref().is_some_and(|body| Projection::from_draft(body, kind.name()).is_err()) {
        return Ok(ErrorCode::Malformed.into());
    }
    match (sender.sight(writing.connection(), item.id)?, &item.body) {
        (Sight::Hidden, _) => return Ok(ErrorCode::NotFound.into()),
        // It is done: there is no draft any more, as was asked.
        (Sight::Seen, None) => return Ok(Answer::Duplicate),
        (Sight::Seen, Some(_)) => return Ok(ErrorCode::Changed.into()),
        (Sight::Nothing, _) => {}
    }
    let here = drafts::find(writing.connection(), item.id)?;
    let anothers = here.as_ref().is_some_and(|row| row.person != sender.member.person);
    if anothers {
        return Ok(ErrorCode::NotFound.into());
    }
    // What it is on is gone, and what would hang on it with it.
    for id in [Some(item.id), item.on].into_iter().flatten() {
        if erased::is_known(writing.connection(), id)? {
            return Ok(match item.body {
                None => Answer::Duplicate,
                Some(_) => sender.absent(writing.connection(), id)?.into(),
            });
        }
    }
    // What it is on may be a draft that is still to come; one that she may not see it cannot be.
    if let (Some(on), Some(_)) = (item.on, &item.body) {
        let is_hidden = sender.sight(writing.connection(), on)? == Sight::Hidden
            || drafts::find(writing.connection(), on)?.is_some_and(|row| row.person != sender.member.person);
        if is_hidden {
            return Ok(ErrorCode::NotFound.into());
        }
    }
    replace(writing, sender, item, kind, here)
}

fn replace(
    writing: &mut Writing<'_>,
    sender: &Sender,
    item: &DraftItem,
    kind: Kind,
    here: Option<DraftRow>,
) -> Result<Answer, StorageError> {
    let mark = *item.mark.as_bytes();
    let stands_on_this = item.base.map(|base| *base.as_bytes()) == here.as_ref().map(|row| row.mark);
    match (&item.body, here) {
        (None, None) => Ok(Answer::Duplicate),
        (Some(body), Some(row)) if row.mark == mark && row.body == body.as_bytes() => Ok(Answer::Duplicate),
        _ if !stands_on_this => Ok(ErrorCode::Changed.into()),
        (Some(body), _) => {
            let row = DraftRow {
                id: item.id,
                programme: sender.programme,
                person: sender.member.person,
                kind: kind.name().to_owned(),
                mark,
                on: item.on,
                body: body.clone().into_bytes(),
            };
            drafts::put(writing.connection(), &row)?;
            log::publish_draft(writing, sender.programme, row.person, row.id, false)?;
            Ok(Answer::Accepted)
        }
        (None, Some(_)) => {
            remove(writing, sender.programme, sender.member.person, item.id)?;
            writing.overwrite()?;
            Ok(Answer::Accepted)
        }
    }
}

/// Whether everything in a draft is told by the record that is made of it: the record was made of this state, or says
/// the same. Otherwise another device of hers went on with the draft meanwhile.
pub(super) fn is_told(draft: &DraftRow, made_of: Option<&[Mark]>, made: &Projection) -> bool {
    if made_of.unwrap_or_default().iter().any(|mark| *mark.as_bytes() == draft.mark) {
        return true;
    }
    let typed = str::from_utf8(&draft.body).ok().and_then(|body| Projection::from_json(body).ok());
    typed.is_some_and(|typed| typed.fields.iter().all(|(field, value)| made.fields.get(field) == Some(value)))
}

/// A draft is a record now. What the record does not tell stays, as a draft of its own: its id follows from the state,
/// so that the same words are kept once, whoever makes the record again.
pub(super) fn is_done(writing: &mut Writing<'_>, draft: DraftRow, is_told: bool) -> Result<(), StorageError> {
    let (id, programme, person) = (draft.id, draft.programme, draft.person);
    remove(writing, programme, person, id)?;
    if is_told {
        return Ok(());
    }
    let beside = DocumentId::named(id.as_bytes(), &[b"draft", &draft.mark], id.time());
    let connection = writing.connection();
    if documents::find(connection, beside)?.is_some() || erased::is_known(connection, beside)? {
        return Ok(());
    }
    drafts::put(connection, &DraftRow { id: beside, ..draft })?;
    log::publish_draft(writing, programme, person, beside, false)
}

/// Takes a person's draft away, and says so to her devices.
pub(super) fn remove(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    person: PersonId,
    id: DocumentId,
) -> Result<(), StorageError> {
    drafts::delete(writing.connection(), id)?;
    log::publish_draft(writing, programme, person, id, true)
}
