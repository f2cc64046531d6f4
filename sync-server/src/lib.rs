//! The Footbridge server: orders, merges and guards what devices send; coordinators review it here. Its users are the
//! binary beside it and tests, which call [`router`] in process with a clock and chance of their own.
//!
//! Rooms: `routes` the table of endpoints, one file each; `joining`, `people`, `push`, `pull`, `news`,
//! `reviewing`, `admin` the domain;
//! `records` how a record is saved; `storage/` the one SQLite file. Invariant: what may be seen or done is decided
//! against what is stored, at that moment.

pub mod admin;
pub mod backup;
pub mod checking;
pub mod command_line;
pub mod environment;
mod erasing;
pub mod error;
pub mod expiry;
pub mod exposure;
mod files;
mod guard;
pub mod identity;
mod joining;
pub mod journal;
mod keeping;
mod metrics;
mod news;
mod nonces;
pub mod openapi;
pub mod people;
mod pull;
mod push;
pub mod quarantine;
mod reader;
mod records;
pub mod restore;
mod review;
pub mod reviewing;
mod router;
mod routes;
pub mod serve;
mod sessions;
mod sight;
pub mod state;
pub mod storage;
mod throttle;

use axum::Router;

pub use router::{Method, Pace, Route, Who};
pub use routes::table as routes_table;
pub use state::ServerState;

/// Every route of [`routes_table`], and what stands before it.
pub fn router(state: ServerState) -> Router {
    router::of(routes::table(), state)
}
