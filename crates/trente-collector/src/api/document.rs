//! The description of the API: OpenAPI 3.1.

use axum::http::StatusCode;
use axum::response::Response;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi, ToSchema};

use super::problem::ProblemBody;
use super::{audit, erasures, exports, lookups, responses, signatures, sites, summary, surveys, webhooks};
use crate::http::respond;

/// Where it is served.
pub const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(title = "Trente", description = "Administration of a collector: sites, surveys, results, webhooks."),
    paths(
        sites::list, sites::show, sites::add, sites::set_origins, sites::rotate_key, sites::retire_key,
        sites::set_retention, signatures::sign, surveys::check, surveys::publish, surveys::list, surveys::show, summary::get,
        responses::page, exports::get, lookups::find, erasures::erase, webhooks::list, webhooks::add, webhooks::remove, audit::page,
    ),
    security(("token" = [])),
    components(schemas(ProblemBody)),
    modifiers(&Token, &Refusals),
)]
struct Document;

/// How a program says who it is.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A token of `trente token add`: `t30_…`".to_owned());
        document.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// What every operation may answer.
struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let body = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
        let refusal = ResponseBuilder::new().content("application/problem+json", body).build();
        for item in document.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                operation.responses.responses.insert("4XX".to_owned(), refusal.clone().into());
            }
        }
    }
}

/// The description as text, as docs/openapi.json has it.
pub fn text() -> String {
    // Our own types always have a JSON form.
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Hands it out.
pub async fn get() -> Response {
    respond::with(StatusCode::OK, "application/json", text())
}
