//! Last-seen times of snippets: when pages of a site last asked for its survey, to the minute. Nothing is kept of the
//! client.

use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Notes when pages of sites asked, in milliseconds since 1970. An earlier time than the one that is known changes
    /// nothing.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn note_sightings(&self, seen: Vec<(i64, u64)>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.write(move |connection| sqlite::sightings::note(connection, &seen)).await,
            Self::Postgres(store) => postgres::sightings::note(store, &seen).await,
        }
    }

    /// When a page of a site last asked for its survey; none where none ever did.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn last_sighting(&self, site: i64) -> Result<Option<u64>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::sightings::last(connection, site)).await,
            Self::Postgres(store) => postgres::sightings::last(store, site).await,
        }
    }
}
