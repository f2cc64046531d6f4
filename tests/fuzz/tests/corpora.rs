//! The committed corpora through their targets, without libFuzzer: what was once found stays mended. One test, because
//! the memory that an input takes is measured in the whole process.

use std::path::Path;

#[test]
fn every_target_has_a_program_and_a_corpus_of_which_all_inputs_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |below: &str| {
        let entries = std::fs::read_dir(folder.join(below)).expect("a folder");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        names.sort();
        names
    };
    let stems = |below: &str| {
        let stem = |path: &std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
        names(below).iter().map(stem).filter(|name| name != "every").collect::<Vec<_>>()
    };
    let targets: Vec<_> = footbridge_fuzz::TARGETS.iter().map(|(name, _, _)| (*name).to_owned()).collect();
    assert_eq!(stems("fuzz_targets"), targets, "one program a target");
    assert_eq!(stems("corpus"), targets, "one corpus a target");
    for target in &targets {
        let inputs = names(&format!("corpus/{target}"));
        assert!(!inputs.is_empty(), "{target}");
        for input in inputs {
            footbridge_fuzz::run(target, &std::fs::read(input).expect("an input"));
        }
    }
}
