//! The connections that read. Called through [`super::Storage::read`]. Invariant: a read sees one moment of the
//! database, and no more reads run at once than there are connections.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection;
use super::error::{Attempt, StorageError};

/// How many read at once.
const READERS: usize = 4;

/// Connections that wait, and the right to take one.
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Arc::new(Mutex::new(Vec::new())), free: Arc::new(Semaphore::new(READERS)) }
    }

    /// Reads one moment of the database on a thread where waiting is allowed.
    pub(super) async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|_| StorageError::Stopped)?;
        let idle = Arc::clone(&self.idle);
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let waiting = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match waiting {
                Some(connection) => connection,
                None => connection::open_reader(&path)?,
            };
            let outcome = one_moment(&connection, work);
            // A connection whose work panicked never comes here and is closed.
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            outcome
        })
        .await
        .map_err(|_| StorageError::Stopped)?
    }

    /// Waits for those who read, and closes every connection.
    pub(super) async fn close(&self) {
        if let Ok(permits) = self.free.acquire_many(READERS as u32).await {
            self.free.close();
            drop(permits);
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Runs `work` in one read transaction.
fn one_moment<T, E: From<StorageError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection.unchecked_transaction().attempt("beginning to read")?;
    let outcome = work(&transaction);
    transaction.commit().attempt("ending a read")?;
    outcome
}
