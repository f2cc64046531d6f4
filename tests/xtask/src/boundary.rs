//! `cargo xtask boundary`: builds what stands on both sides of the façade as it is shipped, and lets the line
//! `boundary` of tests/bench measure it.
//!
//! Called by `main`. Invariant: all sides run the release library; only the generator is not optimised.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bindings::{self, SwiftPackage};
use crate::cargo;
use crate::run;
use crate::workspace;

/// Builds the players and measures; the options go to the bench.
pub fn measure(options: &[&str]) -> Result<(), String> {
    let release = workspace::target().join("release");
    // Each by itself, or the library would carry what the bench asks of the crates beneath.
    build(&["--release", "--package", "footbridge-ffi"])?;
    build(&["--release", "--package", "footbridge-bench"])?;
    // The generator, and the façade that it reads, as the tests build them.
    build(&["--workspace", "--all-targets"])?;
    let stores = workspace::target().join("footbridge-bench");
    std::fs::create_dir_all(&stores).map_err(|error| format!("{} cannot be made: {error}", stores.display()))?;
    let mut bench = Command::new(release.join("footbridge-bench"));
    bench.arg("--folder").arg(&stores).args(options).arg("boundary");
    bench.env("FOOTBRIDGE_BOUNDARY_KOTLIN", bindings::in_a_line(&kotlin(&release)?));
    bench.env("FOOTBRIDGE_BOUNDARY_SWIFT", bindings::in_a_line(&swift(&release, &stores)?));
    bench.env("FOOTBRIDGE_BOUNDARY_LIBRARY", stripped(&release)?);
    if run::plainly(bench) { Ok(()) } else { Err("the bench failed; see above".to_owned()) }
}

fn build(arguments: &[&str]) -> Result<(), String> {
    let built = run::plainly(cargo::command(&[&["build", "--locked"], arguments].concat()));
    if built { Ok(()) } else { Err("the build failed; see above".to_owned()) }
}

/// The player of Kotlin: compiled by Maven, and started without it, over the release library.
fn kotlin(release: &Path) -> Result<Command, String> {
    // Maven says the class path that it would have used; the last line is that of the last module, `kit`.
    let said = run::output(bindings::maven(&["--quiet", "test-compile", "exec:exec@classpath"]));
    let said = said.ok_or("Maven could not compile the Kotlin package; `cargo xtask test kotlin` says why")?;
    let classes = said.lines().rfind(|line| line.contains(".jar")).ok_or("Maven says no class path")?;
    let mut java = Command::new("java");
    java.arg(format!("-Djna.library.path={}", release.display())).arg("-Djna.nosys=true");
    java.args(["-classpath", classes, "org.footbridge.Cost"]);
    Ok(java)
}

/// The player of Swift, optimised, with the release library in it.
fn swift(release: &Path, stores: &Path) -> Result<Command, String> {
    let package = SwiftPackage::generated("swift-release", release)?;
    let mut compile = package.call("swift", &[release, &workspace::root()])?;
    compile.args(["build", "--configuration", "release", "--product", "Cost"]);
    if !run::plainly(compile) {
        return Err("the Swift package could not be built".to_owned());
    }
    package.call(".build/release/Cost", &[stores])
}

/// The library as an app carries it: without the names that only a debugger reads.
fn stripped(release: &Path) -> Result<PathBuf, String> {
    let library = ["so", "dylib"].map(|ending| release.join(format!("libfootbridge_ffi.{ending}")));
    let library = library.iter().find(|library| library.exists()).ok_or("the library is not there")?;
    let stripped = library.with_extension("stripped");
    let mut strip = Command::new("strip");
    strip.arg(if cfg!(target_os = "macos") { "-x" } else { "--strip-unneeded" }).arg("-o").args([&stripped, library]);
    if run::plainly(strip) { Ok(stripped) } else { Err("the library could not be stripped".to_owned()) }
}
