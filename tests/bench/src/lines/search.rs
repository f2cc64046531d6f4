//! `search`: the first page of what has a word, at 100,000 visits; against the SQL itself, as in `list_page`.

use rusqlite::Connection;

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::Figure;
use crate::fixtures;
use crate::measure::timed;
use crate::plain::open_encrypted;
use crate::process::{Part, Talk};

/// The role of the SQL itself.
pub const ROLE: &str = "sql-search";

/// Words that are looked for, as they are typed and as they stand in the index.
const WORDS: [&str; 6] = ["biblio", "dammen", "sod", "rosen", "kafe", "tvatt"];

const SQL: &str = "SELECT number, id, sort_at, document, projection, facts
     FROM search CROSS JOIN records ON number = search.rowid
     WHERE search MATCH ?1 AND deleting = 0 ORDER BY search.rowid DESC LIMIT 51";

/// The same words in turn.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.large)?;
    let mut device = Device::open(&filled.device(), None)?;
    let mut sql = Part::start(ROLE)?;
    sql.tell(&filled.device().join("footbridge.db"))?;
    let words: Vec<String> = WORDS.iter().cycle().take(bench.sizes.operations).map(|word| (*word).to_owned()).collect();
    let pairs = bench.interleaved(
        || {
            let answer = device.ask(&Told::Search { words: words.clone() })?;
            anyhow::ensure!(answer.records > 0, "nothing was found");
            Ok(answer.sample)
        },
        || sql.ask(&words),
    )?;
    let (ours, baseline) = pairs.medians();
    Ok(vec![Figure::beside("search", (ours * 1e3, baseline * 1e3), 1.5, "ms")])
}

/// The SQL itself.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let Some(file) = talk.next::<std::path::PathBuf>()? else { return Ok(()) };
    let connection = open_encrypted(&file)?;
    while let Some(words) = talk.next::<Vec<String>>()? {
        let (found, sample) =
            timed(|| -> anyhow::Result<usize> { words.iter().map(|word| page(&connection, word)).sum() });
        found?;
        talk.answer(&sample.of(words.len()))?;
    }
    Ok(())
}

fn page(connection: &Connection, word: &str) -> anyhow::Result<usize> {
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query([format!("\"{word}\"*")])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get::<_, String>(4)?.len() + row.get::<_, String>(5)?.len();
        bytes += row.get::<_, [u8; 16]>(1)?.len() + row.get::<_, Option<Vec<u8>>>(3)?.map_or(0, |bytes| bytes.len());
    }
    Ok(bytes)
}
