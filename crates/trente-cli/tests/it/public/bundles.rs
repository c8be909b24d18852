//! Tests of a rolling upgrade: collectors on one database serve each other's widget files.

use trente_collector::domain::assets::Files;
use trente_collector::domain::assets::bundles::{Bundles, keep};
use trente_collector::limits::CATALOG_REFRESH_MIN;
use trente_store::Store;
use trente_testing::backend::Backend;
use trente_testing::on_both;
use trente_testing::stores::{QUEUE, run};

use crate::public::upgrade::{dist, hash};

on_both!(a_rolling_upgrade_serves_the_files_of_both_releases, bundles_are_copied_with_the_rest);

async fn has(bundles: &Bundles, store: &Store, version: &str) -> bool {
    let path = format!("t/{}/widget.js", hash(version));
    let found = bundles.get(store, &path).await.unwrap();
    assert!(found.as_ref().is_none_or(|kept| kept.plain == format!("glue of {version}").as_bytes()));
    found.is_some()
}

fn a_rolling_upgrade_serves_the_files_of_both_releases<B: Backend>() {
    let backend = B::start();
    let releases: Vec<_> = ["0.1.0", "0.2.0", "0.3.0", "0.4.0"].map(|version| (version, dist(version))).into();
    let files = |index: usize| Files::Folder(releases[index].1.path().to_owned());
    run(async {
        let old = Store::serve(&backend.address(), QUEUE).await.unwrap();
        keep(&old, &files(0)).await.unwrap();
        let (of_old, of_new) = (Bundles::default(), Bundles::default());
        assert!(!has(&of_old, &old, "0.2.0").await);
        // The new collector starts next to the old one, and each has what the other's pages ask for.
        let new = Store::open(&backend.address(), false).await.unwrap();
        keep(&new, &files(1)).await.unwrap();
        assert!(has(&of_new, &new, "0.1.0").await);
        tokio::time::sleep(CATALOG_REFRESH_MIN).await;
        assert!(has(&of_old, &old, "0.2.0").await);
        // A restart of either changes nothing; the fourth release pushes the oldest out.
        keep(&old, &files(0)).await.unwrap();
        keep(&new, &files(1)).await.unwrap();
        assert_eq!(backend.count("bundle_file"), 8);
        for index in [2, 3] {
            keep(&new, &files(index)).await.unwrap();
        }
        assert_eq!(backend.count("bundle_file"), 12);
        let fresh = Bundles::default();
        let found =
            [has(&fresh, &new, "0.1.0").await, has(&fresh, &new, "0.2.0").await, has(&fresh, &new, "0.4.0").await];
        assert_eq!(found, [false, true, true]);
        old.close().await;
    });
}

fn bundles_are_copied_with_the_rest<B: Backend>() {
    let backend = B::start();
    let release = dist("0.1.0");
    run(async {
        let store = Store::serve(&backend.address(), QUEUE).await.unwrap();
        keep(&store, &Files::Folder(release.path().to_owned())).await.unwrap();
        store.close().await;
        let another = backend.another();
        trente_store::copy::copy(&backend.address(), &another, |_| ()).await.unwrap();
        let copied = Store::open(&another, false).await.unwrap();
        assert!(has(&Bundles::default(), &copied, "0.1.0").await);
    });
}
