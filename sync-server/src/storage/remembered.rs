//! What a transaction has looked up once and need not look up for each record. Called by the tables, through
//! [`super::Writing`]. Invariant: it lasts for one transaction at most, and is taken back with the work that found it.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::{ProgrammeId, Scope};
use jiff::tz::TimeZone;

/// What is known of each programme.
#[derive(Clone, Default)]
pub(crate) struct Remembered(BTreeMap<ProgrammeId, Programme>);

#[derive(Clone, Default)]
struct Programme {
    time_zone: Option<TimeZone>,
    scopes: BTreeMap<Scope, i64>,
    languages: BTreeSet<String>,
}

impl Remembered {
    /// Its time zone, as its document says.
    pub(crate) fn time_zone(&self, programme: ProgrammeId) -> Option<TimeZone> {
        self.0.get(&programme)?.time_zone.clone()
    }

    /// Remembers it; or forgets it, where its document changes.
    pub(crate) fn set_time_zone(&mut self, programme: ProgrammeId, time_zone: Option<TimeZone>) {
        self.0.entry(programme).or_default().time_zone = time_zone;
    }

    /// The number of a scope.
    pub(super) fn scope(&self, programme: ProgrammeId, scope: &Scope) -> Option<i64> {
        self.0.get(&programme)?.scopes.get(scope).copied()
    }

    /// Remembers it.
    pub(super) fn set_scope(&mut self, programme: ProgrammeId, scope: &Scope, number: i64) {
        self.0.entry(programme).or_default().scopes.insert(scope.clone(), number);
    }

    /// Whether a language is noted.
    pub(super) fn has_language(&self, programme: ProgrammeId, tag: &str) -> bool {
        self.0.get(&programme).is_some_and(|programme| programme.languages.contains(tag))
    }

    /// Remembers that it is.
    pub(super) fn set_language(&mut self, programme: ProgrammeId, tag: &str) {
        self.0.entry(programme).or_default().languages.insert(tag.to_owned());
    }
}
