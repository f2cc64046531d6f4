//! The data folder while a backup takes the place of what is in it. Called by [`super::restore`], and at each start.
//! Invariant: what was there is renamed, never deleted; between the first renaming and the last a mark stands in the
//! folder that says what is to be renamed, so that whoever comes next ends what was broken off.

use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use footbridge_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::admin::AdminError;
use crate::backup::failed;
use crate::state::DATABASE;
use crate::{identity, journal};

/// Where a backup is unpacked.
const STAGING: &str = "restore.staging";

/// Stands in the folder while it is neither as it was nor as it will be; holds a [`Swap`].
const MARK: &str = "restore.unfinished";

/// The mark while it is written.
const MARK_NEW: &str = "restore.unfinished.new";

/// What is put in its place: the last of what is renamed.
const RESTORED: [&str; 2] = [DATABASE, identity::FILE];

/// What is to be renamed.
#[derive(Debug, Serialize, Deserialize)]
struct Swap {
    /// What is there and is set aside.
    aside: Vec<String>,
    /// What each gets behind its name.
    ending: String,
}

/// A folder in the data folder with what will take its place; taken away when it is dropped.
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// Begins with an empty one.
    pub(super) fn begin(data: &Path) -> Result<Self, AdminError> {
        let path = data.join(STAGING);
        let making = failed("making room to unpack the backup");
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(making(error)),
            _ => {}
        }
        DirBuilder::new().mode(0o700).create(&path).map_err(making)?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What the mark speaks of is all that there is of the restored server.
        if !self.path.with_file_name(MARK).exists() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Takes away what a restore left that was broken off before anything was renamed.
pub(crate) fn clear_leftovers(data: &Path) {
    if !is_unfinished(data) {
        let _ = fs::remove_dir_all(data.join(STAGING));
    }
}

/// Whether a restore was broken off.
pub(crate) fn is_unfinished(data: &Path) -> bool {
    data.join(MARK).exists()
}

/// Sets aside what is in the folder and puts what was unpacked in its place; gives the names of what was set aside. The
/// journal stays where it fits the backup.
pub(super) fn swap(
    data: &Path,
    staging: Staging,
    keeps_journal: bool,
    now: Timestamp,
) -> Result<Vec<String>, AdminError> {
    let beginning = failed("putting the backup in its place");
    // What was replayed must be in the file itself: only the file is renamed.
    let log = staging.path.join(format!("{DATABASE}-wal"));
    if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(beginning(std::io::Error::other("the restored database could not be written whole")));
    }
    let swap = planned(data, &staging, keeps_journal, now);
    let marked = (|| {
        File::open(&staging.path)?.sync_all()?;
        let mut mark = File::create(data.join(MARK_NEW))?;
        mark.write_all(&serde_json::to_vec(&swap)?)?;
        mark.sync_all()?;
        fs::rename(data.join(MARK_NEW), data.join(MARK))?;
        carry_out(data, &swap)
    })();
    marked.map_err(beginning)
}

/// What is there, and the name that it gets. The journal stays where it fits the backup, and the key where it is the
/// same.
fn planned(data: &Path, staging: &Staging, keeps_journal: bool, now: Timestamp) -> Swap {
    let key = data.join(identity::FILE);
    let is_same_key =
        fs::read(&key).is_ok_and(|here| fs::read(staging.path.join(identity::FILE)).is_ok_and(|it| it == here));
    let mut names = vec![DATABASE.to_owned(), format!("{DATABASE}-wal"), format!("{DATABASE}-shm")];
    if !is_same_key {
        names.push(identity::FILE.to_owned());
    }
    if !keeps_journal {
        names.push(journal::FILE.to_owned());
    }
    let ending = free_ending(data, &names, now);
    names.retain(|name| data.join(name).exists());
    Swap { aside: names, ending }
}

/// Renames what has not been renamed yet; gives the names of what was set aside. It may be broken off and done again.
fn carry_out(data: &Path, swap: &Swap) -> std::io::Result<Vec<String>> {
    let folder = File::open(data)?;
    folder.sync_all()?;
    let mut aside = Vec::new();
    for name in &swap.aside {
        let renamed = format!("{name}{}", swap.ending);
        if !data.join(&renamed).exists() {
            fs::rename(data.join(name), data.join(&renamed))?;
        }
        aside.push(renamed);
    }
    for name in RESTORED {
        match fs::rename(data.join(STAGING).join(name), data.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound || !data.join(name).exists() => return Err(error),
            _ => {}
        }
    }
    folder.sync_all()?;
    fs::remove_file(data.join(MARK))?;
    folder.sync_all()?;
    Ok(aside)
}

