//! How much there is, in numbers. Called for the figures. Invariant: numbers alone; each is answered by an index or by
//! the file's head, and none is the size of one programme.

use rusqlite::Connection;

use super::error::{Attempt, StorageError};

/// The name of each number and its value.
pub type Figures = Vec<(&'static str, i64)>;

/// The name of each number, what it says, and how it is asked for.
const ASKED: &[(&str, &str, &str)] = &[
    ("footbridge_programmes", "Programmes.", "SELECT count(*) FROM programmes"),
    ("footbridge_members", "People, in all programmes.", "SELECT count(*) FROM members"),
    ("footbridge_devices", "Devices that may sync.", "SELECT count(*) FROM devices WHERE revoked_at IS NULL"),
    (
        "footbridge_devices_revoked",
        "Devices that were revoked.",
        "SELECT count(*) FROM devices WHERE revoked_at IS NOT NULL",
    ),
    ("footbridge_documents", "Records that are done.", "SELECT count(*) FROM documents"),
    ("footbridge_drafts", "Drafts.", "SELECT count(*) FROM drafts"),
    ("footbridge_log_entries", "Entries of the logs that devices read.", "SELECT count(*) FROM entries"),
    ("footbridge_quarantined_items", "Items in quarantine.", "SELECT count(*) FROM quarantine"),
    (
        "footbridge_set_aside_items",
        "Items that were refused and wait on their device.",
        "SELECT count(*) FROM set_aside",
    ),
    (
        "footbridge_clock_in_doubt",
        "One where the clock has leapt and nothing expires until it is confirmed.",
        "SELECT clock_in_doubt FROM server",
    ),
    (
        "footbridge_database_bytes",
        "Bytes of the database's file.",
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    ),
];

/// What each number says.
pub const DESCRIBED: &[(&str, &str)] = &{
    let mut described = [("", ""); ASKED.len()];
    let mut at = 0;
    while at < ASKED.len() {
        described[at] = (ASKED[at].0, ASKED[at].1);
        at += 1;
    }
    described
};

/// All numbers of this moment.
pub fn count(connection: &Connection) -> Result<Figures, StorageError> {
    let mut figures = Vec::with_capacity(ASKED.len());
    for (name, _, sql) in ASKED {
        let number = connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .attempt("counting what there is")?;
        figures.push((*name, number));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{memory, with_amina};
    use super::*;

    #[test]
    fn what_there_is_is_counted() {
        let connection = memory();
        with_amina(&connection);
        let figures = count(&connection).unwrap();
        let figure = |name| figures.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        assert_eq!(figure("footbridge_members"), Some(1));
        assert_eq!(figure("footbridge_devices"), Some(1));
        assert_eq!(figure("footbridge_devices_revoked"), Some(0));
        assert!(figure("footbridge_database_bytes").unwrap() > 0);
        assert_eq!(figures.len(), DESCRIBED.len());
    }
}
