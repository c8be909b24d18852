//! Words of customers that a filter wants, and how many there are.

use crate::search::Search;
use crate::wanted::{After, VoiceRow, Wanted};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Up to `most` words of customers that a filter wants, newest first, after a place; with `search` those that hold
    /// it, as [`Search::finds`] says.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn voices(
        &self,
        site: i64,
        wanted: Wanted,
        search: Option<Search>,
        after: Option<After>,
        most: usize,
    ) -> Result<Vec<VoiceRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                let read = move |connection: &rusqlite::Connection| {
                    sqlite::wanted::voices(connection, site, &wanted, search.as_ref(), after, most)
                };
                store.read(read).await
            }
            Self::Postgres(store) => postgres::wanted::voices(store, site, &wanted, search.as_ref(), after, most).await,
        }
    }

    /// How many words of customers a filter wants.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn voices_count(&self, site: i64, wanted: Wanted) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::wanted::voices_count(connection, site, &wanted)).await
            }
            Self::Postgres(store) => postgres::wanted::voices_count(store, site, &wanted).await,
        }
    }
}
