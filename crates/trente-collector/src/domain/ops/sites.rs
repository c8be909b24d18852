//! Use cases of sites: add one, set its origins, rotate its key, set its retention, close it.

use trente_stats::zone::Zone;
use trente_store::change::Change;
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::{Store, StoreError};
use trente_survey::definition::Preset;

use super::error::OpsError;
use crate::domain::names::check_site_name;
use crate::domain::origin::Origin;
use crate::limits::RETENTION_DAYS_MAX;

/// A site that may be added: its name and its origins are looked at, and the store is not.
///
/// # Errors
/// [`OpsError::SiteName`], [`OpsError::Origin`], [`OpsError::NoOrigin`]
pub fn new_site(name: String, origins: &[String], any_origin: bool) -> Result<NewSite, OpsError> {
    check_site_name(&name)?;
    Ok(NewSite { name, origins: read_origins(origins, any_origin)?, any_origin })
}

/// Adds a site with a key of its own and the default survey for a moment.
///
/// # Errors
/// [`StoreError::SiteExists`], or why the store fails.
pub async fn add_site(store: &Store, actor: Actor, site: NewSite, preset: Preset) -> Result<(), StoreError> {
    store.change(actor, Change::new_site(site, preset)?).await
}

/// Replaces the origins on whose pages the widget may stand.
///
/// # Errors
/// [`OpsError`]
pub async fn set_origins(
    store: &Store,
    actor: Actor,
    site: String,
    origins: &[String],
    any_origin: bool,
) -> Result<(), OpsError> {
    let origins = read_origins(origins, any_origin)?;
    store.change(actor, Change::SetOrigins { site, origins, any_origin }).await?;
    Ok(())
}

/// Makes a new key for signing orders; the one before verifies until it is retired.
///
/// # Errors
/// [`StoreError::FormerKey`] where one before is not retired yet, or why the store fails.
pub async fn rotate_key(store: &Store, actor: Actor, site: String) -> Result<[u8; 32], StoreError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    store.change(actor, Change::RotateKey { site, key }).await?;
    Ok(key)
}

/// Ends the key before the last rotation.
///
/// # Errors
/// [`StoreError`]
pub async fn retire_key(store: &Store, actor: Actor, site: String) -> Result<(), StoreError> {
    store.change(actor, Change::RetireKey { site }).await?;
    Ok(())
}

/// Sets for how many days single responses are kept; none keeps them.
///
/// # Errors
/// [`OpsError::Retention`], [`OpsError::Store`]
pub async fn set_retention(store: &Store, actor: Actor, site: String, days: Option<u32>) -> Result<(), OpsError> {
    if days.is_some_and(|days| !(1..=RETENTION_DAYS_MAX).contains(&days)) {
        return Err(OpsError::Retention);
    }
    store.change(actor, Change::SetRetention { site, days }).await?;
    Ok(())
}

/// Sets the time zone of a site.
///
/// # Errors
/// [`StoreError`]
pub async fn set_time_zone(store: &Store, actor: Actor, site: String, zone: Zone) -> Result<(), StoreError> {
    store.change(actor, Change::SetTimeZone { site, zone }).await?;
    Ok(())
}

/// Closes a site: it asks no customer and takes no answer from then on, and what was answered stays.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn close_site(store: &Store, actor: Actor, site: String) -> Result<(), StoreError> {
    store.change(actor, Change::CloseSite { site }).await
}

/// Opens a site that was closed.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn reopen_site(store: &Store, actor: Actor, site: String) -> Result<(), StoreError> {
    store.change(actor, Change::ReopenSite { site }).await
}

fn read_origins(texts: &[String], any_origin: bool) -> Result<Vec<String>, OpsError> {
    if texts.is_empty() && !any_origin {
        return Err(OpsError::NoOrigin);
    }
    Ok(texts.iter().map(|text| Origin::typed(text).map(|origin| origin.to_string())).collect::<Result<_, _>>()?)
}

/// Marks a site whose answers are invented: every page of it says so, from then on.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn mark_demonstration(store: &Store, actor: Actor, site: String) -> Result<(), StoreError> {
    store.change(actor, Change::MarkDemonstration { site }).await
}
