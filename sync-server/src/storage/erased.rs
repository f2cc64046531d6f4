//! Table `erased`: records that are gone for good. Called by `erasing`, and by push and pull before they say what has
//! become of a record. Invariant: what was erased does not come back, and nothing of it is here but that it was.

use footbridge_model::{DocumentId, PersonId, ProgrammeId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};

/// Why a record is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its days were over.
    Expired,
    /// Somebody had it erased.
    Erased,
}

impl Why {
    const fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Erased => "erased",
        }
    }
}

/// Notes that a record is gone. Said once is said for good.
pub fn insert(
    connection: &Connection,
    id: DocumentId,
    programme: ProgrammeId,
    at: Timestamp,
    why: Why,
    by: Option<PersonId>,
) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO erased (id, programme, at, why, person) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )
        .and_then(|mut statement| {
            let by = by.as_ref().map(PersonId::as_bytes);
            statement.execute(params![id.as_bytes(), programme.as_bytes(), at.0, why.name(), by])
        })
        .attempt("noting that a record is gone")?;
    Ok(())
}

/// Whether it is gone for good.
pub fn is_known(connection: &Connection, id: DocumentId) -> Result<bool, StorageError> {
    Ok(programme(connection, id)?.is_some())
}

/// In which programme it was, if it is gone for good.
pub fn programme(connection: &Connection, id: DocumentId) -> Result<Option<ProgrammeId>, StorageError> {
    let found: Option<[u8; 16]> = connection
        .prepare_cached("SELECT programme FROM erased WHERE id = ?1")
        .and_then(|mut statement| statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking for what is gone")?;
    Ok(found.map(ProgrammeId::from_bytes))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, programme as made};
    use super::*;

    #[test]
    fn what_is_gone_is_known_with_its_programme() {
        let connection = memory();
        let here = made(&connection);
        let id = DocumentId::from_bytes([3; 16]);
        assert!(!is_known(&connection, id).unwrap());
        insert(&connection, id, here, Timestamp(1), Why::Erased, None).unwrap();
        insert(&connection, id, here, Timestamp(2), Why::Expired, None).unwrap();
        assert!(is_known(&connection, id).unwrap());
        assert_eq!(programme(&connection, id).unwrap(), Some(here));
    }
}
