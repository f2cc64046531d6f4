//! `list_page`: the first page of a filter at 100,000 visits, without totals; against the SQL itself, on the same file,
//! in a process of its own: every column that a list reads, taken out of the database and not looked at.

use rusqlite::Connection;

use crate::bench::Bench;
use crate::device::{Device, Told};
use crate::figures::Figure;
use crate::fixtures;
use crate::measure::timed;
use crate::plain::open_encrypted;
use crate::process::{Part, Talk};
use crate::visits::{self, DISTRICTS};
use footbridge_model::Timestamp;

/// The role of the SQL itself.
pub const ROLE: &str = "sql-list";

const SQL: &str = "SELECT number, id, sort_at, document, projection, facts FROM records
     WHERE deleting = 0 AND kind = 'visit' AND district = ?1 AND sort_at < ?2
     ORDER BY sort_at DESC, number DESC LIMIT 51";

/// Each page is of another district and time, so that it is not simply the page before.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.large)?;
    let mut device = Device::open(&filled.device(), None)?;
    let mut sql = Part::start(ROLE)?;
    sql.tell(&filled.device().join("footbridge.db"))?;
    let mut round = 0;
    let mut pages = || {
        round += 1;
        let page = |number: usize| {
            let visit = (number * 7 + round) * filled.visits / (7 * bench.sizes.operations) % filled.visits;
            let district = DISTRICTS.get((number + round) % DISTRICTS.len()).copied().unwrap_or_default().to_owned();
            (district, visits::recorded_at(visit + 1).to_string())
        };
        (0..bench.sizes.operations).map(page).collect::<Vec<_>>()
    };
    let asked = std::cell::RefCell::new(Vec::new());
    let pairs = bench.interleaved(
        || {
            let pages = pages();
            asked.replace(pages.clone());
            Ok(device.ask(&Told::List { pages })?.sample)
        },
        || sql.ask(&*asked.borrow()),
    )?;
    let (ours, baseline) = pairs.medians();
    Ok(vec![Figure::beside("list_page", (ours * 1e3, baseline * 1e3), 1.5, "ms")])
}

/// The SQL itself.
pub fn play(talk: &mut Talk) -> anyhow::Result<()> {
    let Some(file) = talk.next::<std::path::PathBuf>()? else { return Ok(()) };
    let connection = open_encrypted(&file)?;
    while let Some(pages) = talk.next::<Vec<(String, String)>>()? {
        let (listed, sample) = timed(|| -> anyhow::Result<usize> {
            pages.iter().map(|(district, until)| page(&connection, district, until)).sum()
        });
        listed?;
        talk.answer(&sample.of(pages.len()))?;
    }
    Ok(())
}

fn page(connection: &Connection, district: &str, until: &str) -> anyhow::Result<usize> {
    let until: Timestamp = until.parse().map_err(|_| anyhow::anyhow!("a time"))?;
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query((district, until.0))?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get::<_, String>(4)?.len() + row.get::<_, String>(5)?.len();
        bytes += row.get::<_, [u8; 16]>(1)?.len() + row.get::<_, Option<Vec<u8>>>(3)?.map_or(0, |bytes| bytes.len());
    }
    Ok(bytes)
}
