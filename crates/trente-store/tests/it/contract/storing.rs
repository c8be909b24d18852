//! Stored once, whatever is repeated; kept over a restart; refused when it cannot be kept.

use trente_store::clock::{DAY_MS, now_ms};
use trente_store::inbound::{AppendError, Inbound};
use trente_store::{ALL_DAYS, Address, Store};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::ResponseId;
use trente_testing::backend::Backend;
use trente_testing::frames::survey;
use trente_testing::on_both;
use trente_testing::stores::{QUEUE, WAIT, add, folded, happy, olive, run};

fn what_is_appended_is_stored_once_however_often_it_comes<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        store.append(vec![happy(1), happy(2), happy(1)], WAIT).await.unwrap();
        folded(&store).await;
        store.append(vec![happy(2)], WAIT).await.unwrap();
        let many: Vec<_> = (0..64).map(|number| store.append(vec![happy(number % 8), happy(3)], WAIT)).collect();
        for one in many {
            one.await.unwrap();
        }
        folded(&store).await;
        let site = store.site("olive").await.unwrap();
        assert_eq!(store.responses(site, None, 100).await.unwrap().len(), 8);
        assert_eq!(store.counts(site, ALL_DAYS).await.unwrap().unverified.n(), 8);
        assert!(store.healthy());
        store.close().await;
    });
    assert_eq!(backend.recount_differs(&backend.address()), 0);
    assert_eq!((backend.count("response"), backend.count("inbox"), backend.count("stray")), (8, 0, 0));
}

fn a_restart_folds_what_is_left_and_a_closed_store_refuses<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        store.append(vec![happy(1)], WAIT).await.unwrap();
        store.close().await;
        assert_eq!(store.append(vec![happy(2)], WAIT).await, Err(AppendError::Failed));
        store.close().await;
    });
    assert_eq!((backend.count("response"), backend.count("inbox")), (1, 0), "folded at the end");
    // As after a kill: rows that no fold has seen.
    let columns = match backend.address() {
        Address::Sqlite(_) => "id, received_ms, verified, frame",
        Address::Postgres(_) => "survey, rid, id, received_ms, verified, frame",
    };
    let frame = trente_store::encoding::hex(&happy(7).bytes);
    let values = match backend.address() {
        Address::Sqlite(_) => format!("7, 0, 0, x'{frame}'"),
        Address::Postgres(_) => format!("'\\x{}', '\\x{}', 7, 0, false, '\\x{frame}'", &frame[2..10], &frame[10..26]),
    };
    backend.sql(&backend.address(), &format!("insert into inbox ({columns}) values ({values})"));
    run(async {
        let store = Store::serve(&backend.address(), QUEUE).await.unwrap();
        folded(&store).await;
        store.close().await;
    });
    assert_eq!((backend.count("response"), backend.count("inbox")), (2, 0));
}

fn a_response_is_looked_up_before_and_after_its_fold<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let kept_of = |id: u64, verified| {
            store.latest_frame(Layout::CORE, survey("olive"), ResponseId(id.to_be_bytes()), verified)
        };
        let kept = |verified| kept_of(1, verified);
        assert_eq!(kept(false).await.unwrap(), None);
        let (frame, _) = Frame::decode(&happy(1).bytes, &Layout::CORE).unwrap();
        let later = Frame { rev: 2, ..frame.clone() };
        let mut proven = happy(1);
        proven.verified = true;
        // The fold may run at any time between these.
        store.append(vec![happy(1)], WAIT).await.unwrap();
        assert_eq!(kept(false).await.unwrap().map(|frame| frame.rev), Some(0));
        // Neither speaks for the other.
        assert_eq!(kept(true).await.unwrap(), None);
        let mut other = happy(2);
        other.verified = true;
        store.append(vec![proven, other], WAIT).await.unwrap();
        assert_eq!(kept_of(2, false).await.unwrap(), None);
        assert_eq!(kept(true).await.unwrap().as_ref(), Some(&frame));
        folded(&store).await;
        assert_eq!(kept(true).await.unwrap(), Some(frame));
        let mut newer = happy(1);
        newer.bytes = later.encode(&Layout::CORE).unwrap();
        newer.verified = true;
        store.append(vec![newer], WAIT).await.unwrap();
        assert_eq!(kept(true).await.unwrap().map(|frame| frame.rev), Some(2));
        store.close().await;
    });
}

