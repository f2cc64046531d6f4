//! Looking for words in files: is anything that was recorded readable on a disk?
//!
//! Invariant: a file is searched whole, byte by byte, for each word as UTF-8 and as UTF-16 of both
//! byte orders, in every spelling that a writer may have given its letters.

use std::path::{Path, PathBuf};

/// A word to look for, in all its forms as bytes.
#[derive(Debug, Clone)]
pub struct Needle {
    word: String,
    forms: Vec<Vec<u8>>,
}

impl Needle {
    /// This word, which is long enough not to be found by chance.
    pub fn new(word: &str) -> Self {
        assert!(word.len() >= 6, "{word} is too short to be looked for");
        let mut forms = Vec::new();
        for spelling in [word.to_owned(), word.to_lowercase(), word.to_uppercase()] {
            let units: Vec<u16> = spelling.encode_utf16().collect();
            forms.push(spelling.into_bytes());
            forms.push(units.iter().flat_map(|unit| unit.to_le_bytes()).collect());
            forms.push(units.iter().flat_map(|unit| unit.to_be_bytes()).collect());
        }
        forms.sort();
        forms.dedup();
        Self { word: word.to_owned(), forms }
    }

    /// True where these bytes hold the word.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| memchr::memmem::find(bytes, form).is_some())
    }
}

/// Every file below a folder in which one of the words stands, with the word: nothing is the hope.
pub fn files_with(folder: &Path, needles: &[Needle]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for file in files(folder) {
        // A socket or a pipe has no bytes on the disk.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        found.extend(
            needles.iter().filter(|needle| needle.is_in(&bytes)).map(|needle| (file.clone(), needle.word.clone())),
        );
    }
    found
}

/// Every regular file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries.map(|entry| entry.expect("a readable folder")) {
            let kind = entry.file_type().expect("a kind of file");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_every_encoding_and_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("a folder");
        let units: Vec<u16> = "…Blåklocka…".encode_utf16().collect();
        let bytes = |order: fn(u16) -> [u8; 2]| units.iter().flat_map(|unit| order(*unit)).collect::<Vec<u8>>();
        std::fs::write(folder.path().join("a"), "xxblåklockaxx").expect("a file");
        std::fs::write(folder.path().join("b"), bytes(u16::to_le_bytes)).expect("a file");
        std::fs::write(inner.join("c"), bytes(u16::to_be_bytes)).expect("a file");
        std::fs::write(inner.join("d"), "blaklocka").expect("a file");
        let found = files_with(folder.path(), &[Needle::new("Blåklocka")]);
        let names: Vec<_> = found.iter().filter_map(|(file, _)| file.file_name()).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }
}
