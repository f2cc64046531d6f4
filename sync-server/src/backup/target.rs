//! The file of a backup while it is written: beside its place, its owner's alone, renamed once it is whole and on the
//! disk. Called by [`super::make`]. Invariant: what is there is never written over; what was broken off has another
//! name, and goes at the next backup there.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use rustix::io::Errno;

use super::{failed, failed_at};
use crate::admin::AdminError;

const ENDING: &str = ".backing-up";

/// A file that is being written.
pub(super) struct Target {
    place: PathBuf,
    beside: PathBuf,
    file: File,
    is_kept: bool,
}

impl Target {
    /// Begins a file for that place.
    pub(super) fn begin(place: &Path) -> Result<Self, AdminError> {
        let writing = failed_at("beginning the backup's file", place);
        let Some(name) = place.file_name().and_then(|name| name.to_str()) else {
            return Err(AdminError::invalid("file", "file: the name of a file to write the backup to"));
        };
        if place.symlink_metadata().is_ok() {
            return Err(there_already(place));
        }
        clear(place, name);
        let beside = place.with_file_name(format!(".{name}.{}{ENDING}", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(&writing)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|error| writing(error.into()))?;
        Ok(Self { place: place.to_owned(), beside, file, is_kept: false })
    }

    /// To write to.
    pub(super) fn file(&self) -> Result<File, AdminError> {
        self.file.try_clone().map_err(failed("writing the backup"))
    }

    /// Gives it its name; says how many bytes it has.
    pub(super) fn keep(mut self) -> Result<u64, AdminError> {
        let place = self.place.clone();
        let writing = failed_at("keeping the backup", &place);
        self.file.sync_all().map_err(&writing)?;
        let bytes = self.file.metadata().map_err(&writing)?.len();
        match renameat_with(CWD, &self.beside, CWD, &self.place, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Err(there_already(&self.place)),
            // A file system that cannot promise it.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if self.place.symlink_metadata().is_err() => {
                fs::rename(&self.beside, &self.place).map_err(&writing)?;
            }
            Err(error) => return Err(writing(error.into())),
        }
        self.is_kept = true;
        if let Err(error) = folder_of(&self.place).and_then(|folder| folder.sync_all()) {
            // Its name may not outlive a loss of power: it is not said to be kept, and is not there.
            let _ = fs::remove_file(&self.place);
            return Err(writing(error));
        }
        Ok(bytes)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

fn folder_of(place: &Path) -> std::io::Result<File> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or_else(|| Path::new(".")))
}

fn there_already(place: &Path) -> AdminError {
    AdminError::invalid("file", format!("file: {} is there already, and is not written over", place.display()))
}

/// Takes away what earlier backups to this place left when they were broken off.
fn clear(place: &Path, name: &str) {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let begin = format!(".{name}.");
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let is_one =
            entry.file_name().to_str().is_some_and(|other| other.starts_with(&begin) && other.ends_with(ENDING));
        let is_nobodys = || {
            File::open(entry.path()).is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
        };
        if is_one && is_nobodys() {
            let _ = fs::remove_file(entry.path());
        }
    }
}
