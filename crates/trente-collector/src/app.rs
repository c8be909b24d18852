//! State of the service, which every request handler shares: store, catalog, limits, authentication.

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore, watch};
use trente_store::{Store, StoreError};

use crate::config::Config;
use crate::domain::assets::bundles::Bundles;
use crate::domain::assets::{Files, bundles};
use crate::domain::auth::failures::FailureLog;
use crate::domain::auth::login_limiter::LoginLimiter;
use crate::domain::auth::password::Passwords;
use crate::domain::catalog::Catalog;
use crate::domain::contact::keys::ContactKeys;
use crate::domain::ingest::Ingest;
use crate::domain::refused_origins::RefusedOrigins;
use crate::domain::senders::Senders;
use crate::domain::setup_code::SetupCode;
use crate::domain::sightings::Sightings;
use crate::domain::throttle::Throttle;
use crate::domain::throttle::client::Proxies;
use crate::domain::throttle::network::NetworkHasher;
use crate::limits::{DESK_LISTENERS_MAX, Limits};
use crate::mail::dialogue::Mailer;
use crate::telemetry;
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
    pub networks: NetworkHasher,
    /// Frames a second.
    pub throttle: Throttle,
    /// Who sent unsigned responses.
    pub senders: Senders,
    /// Hashes and verifies passwords, two at a time.
    pub passwords: Passwords,
    /// Counts tries to sign in.
    pub login_limiter: LoginLimiter,
    /// Writes down failures.
    pub failures: FailureLog,
    /// Sends to webhooks.
    pub sender: Sender,
    /// Hands mails over; none where no mail server is configured.
    pub mailer: Option<Mailer>,
    /// Seal and open contacts of customers; none where no key is configured, and then no customer is asked.
    pub contact_keys: Option<ContactKeys>,
    /// Held while a mail is handed over, so that the service does not end in the middle of one.
    pub mailing: Mutex<()>,
    /// Held while a person tries the mail server.
    pub trying_mail: Mutex<()>,
    /// Pages that were refused a survey.
    pub refused_origins: RefusedOrigins,
    /// Shows who may make the first account.
    pub setup_code: SetupCode,
    /// When pages asked for their survey.
    pub sightings: Sightings,
    /// Whether the service ends: what has no end of its own ends then.
    pub draining: watch::Sender<bool>,
    /// Room for pages that listen.
    pub listeners: Arc<Semaphore>,
}

impl App {
    /// Opens the store and reads its sites. [`crate::jobs::spawn`] keeps it up to date.
    ///
    /// # Errors
    /// Those of [`Store::serve`] and [`Catalog::load`]; [`StoreError::Random`].
    pub async fn open(config: Config, files: Files) -> Result<Arc<Self>, StoreError> {
        let Config { db, limits, proxies, webhooks, mail, contact_keys, .. } = config;
        telemetry::count();
        let store = Store::serve(&db, limits.queue).await?;
        let catalog = Catalog::load(&store, contact_keys.is_some()).await?;
        // Without it this release is served as ever; only the next one may lack its files.
        if let Err(error) = bundles::keep(&store, &files).await {
            tracing::warn!(%error, "the widget's files are not kept for the release after this one");
        }
        let (networks, throttle) = (NetworkHasher::new()?, Throttle::new(&limits.rates));
        let (sender, senders) = (Sender::new(webhooks), Senders::default());
        let (passwords, login_limiter, failures) =
            (Passwords::default(), LoginLimiter::default(), FailureLog::default());
        let bundles = Bundles::default();
        let refused_origins = RefusedOrigins::default();
        Ok(Arc::new(Self {
            catalog,
            store,
            files,
            bundles,
            limits,
            proxies,
            networks,
            throttle,
            senders,
            passwords,
            login_limiter,
            failures,
            sender,
            mailer: mail.map(Mailer::new),
            contact_keys,
            mailing: Mutex::default(),
            trying_mail: Mutex::default(),
            refused_origins,
            setup_code: SetupCode::new()?,
            sightings: Sightings::default(),
            draining: watch::Sender::new(false),
            listeners: Arc::new(Semaphore::new(DESK_LISTENERS_MAX)),
        }))
    }
}

impl App {
    /// The way of a frame into the store.
    pub fn ingest(&self) -> Ingest<'_> {
        Ingest {
            catalog: &self.catalog,
            store: &self.store,
            throttle: &self.throttle,
            senders: &self.senders,
            networks: &self.networks,
            store_wait: self.limits.store_wait,
        }
    }
}
