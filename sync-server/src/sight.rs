//! Whether somebody may see a record, asked before anything of it is loaded. Called by push before it looks at an item,
//! and wherever it is said what became of a record. Invariant: only its programme and its audience are read; what she
//! may not see and what is not here cost alike and are told alike, and that a record was erased is told to those alone
//! who could see it.

use footbridge_model::{DocumentId, Member, ProgrammeId};
use footbridge_protocol::ErrorCode;
use rusqlite::Connection;

use crate::storage::{StorageError, documents, erased, log};

/// What somebody may know of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// There is none of that id.
    Nothing,
    /// There is one, and not for her to see.
    Hidden,
    /// She may see it.
    Seen,
}

/// What a member of `programme` may know of the record of that id.
pub(crate) fn of(
    connection: &Connection,
    programme: ProgrammeId,
    member: &Member,
    id: DocumentId,
) -> Result<Sight, StorageError> {
    Ok(match documents::programme(connection, id)? {
        None => Sight::Nothing,
        Some(its) if its == programme && member.sees(&log::audience(connection, id)?) => Sight::Seen,
        Some(_) => Sight::Hidden,
    })
}

/// What a member of `programme` is told of a record that is not here: that it was erased, where she could see it. When
/// nothing tells any more who could (after more than a year), every member is told.
pub(crate) fn absent(
    connection: &Connection,
    programme: ProgrammeId,
    member: &Member,
    id: DocumentId,
) -> Result<ErrorCode, StorageError> {
    if erased::programme(connection, id)? != Some(programme) {
        return Ok(ErrorCode::NotFound);
    }
    let stood = log::stood(connection, id)?;
    let knew = stood.is_empty() || member.scopes().iter().any(|scope| stood.contains(scope));
    Ok(if knew { ErrorCode::Erased } else { ErrorCode::NotFound })
}
