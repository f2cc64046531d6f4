//! The chapters of ARCHITECTURE.md about hostile servers and members name their tests, and each of these is there.

use std::path::{Path, PathBuf};

/// Every file of Rust under this folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// The names of tests in a chapter: what stands in code and has the form of a sentence.
fn named(text: &str, heading: &str) -> Vec<String> {
    let after = text.lines().skip_while(|line| *line != heading).skip(1);
    let chapter: Vec<_> = after.take_while(|line| !line.starts_with("## ")).collect();
    let words = chapter.iter().flat_map(|line| line.split('`').skip(1).step_by(2));
    words.filter(|word| word.matches('_').count() >= 4 && !word.contains('/')).map(str::to_owned).collect()
}

#[test]
fn every_test_that_the_chapter_of_a_hostile_member_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page");
    let names = named(&text, "## A hostile member");
    assert!(names.len() > 25, "names are found: {names:?}");
    let mut files = Vec::new();
    for folder in ["tests", "sync-server", "core"] {
        sources(&root.join(folder), &mut files);
    }
    let all: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).expect("a source")).collect();
    let is_there = |name: &str| all.iter().any(|source| source.contains(&format!("fn {name}(")));
    assert!(!is_there(&["a_test_that", "is_not_there"].concat()), "what is not there is not found");
    let missing: Vec<_> = names.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
