//! Erased means gone: no piece of a word that was erased, corrected or outlived by its retention is in any file of the
//! database, at once and after an orderly end, nor in a backup that is made later.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use trente_collector::domain::ops::erasure;
use trente_collector::domain::ops::erasure::Erased;
use trente_collector::domain::ops::subject::ErasureTarget;
use trente_collector::jobs::retention;
use trente_store::backup::backup;
use trente_store::change::{AddWebhook, Change};
use trente_store::clock::now_ms;
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::model::webhook::Events;
use trente_store::model::webhook_secret::WebhookSecret;
use trente_store::{Address, Store};
use trente_survey::frame::Frame;
use trente_survey::response_id::ResponseId;
use trente_testing::Folder;
use trente_testing::backend::{Backend, Server};
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::stores::ORIGIN;

const LENGTHS: [usize; 5] = [30, 120, 400, 1000, 2000];
/// Bytes of a piece that is looked for. Shorter ones stand in any file by chance.
const PIECE: usize = 12;
/// Nothing was found.
const NONE: [(usize, String); 0] = [];

/// A word that no other has a piece of.
fn word(number: u64, edition: u64) -> String {
    let length = LENGTHS[(number % 5) as usize];
    let mut state = number * 4 + edition + 1;
    let mut letters = String::new();
    while letters.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // 500 characters are the limit, so a longer word is of characters of four bytes.
        letters.push(match length {
            ..=500 => char::from(b'a' + (state >> 59) as u8 % 26),
            _ => char::from_u32(0x2_0000 + (state >> 49) as u32).unwrap(),
        });
    }
    letters
}

