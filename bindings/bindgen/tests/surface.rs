//! The golden surface of the façade in both languages: what an app can call, a declaration a line. Whoever
//! changes it sees it, here and in the review.

// Linked so that the library is built beside this test.
use footbridge_ffi as _;

use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines that declare something begin so.
const KOTLIN: &[&str] = &[
    "public interface ",
    "interface ",
    "open class ",
    "data class ",
    "data object ",
    "enum class ",
    "sealed class ",
    "object ",
    "class ",
    "suspend fun ",
    "fun `",
    "val `",
    "var `",
    "constructor(",
];
const SWIFT: &[&str] = &[
    "public protocol ",
    "public enum ",
    "enum ",
    "public struct ",
    "public func ",
    "public static func ",
    "public convenience init",
    "public init(",
    "public let ",
    "public var ",
    "open class ",
    "open func ",
    "case ",
    "func ",
];
/// What stands in a line of the machinery, which is nobody's to call.
const MACHINERY: &[&str] = &[
    "uniffi",
    "Uniffi",
    "UniFFI",
    "UniFfi",
    "FfiConverter",
    "RustBuffer",
    "Pointer",
    "JNA",
    "ForeignBytes",
    "NoHandle",
    "Cleanable",
    "interface Disposable",
    "InternalException",
    "Impl:",
    "deallocate()",
    " lift(",
    " lower(",
    "buf:",
    "handle:",
    "case CALL_",
    "case let ",
    "case .",
    ": return .",
    "case bufferOverflow",
    "case incompleteData",
    "case unexpected",
    "case rustPanic",
    "var errorDescription",
    "func withLock",
    "func insert(obj",
];

#[test]
fn the_kotlin_surface_is_the_committed_one() {
    compare("kotlin", "kt", KOTLIN, "footbridge.kotlin.txt");
}

#[test]
fn the_swift_surface_is_the_committed_one() {
    compare("swift", "swift", SWIFT, "footbridge.swift.txt");
}

fn compare(language: &str, extension: &str, declared: &[&str], golden: &str) {
    let now = surface(&generated(language, extension), declared);
    assert!(now.lines().count() > 100, "the surface was found: {now}");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api").join(golden);
    if std::env::var_os("FOOTBRIDGE_UPDATE_API").is_some() {
        std::fs::write(&golden, &now).expect("the golden surface is written");
    }
    let before = std::fs::read_to_string(&golden).unwrap_or_default();
    let gone: Vec<&str> = before.lines().filter(|line| !now.lines().any(|other| other == *line)).collect();
    let new: Vec<&str> = now.lines().filter(|line| !before.lines().any(|other| other == *line)).collect();
    assert!(
        before == now,
        "the {language} surface changed. If that is meant: FOOTBRIDGE_UPDATE_API=1 cargo test -p footbridge-bindgen\n\
         gone: {gone:#?}\nnew: {new:#?}"
    );
}

/// All that the generator writes in this language.
fn generated(language: &str, extension: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let written = Command::new(env!("CARGO_BIN_EXE_footbridge-bindgen"))
        .args(["generate", "--no-format", "--config", "../uniffi.toml", "--language", language, "--out-dir"])
        .arg(folder.path())
        .arg(library())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the generator runs");
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let mut files = Vec::new();
    find(folder.path(), extension, &mut files);
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("what was written is text")).collect()
}

/// The library lies beside this test, because it was built for it.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("where this test lies");
    let name = format!("{}footbridge_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    test.parent().expect("a folder").join(name)
}

fn find(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder that can be read").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            find(&path, extension, files);
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
}

/// Declarations as they stand, without the machinery and without what opens their bodies.
fn surface(source: &str, declared: &[&str]) -> String {
    let mut surface = String::new();
    for line in source.lines() {
        let line = line.trim();
        // What goes with a case of Swift stands behind the end of its comment.
        let associated = line.strip_prefix("*/").map(str::trim).filter(|said| said.contains(": "));
        let is_declared = associated.is_some() || declared.iter().any(|word| line.starts_with(word));
        let line = associated.unwrap_or(line);
        if is_declared && MACHINERY.iter().all(|word| !line.contains(word)) {
            surface.push_str(line.trim_end_matches([' ', '{', '(', ',', ';']));
            surface.push('\n');
        }
    }
    surface
}
