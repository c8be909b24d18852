//! Sites and surveys: found by name, published once, never changed, and every change seen by one number.

use serde_json::json;
use trente_store::change::Change;
use trente_store::clock::now_ms;
use trente_store::copy::copy;
use trente_store::model::audit::Actor;
use trente_store::model::site::{NewSite, Published};
use trente_store::{Store, StoreError};
use trente_survey::definition::{Definition, Draft};
use trente_testing::backend::Backend;
use trente_testing::on_both;
use trente_testing::stores::{add, run};
use trente_testing::surveys::draft;

fn definition(site: &str) -> Definition {
    serde_json::from_value::<Draft>(draft(json!({}))).unwrap().check(site).definition.unwrap()
}

fn sites_are_found_and_no_name_is_given_twice<B: Backend>() {
    let backend = B::start();
    run(async {
        assert!(Store::open(&backend.address(), false).await.is_err(), "not made by a command that only looks");
        let store = Store::open(&backend.address(), true).await.unwrap();
        let before = store.catalog_version().await.unwrap();
        let origins: Vec<_> = ["https://b.example", "https://a.example", "https://b.example"].map(str::to_owned).into();
        store.add_site(Actor::shell(), NewSite { name: "olive".into(), origins, any_origin: true }).await.unwrap();
        assert_ne!(store.catalog_version().await.unwrap(), before);
        for name in ["fig", "a-2", "a2"] {
            add(&store, name).await;
        }
        let sites = Store::open(&backend.address(), false).await.unwrap().sites().await.unwrap();
        assert_eq!(sites.iter().map(|site| &site.name[..]).collect::<Vec<_>>(), ["a-2", "a2", "fig", "olive"]);
        let olive = sites.last().unwrap();
        assert_eq!(
            (olive.any_origin, &olive.origins[..]),
            (true, &["https://a.example".into(), "https://b.example".into()][..])
        );
        assert_eq!(store.site("olive").await.unwrap(), olive.id);
        assert!(sites.windows(2).all(|pair| pair[0].key != pair[1].key && pair[0].id != pair[1].id));
        let version = store.catalog_version().await.unwrap();
        let again = NewSite { name: "fig".into(), origins: Vec::new(), any_origin: false };
        assert!(matches!(store.add_site(Actor::shell(), again).await, Err(StoreError::SiteExists(_))));
        assert_eq!(store.catalog_version().await.unwrap(), version, "nothing has changed");
        assert!(matches!(store.site("nobody").await, Err(StoreError::SiteUnknown(_))));
    });
    assert_eq!((backend.count("site"), backend.count("survey"), backend.count("site_origin")), (4, 4, 5));
}

fn a_survey_is_published_once_and_belongs_to_one_site<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = Store::serve(&backend.address(), 8).await.unwrap();
        add(&store, "olive").await;
        add(&store, "fig").await;
        let site = store.site("olive").await.unwrap();
        let first = store.current_survey(site).await.unwrap().unwrap();
        let (own, version) = (definition("olive"), store.catalog_version().await.unwrap());
        let (id, published) = store.publish(Actor::shell(), "olive", &own).await.unwrap();
        assert_eq!((published, store.current_survey(site).await.unwrap()), (Published::New, Some(id)));
        assert_ne!(store.catalog_version().await.unwrap(), version);
        assert_eq!(store.document(id).await.unwrap().unwrap().into_bytes(), own.canonical().unwrap());
        assert_eq!(store.publish(Actor::shell(), "olive", &own).await.unwrap(), (id, Published::Unchanged));
        let default = Definition::default_for("olive");
        assert_eq!(store.publish(Actor::shell(), "olive", &default).await.unwrap(), (first, Published::Again));
        assert!(matches!(store.publish(Actor::shell(), "fig", &own).await, Err(StoreError::SurveyClash(_))));
        assert!(matches!(store.publish(Actor::shell(), "nobody", &own).await, Err(StoreError::SiteUnknown(_))));
        let surveys = store.surveys().await.unwrap();
        assert_eq!((surveys.len(), surveys.iter().filter(|row| row.current).count()), (3, 2), "one each is asked");
        assert!(store.definition(trente_survey::response_id::SurveyId([0; 4])).await.unwrap().is_none());
        store.close().await;
    });
}

/// The moment at which a site was closed stays until it is opened again, goes along with a copy, and every service hears
/// of either by the catalog's number.
fn a_site_is_closed_and_opened_again<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = Store::serve(&backend.address(), 8).await.unwrap();
        add(&store, "olive").await;
        add(&store, "fig").await;
        let closed = async |name: &str| store.site_row(name).await.unwrap().closed_ms;
        assert_eq!(closed("olive").await, None);
        let version = store.catalog_version().await.unwrap();
        let close = || Change::CloseSite { site: "olive".to_owned() };
        store.change(Actor::shell(), close()).await.unwrap();
        let since = closed("olive").await.unwrap();
        assert!(now_ms() - since < 60_000);
        assert_eq!(closed("fig").await, None, "another site is as it was");
        assert_ne!(store.catalog_version().await.unwrap(), version);
        while now_ms() == since {}
        store.change(Actor::shell(), close()).await.unwrap();
        assert_eq!(closed("olive").await, Some(since), "again changes nothing");
        let there = backend.another();
        copy(&backend.address(), &there, |_| {}).await.unwrap();
        let copied = Store::open(&there, false).await.unwrap();
        assert_eq!(copied.site_row("olive").await.unwrap().closed_ms, Some(since));
        let version = store.catalog_version().await.unwrap();
        store.change(Actor::shell(), Change::ReopenSite { site: "olive".to_owned() }).await.unwrap();
        assert_eq!(closed("olive").await, None);
        assert_ne!(store.catalog_version().await.unwrap(), version);
        let lines = store.audit(None, 3).await.unwrap();
        let lines: Vec<_> = lines.iter().map(|line| (line.act.as_str(), line.subject.as_str())).collect();
        assert_eq!(lines, [("site reopened", "olive"), ("site closed", "olive"), ("site closed", "olive")]);
        let unknown = Change::CloseSite { site: "nobody".to_owned() };
        assert!(matches!(store.change(Actor::shell(), unknown).await, Err(StoreError::SiteUnknown(_))));
        store.close().await;
    });
}

on_both!(
    sites_are_found_and_no_name_is_given_twice,
    a_survey_is_published_once_and_belongs_to_one_site,
    a_site_is_closed_and_opened_again,
);
