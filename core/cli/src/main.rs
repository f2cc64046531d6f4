//! A phone in a terminal: the binary `footbridge`, for testers, administrators and scripts, over the same
//! core that a phone has. README.md beside this crate says what every command takes, prints and ends with.
//!
//! Invariant: with `--json`, whatever happens is one JSON value a line.

mod arguments;
mod commands;
mod exit;
mod input;
mod opening;
mod output;
mod progress;
mod wording;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use footbridge_text::Language;

use arguments::Arguments;
use exit::Failure;
use output::Output;

fn main() -> ExitCode {
    log_where_asked();
    let typed: Vec<_> = std::env::args_os().collect();
    let language = arguments::surroundings_language(|name| std::env::var_os(name));
    let arguments = match Arguments::try_parse_from(&typed) {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error, arguments::ask_for_json(&typed), language),
    };
    let output = Output::new(arguments.json, arguments.lang.unwrap_or(language));
    ended(commands::run(arguments, &output), &output)
}

fn ended(result: Result<(), Failure>, output: &Output) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure, None);
            ExitCode::from(failure.code())
        }
    }
}

/// Help and version are answers; anything else that was typed is a `usage` error.
fn misunderstood(error: &clap::Error, json: bool, language: Language) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if is_answer || !json {
        // A reader that has gone away is no error.
        let _ = error.print();
        return if is_answer { ExitCode::SUCCESS } else { ExitCode::from(2) };
    }
    let said = error.render().to_string();
    let message = said.strip_prefix("error: ").unwrap_or(&said).trim_end().to_owned();
    ended(Err(Failure::Usage(message)), &Output::new(json, language))
}

/// Logs on standard error where FOOTBRIDGE_LOG says what, such as `debug`; for whoever looks for a fault.
fn log_where_asked() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("FOOTBRIDGE_LOG") {
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    }
}
