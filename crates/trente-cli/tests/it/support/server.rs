//! The service inside the test's own process, with short deadlines.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use trente_collector::app::App;
use trente_collector::config::{Config, Settings};
use trente_collector::domain::assets::Files;
use trente_collector::domain::contact::keys::ContactKeys;
use trente_collector::domain::throttle::client::Proxies;
use trente_collector::limits::Limits;
use trente_collector::mail::server::MailServer;
use trente_collector::service::Service;
use trente_collector::views::response::ResponseRecord;
use trente_collector::webhooks::address::Allowed;
use trente_store::fold::counts::SiteCounts;
use trente_store::{ALL_DAYS, Address};
use trente_survey::response_id::{Key, SurveyId};
use trente_testing::ports::free_port;
use trente_testing::stores::{ORIGIN, add_site, wait};
use trente_testing::{Folder, frames, wait_for};

/// Under which a proxy would offer the results.
const RESULTS_NAME: &str = "results.shop.example";

pub struct Server {
    pub address: SocketAddr,
    pub results: SocketAddr,
    pub folder: Folder,
    pub(super) app: Arc<App>,
    stop: watch::Sender<bool>,
    runtime: Option<Runtime>,
}

pub fn short() -> Limits {
    Limits {
        header_read: Duration::from_millis(300),
        body_read: Duration::from_millis(300),
        store_wait: Duration::from_secs(5),
        ..Limits::default()
    }
}

impl Server {
    /// A service with the site `olive` for [`ORIGIN`].
    pub fn start() -> Self {
        Self::with(short(), Files::Embedded)
    }

    pub fn with(limits: Limits, files: Files) -> Self {
        let folder = Folder::new();
        add_site(&folder.database(), "olive", &[ORIGIN]);
        Self::on(folder, limits, files)
    }

    pub fn on(folder: Folder, limits: Limits, files: Files) -> Self {
        Self::behind(folder, limits, files, Proxies::default(), Allowed::default(), None, None)
    }

    /// A service with keys that seal contacts, or without any, on a database that is there. It believes the proxies of this
    /// machine, so that a test has customers on several networks.
    pub fn sealing(folder: Folder, keys: Option<&str>) -> Self {
        let keys = keys.map(|keys| ContactKeys::read(keys).unwrap());
        Self::behind(folder, short(), Files::Embedded, Proxies::default(), Allowed::default(), None, keys)
    }

    /// A service that hands mails to a server, soon.
    pub fn with_mail(mail: MailServer) -> Self {
        let folder = Folder::new();
        add_site(&folder.database(), "olive", &[ORIGIN]);
        Self::mailing(folder, mail)
    }

    /// The same on a database that is there.
    pub fn mailing(folder: Folder, mail: MailServer) -> Self {
        let limits = Limits {
            mail_look: Duration::from_millis(50),
            mail_settle: Duration::from_millis(100),
            mail_retry: Duration::from_millis(20),
            mail_command: Duration::from_millis(1500),
            mail_end: Duration::from_millis(2500),
            ..short()
        };
        Self::behind(folder, limits, Files::Embedded, Proxies::default(), Allowed::default(), Some(mail), None)
    }

    /// A service that believes the proxies of one network only.
    pub fn with_proxies(limits: Limits, net: &str) -> Self {
        let folder = Folder::new();
        add_site(&folder.database(), "olive", &[ORIGIN]);
        Self::behind(
            folder,
            limits,
            Files::Embedded,
            Proxies::new(vec![net.parse().unwrap()]),
            Allowed::default(),
            None,
            None,
        )
    }

    /// A service that sends webhooks to this machine, soon.
    pub fn with_webhooks() -> Self {
        let folder = Folder::new();
        add_site(&folder.database(), "olive", &[ORIGIN]);
        Self::sending(folder)
    }

    /// Ends, and begins anew on the same database.
    pub fn again_with_webhooks(mut self) -> Self {
        let folder = std::mem::replace(&mut self.folder, Folder::new());
        drop(self);
        Self::sending(folder)
    }

    fn sending(folder: Folder) -> Self {
        let limits = Limits { webhook_settle: Duration::ZERO, webhook_retry: Duration::from_millis(20), ..short() };
        let here = Allowed(vec!["127.0.0.0/8".parse().unwrap()]);
        Self::behind(folder, limits, Files::Embedded, Proxies::default(), here, None, None)
    }

    fn behind(
        folder: Folder,
        limits: Limits,
        files: Files,
        proxies: Proxies,
        webhooks: Allowed,
        mail: Option<MailServer>,
        contact_keys: Option<ContactKeys>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let settings = Settings { results_names: Some(vec![RESULTS_NAME.parse().unwrap()]), ..Settings::default() };
        let db = Address::from(&*folder.database());
        let config = Config { db, limits, proxies, webhooks, mail, contact_keys, ..settings.config().unwrap() };
        let service = runtime.block_on(async { Service::on(listener(), listener(), config, files).await }).unwrap();
        let (address, results) = (service.public_address(), service.inner_address());
        let app = Arc::clone(service.app());
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(service.serve(stopped));
        Self { address, results, folder, app, stop, runtime: Some(runtime) }
    }

    /// Ends the service and gives its folder back, with the database in it.
    pub fn stop(mut self) -> Folder {
        std::mem::replace(&mut self.folder, Folder::new())
    }

    /// Tells the service to end, as a signal does: it takes no new connection, and open requests may finish.
    pub fn drain(&mut self) {
        self.stop.send_replace(true);
    }

    /// The service after an orderly stop and a start on the same database.
    pub fn restarted(self) -> Self {
        Self::on(self.stop(), short(), Files::Embedded)
    }

    pub fn database(&self) -> Connection {
        Connection::open(self.folder.database()).unwrap()
    }

    pub fn survey(&self) -> SurveyId {
        frames::survey("olive")
    }

    pub fn key(&self) -> Key {
        Key(self.database().query_row("select key from site where name = 'olive'", [], |row| row.get(0)).unwrap())
    }

    /// Rows of a table.
    pub fn count(&self, table: &str) -> u64 {
        self.database().query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap()
    }

    /// Has the service look now, not within a minute, whether “thirty seconds” is still true.
    pub fn judged(&self) {
        self.runtime.as_ref().unwrap().block_on(self.app.catalog.refresh_time_labels());
    }

    /// Waits until the inbox is empty and tells how many responses there are.
    pub fn folded(&self) -> u64 {
        wait_for("the fold", || self.count("inbox") == 0);
        self.count("response")
    }

    /// The folded responses of `olive` as `trente responses` prints them.
    pub fn responses(&self) -> Vec<Value> {
        self.folded();
        let store = &self.app.store;
        let found = wait(async { store.responses(store.site("olive").await.unwrap(), None, 1000).await.unwrap() });
        found.iter().map(|response| serde_json::to_value(ResponseRecord::of(response).unwrap()).unwrap()).collect()
    }

    /// The counts of `olive`.
    pub fn counts(&self) -> SiteCounts {
        let store = &self.app.store;
        wait(async { store.counts(store.site("olive").await.unwrap(), ALL_DAYS).await.unwrap() })
    }

    pub fn is_empty(&self) -> bool {
        self.folded() == 0 && self.count("daily") == 0 && self.count("stray") == 0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(self.app.store.close());
            runtime.shutdown_background();
        }
    }
}

fn listener() -> TcpListener {
    let listener = free_port();
    listener.set_nonblocking(true).unwrap();
    TcpListener::from_std(listener).unwrap()
}
