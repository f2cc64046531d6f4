//! Erasing: a record goes for good, with what is on it. Called by push (a command), by `expiry`, by the review pages
//! and by `restore`, which replays the journal. Invariant: what was erased is in no row, no entry of the log tells of
//! it but that it is gone, and within a minute, at the latest when the server has stopped, it is in no byte of a file
//! of the server's.

use std::time::Duration;

use footbridge_model::{DocumentId, Kind, PersonId, ProgrammeId};
use serde_json::json;

use crate::journal::Entry;
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::{self, By, Deed};
use crate::storage::{StorageError, Writing, commands, devices, documents, drafts, erased, log, quarantine, set_aside};

pub use crate::storage::erased::Why;

/// Several erasures in one breath cost one laying out.
const BREATH: Duration = Duration::from_secs(15);

/// Where somebody reads just then, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(2);

/// Erases a record and what is on it: in the journal, in the audit trail (but where its days were over), for good.
/// Gives how many records and drafts went.
pub(crate) fn erase(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    id: DocumentId,
    why: Why,
    by: By,
) -> Result<usize, StorageError> {
    let kind = documents::kind(writing.connection(), id)?;
    if kind.as_deref() == Some(Kind::Person.name()) {
        // What is hers alone goes with her name.
        let person = PersonId::from(id);
        for draft in drafts::of_person(writing.connection(), person)? {
            erase(writing, programme, draft, why, by)?;
        }
    }
    let gone = bury(writing, programme, id, why, by.person())?;
    for id in &gone {
        let expired = why == Why::Expired;
        writing.journal(Entry::Erased { programme, id: *id, by: by.person(), expired });
    }
    if why == Why::Erased {
        let detail = json!({ "kind": kind, "records": gone.len() });
        audit::note(writing, programme, by, Deed::Erased, *id.as_bytes(), &detail)?;
    }
    Ok(gone.len())
}

/// The same without a word in the journal or the audit trail: what a restored database is told of what it does not
/// know. Also of a record that is not here. Gives the ids of all that went.
pub(crate) fn bury(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    id: DocumentId,
    why: Why,
    by: Option<PersonId>,
) -> Result<Vec<DocumentId>, StorageError> {
    let mut ids = vec![id];
    let mut place = 0;
    while let Some(next) = ids.get(place).copied() {
        let mut on = documents::on(writing.connection(), next)?;
        on.extend(drafts::on(writing.connection(), next)?);
        on.retain(|id| !ids.contains(id));
        ids.extend(on);
        place += 1;
    }
    let is_contact = documents::kind(writing.connection(), id)?.as_deref() == Some(Kind::Contact.name());
    for id in &ids {
        one(writing, programme, *id, why, by)?;
    }
    if is_contact {
        // Follow-ups on visits with her showed her handle.
        records::handle_has_changed(writing, id)?;
    }
    // Of a person, what she called her devices too.
    devices::forget_names(writing.connection(), PersonId::from(id))?;
    writing.overwrite()?;
    Ok(ids)
}

fn one(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    id: DocumentId,
    why: Why,
    by: Option<PersonId>,
) -> Result<(), StorageError> {
    log::withdraw(writing, programme, id)?;
    documents::delete(writing.connection(), id)?;
    drafts::delete(writing.connection(), id)?;
    commands::forget(writing.connection(), id)?;
    quarantine::forget(writing.connection(), id)?;
    set_aside::forget_record(writing.connection(), id)?;
    erased::insert(writing.connection(), id, programme, writing.now(), why, by)
}

/// Empties the write-ahead log soon after words were taken away, and again until it is empty, for as long as the
/// server runs.
pub(crate) async fn keep_empty(state: ServerState) {
    loop {
        tokio::select! {
            () = state.stopping().cancelled() => return,
            () = state.storage().words_taken_away() => state.streams().clear(),
        }
        let mut pause = BREATH;
        loop {
            tokio::select! {
                () = state.stopping().cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            match state.storage().empty_log().await {
                Ok(true) => break,
                Ok(false) => pause = AGAIN,
                // It stops: it empties the log itself.
                Err(_) => return,
            }
        }
    }
}
