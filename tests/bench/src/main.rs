//! `footbridge-bench`: how fast Footbridge is, beside a plain baseline measured in the same run.
//!
//! Started by hand (CONTRIBUTING.md) and, with tiny sizes, by its own test. One process measures; it starts itself
//! anew for each part that is its own process in life (`--server`, `--role NAME`), so that the code is that of the
//! binaries, built with the same profile. Invariant: a baseline runs between ours, on the same file system, in a
//! process of the same kind.

mod arguments;
mod bench;
mod device;
mod figures;
mod fixtures;
mod lines;
mod measure;
mod plain;
mod process;
mod pulling;
mod roles;
mod server;
mod visits;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use bench::Bench;
use figures::Figures;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    match rest.split_first() {
        Some((first, rest)) if first == server::OURSELVES => {
            footbridge_server::command_line::run(std::iter::once(program).chain(rest.iter().cloned()))
        }
        Some((first, rest)) if first == process::ROLE => ended(roles::run(rest)),
        _ => ended(measure_all(Arguments::parse())),
    }
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "footbridge-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure_all(arguments: Arguments) -> anyhow::Result<()> {
    let chosen = lines::chosen(&arguments.lines)?;
    let bench = Bench::new(&arguments)?;
    let mut figures = Figures::default();
    for line in chosen {
        let _ = writeln!(std::io::stderr(), "{}: {}", line.name, line.what);
        figures.add((line.run)(&bench).map_err(|error| error.context(line.name))?);
    }
    let mut out = std::io::stdout();
    let text = if arguments.json {
        figures.to_json()
    } else if arguments.markdown {
        figures.to_markdown()
    } else {
        format!("{}\n{}", bench.machine(), figures.to_table())
    };
    out.write_all(text.as_bytes())?;
    Ok(())
}