/// Keys in no order, as those of real orders are.
fn key(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn said(number: u64, edition: u64) -> Inbound {
    let said =
        Frame { verbatim: Some(word(number, edition)), rev: edition as u8, ..frame(survey("olive"), key(number)) };
    Inbound { received_ms: now_ms(), verified: false, aside: false, bytes: bytes(&said) }
}

/// Which of these words have a piece in a file of the folder, and in which.
fn found(folder: &Path, words: &[String]) -> Vec<(usize, String)> {
    let mut pieces: HashMap<&[u8], usize> = HashMap::new();
    for (index, word) in words.iter().enumerate() {
        pieces.extend(word.as_bytes().windows(PIECE).map(|piece| (piece, index)));
    }
    let mut hits = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = fs::read(&path).unwrap();
        let mut indexes: Vec<usize> = file.windows(PIECE).filter_map(|piece| pieces.get(piece).copied()).collect();
        indexes.sort_unstable();
        indexes.dedup();
        hits.extend(indexes.into_iter().map(|index| (index, path.file_name().unwrap().display().to_string())));
    }
    hits
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

async fn olive(folder: &Folder) -> Store {
    let store = Store::serve(&Address::from(&*folder.database()), 256).await.unwrap();
    let site = NewSite { name: "olive".into(), origins: vec![ORIGIN.to_owned()], any_origin: false };
    store.add_site(Actor::shell(), site).await.unwrap();
    store
}

async fn append(store: &Store, frames: Vec<Inbound>) {
    store.append(frames, Duration::from_secs(20)).await.unwrap();
}

/// In pieces with folds between them, so that the tree is spread anew again and again.
async fn fill(store: &Store, numbers: impl Iterator<Item = u64>) {
    let frames: Vec<Inbound> = numbers.map(|number| said(number, 0)).collect();
    for some in frames.chunks(20) {
        append(store, some.to_vec()).await;
        folded(store).await;
    }
}

async fn folded(store: &Store) {
    until("the fold", async || store.lag().await.unwrap().frames == 0).await;
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let mut tries = 0;
    while !done().await {
        tries += 1;
        assert!(tries < 3_000, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn erase(store: &Store, number: u64) -> Erased {
    let what = ErasureTarget::Response(ResponseId(key(number).to_be_bytes()));
    erasure::erase(store, Actor::shell(), "olive".into(), what, None).await.unwrap()
}

fn words(numbers: impl Iterator<Item = u64>) -> Vec<String> {
    numbers.map(|number| word(number, 0)).collect()
}

const GONE: Erased = Erased { erased: 1, remains: None };

#[test]
fn erased_one_by_one_after_the_fold_and_in_a_later_backup() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    run(async {
        let store = olive(&folder).await;
        let secret = WebhookSecret([4; 32]);
        let hook = AddWebhook {
            site: "olive".into(),
            url: "https://a.example/".into(),
            host: "a.example".into(),
            secret,
            events: Events::RESPONSE,
        };
        store.add_webhook(Actor::shell(), hook).await.unwrap();
        fill(&store, 0..400).await;
        // The search finds what is there.
        assert!(found(folder.path(), &words(0..400)).len() >= 400);
        for number in (0..400).step_by(3) {
            assert_eq!(erase(&store, number).await, GONE);
        }
        let erased = words((0..400).step_by(3));
        assert_eq!(found(folder.path(), &erased), NONE, "at once");
        backup(&Address::from(&*folder.database()), &elsewhere.path().join("later.db")).await.unwrap();
        assert_eq!(found(elsewhere.path(), &erased), NONE, "in a later backup");
        let kept = words((0..400).filter(|number| number % 3 != 0));
        assert!(found(elsewhere.path(), &kept).len() >= kept.len());
        // What comes afterwards brings none of it back out of a page.
        fill(&store, 400..440).await;
        assert_eq!(found(folder.path(), &erased), NONE, "after more answers");
        store.close().await;
        assert_eq!(found(folder.path(), &erased), NONE, "after an orderly end");
    });
}

#[test]
fn erased_in_the_inbox_and_told_again() {
    let folder = Folder::new();
    run(async {
        let store = olive(&folder).await;
        for number in 0..60 {
            append(&store, vec![said(number, 0)]).await;
            // Before the fold, most of them: it comes when nothing else does.
            assert_eq!(erase(&store, number).await, GONE);
            assert_eq!(found(folder.path(), &[word(number, 0)]), NONE);
        }
        // A replay of the frame, and a later revision, are acknowledged and stored nowhere, not for a moment.
        for edition in [0, 1] {
            append(&store, (0..60).map(|number| said(number, edition)).collect()).await;
            let replayed: Vec<String> = (0..60).map(|number| word(number, edition)).collect();
            assert_eq!(found(folder.path(), &replayed), NONE, "edition {edition}");
        }
        assert_eq!(store.lag().await.unwrap().frames, 0);
        store.close().await;
        assert_eq!(found(folder.path(), &words(0..60)), NONE);
    });
}

#[test]
fn a_word_that_was_corrected_is_gone_and_so_is_one_that_a_later_frame_takes_the_place_of_at_once() {
    let folder = Folder::new();
    run(async {
        let store = olive(&folder).await;
        fill(&store, 0..120).await;
        append(&store, (0..120).map(|number| said(number, 1)).collect()).await;
        // Both editions in one fold.
        append(&store, (120..160).flat_map(|number| [said(number, 0), said(number, 1)]).collect()).await;
        folded(&store).await;
        let former = words(0..160);
        until("overwriting", async || found(folder.path(), &former).is_empty()).await;
        let latter: Vec<String> = (0..160).map(|number| word(number, 1)).collect();
        assert!(found(folder.path(), &latter).len() >= 160);
        store.close().await;
        assert_eq!(found(folder.path(), &former), NONE);
    });
}

#[test]
fn what_retention_deletes_is_gone() {
    let folder = Folder::new();
    run(async {
        let store = olive(&folder).await;
        fill(&store, 0..240).await;
        let days = Change::SetRetention { site: "olive".into(), days: Some(30) };
        store.change(Actor::shell(), days).await.unwrap();
        let other = rusqlite::Connection::open(folder.database()).unwrap();
        other.busy_timeout(Duration::from_secs(5)).unwrap();
        other.execute_batch("update response set day = day - 31 where rid < x'8000000000000000'").unwrap();
        drop(other);
        let old: Vec<u64> = (0..240).filter(|&number| key(number) < 1 << 63).collect();
        assert_eq!(retention::delete_expired(&store, now_ms()).await.unwrap(), old.len() as u64);
        assert_eq!(found(folder.path(), &words(old.into_iter())), NONE);
        store.close().await;
    });
}

/// A backup or a copy that is being made needs the pages as they were. No request waits for it, and nothing is promised.
#[test]
fn a_reader_delays_it_is_told_and_is_not_forgotten() {
    let folder = Folder::new();
    run(async {
        let store = olive(&folder).await;
        fill(&store, 0..20).await;
        let reader = rusqlite::Connection::open(folder.database()).unwrap();
        reader.execute_batch("begin; select count(*) from response").unwrap();
        let erased = erase(&store, 7).await;
        assert!(erased.erased == 1 && erased.remains.is_some_and(|why| why.contains("reader")), "{erased:?}");
        assert!(!found(folder.path(), &[word(7, 0)]).is_empty(), "the reader sees it");
        // Answers are taken meanwhile.
        append(&store, vec![said(50, 0)]).await;
        reader.execute_batch("commit").unwrap();
        until("overwriting", async || found(folder.path(), &[word(7, 0)]).is_empty()).await;
        store.close().await;
    });
}

/// A database of a version that overwrote less, or whose service was killed before it could: the next start does it.
#[test]
fn what_a_former_version_left_is_overwritten_after_the_start() {
    let folder = Folder::new();
    run(async {
        let store = olive(&folder).await;
        fill(&store, 0..200).await;
        store.close().await;
        drop(store);
        let old = rusqlite::Connection::open(folder.database()).unwrap();
        old.execute_batch("pragma secure_delete = off; delete from response where rid < x'8000000000000000'").unwrap();
        drop(old);
        let deleted = words((0..200).filter(|&number| key(number) < 1 << 63));
        assert!(found(folder.path(), &deleted).len() > 50);
        let store = Store::serve(&Address::from(&*folder.database()), 256).await.unwrap();
        until("overwriting", async || found(folder.path(), &deleted).is_empty()).await;
        store.close().await;
    });
}

/// The shell, without a service.
#[test]
fn a_command_overwrites_as_well() {
    let folder = Folder::new();
    run(async {
        let store = olive(&folder).await;
        fill(&store, 0..100).await;
        store.close().await;
        drop(store);
        let store = Store::open(&Address::from(&*folder.database()), false).await.unwrap();
        for number in 0..50 {
            assert_eq!(erase(&store, number).await, GONE);
        }
        assert_eq!(found(folder.path(), &words(0..50)), NONE);
    });
}

/// PostgreSQL: no row and no inbox has them; the files are clean after what docs/storage.md asks for.
#[test]
fn in_postgresql_no_row_has_them_and_a_table_that_is_written_anew_has_none() {
    let backend = Server::start();
    let address = backend.address();
    run(async {
        let store = Store::serve(&address, 256).await.unwrap();
        let site = NewSite { name: "olive".into(), origins: vec![ORIGIN.to_owned()], any_origin: false };
        store.add_site(Actor::shell(), site).await.unwrap();
        fill(&store, 0..60).await;
        for number in (0..60).step_by(2) {
            assert_eq!(erase(&store, number).await, GONE);
        }
        append(&store, (0..60).step_by(2).map(|number| said(number, 0)).collect()).await;
        assert_eq!(store.lag().await.unwrap().frames, 0, "a replay is stored nowhere");
        assert_eq!(store.erasures(0).await.unwrap().len(), 30);
        store.close().await;
    });
    assert_eq!(backend.count("response"), 30);
    backend.server.sql(&backend.database, "vacuum full response, inbox, stray, aside");
    backend.server.sql(&backend.database, "checkpoint");
    let (erased, kept) = (words((0..60).step_by(2)), words((1..60).step_by(2)));
    let (mut left, mut seen) = (Vec::new(), 0);
    for folder in fs::read_dir(backend.server.data().join("base")).unwrap() {
        let folder = folder.unwrap().path();
        left.extend(found(&folder, &erased));
        seen += found(&folder, &kept).len();
    }
    assert_eq!(left, NONE);
    // Longer words are compressed or stand in pieces, so not all of them are found.
    assert!(seen > 0);
}
