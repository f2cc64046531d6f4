//! The database of a device: one encrypted file (SQLCipher, raw key), one writer, several readers. Each
//! table has a file of its own with its SQL and its `…Row`; callers hold a [`Snapshot`] or a [`Writing`]
//! transaction and never see SQL.
//!
//! Owned here: what is durable when, and that a document's bytes, its row and its words for the search
//! always change in one transaction. Not owned: what a record means.

pub mod actors;
mod connection;
pub mod damage;
pub mod digests;
mod error;
pub mod meta;
mod migrations;
pub mod notices;
pub mod outbox;
pub mod overwriting;
pub mod packing;
pub mod records;
pub mod scopes;
pub mod search;
pub mod unread;

pub use connection::{Snapshot, Store, Writing};
pub use error::StoreError;
