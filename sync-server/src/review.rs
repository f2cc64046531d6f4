//! The coordinator's pages as they look: from what `reviewing` gives to HTML. Called by the review routes, which ask
//! and answer. Invariant: every word comes from the catalogues or from a record; what comes from a record is escaped,
//! stands in its own direction, and is said to be in no known language.
//!
//! Rooms: `layout` what every page has around it; `words` how values and times are said; `list`, `search`, `record`,
//! `follow_ups`, `people`, `lists`, `aside`, `answers`, `timeline`, `sign_in`, `plain` the pages and their parts; `icons` the small pictures; `assets` the files. No script
//! is needed anywhere.

pub mod answers;
pub mod aside;
pub mod assets;
pub mod filter;
pub mod follow_ups;
mod icons;
pub mod layout;
pub mod list;
pub mod lists;
pub mod people;
pub mod plain;
pub mod record;
pub mod search;
pub mod sign_in;
mod timeline;
pub mod words;
