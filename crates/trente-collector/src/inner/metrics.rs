//! Prometheus endpoint of the inner listener, `/metrics`.
//!
//! The numbers name no person, and yet how many customers answer is the merchant's own affair. On this machine they are open,
//! so that Prometheus needs no secret there. A client from elsewhere or through a proxy shows a token with the scope
//! `read` for every site, or has signed in.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{FORWARDED, HOST, VIA};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use trente_store::model::scope::Scope;

use super::api::caller;
use super::api::problem::ApiProblem;
use crate::app::App;
use crate::domain::origin::split_port;
use crate::domain::throttle::client::Peer;
use crate::telemetry;
use crate::web::respond;

/// What proxies add to a request; a program that asks by itself has no reason to.
const ADDED: [HeaderName; 5] = [
    FORWARDED,
    VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// The numbers in Prometheus' text format.
pub async fn get(State(app): State<Arc<App>>, request: Request) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    if !is_direct(peer, request.headers()) {
        match caller::find(&app, request.headers()).await {
            Ok(Some(caller)) if caller.may_everywhere(Scope::Read).is_ok() => {}
            Ok(Some(_)) => return ApiProblem::Forbidden.into_response(),
            Ok(None) => return ApiProblem::Unknown.into_response(),
            Err(error) => return ApiProblem::from(error).into_response(),
        }
    }
    let text = telemetry::render(app.store.lag().await.ok(), app.store.healthy());
    respond::body(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
}

/// Whether a program on this machine asks, and no proxy on behalf of a client.
fn is_direct(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let Some((host, _)) = split_port(&host) else { return false };
    let here = host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    here && peer.is_some_and(|peer| peer.to_canonical().is_loopback())
        && !ADDED.iter().any(|name| headers.contains_key(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_program_on_this_machine_asks_without_a_token() {
        let direct = |peer: &str, pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(HeaderName::from_static(name), value.parse().unwrap());
            }
            is_direct(Some(peer.parse().unwrap()), &headers)
        };
        for host in ["127.0.0.1:8032", "localhost:8032", "[::1]:8032", "localhost"] {
            assert!(direct("127.0.0.1", &[("host", host)]), "{host}");
        }
        assert!(direct("::1", &[("host", "[::1]:8032")]) && direct("::ffff:127.0.0.1", &[("host", "localhost")]));
        for (peer, pairs) in [
            ("192.0.2.1", &[("host", "127.0.0.1:8032")][..]),
            ("127.0.0.1", &[("host", "results.shop.example")]),
            ("127.0.0.1", &[("host", "192.0.2.1:8032")]),
            ("127.0.0.1", &[]),
            ("127.0.0.1", &[("host", "127.0.0.1"), ("x-forwarded-for", "203.0.113.9")]),
            ("127.0.0.1", &[("host", "127.0.0.1"), ("x-real-ip", "203.0.113.9")]),
            ("127.0.0.1", &[("host", "127.0.0.1"), ("forwarded", "for=203.0.113.9")]),
            ("127.0.0.1", &[("host", "127.0.0.1"), ("via", "1.1 caddy")]),
        ] {
            assert!(!direct(peer, pairs), "{peer} {pairs:?}");
        }
    }
}
