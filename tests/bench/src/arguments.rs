//! What is typed.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// What the README quotes.
    Full,
    /// A tenth of it: for a first look.
    Quick,
    /// So little that it says nothing about speed: the test that every line still runs.
    Tiny,
}

/// How fast Footbridge is, beside a plain baseline measured in the same run
#[derive(Debug, Parser)]
#[command(name = "footbridge-bench")]
pub struct Arguments {
    /// A tenth of the records, fewer rounds
    #[arg(long, conflicts_with = "size")]
    pub quick: bool,
    /// How much is measured
    #[arg(long, value_enum, default_value = "full", hide = true)]
    pub size: Size,
    /// One JSON object: {"name": {"ours", "baseline", "ratio", "goal", "unit"}}
    #[arg(long)]
    pub json: bool,
    /// Rows for the table in the README
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// Count the time of the processor instead of the clock's: on a machine that does other things too
    #[arg(long)]
    pub cpu: bool,
    /// Rounds of each line, each ours and the baseline's
    #[arg(long)]
    pub rounds: Option<usize>,
    /// Where the files lie that are measured; their file system is named above the table
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Only these lines
    pub lines: Vec<String>,
}
