//! From a row of table `records` to a [`RecordRow`]. Called by every query that gives records.

use std::collections::BTreeSet;

use footbridge_model::{DocumentId, Fields, Projection, Timestamp};
use rusqlite::Row;

use super::RecordRow;

/// What [`read`] reads, in its order.
pub(crate) const COLUMNS: &str =
    "number, id, generation, sort_at, scopes, document, projection, facts, draft_mark, kind, served, digest, ahead";

/// A row. What stands in it as JSON and cannot be read, because something damaged it, is taken for empty: one
/// damaged row keeps nobody from the others, and the next sync mends it.
pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    let sort_at = Timestamp(row.get(3)?);
    let projection = text(row, 6)?.and_then(|json| Projection::from_json(json).ok());
    let projection = match projection {
        Some(projection) => projection,
        None => Projection {
            kind: row.get(9)?,
            schema: 1,
            recorded_at: sort_at,
            fields: Fields::new(),
            disagreements: BTreeSet::new(),
        },
    };
    Ok(RecordRow {
        number: row.get(0)?,
        id: DocumentId::from_bytes(row.get(1)?),
        generation: row.get::<_, i64>(2)?.cast_unsigned(),
        sort_at,
        scopes: row.get(4)?,
        packed: row.get(5)?,
        projection,
        facts: text(row, 7)?.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default(),
        draft_mark: row.get(8)?,
        served: row.get(10)?,
        digest: row.get::<_, Option<i64>>(11)?.map(i64::cast_unsigned),
        is_ahead: row.get(12)?,
    })
}

/// A text; `None` for one that is not UTF-8.
pub(crate) fn text<'a>(row: &'a Row<'_>, index: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(std::str::from_utf8(row.get_ref(index)?.as_bytes()?).ok())
}
