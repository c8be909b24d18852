//! Use cases that read single responses: each writes a line of the audit log.

use trente_store::change::Change;
use trente_store::fold::merge::StoredResponse;
use trente_store::key::ResponseKey;
use trente_store::model::audit::Actor;
use trente_store::pages::Pages;
use trente_store::{Store, StoreError};

/// Every folded response of a site, in pages of up to `rows`. Written down before anything is read.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn each_page(store: &Store, actor: Actor, site: &str, rows: usize) -> Result<Pages, StoreError> {
    store.change(actor, Change::Export { site: site.to_owned() }).await?;
    Ok(store.pages(store.site(site).await?, rows))
}

/// Up to `most` folded responses of a site after a place, in the order of their keys. Written down before anything is read,
/// for each page: a cursor says nothing of what was read before it.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn page(
    store: &Store,
    actor: Actor,
    site: String,
    after: Option<ResponseKey>,
    most: usize,
) -> Result<Vec<StoredResponse>, StoreError> {
    store.change(actor, Change::Export { site: site.clone() }).await?;
    store.responses(store.site(&site).await?, after, most).await
}

/// Writes down that words of customers are read on a page. Before the page is answered: what is shown was written down.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn note_words_read(store: &Store, actor: Actor, site: &str) -> Result<(), StoreError> {
    store.change(actor, Change::ReadWords { site: site.to_owned() }).await
}
