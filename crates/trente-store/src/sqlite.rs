//! SQLite store: one file, one writer thread, readers next to it.
//!
//! In reading order: [`schema`] opens and migrates, [`check`] and [`wal`] look for damage, [`writer`] is the one thread
//! that writes, [`fold`] and [`counts`] are its work between commits, [`checkpoint`] empties its log, [`readers`] read;
//! [`catalog`] and [`responses`] are the statements, [`admin`] those of administration.

pub mod admin;
pub mod answers;
mod append;
pub mod asides;
pub mod bundles;
pub mod catalog;
pub mod check;
pub mod checkpoint;
pub mod contact;
pub mod counts;
mod fault;
pub mod fold;
pub mod foreign_schema;
mod leftovers;
pub mod mail;
pub mod parts;
pub mod presence;
pub mod queues;
pub mod readers;
pub mod recovery;
pub mod responses;
mod rows;
mod scheduler;
pub mod schema;
pub mod shop_days;
pub mod sightings;
pub mod sweep;
mod tombstones;
pub mod wal;
pub mod wanted;
pub mod writer;

use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use self::fault::Fault;
use self::readers::Readers;
use self::writer::Writer;
use crate::StoreError;
use crate::change::EraseAgain;
use crate::inbound::{AppendError, Inbound};
use crate::limits::{SWEEP_AGAIN, SWEEP_PAGES, SWEEP_REST, SWEEP_WAIT};
use crate::model::audit::Actor;

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
            let mut connection = schema::open(&at, true)?;
            foreign_schema::check(&connection)?;
            check::database(&at, &connection)?;
            warn_of_others(&at);
            erase_again(&mut connection)?;
            connection.execute("delete from copying", [])?;
            Writer::start(&at, connection, queue)
        });
        let writer = Some(writer.await?);
        Ok(Self { path: path.to_owned(), readers: Readers::new(path), writer })
    }

    /// Stores frames, all or none; done when they are on disk.
    ///
    /// # Errors
    /// See [`crate::Store::append`].
    pub async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        match &self.writer {
            Some(writer) => writer.append(frames, wait).await,
            None => Err(AppendError::Failed),
        }
    }

    /// Reads on a thread where waiting blocks no request.
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
        writer.run(Box::new(move |connection| {
            let outcome = work(connection);
            let fault = outcome.as_ref().err().map_or(Fault::None, Fault::of);
            // A caller that has gone does not want to know.
            let _ = reply.send(outcome);
            fault
        }))?;
        answer.await.unwrap_or(Err(StoreError::Ended))
    }

    /// Overwrites what is left of deleted values, in the pages of the database and in its log. False when a reader,
    /// such as a backup, still needs the log: then the rest is done when it has gone, and at the end of the service.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn overwrite(&self) -> Result<bool, StoreError> {
        for some in self.read(sweep::find).await?.chunks(SWEEP_PAGES) {
            let some = some.to_vec();
            self.write(move |connection| sweep::overwrite(connection, &some)).await?;
        }
        let end = Instant::now() + SWEEP_WAIT;
        loop {
            if self.write(|connection| checkpoint::empty(connection)).await? {
                return Ok(true);
            }
            if Instant::now() >= end {
                self.owe();
                return Ok(false);
            }
            tokio::time::sleep(SWEEP_AGAIN).await;
        }
    }

    /// Says that something is left to be overwritten.
    pub fn owe(&self) {
        if let Some(writer) = &self.writer {
            writer.leftovers().owe();
        }
    }

    /// Overwrites what is left whenever something is, until the store is dropped.
    pub async fn follow(store: Weak<Self>) {
        loop {
            let there = store.upgrade();
            let Some(leftovers) = there.as_ref().and_then(|store| store.writer.as_ref()).map(Writer::leftovers) else {
                return;
            };
            drop(there);
            leftovers.told().await;
            let Some(store) = store.upgrade() else { return };
            let start = Instant::now();
            if leftovers.take() {
                match store.overwrite().await {
                    Ok(true) => {}
                    Ok(false) => {
                        tracing::warn!("the write-ahead log stays until a reader ends, with deleted words in it")
                    }
                    Err(StoreError::Ended) => return,
                    Err(error) => {
                        tracing::error!(%error, "former pages with deleted words were not overwritten");
                        leftovers.owe();
                    }
                }
            }
            drop(store);
            tokio::time::sleep((start.elapsed() * SWEEP_REST).max(SWEEP_AGAIN)).await;
        }
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

/// The files hold keys, secrets and what customers said.
fn warn_of_others(database: &Path) {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    for file in [database.to_owned(), log.into()] {
        if let Some(others) = presence::open_to_others(&file) {
            let (file, mode) = (file.display(), format!("{others:03o}"));
            tracing::warn!(%file, mode, "group or others may read the database; `chmod 600` it, and its -wal and -shm");
        }
    }
}

/// Erases what the list next to the database names and the database does not: this is then an older copy, which was put
/// in place without `trente restore`.
fn erase_again(connection: &mut Connection) -> Result<(), StoreError> {
    let erasures = admin::ledger::reconcile(connection)?;
    if !erasures.is_empty() {
        let number = erasures.len();
        let actor = Actor("service".to_owned());
        let erased = admin::acts::erase_again(connection, &actor, &EraseAgain { erasures })?;
        tracing::warn!(number, erased, "this database is older than erasures, which were repeated");
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Ended))
}
