//! What every request can reach.

use std::path::Path;
use std::sync::Arc;

use crate::catalog::{self, Catalog};
use crate::http::files::Files;
use crate::limits::Limits;
use crate::store::{Store, StoreError};

/// The state of the service.
pub struct App {
    /// Sites and surveys.
    pub catalog: Catalog,
    /// Everything that is kept.
    pub store: Store,
    /// The widget's files.
    pub files: Files,
    /// Bounds.
    pub limits: Limits,
}

impl App {
    /// Opens the store, reads its sites and follows their changes until it is dropped.
    ///
    /// # Errors
    /// Those of [`Store::serve`] and [`Catalog::load`].
    pub async fn open(database: &Path, files: Files, limits: Limits) -> Result<Arc<Self>, StoreError> {
        let store = Store::serve(database, limits.queue).await?;
        let catalog = Catalog::load(&store).await?;
        let app = Arc::new(Self { catalog, store, files, limits });
        tokio::spawn(catalog::follow(Arc::downgrade(&app)));
        Ok(app)
    }
}
