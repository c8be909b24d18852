//! OpenAPI 3.1 document of the administration API.

use axum::http::StatusCode;
use axum::response::Response;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi, ToSchema};

use super::problem::ProblemBody;
use super::{audit, erasures, exports, lookups, responses, signatures, sites, summary, surveys, webhooks};
use crate::views::export::{Format, Separator};
use crate::web::respond;

/// Where it is served.
pub const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(title = "Trente", description = "Administration of a collector: sites, surveys, results, webhooks."),
    paths(
        sites::list_sites, sites::show_site, sites::add_site, sites::set_origins, sites::rotate_key, sites::retire_key,
        sites::set_retention, sites::close_site, sites::reopen_site, signatures::sign_orders, surveys::check_survey, surveys::publish_survey, surveys::list_surveys, surveys::show_survey, summary::show_summary,
        responses::list_responses, exports::export_responses, lookups::look_up_responses, erasures::erase_responses, webhooks::list_webhooks, webhooks::add_webhook, webhooks::remove_webhook, audit::list_audit_lines,
    ),
    security(("token" = [])),
    components(schemas(ProblemBody, Format, Separator)),
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

/// Every refusal that an operation may answer, each by its status.
struct Refusals;

/// Whatever is asked: a request that is not framed or named as HTTP wants it, no token or not the right one, another
/// host, a store that is away.
const ALWAYS: [StatusCode; 5] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::MISDIRECTED_REQUEST,
    StatusCode::SERVICE_UNAVAILABLE,
];
/// Where the path names something.
const NAMED: [StatusCode; 1] = [StatusCode::NOT_FOUND];
/// Where the query says something.
const ASKED: [StatusCode; 1] = [StatusCode::UNPROCESSABLE_ENTITY];
/// Where there is a body: too slow, too large, no JSON, JSON that means nothing here.
const SENT: [StatusCode; 4] = [
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::UNPROCESSABLE_ENTITY,
];
/// Where something changes.
const CHANGED: [StatusCode; 1] = [StatusCode::CONFLICT];

impl Modify for Refusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            for operation in [&mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
                refuse(operation, &CHANGED);
            }
            for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
                refuse(operation, &ALWAYS);
                let parameters = operation.parameters.clone().unwrap_or_default();
                let has = |place: &ParameterIn| {
                    parameters.iter().any(|one| matches!(one, RefOr::T(one) if one.parameter_in == *place))
                };
                if has(&ParameterIn::Path) {
                    refuse(operation, &NAMED);
                }
                if has(&ParameterIn::Query) {
                    refuse(operation, &ASKED);
                }
                if operation.request_body.is_some() {
                    refuse(operation, &SENT);
                }
            }
        }
    }
}

fn refuse(operation: &mut Operation, statuses: &[StatusCode]) {
    for status in statuses {
        let reason = status.canonical_reason().unwrap_or_default();
        let refusal = ResponseBuilder::new().description(reason).build();
        // A status may have an answer of its own besides, as a survey with mistakes has.
        let said = operation.responses.responses.entry(status.as_u16().to_string()).or_insert(refusal.into());
        if let RefOr::T(said) = said {
            let body = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
            said.content.insert("application/problem+json".to_owned(), RefOr::T(body));
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
pub async fn show_document() -> Response {
    respond::body(StatusCode::OK, "application/json", text())
}
