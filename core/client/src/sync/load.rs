//! How much goes up at once: what the link carries in some seconds. Pure. Invariant: it begins small and grows while
//! answers come swiftly, so that what a slow link has carried is answered for before it breaks.

use std::time::Duration;

use footbridge_protocol::limits;
use footbridge_protocol::push::EnvelopeMessage;

/// What a push weighs when nothing is known of the link.
const FIRST: usize = 32 * 1024;
/// And at least, however slow it is.
const LEAST: usize = 8 * 1024;
/// A push that is answered within this time went over a link that carries more.
const SWIFT: Duration = Duration::from_secs(3);
/// One that takes longer was too much.
const LONG: Duration = Duration::from_secs(10);

/// How much goes up at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    weight: usize,
    /// Where the link broke last, it breaks again.
    cap: Option<usize>,
}

impl Load {
    /// At the beginning of a sync. `cap`: what [`Self::cap_after_break`] or [`Self::cap_after_all`] gave last.
    pub(super) fn begin(cap: Option<u64>) -> Self {
        let cap = cap.and_then(|cap| usize::try_from(cap).ok()).filter(|cap| *cap < most());
        Self { weight: FIRST, cap }.within()
    }

    /// After a push of this much that took so long.
    pub(super) fn after(self, took: Duration) -> Self {
        let weight = if took < SWIFT {
            self.weight.saturating_mul(4)
        } else if took < LONG {
            self.weight
        } else {
            self.weight / 2
        };
        Self { weight, ..self }.within()
    }

    /// What a push may weigh from now on, after one of this much broke.
    pub(super) fn cap_after_break(self) -> u64 {
        (self.weight / 2).max(LEAST) as u64
    }

    /// What it may weigh after everything got through; nothing to note where nothing had broken.
    pub(super) fn cap_after_all(self) -> Option<u64> {
        self.cap.map(|cap| cap.saturating_mul(4) as u64)
    }

    /// How much one envelope may hold.
    pub(super) fn room(self) -> usize {
        self.weight.min(EnvelopeMessage::ROOM)
    }

    /// How many envelopes go at once.
    pub(super) fn envelopes(self) -> u64 {
        (self.weight / EnvelopeMessage::ROOM).max(1) as u64
    }

    fn within(self) -> Self {
        Self { weight: self.weight.clamp(LEAST, self.cap.unwrap_or(most()).max(LEAST)), ..self }
    }
}

fn most() -> usize {
    limits::PUSH_ENVELOPES * EnvelopeMessage::ROOM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(mut load: Load, times: &[u64]) -> Load {
        for seconds in times {
            load = load.after(Duration::from_secs(*seconds));
        }
        load
    }

    #[test]
    fn a_quick_link_soon_carries_all_that_may_go_at_once() {
        let load = after(Load::begin(None), &[0; 5]);
        assert_eq!((load.room(), load.envelopes()), (EnvelopeMessage::ROOM, limits::PUSH_ENVELOPES as u64));
    }

    #[test]
    fn a_slow_link_carries_little_at_a_time_and_never_nothing() {
        let load = Load::begin(None);
        assert_eq!((load.room(), load.envelopes()), (FIRST, 1));
        assert_eq!(after(load, &[5, 5]), load, "as much as it carries in some seconds");
        assert_eq!(after(load, &[20]).room(), FIRST / 2);
        assert_eq!(after(load, &[60; 20]).room(), LEAST);
    }

    #[test]
    fn where_a_link_broke_less_goes_until_everything_got_through() {
        let broken = after(Load::begin(None), &[1]);
        let again = Load::begin(Some(broken.cap_after_break()));
        assert_eq!(after(again, &[0; 9]).room(), FIRST * 2);
        let healed = Load::begin(again.cap_after_all());
        assert_eq!(after(healed, &[0; 9]).room(), FIRST * 8);
        assert_eq!(Load::begin(None).cap_after_all(), None, "nothing to write");
        assert_eq!(Load::begin(Some(u64::MAX)).cap_after_all(), None, "nor any more");
    }
}
