//! The table of roles. Called by `main` in a part's process.

use std::ffi::OsString;

use anyhow::bail;

use crate::lines::{boundary, herd, list_page, push_200, search};
use crate::process::Talk;
use crate::{device, plain};

/// What a part does until nothing more is said to it.
type Play = fn(&mut Talk) -> anyhow::Result<()>;

/// Each role with what it does.
const ROLES: &[(&str, Play)] = &[
    (device::ROLE, device::play),
    (plain::ROLE, plain::play),
    (plain::SERVER_ROLE, plain::serve),
    (list_page::ROLE, list_page::play),
    (search::ROLE, search::play),
    (push_200::ROLE, push_200::play),
    (herd::ROLE, herd::play),
    (boundary::ROLE, boundary::play),
];

/// Plays the role of this name until nothing more is said.
pub fn run(arguments: &[OsString]) -> anyhow::Result<()> {
    let name = arguments.first().and_then(|name| name.to_str()).unwrap_or_default();
    match ROLES.iter().find(|(role, _)| *role == name) {
        Some((_, play)) => play(&mut Talk::begin()),
        None => bail!("{name} is no role"),
    }
}
