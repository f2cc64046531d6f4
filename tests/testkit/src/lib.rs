//! What the tests over real processes share: the server and phones as processes, links between them
//! that can be cut, the model programme with its people, a raw client of the protocol, and a search
//! for bytes in folders.
//!
//! Used by `tests/e2e` and `tests/demo`, never by the product. Invariant: nothing here waits by
//! sleeping for a guessed time; it waits for a line, an exit or a stated moment, each with a limit,
//! and everything started is stopped when it is dropped.

mod binaries;
mod browser;
mod certificate;
mod cipher;
mod faults;
mod http;
mod liar;
mod link;
mod network;
mod phone;
mod process;
mod programme;
mod raw;
mod search;
mod server;

pub use binaries::{binary, example};
pub use browser::Browser;
pub use certificate::{Certificate, Encrypted, serial_at};
pub use cipher::pages;
pub use faults::Faults;
pub use http::{Request, Response};
pub use liar::{Asked, Liar, Told};
pub use link::{Link, Way};
pub use network::BadNetwork;
pub use phone::{Phone, Refusal, Watch};
pub use process::{Ended, PATIENCE, Terminal};
pub use programme::{DISTRICTS, Programme};
pub use raw::{RawDevice, change_item, refused};
pub use search::{Needle, files_with};
pub use server::{Server, copy_folder};
