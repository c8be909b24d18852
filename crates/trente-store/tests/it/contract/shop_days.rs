//! What the shop says of its days: annotations and orders asked, in both stores.

use trente_store::StoreError;
use trente_store::change::Change;
use trente_store::model::audit::Actor;
use trente_store::model::shop_day::{Annotation, OrdersAsked};
use trente_testing::backend::Backend;
use trente_testing::on_both;
use trente_testing::stores::{add, olive, run};

fn annotations_and_orders_are_of_a_site_and_its_days<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        add(&store, "fig").await;
        let (site, other) = (store.site("olive").await.unwrap(), store.site("fig").await.unwrap());
        let change = async |change| store.change(Actor::shell(), change).await;
        let annotate = async |day, text: &str| {
            change(Change::Annotate { site: "olive".to_owned(), day, text: text.to_owned() }).await
        };
        for (day, text) in [(20_000, "new carrier"), (19_990, "prices raised"), (20_000, "hired two")] {
            annotate(day, text).await.unwrap();
        }
        let read = async |site, days| store.annotations(site, days).await.unwrap();
        let one = |day, id, text: &str| Annotation { day, id, text: text.to_owned() };
        let all = [one(19_990, 1, "prices raised"), one(20_000, 1, "new carrier"), one(20_000, 2, "hired two")];
        assert_eq!(read(site, 0..=u32::MAX).await, all);
        assert_eq!(read(site, 19_991..=20_000).await, all[1..]);
        assert_eq!(read(other, 0..=u32::MAX).await, []);
        let remove =
            async |site: &str, id| change(Change::RemoveAnnotation { site: site.to_owned(), day: 20_000, id }).await;
        assert!(matches!(remove("fig", 1).await, Err(StoreError::Unknown("annotation", _))));
        remove("olive", 1).await.unwrap();
        assert!(matches!(remove("olive", 1).await, Err(StoreError::Unknown("annotation", _))));
        annotate(20_000, "third").await.unwrap();
        assert_eq!(read(site, 20_000..=20_000).await, [one(20_000, 2, "hired two"), one(20_000, 3, "third")]);
        for number in 2..20 {
            annotate(20_000, &number.to_string()).await.unwrap();
        }
        assert!(matches!(annotate(20_000, "one too many").await, Err(StoreError::TooMany(..))));

        let say = async |first, each: &[u64]| {
            change(Change::SetOrders { site: "olive".to_owned(), first, each: each.to_vec() }).await.unwrap();
        };
        let asked = async |site, days| store.orders_asked(site, days).await.unwrap();
        assert_eq!(asked(site, 0..=u32::MAX).await, OrdersAsked::default());
        say(100, &[10, 20, 30]).await;
        say(102, &[5, 0]).await;
        assert_eq!(asked(site, 100..=103).await, OrdersAsked { days: 4, n: 35 }, "what is said last counts");
        assert_eq!(asked(site, 101..=110).await, OrdersAsked { days: 3, n: 25 });
        assert_eq!(asked(other, 0..=u32::MAX).await, OrdersAsked::default());
        let by_day = async |site, days| store.orders_by_day(site, days).await.unwrap();
        assert_eq!(by_day(site, 0..=u32::MAX).await, [(100, 10), (101, 20), (102, 5), (103, 0)]);
        assert_eq!(by_day(site, 101..=102).await, [(101, 20), (102, 5)]);
        assert_eq!(by_day(other, 0..=u32::MAX).await, []);
        let lines = store.audit(None, 2).await.unwrap();
        assert_eq!(
            (lines[0].act.as_str(), lines[0].subject.as_str()),
            ("orders asked said", "olive 5 from 1970-04-13 on, 2 days")
        );
        let forget =
            async |site: &str, first, last| change(Change::ForgetOrders { site: site.to_owned(), first, last }).await;
        assert!(matches!(forget("fig", 100, 103).await, Err(StoreError::Unknown("number of orders of site", _))));
        forget("olive", 101, 102).await.unwrap();
        assert_eq!(by_day(site, 0..=u32::MAX).await, [(100, 10), (103, 0)]);
        assert!(matches!(forget("olive", 101, 102).await, Err(StoreError::Unknown(..))));
        store.close().await;
    });
}

on_both!(annotations_and_orders_are_of_a_site_and_its_days);
