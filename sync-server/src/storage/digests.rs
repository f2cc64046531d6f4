//! What devices compare to know that they hold what this server holds: the digest of each document, what each entry
//! of the log counts for, and count and sum of each scope. Called by `log`, by the writer at the end of a transaction,
//! by pull and by the server's check of itself. Invariant: a document's digest is made once, when it is written; count
//! and sum of a scope are changed in the transaction that changes its entries, and follow from them.

use std::collections::BTreeMap;

use footbridge_model::{DocumentId, ProgrammeId, Scope};
use footbridge_protocol::pull::{self, ScopeDigest};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Attempt, StorageError};
use super::log;

/// By how much the numbers of scopes move in one transaction; written at its end, once for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Moves(BTreeMap<i64, Move>);

#[derive(Debug, Clone, Copy, Default)]
struct Move {
    documents: i64,
    sum: u64,
}

impl Moves {
    /// An entry of this scope counted for `before`, and counts for `after`.
    pub(super) fn note(&mut self, scope: i64, before: Option<u64>, after: Option<u64>) {
        if before == after {
            return;
        }
        let all = self.0.entry(scope).or_default();
        all.documents += i64::from(after.is_some()) - i64::from(before.is_some());
        all.sum = all.sum.wrapping_sub(before.unwrap_or(0)).wrapping_add(after.unwrap_or(0));
    }

    /// Forgets them: the numbers were made anew from the entries.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Writes them.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), StorageError> {
        for (scope, by) in &self.0 {
            let ScopeDigest { count, sum } = read(connection, *scope)?;
            let after = ScopeDigest { count: count.saturating_add_signed(by.documents), sum: sum.wrapping_add(by.sum) };
            set(connection, *scope, after)?;
        }
        Ok(())
    }
}

/// The digest of a document as it is served.
pub fn of(id: DocumentId, generation: u32, stored: &[u8]) -> u64 {
    pull::digest(id, u64::from(generation), stored)
}

/// The digest with which a document was written.
pub(super) fn written(connection: &Connection, document: DocumentId) -> Result<Option<u64>, StorageError> {
    connection
        .prepare_cached("SELECT digest FROM documents WHERE id = ?1")
        .and_then(|mut statement| {
            statement.query_row(params![document.as_bytes()], |row| row.get(0).map(i64::cast_unsigned)).optional()
        })
        .attempt("looking for a document's digest")
}

/// Whether a document's bytes are those that were written. One that is not here is not damaged.
pub fn is_sound(connection: &Connection, document: DocumentId) -> Result<bool, StorageError> {
    let found = connection
        .prepare_cached("SELECT generation, stored, digest FROM documents WHERE id = ?1")
        .and_then(|mut statement| {
            statement
                .query_row(params![document.as_bytes()], |row| {
                    let stored = row.get_ref(1)?.as_blob()?;
                    Ok(of(document, row.get(0)?, stored) == row.get::<_, i64>(2)?.cast_unsigned())
                })
                .optional()
        })
        .attempt("looking at a document's bytes")?;
    Ok(found.unwrap_or(true))
}

/// Count and sum of a scope.
pub fn of_scope(connection: &Connection, programme: ProgrammeId, scope: &Scope) -> Result<ScopeDigest, StorageError> {
    match log::number_of(connection, programme, scope)? {
        Some(number) => read(connection, number),
        None => Ok(ScopeDigest::default()),
    }
}

/// What the documents of a scope count for, by their ids, from after `after` on, at most `limit`.
pub fn list(
    connection: &Connection,
    programme: ProgrammeId,
    scope: &Scope,
    after: Option<DocumentId>,
    limit: usize,
) -> Result<Vec<(DocumentId, u64)>, StorageError> {
    let Some(number) = log::number_of(connection, programme, scope)? else { return Ok(Vec::new()) };
    // By the scope's own entries, however many the other scopes have: hence the signs.
    let mut statement = connection
        .prepare_cached(
            "SELECT document, digest FROM entries
             WHERE scope = ?1 AND digest IS NOT NULL AND +document > ?2 ORDER BY +document LIMIT ?3",
        )
        .attempt("listing digests")?;
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement
        .query_map(params![number, after, limit], |row| {
            Ok((DocumentId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
        })
        .attempt("listing digests")?;
    rows.collect::<Result<_, _>>().attempt("listing digests")
}

/// The scopes that have one.
pub(super) fn numbers(connection: &Connection) -> Result<Vec<i64>, StorageError> {
    let mut statement = connection.prepare_cached("SELECT number FROM scopes").attempt("listing the scopes")?;
    let rows = statement.query_map([], |row| row.get(0)).attempt("listing the scopes")?;
    rows.collect::<Result<_, _>>().attempt("listing the scopes")
}

pub(super) fn read(connection: &Connection, scope: i64) -> Result<ScopeDigest, StorageError> {
    connection
        .prepare_cached("SELECT documents, sum FROM scopes WHERE number = ?1")
        .and_then(|mut statement| {
            statement.query_row(params![scope], |row| {
                let (count, sum): (i64, i64) = (row.get(0)?, row.get(1)?);
                Ok(ScopeDigest { count: count.cast_unsigned(), sum: sum.cast_unsigned() })
            })
        })
        .attempt("reading the sum of a scope")
}

pub(super) fn set(connection: &Connection, scope: i64, digest: ScopeDigest) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE scopes SET documents = ?2, sum = ?3 WHERE number = ?1")
        .and_then(|mut statement| {
            statement.execute(params![scope, digest.count.cast_signed(), digest.sum.cast_signed()])
        })
        .attempt("writing the sum of a scope")?;
    Ok(())
}
