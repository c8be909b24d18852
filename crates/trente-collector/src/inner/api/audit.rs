//! API of the audit log: who did what, and when.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use trente_store::model::scope::Scope;

use super::caller::Caller;
use super::input::Query;
use super::problem::ApiProblem;
use crate::app::App;
use crate::limits::{PAGE_ROWS, PAGE_ROWS_MAX};
use crate::views::audit::AuditLine;
use crate::web::respond;

/// Lines of the audit log, the newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit",
    params(("before" = Option<i64>, Query, description = "Lines before this one"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "1 to 1000, 100 if absent")),
    responses((status = 200, body = [AuditLine])))]
pub async fn list_audit_lines(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiProblem> {
    caller.may_everywhere(Scope::Admin)?;
    let query = Query::parse(query.as_deref(), &["before", "limit"])?;
    let limit = query.count("limit", PAGE_ROWS, PAGE_ROWS_MAX)?;
    let wrong = |_| ApiProblem::Input("`before` is the number of a line".to_owned());
    let before = query.get("before").map(|before| before.parse().map_err(wrong)).transpose()?;
    let rows = app.store.audit(before, limit).await?;
    Ok(respond::json(StatusCode::OK, &rows.into_iter().map(AuditLine::of).collect::<Vec<_>>()))
}
