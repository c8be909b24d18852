//! What every request of a connection passes first: it learns its peer, and is refused where its end would be a matter
//! of opinion.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::HttpBody;
use axum::http::header::{CONNECTION, TRANSFER_ENCODING};
use axum::http::{Method, Request, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use metrics::{Counter, counter};

use super::connection::{Activity, Answering};
use super::error::ApiError;
use super::responses;
use super::serve::Listener;
use crate::app::App;
use crate::throttle::client::Peer;

/// The service of one connection.
pub struct Hop {
    listener: Listener,
    /// Counts the answer that almost every request gets, without looking for its counter each time.
    stored: Counter,
    router: TowerToHyperService<Router>,
    peer: Peer,
    /// Where frames are taken.
    responses: Option<Arc<App>>,
    activity: Arc<Activity>,
}

impl Hop {
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

/// Why a request goes no further.
fn refusal(listener: Listener, request: &Request<Incoming>) -> Option<ApiError> {
    // All that we read has a length that its client knows beforehand. Where two lengths can be said, a proxy and we may
    // believe different ones, and the rest of a body be taken for a request: hyper would rightly let the chunks win
    // over a length, so here neither does. The connection ends with it.
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return Some(ApiError::Length);
    }
    // What no path of the public knows is refused before it is asked which path.
    let known = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST | Method::OPTIONS);
    (listener == Listener::Public && !known).then_some(ApiError::Method)
}

impl Service<Request<Incoming>> for Hop {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let answering = Answering::new(&self.activity);
        if let Some(error) = refusal(self.listener, &request) {
            let response = error.into_response();
            counter(self.listener, response.status()).increment(1);
            return Box::pin(std::future::ready(Ok(answering.with(response, false))));
        }
        let (listener, stored) = (self.listener, self.stored.clone());
        let stays = request.version() == Version::HTTP_11 && !request.headers().contains_key(CONNECTION);
        let bodiless = request.body().is_end_stream();
        // Almost every request is this one, so it is not looked up in the table, which would take a twentieth of the time.
        if let Some(app) = &self.responses
            && *request.method() == Method::POST
            && request.uri().path() == responses::PATH
        {
            let (app, peer) = (Arc::clone(app), self.peer);
            return Box::pin(async move {
                let response = responses::take(&app, peer, request).await;
                count(listener, &stored, &response);
                // It is this only when the body was read to its end.
                let whole = stays && response.status() == StatusCode::NO_CONTENT;
                Ok(answering.with(response, whole))
            });
        }
        request.extensions_mut().insert(self.peer);
        let answer = self.router.call(request);
        Box::pin(async move {
            let response = answer.await?;
            count(listener, &stored, &response);
            let whole = stays && bodiless && !response.headers().contains_key(CONNECTION);
            Ok(answering.with(response, whole))
        })
    }
}
