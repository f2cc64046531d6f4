//! The binary `footbridge-server`: hands its arguments to the library's command line.

use std::process::ExitCode;

/// Merging is making and dropping small things by the thousand, on several threads; a fifth of it was the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    footbridge_server::command_line::run(std::env::args_os())
}
