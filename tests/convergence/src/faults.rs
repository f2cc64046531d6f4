//! What can go wrong, by name, and how often each did. Invariant: everything that a run is proud of is counted where it
//! happened, not where it was meant to.

use std::collections::BTreeMap;

/// The faults that must each have happened in the seeds of the tests.
pub const FAULTS: &[&str] = &[
    "partition",
    "delay",
    "duplicate",
    "reorder",
    "answer lost",
    "link broken on the way up",
    "link broken on the way down",
    "device restarted",
    "device switched off in a sync",
    "server restarted",
    "clock years off",
    "revoked",
    "lost and to be wiped",
    "reinstated",
    "role or districts changed",
    "scope gained",
    "scope lost",
    "store rolled back",
    "store copied",
    "rejected in the middle of a chain",
    "server restored from a backup",
    "another schema",
    "hostile item",
    "heavy document",
    "server's clock years off",
    "left",
];

/// The deeds that must each have been done in the seeds of the tests.
pub const DEEDS: &[&str] = &[
    "visit",
    "contact",
    "note",
    "follow_up",
    "draft",
    "done",
    "draft deleted",
    "draft kept beside its record",
    "edit",
    "edit of a draft",
    "edit of a note",
    "set changed",
    "number",
    "settle",
    "withdraw",
    "restore",
    "reword",
    "erase",
    "give",
    "close",
    "reopen",
    "attribute",
    "seen",
    "invite",
    "role",
    "revoke",
    "reinstate",
    "take",
    "discard",
    "thrown away",
    "review link",
    "code",
];

/// How often each thing happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// Once more.
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    /// Those of another run as well.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// So often more, where it is one of the faults or deeds.
    pub fn told(&mut self, what: &str, count: u64) {
        if let Some(known) = FAULTS.iter().chain(DEEDS).find(|known| **known == what) {
            *self.0.entry(known).or_default() += count;
        }
    }

    /// How often.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }
}
