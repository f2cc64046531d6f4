//! The parts that leave Rust: the packages of Kotlin and Swift, the story that all languages play, and what can be
//! checked of phones without one.
//!
//! Called by [`crate::parts`]. Invariant: each drives the library and the server of the part `build`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::cargo;
use crate::python;
use crate::run::{self, Ended};
use crate::workspace;

/// The test of tests/e2e that leads the players of all languages.
pub const STORY: &str = "one_story";

/// The Kotlin package, whole.
pub fn kotlin(limit: Duration) -> Result<Ended, String> {
    Ok(run::counted(maven(&["verify"]), limit))
}

/// The Swift package, whole.
pub fn swift(limit: Duration) -> Result<Ended, String> {
    let folder = sources();
    let mut lint = swift_call(&["format", "lint", "--strict", "--recursive", "--configuration"])?;
    lint.arg(folder.join(".swift-format"));
    lint.args(["Package.swift", "Sources/FootbridgeKit", "Tests", "Examples"].map(|name| folder.join(name)));
    if !run::plainly(lint) {
        return Err("the Swift package is not formatted as .swift-format says".to_owned());
    }
    Ok(run::counted(swift_call(&["test", "--no-parallel"])?, limit))
}

/// The kinds of phones that the core is checked for.
const PHONES: [&str; 4] =
    ["aarch64-linux-android", "x86_64-linux-android", "aarch64-apple-ios", "aarch64-apple-ios-sim"];

/// The core, checked for phones; and the scripts that package it, as far as they can be looked at here.
pub fn phones(limit: Duration) -> Result<Ended, String> {
    let bindings = workspace::root().join("bindings");
    let programs = python::environment("shellcheck", &bindings.join("packaging/shellcheck.txt"))?;
    let mut lint = Command::new(programs.join("shellcheck"));
    lint.args(scripts(&bindings)?);
    if !run::plainly(lint) {
        return Err("a script of bindings is not as shellcheck would have it".to_owned());
    }
    let mut check = Command::new("bash");
    check.arg(bindings.join("packaging/check-phones.sh")).arg(workspace::tools().join("rust-src")).args(PHONES);
    check.env("CARGO_TARGET_DIR", workspace::target());
    Ok(run::counted(check, limit))
}

/// The shell scripts of these rooms.
fn scripts(bindings: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for folder in ["kotlin", "swift", "swift/Examples", "packaging"].map(|name| bindings.join(name)) {
        let entries =
            std::fs::read_dir(&folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        found.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "sh")));
    }
    found.sort();
    Ok(found)
}

/// The story in Rust, which plays it in Kotlin and in Swift over its own server and compares.
pub fn story(limit: Duration) -> Result<Ended, String> {
    let maven = maven(&["-Dtest=StoryTest#one*", "-Dsurefire.failIfNoSpecifiedTests=false", "test"]);
    let swift = swift_call(&["test", "--no-parallel", "--filter", "StoryTests/story"])?;
    let mut test = cargo::command(&["test", "--locked", "--workspace", "--test", STORY, "--", "--nocapture"]);
    test.env("FOOTBRIDGE_BIN_DIR", workspace::binaries());
    test.env("FOOTBRIDGE_STORY_PLAYERS", format!("{}\n{}", in_a_line(&maven), in_a_line(&swift)));
    Ok(run::counted(test, limit))
}

/// A call of Maven in the Kotlin package.
pub fn maven(arguments: &[&str]) -> Command {
    let mut maven = Command::new("mvn");
    maven
        .args(["--batch-mode", "--no-transfer-progress"])
        .args(arguments)
        .arg(format!("-Dfootbridge.bin={}", workspace::binaries().display()))
        .arg(format!("-Dfootbridge.build={}", workspace::target().join("kotlin").display()))
        .current_dir(workspace::root().join("bindings/kotlin"))
        .env("FOOTBRIDGE_BIN_DIR", workspace::binaries());
    maven
}

/// A call of Swift in the whole package, which is made in the target folder: by a Swift 6 of this machine, else by
/// one that is put into the target folder.
fn swift_call(arguments: &[&str]) -> Result<Command, String> {
    let package = SwiftPackage::generated("swift", &workspace::binaries())?;
    let mut call = package.call("swift", &[&workspace::binaries(), &workspace::root()])?;
    call.args(arguments).env("FOOTBRIDGE_BIN_DIR", workspace::binaries());
    Ok(call)
}

/// The Swift package, made whole in the target folder.
pub struct SwiftPackage {
    folder: PathBuf,
}

impl SwiftPackage {
    /// Made under this name, with the static library that lies in `library`.
    pub fn generated(name: &str, library: &Path) -> Result<Self, String> {
        let folder = workspace::target().join(name);
        let mut generate = Command::new("bash");
        generate.arg(sources().join("generate.sh")).arg(&folder);
        generate.env("FOOTBRIDGE_BIN_DIR", workspace::binaries()).env("FOOTBRIDGE_LIBRARY_DIR", library);
        if run::plainly(generate) { Ok(Self { folder }) } else { Err("the Swift package could not be made".to_owned()) }
    }

    /// A program that finds Swift, started in the package; it sees these folders too.
    pub fn call(&self, program: &str, folders: &[&Path]) -> Result<Command, String> {
        if has_swift() {
            let mut call = Command::new(program);
            call.current_dir(&self.folder);
            return Ok(call);
        }
        let toolchain: PathBuf = workspace::tools().join("swift");
        let mut make = Command::new("bash");
        make.arg(sources().join("toolchain.sh")).arg(&toolchain);
        if !run::plainly(make) {
            return Err("Swift could not be put into the target folder".to_owned());
        }
        let mut call = Command::new("bash");
        call.arg(sources().join("in-toolchain.sh")).arg(toolchain);
        call.arg(&self.folder).args(folders).args(["--", program]);
        Ok(call)
    }
}

/// Where the Swift package stands in the repository.
fn sources() -> PathBuf {
    workspace::root().join("bindings/swift")
}

/// Whether this machine has a Swift of its own that is new enough.
pub fn has_swift() -> bool {
    let mut version = Command::new("swift");
    version.arg("--version");
    let said = run::output(version).unwrap_or_default();
    let major = said.split("Swift version ").nth(1).and_then(|version| version.split(['.', ' ', '-']).next());
    major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 6)
}

/// A command as a shell reads it, with the folder it runs in and the environment it was given.
pub fn in_a_line(command: &Command) -> String {
    let folder = command.get_current_dir().map(|folder| format!("cd {} && ", quoted(folder.as_os_str())));
    let environment = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let environment: String =
        environment.map(|(name, value)| format!("{}={} ", name.to_string_lossy(), quoted(value))).collect();
    let words: Vec<String> = [command.get_program()].into_iter().chain(command.get_args()).map(quoted).collect();
    format!("{}{environment}{}", folder.unwrap_or_default(), words.join(" "))
}

fn quoted(word: &std::ffi::OsStr) -> String {
    format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_by_a_shell_as_it_was_given() {
        let mut command = Command::new("printf");
        command.args(["%s|%s|", "it's", "a b"]).current_dir("/").env("NOTHING", "");
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("{}; pwd", in_a_line(&command))]);
        assert_eq!(run::output(shell).as_deref(), Some("it's|a b|/\n"));
    }
}
