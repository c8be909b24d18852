//! Routing table of the inner listener, and the checks that every request passes first.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::allowed_hosts::AllowedHosts;
use super::api::problem;
use super::{account, api, csrf, language, mail_stop, metrics, results, security_headers, session, start};
use crate::app::App;
use crate::web::error::{RequestError, wrong_method};
use crate::web::page;

/// Everything that the results listener answers.
pub fn router(state: Arc<App>, names: AllowedHosts) -> Router {
    let signed_in = Router::new()
        .route("/", get(results::list_sites))
        .route("/sites/{name}", get(results::show_site))
        .route("/sites/{name}/voices", get(results::show_voices))
        .route("/sites/{name}/voices/erase", get(results::erase::ask).post(results::erase::erase))
        .route("/sites/{name}/recover", get(results::desk::show_desk).post(results::desk::act))
        .route("/sites/{name}/days", post(results::shop_days::submit))
        .route("/sites/{name}/figures", get(results::files::figures))
        .route("/sites/{name}/answers", get(results::files::answers))
        .route("/sites/{name}/install", get(results::install::show_snippet))
        .merge(results::settings::routes())
        .merge(start::site_route())
        .merge(account::account_routes())
        .route_layer(from_fn_with_state(Arc::clone(&state), session::require_session));
    signed_in
        .merge(account::login_routes())
        .merge(start::account_route())
        .merge(api::routes(&state))
        .route("/mail/stop/{token}", get(mail_stop::ask).post(mail_stop::end))
        // Outside of the session check, which counts each request as a use of the session.
        .route("/sites/{name}/recover/events", get(results::desk::live::events))
        .route(STYLE, get(async || page::style(STYLES)))
        .route(DESK_SCRIPT, get(async || page::script(include_str!("../../assets/desk.js"))))
        .route(language::LANGUAGE, get(language::choose))
        .route("/metrics", get(metrics::get))
        .fallback(async || RequestError::Path.into_response())
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(csrf::check))
        .layer(from_fn(security_headers::add))
        .layer(from_fn(results::refusal::pages))
        .layer(from_fn(language::prefer))
        .with_state(state)
        .layer(from_fn(check_path))
        .layer(from_fn_with_state(names, check_host))
}

/// Whether a path can name anything: nothing of ours has U+0000 in its name, and PostgreSQL compares no text with it.
async fn check_path(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.contains("%00") { problem::refuse(path, RequestError::Path) } else { next.run(request).await }
}

/// Whether a request asks for the listener by one of its names.
async fn check_host(State(names): State<AllowedHosts>, request: Request, next: Next) -> Response {
    if names.contains(request.headers()) {
        next.run(request).await
    } else {
        problem::refuse(request.uri().path(), RequestError::Host)
    }
}

/// The style sheet: what all pages have, then what the results have.
const STYLES: &str = concat!(include_str!("../../assets/pages.css"), include_str!("../../assets/results.css"));

/// Where the recovery desk finds its script.
const DESK_SCRIPT: &str = "/desk.js";

/// Where the pages find their style sheet.
const STYLE: &str = "/pages.css";
