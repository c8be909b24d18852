//! Per-connection hyper service: adds the peer's address, and rejects ambiguous framing (request smuggling).

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::HttpBody;
use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HOST, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use metrics::{Counter, counter};

use super::activity::{Activity, InFlightRequest};
use super::listener::Listener;
use crate::app::App;
use crate::domain::throttle::client::Peer;
use crate::inner::api::problem;
use crate::public::responses;
use crate::web::error::RequestError;

/// The policy of what is no page.
const NO_PAGE: &str = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The service of one connection.
pub struct ConnectionService {
    listener: Listener,
    /// Counts the answer that almost every request gets, without looking for its counter each time.
    stored: Counter,
    router: TowerToHyperService<Router>,
    peer: Peer,
    /// Where frames are taken.
    responses: Option<Arc<App>>,
    activity: Arc<Activity>,
}

impl ConnectionService {
    /// `router`, for the requests of `peer`.
    pub fn new(listener: Listener, router: Router, app: &Arc<App>, peer: Peer) -> Self {
        let responses = (listener == Listener::Public).then(|| Arc::clone(app));
        let stored = counter(listener, StatusCode::NO_CONTENT);
        Self { listener, stored, router: TowerToHyperService::new(router), peer, responses, activity: Arc::default() }
    }

    /// What the connection is doing.
    pub fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity)
    }
}

fn counter(listener: Listener, status: StatusCode) -> Counter {
    counter!("trente_requests_total", "listener" => listener.name(), "status" => status.as_str().to_owned())
}

fn count(listener: Listener, stored: &Counter, response: &Response) {
    match response.status() {
        StatusCode::NO_CONTENT => stored.increment(1),
        status => counter(listener, status).increment(1),
    }
}

/// What every response of the public listener carries, unless it is a page with a policy of its own: nothing of it is
/// rendered, framed or guessed (ASVS 3.4.3, 3.4.4, 3.4.6). The inner listener has [`crate::inner::csrf`].
fn harden(listener: Listener, response: &mut Response) {
    if listener == Listener::Public {
        let headers = response.headers_mut();
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NO_PAGE));
        headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    }
}

/// Why a request goes no further.
fn refusal(listener: Listener, request: &Request<Incoming>, plain: bool) -> Option<RequestError> {
    if !plain || !is_framed(request.headers()) {
        return Some(RequestError::Length);
    }
    // What no path of the public knows is refused before it is asked which path.
    let known = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST | Method::OPTIONS);
    (listener == Listener::Public && !known).then_some(RequestError::Method)
}

/// Makes the request name its host once, in its header: that of its target, where the target has one (RFC 9112 3.2 and
/// 3.2.2).
///
/// # Errors
/// [`RequestError::Authority`] for two hosts, for none in HTTP/1.1, and for what cannot be one.
fn name_host(request: &mut Request<Incoming>) -> Result<(), RequestError> {
    // The target of CONNECT is another server's name; the method is refused elsewhere.
    let target = if *request.method() == Method::CONNECT { None } else { request.uri().authority() };
    let target = target.map(|target| HeaderValue::from_str(target.as_str())).transpose();
    let target = target.map_err(|_| RequestError::Authority)?;
    if request.uri().scheme().is_some_and(|scheme| *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS) {
        return Err(RequestError::Authority);
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host.as_bytes()) => {}
        (None, _) if request.version() == Version::HTTP_10 => {}
        _ => return Err(RequestError::Authority),
    }
    if let Some(target) = target {
        if !is_host(target.as_bytes()) {
            return Err(RequestError::Authority);
        }
        request.headers_mut().insert(HOST, target);
    }
    Ok(())
}

/// Whether bytes can be a host and a port (RFC 3986 3.2.2), without user information. No list: a proxy may have joined
/// two values.
fn is_host(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+;=:[]".contains(byte))
}

/// Whether the body has a length that its client knew beforehand, or comes in chunks and in no other coding (RFC 9112
/// 6.1 and 6.3). Any more and a proxy and we may disagree where the request ends.
fn is_framed(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => {
            coding.as_bytes().eq_ignore_ascii_case(b"chunked") && !headers.contains_key(CONTENT_LENGTH)
        }
        (Some(_), Some(_)) => false,
    }
}

impl Service<Request<Incoming>> for ConnectionService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let in_flight = InFlightRequest::new(&self.activity);
        let plain = self.activity.is_plain();
        let refused = refusal(self.listener, &request, plain).or_else(|| name_host(&mut request).err());
        if let Some(error) = refused {
            let mut response = match self.listener {
                Listener::Public => error.into_response(),
                Listener::Inner => problem::refuse(request.uri().path(), error),
            };
            harden(self.listener, &mut response);
            counter(self.listener, response.status()).increment(1);
            return Box::pin(std::future::ready(Ok(in_flight.with(response, false))));
        }
        let (listener, stored) = (self.listener, self.stored.clone());
        let stays = request.version() == Version::HTTP_11 && !request.headers().contains_key(CONNECTION);
        let bodiless = request.body().is_end_stream();
        // Almost every request is this one, so it is not looked up in the table, which would take a twentieth of the
        // time.
        if let Some(app) = &self.responses
            && *request.method() == Method::POST
            && request.uri().path() == responses::PATH
        {
            let (app, peer) = (Arc::clone(app), self.peer);
            return Box::pin(async move {
                let mut response = responses::take(&app, peer, request).await;
                harden(listener, &mut response);
                count(listener, &stored, &response);
                // It is this only when the body was read to its end.
                let whole = stays && response.status() == StatusCode::NO_CONTENT;
                Ok(in_flight.with(response, whole))
            });
        }
        request.extensions_mut().insert(self.peer);
        let answer = self.router.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            harden(listener, &mut response);
            count(listener, &stored, &response);
            let whole = stays && bodiless && !response.headers().contains_key(CONNECTION);
            Ok(in_flight.with(response, whole))
        })
    }
}
