//! What every line is given: how much to measure, where its files lie, how often. Made by `main` once.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

use crate::arguments::{Arguments, Size};
use crate::measure::{Pairs, Sample};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Records where the line's name says 100,000.
    pub large: usize,
    /// Records where the line's name says 10,000.
    pub middle: usize,
    /// Small operations of one round.
    pub operations: usize,
    /// Rounds.
    pub rounds: usize,
}

/// What every line is given.
pub struct Bench {
    /// How much.
    pub sizes: Sizes,
    /// Whether it is only seen that everything runs.
    pub is_tiny: bool,
    by_cpu: bool,
    folder: PathBuf,
}

impl Bench {
    /// As the arguments ask for.
    pub fn new(arguments: &Arguments) -> anyhow::Result<Self> {
        let size = if arguments.quick { Size::Quick } else { arguments.size };
        let mut sizes = match size {
            Size::Full => Sizes { large: 100_000, middle: 10_000, operations: 200, rounds: 7 },
            Size::Quick => Sizes { large: 10_000, middle: 2_000, operations: 50, rounds: 5 },
            Size::Tiny => Sizes { large: 150, middle: 60, operations: 3, rounds: 1 },
        };
        if let Some(rounds) = arguments.rounds {
            sizes.rounds = rounds.max(1);
        }
        let folder = match &arguments.folder {
            Some(folder) => folder.clone(),
            None => beside_the_build()?.join("footbridge-bench"),
        };
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self { sizes, is_tiny: size == Size::Tiny, by_cpu: arguments.cpu, folder })
    }

    /// Where fixtures are kept.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder that goes when it is dropped, on the file system that is measured.
    pub fn scratch(&self) -> anyhow::Result<TempDir> {
        tempfile::Builder::new().prefix("run-").tempdir_in(&self.folder).context("making a folder for a run")
    }

    /// Ours and the baseline in turn, as often as there are rounds; one of each before that counts nothing.
    pub fn interleaved(
        &self,
        mut ours: impl FnMut() -> anyhow::Result<Sample>,
        mut baseline: impl FnMut() -> anyhow::Result<Sample>,
    ) -> anyhow::Result<Pairs> {
        let mut pairs = Pairs::new(self.by_cpu);
        for round in 0..=self.sizes.rounds {
            // Who comes first changes, so that what one leaves in the machine's caches helps both alike.
            let (one, other) = if round % 2 == 0 {
                let one = ours()?;
                (one, baseline()?)
            } else {
                let other = baseline()?;
                (ours()?, other)
            };
            if round > 0 {
                pairs.add(one, other);
            }
        }
        Ok(pairs)
    }

    /// A line above the table: how many cores, which file system, which profile.
    pub fn machine(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let profile = if cfg!(debug_assertions) { "debug: the figures mean nothing" } else { "release" };
        let time = if self.by_cpu { "time of the processor" } else { "time of the clock" };
        format!("{cores} cores, {} ({}), {profile}, {time}", file_system(&self.folder), self.folder.display())
    }
}

/// The target folder that this executable was built in.
fn beside_the_build() -> anyhow::Result<PathBuf> {
    let us = std::env::current_exe().context("finding this executable")?;
    Ok(us.parent().and_then(Path::parent).unwrap_or(Path::new(".")).to_owned())
}

/// The kind of file system that a folder lies on.
fn file_system(folder: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let longest = mounts.filter(|(at, _)| folder.starts_with(at)).max_by_key(|(at, _)| at.len());
    longest.map_or_else(|| "a file system".to_owned(), |(_, kind)| kind.to_owned())
}
