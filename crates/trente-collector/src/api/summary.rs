//! The numbers of a site.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use trente_stats::Summary;
use trente_stats::report::Report;
use utoipa::ToSchema;

use super::caller::Caller;
use super::input::Named;
use super::problem::Problem;
use crate::admin::scope::Scope;
use crate::app::App;
use crate::http::respond;
use crate::store::rollup::SiteCounts;
use crate::store::{ALL_DAYS, Store, StoreError};
use trente_stats::confidence::NUMBER_MIN;

/// Everything that is said about the responses of a site. A number that too few answers carry is null; its counts are
/// always there.
#[derive(Serialize, ToSchema)]
pub struct SiteSummary {
    /// All responses, as `trente stats` prints them.
    #[schema(value_type = Object)]
    all: Report,
    /// Those whose purchase is proven.
    #[schema(value_type = Object)]
    verified: Report,
    /// The others.
    #[schema(value_type = Object)]
    unverified: Report,
    /// Frames that are accepted and not counted yet.
    waiting: u64,
}

impl SiteSummary {
    fn of(counts: &SiteCounts, waiting: u64) -> Result<Self, StoreError> {
        let mut whole = counts.verified.clone();
        whole.merge(&counts.unverified)?;
        let report = |aggregate| Report::of(&Summary::of(aggregate), NUMBER_MIN);
        Ok(Self {
            all: report(&whole),
            verified: report(&counts.verified),
            unverified: report(&counts.unverified),
            waiting,
        })
    }
}

/// The numbers of a site.
///
/// # Errors
/// [`StoreError::SiteUnknown`], or why the store fails.
pub async fn read(store: &Store, site: &str) -> Result<SiteSummary, StoreError> {
    let counts = store.counts(store.site(site).await?, ALL_DAYS).await?;
    SiteSummary::of(&counts, store.lag().await?.frames)
}

/// The numbers of a site: recommendation, satisfaction, ease, scores, classes, causes, with their intervals.
#[utoipa::path(get, path = "/api/v1/sites/{site}/summary", tag = "results",
    params(("site" = String, Path, description = "Public name")),
    responses((status = 200, body = SiteSummary)))]
pub async fn get(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
) -> Result<Response, Problem> {
    caller.may(Scope::Read, &site)?;
    Ok(respond::json(StatusCode::OK, &read(&app.store, &site).await?))
}
