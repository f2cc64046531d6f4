//! What stands between a process and the disk: the library of `tests/faults`, and the plan that it follows.
//!
//! Used by the stories of kills and failing disks. Invariant: without a plan, a process does as ever; a plan that
//! somebody made holds from the next write on, also for a process that runs.

use std::ffi::OsString;
use std::path::Path;

use tempfile::TempDir;

use crate::binaries::library;

/// The plan for one folder, and what was told of it.
pub struct Faults {
    kept: TempDir,
    folder: OsString,
}

impl Faults {
    /// Stands before what is written below this folder.
    #[track_caller]
    pub fn over(folder: &Path) -> Self {
        let folder = folder.canonicalize().expect("the folder is there").into_os_string();
        Self { kept: tempfile::Builder::new().prefix("footbridge-").tempdir().expect("a folder for the plan"), folder }
    }

    /// The variables with which a process follows the plan.
    #[track_caller]
    pub fn environment(&self) -> Vec<(String, OsString)> {
        let names = [("PLAN", "plan"), ("TOLD", "told"), ("DURABLE", "durable")];
        let mut environment: Vec<_> = names
            .iter()
            .map(|(variable, name)| (format!("FOOTBRIDGE_FAULTS_{variable}"), self.kept.path().join(name).into()))
            .collect();
        environment.push(("FOOTBRIDGE_FAULTS_FOLDER".to_owned(), self.folder.clone()));
        environment.push(("LD_PRELOAD".to_owned(), library("footbridge-faults").into()));
        environment
    }

    /// Plans this from now on: `kill-before 3 write footbridge.db-wal`; see the library for all that there is.
    #[track_caller]
    pub fn plan(&self, line: &str) {
        // Renamed, so that nobody reads half a plan.
        let beside = self.kept.path().join("plan.new");
        std::fs::write(&beside, line).expect("a plan");
        std::fs::rename(&beside, self.kept.path().join("plan")).expect("a plan");
    }

    /// Plans nothing any more.
    #[track_caller]
    pub fn rest(&self) {
        drop(std::fs::remove_file(self.kept.path().join("plan")));
    }

    /// The points that were met since this was last asked, in their order; one of which something became begins with
    /// `! `.
    #[track_caller]
    pub fn told(&self) -> Vec<String> {
        let file = self.kept.path().join("told");
        let told = std::fs::read_to_string(&file).unwrap_or_default();
        drop(std::fs::remove_file(&file));
        told.lines().map(str::to_owned).collect()
    }

    /// What the disk would hold if power had been lost: files as they were when they were last made durable. Kept from
    /// [`Faults::remember`] on.
    pub fn durable(&self) -> std::path::PathBuf {
        self.kept.path().join("durable")
    }

    /// Takes what is in the folder now as durable.
    #[track_caller]
    pub fn remember(&self) {
        drop(std::fs::remove_dir_all(self.durable()));
        crate::server::copy_folder(Path::new(&self.folder), &self.durable());
    }
}
