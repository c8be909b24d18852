//! Copies between stores of either kind, and backups: equal row for row, cut off or not, and never over a stranger's.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use trente_store::backup::{BackupError, backup, restore};
use trente_store::copy::{CopyError, copy};
use trente_store::model::audit::Actor;
use trente_store::{Store, StoreError};
use trente_survey::definition::Definition;
use trente_testing::backend::{Backend, Sqlite};
use trente_testing::filled::{full, whole};
use trente_testing::on_both;
use trente_testing::stores::{QUEUE, WAIT, add, folded, happy, olive, run};

/// From a store of one kind into one of the other, and into one of its own.
fn a_copy_is_the_same_row_for_row<B: Backend>() {
    let (backend, file) = (B::start(), Sqlite::start());
    run(async {
        let store = full(&backend.address()).await;
        // In service, with frames that are not folded yet.
        store.append(vec![happy(500)], WAIT).await.unwrap();
        let (same, other) = (backend.another(), file.another());
        for to in [&same, &other] {
            let first = copy(&backend.address(), to, |_| {}).await.unwrap();
            assert!(first.iter().all(|table| table.changed == table.rows), "{first:?}");
            assert!(first.iter().any(|table| table.table == "response" && table.rows >= 30));
        }
        store.close().await;
        // What has changed since then and nothing else is written: responses, counts, which survey is asked.
        let store = Store::serve(&backend.address(), QUEUE).await.unwrap();
        store.append(vec![happy(501)], WAIT).await.unwrap();
        let mut named = Definition::default_for("olive");
        named.name = "Olive again".into();
        store.publish(Actor::shell(), "olive", &named).await.unwrap();
        folded(&store).await;
        store.close().await;
        for to in [&same, &other] {
            let again = copy(&backend.address(), to, |_| {}).await.unwrap();
            let of = |name: &str| again.iter().find(|table| table.table == name).unwrap().changed;
            assert!(of("response") <= 2 && of("survey") == 2 && of("site") == 0, "{again:?}");
            let still = copy(&backend.address(), to, |_| {}).await.unwrap();
            assert!(still.iter().all(|table| table.changed == 0), "{still:?}");
        }
        let all = whole(&backend, &backend.address());
        assert_eq!(whole(&backend, &same), all);
        assert_eq!(whole(&file, &other), all);
        // A copy is a store like any other.
        for to in [same, other] {
            let store = Store::serve(&to, QUEUE).await.unwrap();
            store.append(vec![happy(502)], WAIT).await.unwrap();
            folded(&store).await;
            add(&store, "date").await;
            store.close().await;
        }
    });
}

fn a_target_that_is_somebody_elses_is_left_alone<B: Backend>() {
    let backend = B::start();
    run(async {
        full(&backend.address()).await.close().await;
        let (own, copied) = (backend.another(), backend.another());
        let store = olive(&own).await;
        store.close().await;
        let before = whole(&backend, &own);
        let occupied = copy(&backend.address(), &own, |_| {}).await.unwrap_err().to_string();
        assert!(occupied.contains("holds data of its own"), "{occupied}");
        // Where a copy of another source has begun.
        copy(&own, &copied, |_| {}).await.unwrap();
        let foreign = copy(&backend.address(), &copied, |_| {}).await.unwrap_err().to_string();
        assert!(foreign.contains("has a site `olive` that is not the source's"), "{foreign}");
        assert_eq!((whole(&backend, &own), whole(&backend, &copied)), (before.clone(), before));
        // What has come in since the move is never taken back by the same copy once more.
        let store = Store::serve(&copied, QUEUE).await.unwrap();
        store.append(vec![happy(1)], WAIT).await.unwrap();
        store.close().await;
        assert!(matches!(copy(&own, &copied, |_| {}).await, Err(CopyError::Occupied(_))));
        let same = copy(&own, &own, |_| {}).await.unwrap_err();
        assert!(matches!(same, CopyError::Same(_)));
        assert!(copy(&backend.another(), &backend.another(), |_| {}).await.is_err(), "there is nothing to copy");
        assert_eq!(backend.sql(&copied, "select count(*) from response"), ["1"]);
    });
}

