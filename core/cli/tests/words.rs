//! Every sentence that the command line says is in the catalogues: found by reading its source, so that a
//! key is not missed because nothing went wrong in a test.

use std::path::{Path, PathBuf};

/// Words with a hyphen in the source that are no keys.
const NO_KEYS: &[&str] = &["footbridge-server"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Small letters, in parts with hyphens between them: how a key is written.
fn is_key(literal: &str) -> bool {
    literal.contains('-')
        && literal.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[test]
fn every_sentence_is_in_the_catalogues() {
    let known = footbridge_text::keys();
    let mut count = 0;
    for file in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let source = std::fs::read_to_string(&file).expect("source");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for literal in code.split('"').skip(1).step_by(2).filter(|literal| is_key(literal)) {
            assert!(known.contains(literal) || NO_KEYS.contains(&literal), "{literal} in {}", file.display());
            count += 1;
        }
    }
    assert!(count > 60, "{count} keys were found: the source is written in another way now");
}

/// Keys that are built from names: of codes, fields, kinds, lists, states, roles, receipts, the codes of the wire.
const FAMILIES: &[&str] =
    &["code-", "field-", "kind-", "list-", "wire-", "state-", "role-", "receipt-", "invalid-", "problem-"];

#[test]
fn every_sentence_of_the_catalogues_is_said_by_something() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut literals = std::collections::BTreeSet::new();
    for folder in ["core/text/src", "core/client/src", "core/cli/src", "bindings/ffi/src", "sync-server/src"] {
        for file in sources(&root.join(folder)).iter().filter(|file| !file.ends_with("tests.rs")) {
            let source = std::fs::read_to_string(file).expect("source");
            let code = source.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            literals.extend(code.split('"').map(|literal| literal.split('.').next().unwrap_or_default().to_owned()));
            // Of a key that is made, the part before what is put in.
            literals.extend(code.split('"').filter_map(|made| Some(made.split_once('{')?.0.to_owned())));
        }
    }
    let made: Vec<_> = literals.iter().filter(|part| part.len() > 4 && part.ends_with('-')).cloned().collect();
    let is_said = |key: &str| {
        let id = key.split('.').next().unwrap_or_default();
        literals.contains(id)
            || FAMILIES.iter().any(|family| id.starts_with(family))
            || made.iter().any(|part| id.starts_with(part.as_str()))
    };
    assert!(is_said("cli-receipt-seen") && !is_said("no-such-key"), "the control");
    let unread: Vec<_> = footbridge_text::keys().into_iter().filter(|key| !is_said(key)).collect();
    assert!(unread.is_empty(), "nothing says {unread:?}");
}

#[test]
fn keys_that_are_made_from_parts_are_in_the_catalogues() {
    let known = footbridge_text::keys();
    let made = ["device", "server", "seen"].map(|receipt| format!("cli-receipt-{receipt}")).into_iter();
    let made = made.chain(["what", "due", "to"].map(|column| format!("cli-column-{column}")));
    let made = made.chain(["when", "who", "field", "answer"].map(|column| format!("column-{column}")));
    let problems = ["unknown", "read-only", "required", "wrong-form", "not-allowed", "too-long", "out-of-range"];
    let made = made.chain(problems.map(|problem| format!("invalid-{problem}")));
    let made = made.chain(["not-found", "forbidden", "locked", "offline"].map(|error| format!("problem-{error}")));
    for key in made {
        assert!(known.contains(&key), "{key}");
    }
}
