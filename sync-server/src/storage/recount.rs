//! What the database says of itself, counted anew: whether documents are as they were written, and whether what devices
//! are told of scopes follows from the log. Called by `checking`. Invariant: no document is touched here.

use std::collections::BTreeMap;

use footbridge_model::DocumentId;
use footbridge_protocol::pull::ScopeDigest;
use rusqlite::{Connection, params};

use super::digests;
use super::error::{Attempt, StorageError};
use super::writer::Writing;

/// Some documents, looked at byte by byte.
#[derive(Debug, Default)]
pub struct Documents {
    /// How many.
    pub count: u64,
    /// Those that are not as they were written.
    pub damaged: Vec<DocumentId>,
    /// The last of them; `None` where there are none.
    pub last: Option<DocumentId>,
}

/// The log, counted anew.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Documents that stand in it and are not here.
    pub missing: Vec<DocumentId>,
    /// Scopes of which devices are told something else than what stands in it.
    pub wrong: u64,
}

/// Looks at documents byte by byte, from after `after` on, at most `limit`.
pub fn documents(connection: &Connection, after: Option<DocumentId>, limit: u32) -> Result<Documents, StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT id, generation, stored, digest FROM documents WHERE id > ?1 ORDER BY id LIMIT ?2")
        .attempt("looking at documents")?;
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    let mut rows = statement.query(params![after, limit]).attempt("looking at documents")?;
    let mut looked = Documents::default();
    while let Some(row) = rows.next().attempt("looking at documents")? {
        let read = || {
            let id = DocumentId::from_bytes(row.get(0)?);
            let digest = digests::of(id, row.get(1)?, row.get_ref(2)?.as_blob()?);
            Ok((id, digest == row.get::<_, i64>(3)?.cast_unsigned()))
        };
        let (id, is_sound) = read().attempt("looking at a document")?;
        looked.count += 1;
        looked.last = Some(id);
        if !is_sound {
            looked.damaged.push(id);
        }
    }
    Ok(looked)
}

/// Counts the log anew.
pub fn log(connection: &Connection) -> Result<Log, StorageError> {
    let mut statement = connection
        .prepare(
            "SELECT e.scope, e.document, e.digest, d.digest
             FROM entries e JOIN scopes s ON s.number = e.scope LEFT JOIN documents d ON d.id = e.document
             WHERE e.gone = 0 AND s.name NOT LIKE 'drafts/%'",
        )
        .attempt("counting the log anew")?;
    let mut rows = statement.query([]).attempt("counting the log anew")?;
    let mut counted = Log::default();
    let mut sums: BTreeMap<i64, ScopeDigest> = BTreeMap::new();
    let mut stale = std::collections::BTreeSet::new();
    while let Some(row) = rows.next().attempt("counting the log anew")? {
        let read = || {
            let digest = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(i64::cast_unsigned));
            Ok((row.get::<_, i64>(0)?, DocumentId::from_bytes(row.get(1)?), digest(2)?, digest(3)?))
        };
        let (scope, document, counts, written) = read().attempt("counting the log anew")?;
        if let Some(counts) = counts {
            let sum = sums.entry(scope).or_default();
            *sum = sum.plus(counts);
        }
        match written {
            None => counted.missing.push(document),
            Some(written) if counts != Some(written) => {
                stale.insert(scope);
            }
            Some(_) => {}
        }
    }
    counted.missing.sort_unstable();
    counted.missing.dedup();
    for scope in digests::numbers(connection)? {
        let is_right = digests::read(connection, scope)? == sums.get(&scope).copied().unwrap_or_default();
        counted.wrong += u64::from(!is_right || stale.contains(&scope));
    }
    Ok(counted)
}

/// Makes what devices are told of scopes anew, from the documents and the log.
pub fn mend(writing: &mut Writing<'_>) -> Result<(), StorageError> {
    let connection = writing.connection();
    connection
        .execute(
            "UPDATE entries SET digest = (SELECT d.digest FROM documents d WHERE d.id = entries.document)
             WHERE gone = 0 AND scope IN (SELECT number FROM scopes WHERE name NOT LIKE 'drafts/%')
               AND EXISTS (SELECT 1 FROM documents d WHERE d.id = entries.document AND d.digest IS NOT entries.digest)",
            [],
        )
        .attempt("making the digests of entries anew")?;
    for scope in digests::numbers(connection)? {
        let mut statement = connection
            .prepare_cached("SELECT digest FROM entries WHERE scope = ?1 AND digest IS NOT NULL")
            .attempt("making the sum of a scope anew")?;
        let rows = statement
            .query_map(params![scope], |row| row.get(0).map(i64::cast_unsigned))
            .attempt("making the sum of a scope anew")?;
        let mut sum = ScopeDigest::default();
        for digest in rows {
            sum = sum.plus(digest.attempt("making the sum of a scope anew")?);
        }
        digests::set(connection, scope, sum)?;
    }
    writing.moves().forget();
    Ok(())
}
