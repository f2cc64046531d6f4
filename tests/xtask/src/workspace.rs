//! Where things are: the repository, its target folder, the binaries that were built.
//!
//! Used by every part. Invariant: nothing is written outside the target folder.

use std::path::{Path, PathBuf};

/// The folder of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The folder that the binaries are built into: the one this binary lies in.
pub fn binaries() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|binary| binary.parent().map(Path::to_path_buf))
        .unwrap_or_else(|| root().join("target/debug"))
}

/// One of the binaries that were built.
pub fn binary(name: &str) -> PathBuf {
    binaries().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The target folder.
pub fn target() -> PathBuf {
    let binaries = binaries();
    binaries.parent().unwrap_or(&binaries).to_path_buf()
}

/// What is installed for the tests alone; it goes when the target folder goes.
pub fn tools() -> PathBuf {
    target().join("tools")
}