fn a_backup_in_service_holds_what_was_acknowledged_and_can_be_put_back<B: Backend>() {
    let (backend, file) = (B::start(), Sqlite::start());
    let folder = trente_testing::Folder::new();
    let path = folder.path().join("backup.db");
    run(async {
        let store = full(&backend.address()).await;
        // Under load: answers come in all the while.
        let loading = tokio::spawn({
            let store = store.clone();
            async move {
                let mut acknowledged = Vec::new();
                for number in 1_000..1_200 {
                    store.append(vec![happy(number)], WAIT).await.unwrap();
                    acknowledged.push(number);
                }
                acknowledged
            }
        });
        let before: Vec<u64> = (100..130).collect();
        backup(&backend.address(), &path).await.unwrap();
        let after = loading.await.unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it holds the keys");
        assert!(matches!(backup(&backend.address(), &path).await, Err(BackupError::Exists(_))));
        store.close().await;

        let (back, other) = (backend.another(), file.another());
        for to in [&back, &other] {
            restore(&path, to, Vec::new()).await.unwrap();
            let store = Store::serve(to, QUEUE).await.unwrap();
            folded(&store).await;
            let site = store.site("olive").await.unwrap();
            let found = store.responses(site, None, 10_000).await.unwrap();
            let numbers: Vec<_> = found.iter().map(|one| u64::from_be_bytes(one.frame.response.0)).collect();
            assert!(before.iter().all(|number| numbers.contains(number)));
            // What came after it comes again from the outboxes, and is stored once.
            store.append(after.iter().copied().map(happy).collect(), WAIT).await.unwrap();
            folded(&store).await;
            let counted = store.counts(site, trente_store::ALL_DAYS).await.unwrap();
            let all = store.responses(site, None, 10_000).await.unwrap().len() as u64;
            assert_eq!(counted.verified.n() + counted.unverified.n(), all);
            assert!(all >= 230);
            store.close().await;
            // Never over what is there.
            let error = restore(&path, to, Vec::new()).await.unwrap_err();
            assert!(matches!(error, BackupError::Exists(_) | BackupError::Copy(_)), "{error}");
        }
        assert_eq!((backend.recount_differs(&back), file.recount_differs(&other)), (0, 0));
        // A backup that was damaged is not put back.
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 4096 / 2 * 4096;
        bytes[middle..middle + 64].fill(0xff);
        let damaged = folder.path().join("damaged.db");
        fs::write(&damaged, bytes).unwrap();
        let nowhere = backend.another();
        let error = restore(&damaged, &nowhere, Vec::new()).await.unwrap_err();
        assert!(matches!(error, BackupError::Store(StoreError::Damaged(_) | StoreError::Sqlite(_))), "{error}");
    });
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// The database of a service that was killed, or that still runs: the last answers stand in its write-ahead log alone.
fn a_backup_with_a_write_ahead_log_is_put_back_with_what_it_holds<B: Backend>() {
    let (backend, source) = (B::start(), Sqlite::start());
    let folder = trente_testing::Folder::new();
    let path = folder.path().join("killed.db");
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    run(async {
        let store = olive(&source.address()).await;
        for number in 1..=9 {
            store.append(vec![happy(number)], WAIT).await.unwrap();
            folded(&store).await;
        }
        let database = PathBuf::from(source.address().to_string());
        // Everybody may read it: what is put back is not so for that.
        mode(&database, 0o644);
        let with_log = |of: &Path| PathBuf::from(format!("{}-wal", of.display()));
        fs::copy(&database, &path).unwrap();
        fs::copy(with_log(&database), with_log(&path)).unwrap();
        for from in [&database, &path] {
            assert!(fs::metadata(with_log(from)).unwrap().len() > 0, "there is nothing in the log");
            let (back, file) = (backend.another(), Sqlite::start());
            restore(from, &back, Vec::new()).await.unwrap();
            restore(from, &file.address(), Vec::new()).await.unwrap();
            assert_eq!(backend.sql(&back, "select count(*) from response"), ["9"]);
            assert_eq!(file.sql(&file.address(), "select count(*) from response"), ["9"]);
            let restored = fs::metadata(file.address().to_string()).unwrap();
            assert_eq!(restored.permissions().mode() & 0o777, 0o600, "it holds the keys");
        }
        store.close().await;
        // One that was closed in order stands alone, and stays so.
        let alone = folder.path().join("alone.db");
        fs::copy(&database, &alone).unwrap();
        mode(&alone, 0o444);
        let file = Sqlite::start();
        restore(&alone, &file.address(), Vec::new()).await.unwrap();
        let restored = fs::metadata(file.address().to_string()).unwrap();
        assert_eq!((restored.permissions().mode() & 0o777, with_log(&alone).exists()), (0o600, false));
        // A log with a hole would be read up to the hole alone.
        let mut log = fs::read(with_log(&path)).unwrap();
        log[32 + 24 + 100] ^= 1;
        fs::write(with_log(&path), log).unwrap();
        let error = restore(&path, &backend.another(), Vec::new()).await.unwrap_err();
        assert!(matches!(error, BackupError::Store(StoreError::Damaged(_))), "{error}");
    });
}

on_both!(
    a_copy_is_the_same_row_for_row,
    a_target_that_is_somebody_elses_is_left_alone,
    a_backup_in_service_holds_what_was_acknowledged_and_can_be_put_back,
    a_backup_with_a_write_ahead_log_is_put_back_with_what_it_holds,
);
