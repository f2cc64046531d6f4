//! A real browser: a script of `tests/e2e/browser` in Node.js, driving Chromium.
//!
//! Invariant: what a script prints last is its answer, as JSON; the pictures it takes are kept in the
//! target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::binaries::binary;
use crate::process::run;

/// A browser, with what drives it.
pub struct Browser {
    modules: PathBuf,
    pictures: PathBuf,
}

impl Browser {
    /// The browser of this machine.
    #[track_caller]
    pub fn find() -> Self {
        let server = binary("footbridge-server");
        let target = server.ancestors().nth(2).expect("a target folder").to_path_buf();
        let modules = match std::env::var_os("FOOTBRIDGE_BROWSER_MODULES") {
            Some(folder) => PathBuf::from(folder),
            None => target.join("tools/browser"),
        };
        assert!(
            modules.join("node_modules").is_dir(),
            "what drives the browser is not installed: run `cargo xtask test browser` once, which installs it"
        );
        let pictures = target.join("screenshots");
        std::fs::create_dir_all(&pictures).expect("a folder for the pictures");
        Self { modules, pictures }
    }

    /// Runs a script with a JSON value as its input; its answer is the last line it prints.
    #[track_caller]
    pub fn run(&self, script: &str, input: &Value) -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e/browser");
        let mut node = Command::new("node");
        node.arg(folder.join(script))
            .env("FOOTBRIDGE_BROWSER_MODULES", &self.modules)
            .env("FOOTBRIDGE_PICTURES", &self.pictures);
        let ended = run(node, &input.to_string());
        assert_eq!(ended.code, Some(0), "{script}: {}{}", ended.stdout, ended.stderr);
        let last = ended.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{script} ends with JSON ({error}): {last}"))
    }

    /// The folder of its pictures.
    pub fn pictures(&self) -> &Path {
        &self.pictures
    }
}
