//! Test stores with the site `olive`, and helpers that wait for their background work.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use trente_store::clock::DAY_MS;
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::{Address, Store};

use crate::frames::{bytes, frame, survey};

/// The origin of the site `olive`.
pub const ORIGIN: &str = "https://shop.example";
/// Room for jobs that wait.
pub const QUEUE: usize = 256;
/// How long an answer may wait for its commit, on a machine that does much else.
pub const WAIT: Duration = Duration::from_secs(20);

pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// A service's store with the site `olive`.
pub async fn olive(at: &Address) -> Store {
    let store = Store::serve(at, QUEUE).await.unwrap();
    add(&store, "olive").await;
    store
}

pub async fn add(store: &Store, name: &str) {
    let site = NewSite { name: name.to_owned(), origins: vec![ORIGIN.to_owned()], any_origin: false };
    store.add_site(Actor::shell(), site).await.unwrap();
}

/// A happy response to `olive`, received on the second day of 1970.
pub fn happy(response: u64) -> Inbound {
    Inbound { received_ms: DAY_MS, verified: false, aside: false, bytes: bytes(&frame(survey("olive"), response)) }
}

/// Waits until nothing is left to fold.
pub async fn folded(store: &Store) {
    for _ in 0..2_000 {
        if store.lag().await.unwrap().frames == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(store.lag().await.unwrap().frames, 0, "not folded");
}

/// Adds a site with these origins to a database of SQLite.
pub fn add_site(database: &Path, name: &str, origins: &[&str]) {
    add_with(database, name, origins, false);
}

/// The same, for any origin too.
pub fn add_with(database: &Path, name: &str, origins: &[&str], any_origin: bool) {
    let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
    let site = NewSite { name: name.to_owned(), origins, any_origin };
    wait(async {
        Store::open(&Address::from(database), true).await.unwrap().add_site(Actor::shell(), site).await.unwrap()
    });
}

/// Runs something on a store to its end.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
