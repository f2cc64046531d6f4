//! From the schema of any released version to today's, one transaction a step, each step once. A file of a
//! newer version is refused.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;

/// The steps, append-only: a released one is never edited.
const STEPS: &[&str] = &[include_str!("../migrations/0001_initial.sql")];

pub(crate) fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (number, step) in (1_i64..).zip(STEPS).skip(usize::try_from(found).unwrap_or(0)) {
        let during = StoreError::during("bringing the store up to date");
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&during)?;
        // Another process may have taken the step while this one waited.
        if version(&transaction)? < number {
            transaction.execute_batch(step).map_err(&during)?;
            transaction.pragma_update(None, "user_version", number).map_err(&during)?;
            transaction.commit().map_err(&during)?;
        }
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(StoreError::during("reading the version of the store"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(connection: &Connection) -> Vec<(String, String)> {
        let mut statement = connection
            .prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'search_%' ORDER BY name")
            .expect("it prepares");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("it runs");
        rows.map(|row| row.map(|(name, sql): (String, String)| (name, bare(&sql))))
            .collect::<Result<_, _>>()
            .expect("rows")
    }

    /// Without comments and with single spaces.
    fn bare(sql: &str) -> String {
        let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ").replace("( ", "(").replace(" )", ")")
    }

    #[test]
    fn an_upgraded_store_is_a_fresh_one_is_the_commented_schema() {
        let mut upgraded = Connection::open_in_memory().expect("it opens");
        bring_up_to_date(&mut upgraded).expect("it upgrades");
        let fresh = Connection::open_in_memory().expect("it opens");
        fresh.execute_batch(include_str!("schema.sql")).expect("the schema is sound");
        assert_eq!(objects(&upgraded), objects(&fresh));
    }

    #[test]
    fn a_step_is_taken_once() {
        let mut connection = Connection::open_in_memory().expect("it opens");
        bring_up_to_date(&mut connection).expect("it upgrades");
        bring_up_to_date(&mut connection).expect("and again");
    }

    #[test]
    fn a_newer_store_is_refused() {
        let mut connection = Connection::open_in_memory().expect("it opens");
        connection.pragma_update(None, "user_version", 99).expect("it is set");
        let refused = bring_up_to_date(&mut connection);
        assert!(matches!(refused, Err(StoreError::Newer { found: 99, known: 1 })));
    }
}
