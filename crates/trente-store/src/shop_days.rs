//! Shop days: annotations, and how many orders were asked. A merchant enters them by a
//! [`Change`](crate::change::Change).

use std::ops::RangeInclusive;

use crate::model::shop_day::{Annotation, OrdersAsked};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// The annotations of a site on these days, oldest first.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn annotations(&self, site: i64, days: RangeInclusive<u32>) -> Result<Vec<Annotation>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::shop_days::annotations(connection, site, &days)).await
            }
            Self::Postgres(store) => postgres::shop_days::annotations(store, site, &days).await,
        }
    }

    /// The orders of a site that were asked on each of these days, as far as it is known, oldest first.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn orders_by_day(&self, site: i64, days: RangeInclusive<u32>) -> Result<Vec<(u32, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::shop_days::orders_by_day(connection, site, &days)).await
            }
            Self::Postgres(store) => postgres::shop_days::orders_by_day(store, site, &days).await,
        }
    }

    /// The orders of a site that were asked on these days, as far as it is known.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn orders_asked(&self, site: i64, days: RangeInclusive<u32>) -> Result<OrdersAsked, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.read(move |connection| sqlite::shop_days::orders_asked(connection, site, &days)).await
            }
            Self::Postgres(store) => postgres::shop_days::orders_asked(store, site, &days).await,
        }
    }
}
