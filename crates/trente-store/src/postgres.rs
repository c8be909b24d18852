//! PostgreSQL store: many collectors, one database.
//!
//! In reading order: [`target`] reads the address, [`connector`] makes connections, [`schema`] migrates; [`writer`] is what
//! a service runs in the background of its requests, [`fold`] and [`counts`] what it runs between commits; [`catalog`] and
//! [`responses`] are the other statements, [`admin`] those of administration.
//!
//! Every key, unique constraint and join contains a survey or a site, so that the tables can be distributed. Nothing
//! sends a request to cancel: it turns the wait for a standby into a success that is none.

pub mod admin;
pub mod answers;
pub mod asides;
pub mod bundles;
pub mod catalog;
pub mod connector;
pub mod contact;
pub mod counts;
pub mod fold;
pub mod fold_lock;
mod hosts;
pub mod mail;
pub mod parts;
pub mod queues;
pub mod recovery;
pub mod responses;
mod rows;
pub mod schema;
pub mod shop_days;
pub mod sightings;
pub mod target;
pub mod tombstones;
pub mod wanted;
pub mod writer;

use std::time::Duration;

use deadpool_postgres::Pool;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use self::connector::{Connector, Transaction};
use self::target::Target;
use self::writer::Writer;
use crate::StoreError;
use crate::inbound::{AppendError, Inbound};
use crate::limits::{POSTGRES_PAUSE, READERS_MAX};

/// An open PostgreSQL database.
#[derive(Debug)]
pub struct Postgres {
    connector: Connector,
    pool: Pool,
    /// Only a service has one.
    writer: Option<Writer>,
}

impl Postgres {
    /// Opens a database for a command; `create` makes its tables where there are none.
    ///
    /// # Errors
    /// Those of [`schema::open`].
    pub async fn open(target: &Target, create: bool) -> Result<Self, StoreError> {
        let connector = Connector::new(target);
        let pool = connector.pool(READERS_MAX)?;
        schema::open(&connector, &pool, create).await?;
        Ok(Self { connector, pool, writer: None })
    }

    /// Opens a database for a service, makes its tables where there are none, and starts to write and to fold, with
    /// room for `queue` jobs. A server that is away is waited for.
    ///
    /// # Errors
    /// Those of [`schema::open`]; [`StoreError::Random`].
    pub async fn serve(target: &Target, queue: usize) -> Result<Self, StoreError> {
        let store = loop {
            match Self::open(target, true).await {
                // A machine that starts after a power cut starts its programs in any order, and a cluster may be
                // choosing its leader.
                Err(error) if error.is_absence() => {
                    tracing::warn!(%error, "waiting for postgresql");
                    tokio::time::sleep(POSTGRES_PAUSE).await;
                }
                outcome => break outcome?,
            }
        };
        // From now on nothing may be copied over what comes in.
        let change = store.begin().await?;
        change.execute("delete from copying", &[]).await?;
        change.commit().await?;
        let writer = Some(Writer::start(&store.connector, queue)?);
        Ok(Self { writer, ..store })
    }

    /// Stores frames, all or none; done when they are committed.
    ///
    /// # Errors
    /// See [`crate::Store::append`].
    pub async fn append(&self, frames: Vec<Inbound>, wait: Duration) -> Result<(), AppendError> {
        match &self.writer {
            Some(writer) => writer.append(frames, wait).await,
            None => Err(AppendError::Failed),
        }
    }

    /// Rows of a statement that reads, on a connection without another user meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn query(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let change = self.connector.acquire(&self.pool).await?;
        let rows = change.query(sql, values).await?;
        // A warning is nothing to who only reads.
        let _ = change.release();
        Ok(rows)
    }

    /// A connection for statements that are no part of a transaction.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn connection(&self) -> Result<Transaction, StoreError> {
        self.connector.acquire(&self.pool).await
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.connector.begin(&self.pool).await
    }

    /// Whether the last transactions of the service succeeded.
    pub fn healthy(&self) -> bool {
        self.writer.as_ref().is_none_or(Writer::healthy)
    }

    /// Commits what waits, folds the inbox and ends the tasks. Later frames are refused.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }
}
