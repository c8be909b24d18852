//! API of single responses, with pagination.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use trente_store::encoding;
use trente_store::fold::merge::StoredResponse;
use trente_store::key::ResponseKey;
use trente_store::model::scope::Scope;
use utoipa::ToSchema;

use super::caller::Caller;
use super::input::{Named, Query};
use super::problem::ApiProblem;
use crate::app::App;
use crate::domain::ops::responses;
use crate::limits::{PAGE_ROWS, PAGE_ROWS_MAX};
use crate::views::response::ResponseRecord;
use crate::web::respond;

/// Some responses, by survey and id, and where the next ones begin.
#[derive(Serialize, ToSchema)]
pub struct Responses {
    /// As `trente responses` prints them.
    responses: Vec<ResponseRecord>,
    /// Give it as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// Where a page ends: a survey and a response, which mean nothing to the caller.
fn cursor(place: ResponseKey) -> String {
    encoding::base64url(&[&place.survey[..], &place.rid].concat())
}

fn parse(cursor: &str) -> Option<ResponseKey> {
    let bytes = encoding::from_base64url(cursor)?;
    let (survey, response) = bytes.split_first_chunk::<4>()?;
    Some(ResponseKey { survey: *survey, rid: response.try_into().ok()? })
}

/// A page of folded responses. Pages that are read one after the other show every response once that was there all the
/// time.
#[utoipa::path(get, path = "/api/v1/sites/{site}/responses", tag = "results",
    params(("site" = String, Path, description = "Public name"),
        ("after" = Option<String>, Query, pattern = "^[A-Za-z0-9_-]{16}$", description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "1 to 1000, 100 if absent")),
    responses((status = 200, body = Responses)))]
pub async fn list_responses(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Named(site): Named<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiProblem> {
    caller.may(Scope::Export, &site)?;
    let query = Query::parse(query.as_deref(), &["after", "limit"])?;
    let limit = query.count("limit", PAGE_ROWS, PAGE_ROWS_MAX)?;
    let wrong = || ApiProblem::Input("`after` is none of our cursors".to_owned());
    let after = query.get("after").map(|after| parse(after).ok_or_else(wrong)).transpose()?;
    let page = responses::page(&app.store, caller.actor, site, after, limit as usize).await?;
    let last = page.last().map(StoredResponse::place).filter(|_| page.len() == limit as usize);
    let responses = page.iter().map(ResponseRecord::of).collect::<Result<_, _>>()?;
    Ok(respond::json(StatusCode::OK, &Responses { responses, next: last.map(cursor) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_they_are_written() {
        let place = ResponseKey { survey: [1, 2, 3, 4], rid: [5; 8] };
        assert_eq!(parse(&cursor(place)), Some(place));
        for text in ["", "AAAA", "!", &cursor(place)[1..]] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
