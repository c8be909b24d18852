//! Any order, repetition and split of the same frames gives equal tables, in either store and between them.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use trente_store::inbound::Inbound;
use trente_testing::arrivals::arrival;
use trente_testing::backend::{Backend, Sqlite};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, folded, olive, run};

fn any_order_repetition_and_split_gives_equal_tables<B: Backend>() {
    let (backend, file) = (B::start(), Sqlite::start());
    let strategy = prop::collection::vec(arrival(), 1..24).prop_flat_map(|arrivals| {
        let twice: Vec<_> = arrivals.iter().chain(&arrivals).cloned().collect();
        (Just(arrivals), Just(twice).prop_shuffle(), 1usize..9)
    });
    let mut runner = TestRunner::new(Config { cases: 6, max_shrink_iters: 30, ..Config::default() });
    let outcome = runner.run(&strategy, |(once, shuffled, split)| {
        let (whole, pieces) = (file.another(), backend.another());
        run(async {
            let store = olive(&whole).await;
            store.append(once, WAIT).await.unwrap();
            store.close().await;
            let store = olive(&pieces).await;
            for (index, some) in shuffled.chunks(split).map(<[Inbound]>::to_vec).enumerate() {
                store.append(some, WAIT).await.unwrap();
                if index % 3 == 0 {
                    folded(&store).await;
                }
            }
            store.close().await;
        });
        prop_assert_eq!(file.tables(&whole), backend.tables(&pieces));
        prop_assert_eq!((file.recount_differs(&whole), backend.recount_differs(&pieces)), (0, 0));
        Ok(())
    });
    outcome.unwrap();
}

on_both!(any_order_repetition_and_split_gives_equal_tables);
