//! Query of the daily counts that a filter selects, and backfill of those of an older database.

use crate::cells::Cells;
use crate::wanted::Wanted;
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// The daily counts of the responses that a filter wants. Its flags are not counted: no figure is of them.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn cells(&self, site: i64, wanted: Wanted) -> Result<Cells, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::wanted::cells(connection, site, wanted)).await,
            Self::Postgres(store) => postgres::wanted::cells(store, site, wanted).await,
        }
    }

    /// Counts up to `rows_max` responses by language and class that an older database has not counted so; false when
    /// there are none left.
    ///
    /// # Errors
    /// Why the store fails; nothing has changed then.
    pub async fn move_some(&self, rows_max: usize) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.write(move |connection| sqlite::parts::move_some(connection, rows_max)).await,
            Self::Postgres(store) => postgres::parts::move_some(store, rows_max).await,
        }
    }

    /// Finds the days from `first` on, in days since 1970, that an older collector next to this one has counted without
    /// language and class, and has them counted again by [`Store::move_some`]; tells how many. A file has one collector.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn mend_counts(&self, first: u32) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(_) => Ok(0),
            Self::Postgres(store) => postgres::parts::mend(store, first).await,
        }
    }
}
