//! JSON view of a site.

use serde::Serialize;
use trente_store::clock::{day, format_day};
use trente_store::model::site;
use trente_store::{Store, StoreError, encoding};
use utoipa::ToSchema;

/// A site.
#[derive(Debug, Serialize, ToSchema)]
pub struct Site {
    /// Public name.
    pub name: String,
    /// Exact origins that the widget may stand on.
    pub origins: Vec<String>,
    /// Whether it may stand anywhere else too.
    pub any_origin: bool,
    /// The survey that it asks now: 8 hexadecimal digits.
    pub survey: Option<String>,
    /// When it was added, a day in UTC.
    pub created: String,
    /// Whether the key before the last rotation still verifies.
    pub former_key: bool,
    /// How many days single responses are kept; null keeps them.
    pub retention_days: Option<u32>,
    /// Its time zone, by its name in the IANA database: it decides with which day the periods of the results end.
    pub time_zone: String,
    /// When it was closed, a day in UTC; null while it asks customers.
    pub closed: Option<String>,
}

impl Site {
    /// As it is told.
    pub fn of(row: site::SiteRow, surveys: &[site::SurveyRow]) -> Self {
        let current = surveys.iter().find(|survey| survey.site == row.id && survey.current);
        Self {
            name: row.name,
            origins: row.origins,
            any_origin: row.any_origin,
            survey: current.map(|survey| encoding::hex(&survey.id.0)),
            created: format_day(day(row.created_ms)),
            former_key: row.former_key.is_some(),
            retention_days: row.retention_days,
            time_zone: row.time_zone,
            closed: row.closed_ms.map(|closed_ms| format_day(day(closed_ms))),
        }
    }
}

/// Every site, by name.
///
/// # Errors
/// Why the store fails.
pub async fn list_sites(store: &Store) -> Result<Vec<Site>, StoreError> {
    let surveys = store.surveys().await?;
    Ok(store.sites().await?.into_iter().map(|row| Site::of(row, &surveys)).collect())
}
