//! What every request can reach.

use std::sync::Arc;

use crate::admin::gate::Gate;
use crate::admin::password::Passwords;
use crate::admin::watch::{self, Watch};
use crate::catalog::{self, Catalog};
use crate::http::bundles::{self, Bundles};
use crate::http::files::Files;
use crate::http::strangers::Strangers;
use crate::limits::Limits;
use crate::senders::Senders;
use crate::store::{Address, Store, StoreError};
use crate::telemetry;
use crate::throttle::Throttle;
use crate::throttle::client::Proxies;
use crate::throttle::prefix::Prefixes;
use crate::upkeep;
use crate::webhooks::address::Allowed;
use crate::webhooks::deliver;
use crate::webhooks::send::Sender;

/// The state of the service.
pub struct App {
    /// Sites and surveys.
    pub catalog: Catalog,
    /// Everything that is kept.
    pub store: Store,
    /// The widget's files.
    pub files: Files,
    /// Those of the releases before this one.
    pub bundles: Bundles,
    /// Bounds.
    pub limits: Limits,
    /// Whose word on the client is believed.
    pub proxies: Proxies,
    /// Turns addresses into numbers.
    pub prefixes: Prefixes,
    /// Frames a second.
    pub throttle: Throttle,
    /// Who sent unsigned responses.
    pub senders: Senders,
    /// Hashes and verifies passwords, two at a time.
    pub passwords: Passwords,
    /// Counts tries to sign in.
    pub gate: Gate,
    /// Writes down failures.
    pub watch: Watch,
    /// Sends to webhooks.
    pub sender: Sender,
    /// Pages that were refused a survey.
    pub strangers: Strangers,
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
        webhooks: Allowed,
    ) -> Result<Arc<Self>, StoreError> {
        telemetry::count();
        let store = Store::serve(database, limits.queue).await?;
        let catalog = Catalog::load(&store).await?;
        // Without it this release is served as ever; only the next one may lack its files.
        if let Err(error) = bundles::keep(&store, &files).await {
            tracing::warn!(%error, "the widget's files are not kept for the release after this one");
        }
        let (prefixes, throttle) = (Prefixes::new()?, Throttle::new(&limits.rates));
        tokio::spawn(telemetry::upkeep());
        let (sender, senders) = (Sender::new(webhooks), Senders::default());
        let (passwords, gate, watch) = (Passwords::default(), Gate::default(), Watch::default());
        let bundles = Bundles::default();
        let strangers = Strangers::default();
        let app = Arc::new(Self {
            catalog,
            store,
            files,
            bundles,
            limits,
            proxies,
            prefixes,
            throttle,
            senders,
            passwords,
            gate,
            watch,
            sender,
            strangers,
        });
        tokio::spawn(catalog::follow(Arc::downgrade(&app)));
        tokio::spawn(deliver::follow(Arc::downgrade(&app)));
        tokio::spawn(upkeep::follow(Arc::downgrade(&app)));
        tokio::spawn(watch::follow(Arc::downgrade(&app)));
        Ok(app)
    }
}
