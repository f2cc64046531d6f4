//! The binary `footbridge-server`: hands its arguments to the library's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    footbridge_server::command_line::run(std::env::args_os())
}
