//! What is kept, in SQLite: one file, one thread that writes, readers beside it.
//!
//! In reading order: [`schema`] opens and migrates, [`check`] and [`wal`] look for damage, [`writer`] is the one thread
//! that writes, [`fold`] and [`counts`] are its work between commits, [`checkpoint`] empties its log, [`readers`] read;
//! [`sites`], [`surveys`], [`kept`] and [`reports`] are the statements, [`admin`] those of administration.

pub mod admin;
pub mod asides;
pub mod bundles;
pub mod check;
pub mod checkpoint;
pub mod counts;
pub mod fold;
pub mod kept;
mod pace;
pub mod readers;
pub mod reports;
pub mod schema;
pub mod sites;
pub mod surveys;
pub mod wal;
pub mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::StoreError;
use super::inbound::{AppendError, Inbound};
use readers::Readers;
use writer::{Fault, Writer};

/// An open SQLite database.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    readers: Readers,
    /// Only a service has one; a command writes on a connection of its own.
    writer: Option<Writer>,
}

impl Sqlite {
    /// Opens a database for a command; `create` makes it where it is missing.
    ///
    /// # Errors
    /// Those of [`schema::open`].
    pub async fn open(path: &Path, create: bool) -> Result<Self, StoreError> {
        let at = path.to_owned();
        blocking(move || schema::open(&at, create)).await?;
        Ok(Self { path: path.to_owned(), readers: Readers::new(path), writer: None })
    }

    /// Opens a database for a service, makes it where it is missing, checks it, and starts its writer with room for
    /// `queue` jobs.
    ///
    /// # Errors
    /// Those of [`schema::open`] and [`check`]; [`StoreError::Thread`].
    pub async fn serve(path: &Path, queue: usize) -> Result<Self, StoreError> {
        let at = path.to_owned();
        let writer = blocking(move || {
            // Before anything is opened: the first connection forgets what stands behind a hole.
            check::log(&at)?;
            let connection = schema::open(&at, true)?;
            check::database(&at, &connection)?;
            connection.execute("delete from copying", [])?;
            Writer::start(&at, connection, queue)
        });
        let writer = Some(writer.await?);
        Ok(Self { path: path.to_owned(), readers: Readers::new(path), writer })
    }

    /// Stores frames, all or none; done when they are on disk.
    ///
    /// # Errors
    /// See [`super::Store::append`].
    pub async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        match &self.writer {
            Some(writer) => writer.append(frames, wait).await,
            None => Err(AppendError::Failed),
        }
    }

    /// Reads on a thread where waiting harms nobody.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Sqlite`] when no connection can be opened.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.read(work).await
    }

    /// Writes: between the commits of the service's own thread, or, in a command, on a connection of its own. `work`
    /// makes its own transaction.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`], [`StoreError::Ended`], [`StoreError::Sqlite`].
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(writer) = &self.writer else {
            let path = self.path.clone();
            return blocking(move || work(&mut schema::connect(&path, false)?)).await;
        };
        let (reply, answer) = oneshot::channel();
        writer.change(Box::new(move |connection| {
            let outcome = work(connection);
            let fault = outcome.as_ref().err().map_or(Fault::None, Fault::of);
            // A caller that has gone does not want to know.
            let _ = reply.send(outcome);
            fault
        }))?;
        answer.await.unwrap_or(Err(StoreError::Ended))
    }

    /// Whether the last transaction of the writer succeeded.
    pub fn healthy(&self) -> bool {
        self.writer.as_ref().is_none_or(Writer::healthy)
    }

    /// Commits what waits, folds the inbox and ends the writer, on this thread. Later frames are refused.
    pub fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.close();
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Ended))
}
