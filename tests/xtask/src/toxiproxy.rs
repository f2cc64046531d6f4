//! Toxiproxy, the proxy that makes networks bad, built by Go into the target folder.
//!
//! Called by the part `networks`. Invariant: one version, whose sources Go checks by their sums; what was built is
//! built no second time.

use std::path::PathBuf;
use std::process::Command;

use crate::run;
use crate::workspace;

/// The last release that Go can build by name, with Debian's Go too.
const SOURCE: &str = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0";

/// Its program, built where it was not there.
pub fn program() -> Result<PathBuf, String> {
    let folder = workspace::tools().join("toxiproxy-2.5.0");
    let program = folder.join("server");
    if !program.is_file() {
        let mut install = Command::new("go");
        install.args(["install", SOURCE]).env("GOBIN", &folder).env("GOFLAGS", "-modcacherw");
        if !run::plainly(install) {
            return Err("Go could not build Toxiproxy".to_owned());
        }
    }
    Ok(program)
}
