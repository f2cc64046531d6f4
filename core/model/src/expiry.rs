//! How long a note is kept: the one rule by which the server lets go of it and a device hides it. Invariant: a phone
//! whose clock was wrong when the note was recorded neither shortens its days nor lengthens them by more than a day.

use crate::time::Timestamp;

/// A day in milliseconds.
pub const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How long a setting that erases can be taken back before it takes effect.
pub const NOTICE_MILLIS: i64 = 7 * DAY_MILLIS;

/// From when a note's days count: the later of when it was recorded and when the server received it. A record from a
/// clock that is ahead counts as if it had been made a day after it came, at most.
pub fn counts_from(recorded_at: Timestamp, received_at: Timestamp) -> Timestamp {
    received_at.max(recorded_at.min(received_at.plus_millis(DAY_MILLIS)))
}

/// The moment until which notes count from whose `days` are over at `now`.
pub fn over_until(days: i64, now: Timestamp) -> Timestamp {
    now.plus_millis(days.max(0).saturating_mul(DAY_MILLIS).saturating_neg())
}

/// Whether a note's days are over.
pub fn is_over(recorded_at: Timestamp, received_at: Timestamp, days: i64, now: Timestamp) -> bool {
    counts_from(recorded_at, received_at) <= over_until(days, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(number: i64) -> Timestamp {
        Timestamp(number * DAY_MILLIS)
    }

    #[test]
    fn days_count_from_the_later_of_recorded_and_received() {
        assert!(!is_over(day(1), day(200), 180, day(379)), "a clock that was behind, or a phone that was away");
        assert!(is_over(day(1), day(200), 180, day(380)));
        assert!(is_over(day(200), day(200), 180, day(380)));
    }

    #[test]
    fn a_clock_that_is_years_ahead_keeps_a_note_a_day_longer_at_most() {
        assert!(!is_over(day(9000), day(200), 180, day(380)));
        assert!(is_over(day(9000), day(200), 180, day(381)));
        assert!(!is_over(Timestamp(i64::MAX), Timestamp(i64::MAX), i64::MAX, Timestamp(0)));
    }
}
