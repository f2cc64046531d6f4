//! The words that a device may write at present: the programme's code lists, districts and time zone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::ids::{DocumentId, ProgrammeId};
use crate::starter;
use crate::time::Timestamp;

/// An entry of a code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its name in records.
    pub code: String,
    /// Where it stands in its list; equal numbers stand by name.
    pub order: i64,
    /// Whether it is offered.
    pub on: bool,
}

/// What validation asks.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The lists by name.
    pub lists: BTreeMap<String, Vec<Code>>,
    /// The programme's districts; `None` before the first join, when any name is taken.
    pub districts: Option<BTreeSet<String>>,
    /// What districts that were renamed are called now, by their ids: the names that they had first.
    pub district_names: BTreeMap<String, String>,
    /// Where a time without an offset is meant.
    pub time_zone: TimeZone,
}

/// The id of a code of a programme: the same wherever it is added, so that two coordinators who add the
/// same code meet in one record.
pub fn code_id(programme: ProgrammeId, list: &str, code: &str) -> DocumentId {
    DocumentId::named(programme.as_bytes(), &[b"code", list.as_bytes(), code.as_bytes()], Timestamp(0))
}

impl Vocabulary {
    /// What a device knows before it belongs to a programme.
    pub fn starter() -> Self {
        let lists = starter::LISTS
            .iter()
            .map(|(list, codes)| {
                let codes = (0..).zip(*codes).map(|(order, code)| Code { code: (*code).to_owned(), order, on: true });
                ((*list).to_owned(), codes.collect())
            })
            .collect();
        Self { lists, districts: None, district_names: BTreeMap::new(), time_zone: TimeZone::UTC }
    }

    /// Whether `code` may be written where `list` is asked for.
    pub fn offers(&self, list: &str, code: &str) -> bool {
        self.lists.get(list).is_some_and(|codes| codes.iter().any(|entry| entry.on && entry.code == code))
    }

    /// The same words with every code on offer: what was typed while a code was on is not wrong when it is off.
    #[must_use]
    pub fn with_everything_on(&self) -> Self {
        let mut words = self.clone();
        words.lists.values_mut().flatten().for_each(|code| code.on = true);
        words
    }

    /// What a district is called now. One that was never renamed is called by its id.
    pub fn district_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.district_names.get(id).map_or(id, String::as_str)
    }

    /// The id of the district that a person means: by its present name, or else by the id itself, under which old
    /// exports and links know it.
    pub fn district_id<'a>(&'a self, typed: &'a str) -> &'a str {
        self.district_names.iter().find(|(_, name)| *name == typed).map_or(typed, |(id, _)| id)
    }

    /// The present names of the districts; empty before the first join.
    pub fn present_districts(&self) -> BTreeSet<String> {
        self.districts.iter().flatten().map(|id| self.district_name(id).to_owned()).collect()
    }

    /// The codes of `list` that are offered, in their order.
    pub fn offered(&self, list: &str) -> Vec<String> {
        let mut codes: Vec<_> = self.lists.get(list).into_iter().flatten().filter(|entry| entry.on).collect();
        codes.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.code.cmp(&b.code)));
        codes.into_iter().map(|entry| entry.code.clone()).collect()
    }
}