fn frames_that_cannot_be_folded_are_set_aside<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let mut foreign = happy(2);
        foreign.bytes = trente_testing::frames::bytes(&trente_testing::frames::frame(survey("nobody"), 2));
        let mut cut = happy(3);
        cut.bytes.truncate(18);
        let mut tiny = happy(4);
        tiny.bytes.truncate(2);
        store.append(vec![foreign, happy(1), cut.clone(), tiny], WAIT).await.unwrap();
        folded(&store).await;
        // Again, into the same table.
        store.append(vec![cut], WAIT).await.unwrap();
        folded(&store).await;
        assert!(store.healthy());
        store.close().await;
    });
    assert_eq!((backend.count("inbox"), backend.count("stray"), backend.count("response")), (0, 4, 1));
}

fn responses_come_by_pages_in_the_order_of_their_keys<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        add(&store, "fig").await;
        let high = |number: u64| number << 56 | 0x00ff_0000;
        let all = (1..=25).map(|number| happy(high(number * 10))).collect();
        store.append(all, WAIT).await.unwrap();
        folded(&store).await;
        let site = store.site("olive").await.unwrap();
        let (mut after, mut seen, mut pages) = (None, Vec::new(), 0);
        loop {
            let page = store.responses(site, after, 10).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.place());
            seen.extend(page.iter().map(|one| u64::from_be_bytes(one.frame.response.0)));
            pages += 1;
        }
        assert_eq!((seen, pages), ((1..=25).map(|number| high(number * 10)).collect(), 3));
        let other = store.site("fig").await.unwrap();
        assert_eq!(store.responses(other, None, 10).await.unwrap().len(), 0);
        assert_eq!(store.counts(other, ALL_DAYS).await.unwrap().unverified.n(), 0);
        assert_eq!(store.counts(site, 0..=0).await.unwrap().unverified.n(), 0);
        assert_eq!(store.counts(site, 1..=1).await.unwrap().unverified.n(), 25);
        store.close().await;
    });
}

fn a_full_queue_refuses_and_recovers<B: Backend>() {
    let backend = B::start();
    run(async {
        // Adding a site needs a place in the queue too, which a task of the start may have.
        olive(&backend.address()).await.close().await;
        let store = Store::serve(&backend.address(), 1).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..400 {
            let store = store.clone();
            tasks.spawn(async move { (number, store.append(vec![happy(number)], WAIT).await) });
        }
        let outcomes = tasks.join_all().await;
        let stored: Vec<u64> =
            outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(number, _)| *number).collect();
        assert!(outcomes.iter().all(|(_, outcome)| matches!(outcome, Ok(()) | Err(AppendError::Full))));
        assert!(!stored.is_empty() && stored.len() < 400, "{} of 400 stored", stored.len());
        store.append(vec![happy(1_000)], WAIT).await.unwrap();
        folded(&store).await;
        let site = store.site("olive").await.unwrap();
        assert_eq!(store.responses(site, None, 1000).await.unwrap().len(), stored.len() + 1);
        store.close().await;
    });
}

fn the_newest_time_is_that_of_whatever_came_last<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = Store::serve(&backend.address(), QUEUE).await.unwrap();
        let ever = u64::MAX >> 2;
        assert_eq!(store.newest_ms(ever).await.unwrap(), None);
        add(&store, "olive").await;
        let audited = store.newest_ms(ever).await.unwrap().unwrap();
        assert!(audited.abs_diff(now_ms()) < DAY_MS);
        let ahead = now_ms() + 9 * DAY_MS;
        store.append(vec![Inbound { received_ms: ahead, ..happy(1) }], WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(store.newest_ms(ever).await.unwrap(), Some(ahead / DAY_MS * DAY_MS));
        assert_eq!(store.newest_ms(audited).await.unwrap(), Some(audited));
        assert_eq!(store.newest_ms(audited - 1).await.unwrap(), None);
        store.close().await;
    });
}

on_both!(
    the_newest_time_is_that_of_whatever_came_last,
    what_is_appended_is_stored_once_however_often_it_comes,
    a_restart_folds_what_is_left_and_a_closed_store_refuses,
    a_response_is_looked_up_before_and_after_its_fold,
    frames_that_cannot_be_folded_are_set_aside,
    responses_come_by_pages_in_the_order_of_their_keys,
    a_full_queue_refuses_and_recovers,
);
