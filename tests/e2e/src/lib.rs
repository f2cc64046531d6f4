//! Stories over real processes: a server, phones and tablets on loopback, one file of `tests/` a story.
//!
//! The binaries are built beforehand (`cargo build --workspace --bins`), the tests only start them. Nothing
//! here looks inside a process: what is asserted is what a person, a script or a stranger on the wire
//! could see. This crate itself is empty; `footbridge-testkit` has what the stories share.
