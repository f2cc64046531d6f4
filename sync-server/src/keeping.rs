//! For how many days a programme keeps its notes at present. Called where a programme's document is saved, and by
//! `expiry`. Invariant: a longer time holds at once; a shorter one, whoever's device says so, takes effect after seven
//! days of a clock that can be believed, and is taken back by saying the longer time again before.

use footbridge_model::expiry::NOTICE_MILLIS;
use footbridge_model::{Timestamp, starter};
use serde_json::Value;

use crate::records;
use crate::storage::documents::{self, DocumentRow};
use crate::storage::programmes::{self, Keeping, Shorter};
use crate::storage::{StorageError, Writing};

impl Keeping {
    /// What holds once the programme's document says so many days.
    fn saying(self, says: i64, now: Timestamp) -> Self {
        let Some(days) = self.days.filter(|days| says < *days) else { return Self { days: Some(says), shorter: None } };
        let waits = self.shorter.filter(|shorter| shorter.days == says);
        Self { days: Some(days), shorter: Some(waits.unwrap_or(Shorter { days: says, since: now })) }
    }
}

/// Brings into line what holds and what waits with a programme's document, which is about to be saved.
pub(crate) fn settle(writing: &Writing<'_>, row: &mut DocumentRow) -> Result<(), StorageError> {
    let says = row.projection.fields.get("note_days").and_then(Value::as_i64).unwrap_or(starter::NOTE_DAYS).max(0);
    let before = programmes::keeping(writing.connection(), row.programme)?;
    let after = before.saying(says, writing.now());
    if after != before {
        programmes::set_keeping(writing.connection(), row.programme, after)?;
    }
    row.facts.keeps_days = after.shorter.and(after.days);
    row.facts.shortens_at = after.shorter.map(|shorter| shorter.since.plus_millis(NOTICE_MILLIS));
    Ok(())
}

/// Lets shorter times take effect whose seven days are over.
pub(crate) fn take_effect(writing: &mut Writing<'_>) -> Result<(), StorageError> {
    if !writing.is_sure_of_time() {
        return Ok(());
    }
    let now = writing.now();
    for programme in programmes::all(writing.connection())? {
        let before = programmes::keeping(writing.connection(), programme.id)?;
        let Some(shorter) = before.shorter else { continue };
        let after = if shorter.since > now {
            // Said while the clock was ahead: its days begin today.
            Keeping { shorter: Some(Shorter { since: now, ..shorter }), ..before }
        } else if now >= shorter.since.plus_millis(NOTICE_MILLIS) {
            Keeping { days: Some(shorter.days), shorter: None }
        } else {
            continue;
        };
        programmes::set_keeping(writing.connection(), programme.id, after)?;
        if let Some(row) = documents::find(writing.connection(), programme.id.document())? {
            records::save(writing, row)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Keeping = Keeping { days: Some(180), shorter: None };
    const fn waiting(days: i64, since: i64) -> Keeping {
        Keeping { days: Some(180), shorter: Some(Shorter { days, since: Timestamp(since) }) }
    }

    #[test]
    fn a_shorter_time_waits_and_a_longer_one_holds_at_once() {
        assert_eq!(Keeping::default().saying(0, Timestamp(1)), Keeping { days: Some(0), shorter: None });
        assert_eq!(START.saying(0, Timestamp(1)), waiting(0, 1));
        assert_eq!(waiting(0, 1).saying(0, Timestamp(9)), waiting(0, 1), "saying it again begins nothing anew");
        assert_eq!(waiting(0, 1).saying(90, Timestamp(9)), waiting(90, 9));
        assert_eq!(waiting(0, 1).saying(180, Timestamp(9)), START, "taken back");
        assert_eq!(waiting(0, 1).saying(200, Timestamp(9)), Keeping { days: Some(200), shorter: None });
    }
}
