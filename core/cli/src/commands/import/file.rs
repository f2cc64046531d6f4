//! Where rejected rows are kept. Invariant: a file that somebody may have begun to mend is not written over.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use footbridge_client::files;

use crate::exit::Failure;

/// More files of rejected rows than this beside one log are somebody's mistake.
const MOST: u32 = 100;

/// Writes the rejected rows beside the log as NAME.rejected.csv, else into the store's folder. A file with
/// the same content is left as it is; beside one with another content a number is added to the name.
///
/// # Errors
/// `file` where neither folder can be written.
pub fn keep(log: &Path, store: &Path, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let beside = log.parent().unwrap_or(Path::new(""));
    keep_in(beside, log, bytes)
        .or_else(|_| keep_in(store, log, bytes))
        .map_err(|_| Failure::unwritable(&store.join(name(log, 1))))
}

fn keep_in(folder: &Path, log: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let file = folder.join(name(log, number));
        files::tidy(&file);
        if std::fs::read(&file).is_ok_and(|there| there == bytes) {
            return Ok(file);
        }
        match files::make_new(&file, bytes) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            written => return written.map(|()| file),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn name(log: &Path, number: u32) -> OsString {
    let mut name = log.file_stem().unwrap_or(log.as_os_str()).to_owned();
    if number > 1 {
        name.push(format!("-{number}"));
    }
    name.push(".rejected.csv");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_named_after_the_log() {
        assert_eq!(name(Path::new("/home/kari/log 2019.csv"), 1), "log 2019.rejected.csv");
        assert_eq!(name(Path::new("log.csv"), 3), "log-3.rejected.csv");
        assert_eq!(name(Path::new("log"), 1), "log.rejected.csv");
    }
}
