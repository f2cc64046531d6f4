//! The commands of the project: `cargo xtask demo`, `cargo xtask test` (and its `night`), and `cargo xtask boundary`.
//!
//! Called by people and by `.ci/run`. It uses the standard library alone, so that it is built in a
//! second on a bare machine and can then install what everything else needs. Invariant: `test`
//! runs every part that was asked for, whatever failed before it, and its exit code and its
//! closing line say the same thing.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on its standard streams")]

mod bindings;
mod boundary;
mod cargo;
mod fuzzing;
mod needs;
mod parts;
mod python;
mod run;
mod tally;
mod toxiproxy;
mod workspace;

use std::process::ExitCode;

use needs::Purpose;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut words = arguments.iter().map(String::as_str);
    match words.next() {
        Some("test") => match words.collect::<Vec<_>>().split_first() {
            Some((&"night", options)) => night(options),
            _ => test(&arguments.iter().skip(1).map(String::as_str).collect::<Vec<_>>()),
        },
        Some("demo") => demo(),
        Some("boundary") => boundary(&words.collect::<Vec<_>>()),
        Some("help" | "--help" | "-h") => {
            println!("{}", usage());
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{}", usage());
            ExitCode::from(2)
        }
    }
}

fn usage() -> String {
    let names: Vec<&str> = parts::PARTS.iter().map(|part| part.name).collect();
    format!(
        "cargo xtask demo                the whole story on this machine, with a review page to look around in\n\
         cargo xtask test [PART…]        every test, or only these parts: {}\n\
         cargo xtask test night [OPTION…] ten thousand fresh seeds and every small world of three deeds, in parts of two\n\
         \x20                               hours at most: each part says how the next goes on (--base, --seeds-done,\n\
         \x20                               --shares-done), --minutes makes it shorter\n\
         cargo xtask boundary [OPTION…]  what calls from Kotlin and Swift cost, beside Rust (options of the bench)",
        names.join(", ")
    )
}

fn test(names: &[&str]) -> ExitCode {
    match parts::chosen(names) {
        Ok(parts) => {
            if parts::run_all(&parts) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(unknown) => {
            eprintln!("There is no part called {unknown}.\n{}", usage());
            ExitCode::from(2)
        }
    }
}

fn night(options: &[&str]) -> ExitCode {
    if parts::night(options) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn boundary(options: &[&str]) -> ExitCode {
    match boundary::measure(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn demo() -> ExitCode {
    if let Err(missing) = needs::install(Purpose::Build) {
        eprintln!("{missing}");
        return ExitCode::FAILURE;
    }
    println!("Building the server, the phones and the demo. The first time this takes some minutes.");
    let built = run::plainly(cargo::command(&[
        "build",
        "--locked",
        "--package",
        "footbridge-server",
        "--package",
        "footbridge-cli",
        "--package",
        "footbridge-demo",
    ]));
    if !built {
        eprintln!("The build failed; see above.");
        return ExitCode::FAILURE;
    }
    if run::plainly(std::process::Command::new(workspace::binary("footbridge-demo"))) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
