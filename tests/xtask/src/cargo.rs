//! The cargo that started this one, with the settings every part shares.

use std::process::Command;

use crate::run;
use crate::workspace;

/// A call of cargo in the repository, building where this binary was built.
pub fn command(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(workspace::root()).env("CARGO_TARGET_DIR", workspace::target());
    command
}

/// Sees to it that a component of the toolchain is there (`cargo fmt`, `cargo clippy`).
pub fn component(subcommand: &str, component: &str) -> Result<(), String> {
    if run::quietly(command(&[subcommand, "--version"])) {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", component]).current_dir(workspace::root());
    if run::plainly(rustup) {
        Ok(())
    } else {
        Err(format!("cargo {subcommand} is missing: install the component {component} of your Rust toolchain"))
    }
}
