//! Daily counts of answers for digests and alerts: the same numbers as the results, whatever retention deleted.

use std::ops::RangeInclusive;

use crate::model::answers::AnswersRow;
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// The answers of a site on these days, in any order.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn answers(&self, site: i64, days: RangeInclusive<u32>) -> Result<Vec<AnswersRow>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::answers::of_days(connection, site, &days)).await
            }
            Self::Postgres(store) => postgres::answers::of_days(store, site, &days).await,
        }
    }
}
