//! In table `server`: until when this server's clock is known to have gone right. Looked at when the folder is opened
//! and in every transaction; asked by whatever does what cannot be undone. Invariant: while the clock is in doubt
//! nothing goes for good, and what is written meanwhile is no proof of the time.

use footbridge_model::Timestamp;
use footbridge_model::expiry::DAY_MILLIS;
use rusqlite::{Connection, params};

use super::error::{Attempt, StorageError};

/// A clock that has gone on by more than this since it was last known to be right is in doubt.
pub const LEAP_MILLIS: i64 = 3 * DAY_MILLIS;

/// What is known of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The latest moment at which it was right, as far as is known.
    pub at: Timestamp,
    /// Whether it has leapt since.
    pub is_in_doubt: bool,
}

impl Known {
    /// A clock that is taken at its word.
    pub const fn right(at: Timestamp) -> Self {
        Self { at, is_in_doubt: false }
    }

    /// What is known once the clock says `now`. One that went back is waited for; one that was put right is believed.
    pub fn seen(self, now: Timestamp) -> Self {
        if now > self.at.plus_millis(LEAP_MILLIS) {
            Self { is_in_doubt: true, ..self }
        } else {
            Self::right(self.at.max(now))
        }
    }
}

/// What the folder knows: the latest of what was noted, the last commit of each programme, and the newest line of the
/// journal; a clock that was in doubt when these were written is believed only as far as it was before. `now` counts
/// where nothing was ever written.
pub(super) fn known(
    connection: &Connection,
    journalled: Option<Timestamp>,
    now: Timestamp,
) -> Result<Known, StorageError> {
    let (noted, is_in_doubt): (Option<i64>, bool) = connection
        .query_row("SELECT clock_at, clock_in_doubt FROM server", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .attempt("reading what is known of the clock")?;
    let noted = noted.map(Timestamp);
    if is_in_doubt {
        return Ok(Known { at: noted.unwrap_or(now), is_in_doubt });
    }
    let committed: Option<i64> = connection
        .query_row(
            "SELECT max((SELECT at FROM commits WHERE programme = p.id ORDER BY last_seq DESC LIMIT 1))
             FROM programmes p",
            [],
            |row| row.get(0),
        )
        .attempt("reading when something was last committed")?;
    let latest = [noted, committed.map(Timestamp), journalled].into_iter().flatten().max();
    Ok(Known::right(latest.unwrap_or(now)))
}

/// Notes what is known.
pub(super) fn note(connection: &Connection, known: Known) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE server SET clock_at = ?1, clock_in_doubt = ?2")
        .and_then(|mut statement| statement.execute(params![known.at.0, known.is_in_doubt]))
        .attempt("noting what is known of the clock")?;
    Ok(())
}

/// What was last noted, for whoever is told of it.
pub fn noted(connection: &Connection) -> Result<Known, StorageError> {
    connection
        .query_row("SELECT coalesce(clock_at, 0), clock_in_doubt FROM server", [], |row| {
            Ok(Known { at: Timestamp(row.get(0)?), is_in_doubt: row.get(1)? })
        })
        .attempt("reading what is known of the clock")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    const fn day(number: i64) -> Timestamp {
        Timestamp(number * DAY_MILLIS)
    }

    #[test]
    fn a_clock_that_leaps_is_in_doubt_until_it_is_put_right() {
        let right = Known::right(day(100));
        assert_eq!(right.seen(day(103)), Known::right(day(103)));
        assert_eq!(right.seen(day(90)), right, "one that went back is waited for");
        let leapt = right.seen(day(300));
        assert_eq!(leapt, Known { at: day(100), is_in_doubt: true });
        assert_eq!(leapt.seen(day(301)), leapt, "however long it goes on so");
        assert_eq!(leapt.seen(day(102)), Known::right(day(102)));
    }

    #[test]
    fn commits_and_journal_tell_when_the_clock_was_right_unless_it_was_in_doubt_then() {
        let connection = memory();
        let (programme, _) = with_amina(&connection);
        note(&connection, Known::right(day(5))).unwrap();
        super::super::log::insert_commit(&connection, programme, super::super::log::Seq(1), [1; 8], day(9)).unwrap();
        assert_eq!(known(&connection, None, day(400)).unwrap(), Known::right(day(9)));
        assert_eq!(known(&connection, Some(day(12)), day(400)).unwrap(), Known::right(day(12)));
        let in_doubt = Known { at: day(5), is_in_doubt: true };
        note(&connection, in_doubt).unwrap();
        assert_eq!(known(&connection, Some(day(12)), day(400)).unwrap(), in_doubt);
        assert_eq!(noted(&connection).unwrap(), in_doubt);
    }
}
