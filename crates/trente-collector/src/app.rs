//! What every request can reach.

use std::sync::Arc;

use crate::catalog::{self, Catalog};
use crate::http::files::Files;
use crate::limits::Limits;
use crate::store::{Address, Store, StoreError};
use crate::telemetry;
use crate::throttle::Throttle;
use crate::throttle::client::Proxies;
use crate::throttle::prefix::Prefixes;

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
    /// Whose word on the client is believed.
    pub proxies: Proxies,
    /// Turns addresses into numbers.
    pub prefixes: Prefixes,
    /// Frames a second.
    pub throttle: Throttle,
}

impl App {
    /// Opens the store, reads its sites and follows their changes until it is dropped.
    ///
    /// # Errors
    /// Those of [`Store::serve`] and [`Catalog::load`]; [`StoreError::Random`].
    pub async fn open(
        database: &Address,
        files: Files,
        limits: Limits,
        proxies: Proxies,
    ) -> Result<Arc<Self>, StoreError> {
        telemetry::count();
        let store = Store::serve(database, limits.queue).await?;
        let catalog = Catalog::load(&store).await?;
        let (prefixes, throttle) = (Prefixes::new()?, Throttle::new(&limits.rates));
        tokio::spawn(telemetry::upkeep());
        let app = Arc::new(Self { catalog, store, files, limits, proxies, prefixes, throttle });
        tokio::spawn(catalog::follow(Arc::downgrade(&app)));
        Ok(app)
    }
}
