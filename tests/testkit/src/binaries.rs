//! Where the binaries under test are.
//!
//! Invariant: a missing binary is answered with the command that builds it.

use std::path::PathBuf;

/// The path of a binary of this workspace: in the folder that `FOOTBRIDGE_BIN_DIR` names, else
/// beside the tests that run now.
#[track_caller]
pub fn binary(name: &str) -> PathBuf {
    built(&format!("{name}{}", std::env::consts::EXE_SUFFIX), "--bins")
}

/// The path of an example of this workspace; in the folder `examples` where a binary is.
#[track_caller]
pub fn example(name: &str) -> PathBuf {
    built(&format!("examples/{name}{}", std::env::consts::EXE_SUFFIX), "--examples")
}

/// The path of a library of this workspace that is loaded, not linked; where a binary is.
#[track_caller]
pub(crate) fn library(name: &str) -> PathBuf {
    let (begin, end) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    built(&format!("{begin}{}{end}", name.replace('-', "_")), "--lib")
}

#[track_caller]
fn built(file: &str, what: &str) -> PathBuf {
    let folders = match std::env::var_os("FOOTBRIDGE_BIN_DIR") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => beside_us(),
    };
    folders.iter().map(|folder| folder.join(file)).find(|path| path.is_file()).unwrap_or_else(|| {
        panic!("{file} is not built: run `cargo build --workspace {what}` first (looked in {folders:?})")
    })
}

/// The folders above the running executable, nearest first: `deps` of a profile, then the profile.
fn beside_us() -> Vec<PathBuf> {
    let us = std::env::current_exe().expect("this executable knows where it is");
    us.ancestors().skip(1).take(2).map(PathBuf::from).collect()
}
