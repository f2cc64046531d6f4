//! Files beside the database: errors that name them, whose they are, and how much room there is. Invariant: what root does
//! in a folder of somebody else's leaves nothing in it that its owner cannot use.

use std::fs;
use std::io::{Error, Result};
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::Path;

/// What is left of a disk when it counts as full: the largest push, and what SQLite needs beside it, need more.
const ROOM_BYTES: u64 = 1024 * 1024;

/// Puts the file's path before what the system says.
pub(crate) fn at(path: &Path) -> impl Fn(Error) -> Error {
    move |error| Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Whether root works in a folder that is somebody else's. Then what it makes there is given to her.
fn is_lent_to_root(folder: &Path) -> Result<Option<(u32, u32)>> {
    let owner = fs::metadata(folder)?;
    Ok((rustix::process::geteuid().is_root() && owner.uid() != 0).then_some((owner.uid(), owner.gid())))
}

/// Whether somebody works in a folder that is neither hers nor root's to work in.
pub(crate) fn is_anothers(folder: &Path) -> Result<bool> {
    let me = rustix::process::geteuid();
    Ok(!me.is_root() && fs::metadata(folder)?.uid() != me.as_raw())
}

/// Gives what root has made in a folder, and in the folders in it, to whom the folder belongs. What stands elsewhere too
/// (a hard link) is left alone, and no link is followed.
pub(crate) fn give_to_owner(folder: &Path) -> Result<()> {
    let Some((user, group)) = is_lent_to_root(folder)? else { return Ok(()) };
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)?.flatten() {
            let path = entry.path();
            let Ok(there) = fs::symlink_metadata(&path) else { continue };
            if there.uid() == 0 && (there.is_dir() || there.nlink() == 1) {
                lchown(&path, Some(user), Some(group)).map_err(at(&path))?;
            }
            if there.is_dir() {
                folders.push(path);
            }
        }
    }
    Ok(())
}

/// Whether the disk below a path has room for what a server writes.
pub(crate) fn has_room(path: &Path) -> bool {
    rustix::fs::statvfs(path).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= ROOM_BYTES)
}

/// Whether the system says that there is no room.
pub(crate) fn is_full(error: &Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn an_error_names_the_file_and_keeps_its_kind() {
        let path = Path::new("/nowhere/identity.key");
        let error = at(path)(fs::read(path).unwrap_err());
        assert!(error.to_string().starts_with("/nowhere/identity.key: "), "{error}");
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }

    #[test]
    fn a_disk_that_is_there_has_room_and_one_that_is_not_has_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(has_room(folder.path()));
        assert!(!has_room(Path::new("/nowhere/at/all")));
        give_to_owner(folder.path()).unwrap();
    }
}
