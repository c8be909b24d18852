//! Connection pool for reading; a reader never waits for the writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::schema;
use crate::StoreError;
use crate::limits::{READER_CACHE_KB, READERS_MAX};

/// A few connections, opened when they are first needed.
#[derive(Clone, Debug)]
pub struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// Readers of a database that is open already.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Arc::default() }
    }

    /// Reads on a thread where waiting blocks no request.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError::Sqlite`] when no connection can be opened.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let connection = match readers.pop() {
                Some(connection) => connection,
                None => readers.open()?,
            };
            let outcome = work(&connection);
            // A connection that failed may be broken: the next reader opens a new one.
            if outcome.is_ok() {
                readers.push(connection);
            }
            outcome
        });
        task.await.unwrap_or(Err(StoreError::Ended))
    }

    fn open(&self) -> Result<Connection, StoreError> {
        let connection = schema::connect(&self.path, false)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -READER_CACHE_KB)?;
        Ok(connection)
    }

    fn pop(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn push(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < READERS_MAX {
            idle.push(connection);
        }
    }
}
