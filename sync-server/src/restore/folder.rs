//! The data folder while a backup takes the place of what is in it. Called by [`super::restore`]. Invariant: what was
//! there is renamed, never deleted; between the first renaming and the last a mark stands in the folder, with which no
//! server starts.

use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use footbridge_model::Timestamp;

use crate::admin::AdminError;
use crate::backup::failed;
use crate::state::DATABASE;
use crate::{identity, journal};

/// Where a backup is unpacked.
const STAGING: &str = "restore.staging";

/// Stands in the folder while it is neither as it was nor as it will be.
const MARK: &str = "restore.unfinished";

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
        let _ = fs::remove_dir_all(&self.path);
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
    let swapped = (|| {
        let folder = File::open(data)?;
        File::create(data.join(MARK))?.sync_all()?;
        folder.sync_all()?;
        let key = data.join(identity::FILE);
        let same_key =
            fs::read(&key).is_ok_and(|here| fs::read(staging.path.join(identity::FILE)).is_ok_and(|it| it == here));
        let mut names = vec![DATABASE.to_owned(), format!("{DATABASE}-wal"), format!("{DATABASE}-shm")];
        if !same_key {
            names.push(identity::FILE.to_owned());
        }
        if !keeps_journal {
            names.push(journal::FILE.to_owned());
        }
        let ending = free_ending(data, &names, now);
        let mut aside = Vec::new();
        for name in names {
            let renamed = format!("{name}{ending}");
            match fs::rename(data.join(&name), data.join(&renamed)) {
                Ok(()) => aside.push(renamed),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        for name in [DATABASE, identity::FILE] {
            fs::rename(staging.path.join(name), data.join(name))?;
        }
        folder.sync_all()?;
        fs::remove_file(data.join(MARK))?;
        folder.sync_all()?;
        Ok(aside)
    })();
    swapped.map_err(failed("putting the backup in its place"))
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
    fn another_key_is_set_aside_too_and_a_swap_that_breaks_off_leaves_the_mark() {
        let data = folder(&[(identity::FILE, "another")]);
        let names = swap(data.path(), staged(data.path()), true, NOW).unwrap();
        assert_eq!(read(data.path(), &names[0]).as_deref(), Some("another"));
        let staging = staged(data.path());
        fs::remove_file(staging.path().join(identity::FILE)).unwrap();
        assert!(swap(data.path(), staging, true, NOW).is_err());
        assert!(is_unfinished(data.path()));
    }
}
