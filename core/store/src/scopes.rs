//! Table `scopes`: what the person may read, and how far the device has come in each.

use footbridge_model::Scope;

use crate::connection::{Snapshot, Writing};
use crate::digests;
use crate::error::StoreError;

/// How many scopes a device can hold: the bits of an integer.
pub const SLOTS: u32 = 62;

/// Where a device stands in a scope. The parts are the server's; the store only keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorRow {
    /// The life of the server's database.
    pub epoch: [u8; 16],
    /// A place in its log.
    pub seq: u64,
    /// The random mark of that place.
    pub mark: [u8; 8],
    /// During a cold start: how far down it has come.
    pub below: Option<u64>,
}

/// A scope that the device holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRow {
    /// Which.
    pub scope: Scope,
    /// Its bit in a record's `scopes`.
    pub slot: u32,
    /// Where to go on; absent before the first frame.
    pub cursor: Option<CursorRow>,
}

impl ScopeRow {
    /// Its bit.
    pub fn bit(&self) -> i64 {
        1 << self.slot
    }
}

/// All scopes that the device holds.
///
/// # Errors
/// What the database says.
pub fn all(snapshot: &Snapshot<'_>) -> Result<Vec<ScopeRow>, StoreError> {
    let during = StoreError::during("reading the scopes");
    let mut statement = snapshot
        .0
        .prepare_cached("SELECT name, slot, epoch, seq, mark, below FROM scopes ORDER BY slot")
        .map_err(&during)?;
    let rows = statement
        .query_map([], |row| {
            let name: String = row.get(0)?;
            let epoch: Option<[u8; 16]> = row.get(2)?;
            let seq: Option<i64> = row.get(3)?;
            let mark: Option<[u8; 8]> = row.get(4)?;
            let below: Option<i64> = row.get(5)?;
            let cursor = match (epoch, seq, mark) {
                (Some(epoch), Some(seq), Some(mark)) => {
                    let below = below.map(i64::cast_unsigned);
                    Some(CursorRow { epoch, seq: seq.cast_unsigned(), mark, below })
                }
                _ => None,
            };
            Ok((name, row.get(1)?, cursor))
        })
        .map_err(&during)?;
    let mut scopes = Vec::new();
    for row in rows {
        let (name, slot, cursor) = row.map_err(&during)?;
        // A name that this version does not know was never stored by it; an older one is let be.
        if let Ok(scope) = name.parse() {
            scopes.push(ScopeRow { scope, slot, cursor });
        }
    }
    Ok(scopes)
}

/// Begins to hold a scope, in the lowest free slot. `None` where all are taken.
///
/// # Errors
/// What the database says.
pub fn add(writing: &Writing<'_>, scope: &Scope) -> Result<Option<ScopeRow>, StoreError> {
    let taken: Vec<u32> = all(writing)?.iter().map(|row| row.slot).collect();
    let Some(slot) = (0..SLOTS).find(|slot| !taken.contains(slot)) else { return Ok(None) };
    writing
        .0
        .0
        .execute("INSERT INTO scopes (name, slot) VALUES (?1, ?2)", (scope.to_string(), slot))
        .map_err(StoreError::during("adding a scope"))?;
    Ok(Some(ScopeRow { scope: scope.clone(), slot, cursor: None }))
}

/// Remembers where to go on.
///
/// # Errors
/// What the database says.
pub fn advance(writing: &Writing<'_>, scope: &Scope, cursor: &CursorRow) -> Result<(), StoreError> {
    let during = StoreError::during("advancing a cursor");
    let sql = "UPDATE scopes SET epoch = ?2, seq = ?3, mark = ?4, below = ?5 WHERE name = ?1";
    let below = cursor.below.map(u64::cast_signed);
    let values = (scope.to_string(), cursor.epoch, cursor.seq.cast_signed(), cursor.mark, below);
    writing.0.0.prepare_cached(sql).map_err(&during)?.execute(values).map_err(&during).map(drop)
}

/// Begins every scope anew.
///
/// # Errors
/// What the database says.
pub fn rewind(writing: &Writing<'_>) -> Result<(), StoreError> {
    let sql = "UPDATE scopes SET epoch = NULL, seq = NULL, mark = NULL, below = NULL";
    writing.0.0.execute(sql, []).map_err(StoreError::during("rewinding the cursors"))?;
    digests::begin_anew(writing, i64::MAX)
}

/// Begins one scope anew.
///
/// # Errors
/// What the database says.
pub fn rewind_one(writing: &Writing<'_>, scope: &Scope) -> Result<(), StoreError> {
    let sql = "UPDATE scopes SET epoch = NULL, seq = NULL, mark = NULL, below = NULL WHERE name = ?1";
    writing.0.0.execute(sql, [scope.to_string()]).map_err(StoreError::during("rewinding a cursor")).map(drop)
}

/// Lets go of a scope. What stood in it is the caller's to let go of.
///
/// # Errors
/// What the database says.
pub fn remove(writing: &Writing<'_>, scope: &Scope) -> Result<(), StoreError> {
    let during = StoreError::during("letting go of a scope");
    writing.0.0.execute("DELETE FROM scopes WHERE name = ?1", [scope.to_string()]).map_err(&during).map(drop)
}