/// Ends a restore that was broken off between the first renaming and the last; nothing where there is none.
pub(crate) fn finish(data: &Path) -> std::io::Result<()> {
    if !is_unfinished(data) {
        return Ok(());
    }
    let swap: Swap = serde_json::from_slice(&fs::read(data.join(MARK))?)?;
    carry_out(data, &swap)?;
    let _ = fs::remove_dir_all(data.join(STAGING));
    tracing::warn!("a restore that was broken off has been ended");
    Ok(())
}

/// An ending under which nothing was set aside before.
fn free_ending(data: &Path, names: &[String], now: Timestamp) -> String {
    let seconds: String = now.to_string().chars().take_while(|sign| *sign != '.').collect();
    let stamp: String = seconds.chars().filter(char::is_ascii_alphanumeric).collect();
    let of = |number: u32| match number {
        0 => format!(".before-restore-{stamp}"),
        number => format!(".before-restore-{stamp}-{number}"),
    };
    let is_free = |ending: &String| names.iter().all(|name| !data.join(format!("{name}{ending}")).exists());
    (0..).map(of).find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    fn staged(data: &Path) -> Staging {
        let staging = Staging::begin(data).unwrap();
        fs::write(staging.path().join(DATABASE), "restored").unwrap();
        fs::write(staging.path().join(identity::FILE), "key").unwrap();
        staging
    }

    fn read(data: &Path, name: &str) -> Option<String> {
        fs::read_to_string(data.join(name)).ok()
    }

    const NOW: Timestamp = Timestamp(1_795_341_600_000);

    #[test]
    fn what_was_there_is_set_aside_under_a_name_that_is_free() {
        let (wal, aside) = (format!("{DATABASE}-wal"), format!("{DATABASE}.before-restore-20261122T100000"));
        let files = [(DATABASE, "old"), (wal.as_str(), "log"), (identity::FILE, "key"), (journal::FILE, "journal")];
        let data = folder(&files);
        let names = swap(data.path(), staged(data.path()), true, NOW).unwrap();
        assert_eq!(names.len(), 2);
        assert_eq!(read(data.path(), DATABASE).as_deref(), Some("restored"));
        assert_eq!(read(data.path(), &names[0]).as_deref(), Some("old"));
        assert_eq!(read(data.path(), &names[1]).as_deref(), Some("log"));
        assert!(names[0].starts_with(&aside), "{names:?}");
        assert_eq!(read(data.path(), journal::FILE).as_deref(), Some("journal"));
        let again = swap(data.path(), staged(data.path()), false, NOW).unwrap();
        assert_eq!(read(data.path(), &again[0]).as_deref(), Some("restored"));
        assert_eq!(read(data.path(), &names[0]).as_deref(), Some("old"), "nothing set aside is written over");
        assert_eq!(read(data.path(), journal::FILE), None);
        assert!(!is_unfinished(data.path()) && !data.path().join(STAGING).exists());
    }

    #[test]
    fn another_key_is_set_aside_too_and_a_swap_that_breaks_off_is_ended_later() {
        let data = folder(&[(identity::FILE, "another"), (DATABASE, "old")]);
        let names = swap(data.path(), staged(data.path()), true, NOW).unwrap();
        assert_eq!(read(data.path(), &names[1]).as_deref(), Some("another"));
        let staging = staged(data.path());
        // A folder stands where the database is to be set aside, as if the disk failed there.
        fs::remove_file(data.path().join(DATABASE)).unwrap();
        fs::create_dir(data.path().join(DATABASE)).unwrap();
        fs::write(data.path().join(DATABASE).join("in the way"), "").unwrap();
        let planned = Swap { aside: Vec::new(), ending: ".x".to_owned() };
        fs::write(data.path().join(MARK), serde_json::to_vec(&planned).unwrap()).unwrap();
        assert!(finish(data.path()).is_err());
        drop(staging);
        assert!(is_unfinished(data.path()));
        fs::remove_dir_all(data.path().join(DATABASE)).unwrap();
        finish(data.path()).unwrap();
        assert_eq!(read(data.path(), DATABASE).as_deref(), Some("restored"));
        assert!(!is_unfinished(data.path()) && !data.path().join(STAGING).exists());
    }

    #[test]
    fn a_restored_file_whose_log_is_not_empty_is_not_put_in_its_place() {
        let data = folder(&[(DATABASE, "old")]);
        let staging = staged(data.path());
        fs::write(staging.path().join(format!("{DATABASE}-wal")), "what was replayed").unwrap();
        assert!(swap(data.path(), staging, true, NOW).is_err());
        assert_eq!(read(data.path(), DATABASE).as_deref(), Some("old"));
        assert!(!is_unfinished(data.path()));
    }
}
