//! Small files that a terminal keeps: the key, what an import could not take. Called by `key` and by the command line.
//! Invariant: what has a file's name is whole and on the disk, whenever this process is killed and however full the
//! disk is; nothing that is there is written over.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Makes a new file for its owner alone. One that was begun and broken off has another name, and goes at the next try.
///
/// # Errors
/// `AlreadyExists` where there is one; what the system says.
pub fn make_new(file: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(file)?;
    loop {
        let made = begin(&beside)?;
        if file.symlink_metadata().is_ok() {
            drop(std::fs::remove_file(&beside));
            return Err(ErrorKind::AlreadyExists.into());
        }
        match write(&made, bytes).and_then(|()| name(&beside, file)) {
            // Somebody tidied it away.
            Err(error) if error.kind() == ErrorKind::NotFound && beside.parent().is_some_and(Path::exists) => {}
            written => {
                drop(std::fs::remove_file(&beside));
                return written.and_then(|()| keep_name(file));
            }
        }
    }
}

/// Takes away what was left of a file that was begun and broken off; not one that is being written.
pub fn tidy(file: &Path) {
    let Ok(beside) = beside(file) else { return };
    if File::open(&beside).is_ok_and(|left| left.try_lock().is_ok()) {
        drop(std::fs::remove_file(&beside));
    }
}

/// Puts a file for its owner alone in the place of the one that is there.
///
/// # Errors
/// What the system says; the old one is there then.
pub fn replace(file: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(file)?;
    let made = begin(&beside)?;
    let written = write(&made, bytes).and_then(|()| std::fs::rename(&beside, file));
    written.inspect_err(|_| drop(std::fs::remove_file(&beside)))?;
    keep_name(file)
}

/// Where it is written first.
fn beside(file: &Path) -> Result<PathBuf> {
    let name = file.file_name().ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".new");
    Ok(file.with_file_name(hidden))
}

/// Begins it, empty, or begins it anew; waits for another process that writes it.
fn begin(beside: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let made = options.open(beside)?;
        // A file system without locks has one user.
        drop(made.lock());
        if is_only_here(&made, beside)? {
            made.set_len(0)?;
            return Ok(made);
        }
    }
}

/// Whether an open file has this name still, and no other: else it is what somebody made of it meanwhile, and must not
/// be touched.
#[cfg(unix)]
fn is_only_here(made: &File, beside: &Path) -> Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let made = made.metadata()?;
    if made.nlink() > 1 {
        drop(std::fs::remove_file(beside));
    }
    Ok(made.nlink() == 1 && std::fs::metadata(beside).is_ok_and(|there| there.ino() == made.ino()))
}

#[cfg(not(unix))]
fn is_only_here(_: &File, _: &Path) -> Result<bool> {
    Ok(true)
}

fn write(mut made: &File, bytes: &[u8]) -> Result<()> {
    made.write_all(bytes)?;
    made.sync_all()
}

/// Gives it its name, which must be free.
fn name(beside: &Path, file: &Path) -> Result<()> {
    match std::fs::hard_link(beside, file) {
        // A file system that knows no second names.
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            if file.symlink_metadata().is_ok() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(beside, file)
        }
        linked => linked,
    }
}

/// Waits until the folder has the name on the disk.
fn keep_name(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_and_what_was_broken_off_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        std::fs::write(folder.path().join(".key.new"), "half of someth").expect("written");
        make_new(&file, b"whole").expect("made");
        assert_eq!(std::fs::read(&file).expect("it is there"), b"whole");
        assert_eq!(make_new(&file, b"other").map_err(|error| error.kind()), Err(ErrorKind::AlreadyExists));
        // Killed between the two names: the second is the file itself.
        std::fs::hard_link(&file, folder.path().join(".key.new")).expect("linked");
        assert_eq!(make_new(&file, b"other").map_err(|error| error.kind()), Err(ErrorKind::AlreadyExists));
        assert_eq!(std::fs::read(&file).expect("it is there"), b"whole");
        std::fs::hard_link(&file, folder.path().join(".key.new")).expect("linked");
        tidy(&file);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "tidy");
        replace(&file, b"another").expect("replaced");
        assert_eq!(std::fs::read(&file).expect("it is there"), b"another");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn many_at_once_make_one() {
        (0..20).for_each(|_| once());
    }

    fn once() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let made: usize = std::thread::scope(|scope| {
            let file = &file;
            let makers: Vec<_> =
                (0..8_u8).map(|number| scope.spawn(move || make_new(file, &[number; 64]).is_ok())).collect();
            makers.into_iter().map(|maker| usize::from(maker.join().expect("it ends"))).sum()
        });
        assert_eq!(made, 1);
        let bytes = std::fs::read(&file).expect("it is there");
        assert!(bytes.len() == 64 && bytes.iter().all(|byte| *byte == bytes[0]));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
