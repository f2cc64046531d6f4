//! The schema's steps, in order. Called when the writing connection opens. Invariant: a step is append-only and runs
//! in one transaction with the number that says it is done, so a server killed between steps goes on where it was.

use rusqlite::{Connection, TransactionBehavior};

use super::error::{Attempt, StorageError};

/// Every step; its place in the list (from 1) is the `user_version` that it leads to.
const STEPS: &[&str] = &[include_str!("migrations/0001_initial.sql")];

/// The newest schema.
pub fn newest() -> i64 {
    STEPS.len() as i64
}

/// Brings the database to the newest schema. Refuses a file that a newer server has written.
pub fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let known = newest();
    let found: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .attempt("reading the schema's version")?;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    for (step, version) in STEPS.iter().zip(1_i64..).skip(usize::try_from(found).unwrap_or(0)) {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).attempt("beginning a schema step")?;
        transaction.execute_batch(step).attempt("running a schema step")?;
        transaction.pragma_update(None, "user_version", version).attempt("noting a schema step")?;
        transaction.commit().attempt("keeping a schema step")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    /// Every statement of the schema, without comments and spacing.
    fn schema_of(connection: &Connection) -> Vec<String> {
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(|sql| {
            let sql = sql.unwrap();
            let bare: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
            bare.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
    }

    #[test]
    fn the_migrated_schema_is_the_one_in_schema_sql() {
        let mut migrated = Connection::open_in_memory().unwrap();
        migrate(&mut migrated).unwrap();
        let written = Connection::open_in_memory().unwrap();
        written.execute_batch(include_str!("schema.sql")).unwrap();
        assert_eq!(schema_of(&migrated), schema_of(&written));
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let before = schema_of(&connection);
        migrate(&mut connection).unwrap();
        assert_eq!(before, schema_of(&connection));
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(migrate(&mut connection), Err(StorageError::Newer { found: 99, .. })));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE drafts (other TEXT)").unwrap();
        assert!(migrate(&mut connection).is_err());
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 0);
        assert_eq!(schema_of(&connection).len(), 1);
    }
}
