//! Virtual environments of Python in the target folder, each filled from one requirements file.
//!
//! Invariant: an environment is used only if it was filled from the requirements as they are now.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;
use crate::workspace;

/// A virtual environment with what `requirements` names; the answer is its folder of programs.
pub fn environment(name: &str, requirements: &Path) -> Result<PathBuf, String> {
    let wanted = std::fs::read_to_string(requirements)
        .map_err(|error| format!("{} cannot be read: {error}", requirements.display()))?;
    let folder = workspace::tools().join(name);
    let filled_from = folder.join("filled-from.txt");
    let programs = folder.join("bin");
    if std::fs::read_to_string(&filled_from).is_ok_and(|was| was == wanted) {
        return Ok(programs);
    }
    std::fs::create_dir_all(workspace::tools())
        .map_err(|error| format!("{} cannot be made: {error}", workspace::tools().display()))?;
    let mut create = Command::new("python3");
    create.args(["-m", "venv", "--clear"]).arg(&folder);
    let mut fill = Command::new(programs.join("python3"));
    fill.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements);
    if !run::plainly(create) || !run::plainly(fill) {
        return Err(format!("the Python packages of {} could not be installed", requirements.display()));
    }
    std::fs::write(&filled_from, wanted)
        .map_err(|error| format!("{} cannot be written: {error}", filled_from.display()))?;
    Ok(programs)
}
