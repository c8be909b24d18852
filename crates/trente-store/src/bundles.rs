//! Storage of the widget's files: those of this release and the two before it.

use crate::model::bundle::{BundleFile, BundleId};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Whether a bundle is kept; if so, it is from now on the newest.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn touch_bundle(&self, bundle: BundleId, now_ms: u64) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::bundles::see(connection, bundle, now_ms)).await
            }
            Self::Postgres(store) => postgres::bundles::see(store, bundle, now_ms).await,
        }
    }

    /// Keeps a bundle as the newest, and forgets all but the [`crate::model::bundle::BUNDLES_KEPT`] newest.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is kept or forgotten then.
    pub async fn keep_bundle(&self, bundle: BundleId, files: Vec<BundleFile>, now_ms: u64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::bundles::keep(connection, bundle, &files, now_ms)).await
            }
            Self::Postgres(store) => postgres::bundles::keep(store, bundle, &files, now_ms).await,
        }
    }

    /// The path of every file that is kept, with its newest bundle.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn bundle_paths(&self) -> Result<Vec<(String, BundleId)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::bundles::paths).await,
            Self::Postgres(store) => postgres::bundles::paths(store).await,
        }
    }

    /// The content of a file that is kept, compressed with Brotli.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn bundle_file(&self, bundle: BundleId, path: String) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::bundles::file(connection, bundle, &path)).await,
            Self::Postgres(store) => postgres::bundles::file(store, bundle, &path).await,
        }
    }
}
