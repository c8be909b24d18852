//! Endpoint of a copy: a SQLite file or a PostgreSQL database, each on one connection.

use std::collections::BTreeMap;

use super::postgres::Server;
use super::rows::{Difference, Row};
use super::sqlite::File;
use super::tables::Table;
use crate::{Address, StoreError};

/// An end of a copy.
pub enum Endpoint {
    /// A file.
    Sqlite(File),
    /// A database.
    Postgres(Box<Server>),
}

impl Endpoint {
    /// The end that is read: as it is at this moment, whatever is written to it meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn source(at: &Address) -> Result<Self, StoreError> {
        Ok(match at {
            Address::Sqlite(path) => Self::Sqlite(File::source(path)?),
            Address::Postgres(target) => Self::Postgres(Box::new(Server::source(target).await?)),
        })
    }

    /// The end that is written; its tables are made where there are none.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn target(at: &Address) -> Result<Self, StoreError> {
        Ok(match at {
            Address::Sqlite(path) => Self::Sqlite(File::target(path)?),
            Address::Postgres(target) => Self::Postgres(Box::new(Server::target(target).await?)),
        })
    }

    /// The columns of every table.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn columns(&self) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let columns = match self {
            Self::Sqlite(file) => file.columns()?,
            Self::Postgres(server) => server.columns().await?,
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (table, column) in columns {
            tables.entry(table).or_default().push(column);
        }
        Ok(tables)
    }

    /// Up to `rows_max` rows whose key comes after that of a row.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn page(&self, table: &Table, after: Option<&Row>, rows_max: usize) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(file) => file.rows(table, after, None, Some(rows_max)),
            Self::Postgres(server) => server.rows(table, after, None, Some(rows_max)).await,
        }
    }

    /// The rows whose key comes after that of one row and not after that of another.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn range(&self, table: &Table, after: Option<&Row>, upto: Option<&Row>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(file) => file.rows(table, after, upto, None),
            Self::Postgres(server) => server.rows(table, after, upto, None).await,
        }
    }

    /// Begins a copy into an empty database, or goes on with one; false where there is data that no copy brought.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn claim(&self) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(file) => file.claim(),
            Self::Postgres(server) => server.claim().await,
        }
    }

    /// Writes a difference, all or nothing; false, and nothing, when a service has begun to use the database.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn apply(&mut self, table: &Table, difference: &Difference) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(file) => file.apply(table, difference),
            Self::Postgres(server) => server.apply(table, difference).await,
        }
    }

    /// Tells services of the target that its sites and surveys have changed.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn announce(&self) -> Result<(), StoreError> {
        match self {
            // Its triggers have.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(server) => server.announce().await,
        }
    }

    /// Lets go of what was read.
    pub async fn close(&mut self) {
        if let Self::Postgres(server) = self {
            server.close().await;
        }
    }
}
