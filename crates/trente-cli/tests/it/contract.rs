//! What every store promises, run on SQLite and on PostgreSQL.

mod accounts;
mod administering;
mod asides;
mod bundles;
mod catalog;
mod contact;
mod copying;
mod days;
mod encryption;
mod folding;
mod mail;
mod recovery;
mod shared;
mod shop_days;
mod storing;
mod wanted;

use std::future::Future;
use std::time::Duration;

use trente_store::clock::DAY_MS;
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::{Address, Store};

use crate::support::frames::{bytes, frame, survey};
use crate::support::server::ORIGIN;

/// Room for jobs that wait.
const QUEUE: usize = 256;
/// How long an answer may wait for its commit, on a machine that does much else.
const WAIT: Duration = Duration::from_secs(20);

/// Makes one test of each kind of store out of each generic function.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name::<crate::support::backend::Sqlite>(); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name::<crate::support::backend::Server>(); })+
        }
    };
}
use on_both;

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// A service's store with the site `olive`.
async fn olive(at: &Address) -> Store {
    let store = Store::serve(at, QUEUE).await.unwrap();
    add(&store, "olive").await;
    store
}

async fn add(store: &Store, name: &str) {
    let site = NewSite { name: name.to_owned(), origins: vec![ORIGIN.to_owned()], any_origin: false };
    store.add_site(Actor::shell(), site).await.unwrap();
}

/// A happy response to `olive`, received on the second day of 1970.
fn happy(response: u64) -> Inbound {
    Inbound { received_ms: DAY_MS, verified: false, aside: false, bytes: bytes(&frame(survey("olive"), response)) }
}

/// Waits until nothing is left to fold.
async fn folded(store: &Store) {
    for _ in 0..2_000 {
        if store.lag().await.unwrap().frames == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(store.lag().await.unwrap().frames, 0, "not folded");
}
