//! The lines: what is measured, one file each. Called by `main`.

pub mod boundary;
mod bytes_per_record;
mod cold;
mod edited_100_times;
pub mod herd;
mod ingest;
pub mod list_page;
mod open_100k;
pub mod push_200;
mod review_page;
mod save_visit;
pub mod search;
mod warm_100;

use anyhow::bail;

use crate::bench::Bench;
use crate::figures::Figure;

/// One line.
pub struct Line {
    /// What it is called on the command line and in the JSON.
    pub name: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// Measures it.
    pub run: fn(&Bench) -> anyhow::Result<Vec<Figure>>,
}

/// All lines, in the order of the table.
pub const LINES: &[Line] = &[
    Line { name: "save_visit", what: "a visit is recorded, durable", run: save_visit::run },
    Line { name: "open_100k", what: "a large store is opened and the first 50 visits are listed", run: open_100k::run },
    Line { name: "push_200", what: "200 unsent visits, answered when they are durable", run: push_200::run },
    Line { name: "cold_10k", what: "a new device gets everything", run: cold::run_10k },
    Line { name: "cold_100k", what: "a new device gets everything, and it is much", run: cold::run_100k },
    Line { name: "bytes_per_record", what: "what a new device downloads a record", run: bytes_per_record::run },
    Line { name: "warm_100", what: "a device gets 100 new visits beside the many it has", run: warm_100::run },
    Line { name: "edited_100_times", what: "a record that two edited a hundred times", run: edited_100_times::run },
    Line { name: "ingest", what: "eight devices push all they have", run: ingest::run },
    Line { name: "herd", what: "five hundred phones come back in one moment", run: herd::run },
    Line { name: "list_page", what: "the first page of a filter", run: list_page::run },
    Line { name: "search", what: "the first page of what has a word", run: search::run },
    Line { name: "boundary", what: "a visit is recorded and 50 are listed from Kotlin and Swift", run: boundary::run },
    Line { name: "review_page", what: "a page of what came in, for coordinators", run: review_page::run },
];

/// The lines of these names in their order, or all where none is named.
pub fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Line>> {
    if let Some(unknown) = names.iter().find(|name| LINES.iter().all(|line| line.name != **name)) {
        let known = LINES.iter().map(|line| line.name).collect::<Vec<_>>().join(", ");
        bail!("{unknown} is no line; there are {known}");
    }
    Ok(LINES.iter().filter(|line| names.is_empty() || names.iter().any(|name| name == line.name)).collect())
}
