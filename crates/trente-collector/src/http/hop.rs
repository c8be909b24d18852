//! What every request of a connection passes first: it learns its peer, and is refused where its end would be a matter
//! of opinion.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::TRANSFER_ENCODING;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use metrics::counter;

use super::error::ApiError;
use super::serve::Listener;
use crate::throttle::client::Peer;

/// The service of one connection.
pub struct Hop {
    listener: Listener,
    router: TowerToHyperService<Router>,
    peer: Peer,
}

impl Hop {
    /// `router`, for the requests of `peer`.
    pub fn new(listener: Listener, router: Router, peer: Peer) -> Self {
        Self { listener, router: TowerToHyperService::new(router), peer }
    }
}

fn counted(listener: Listener, response: Response) -> Response {
    let status = response.status().as_str().to_owned();
    counter!("trente_requests_total", "listener" => listener.name(), "status" => status).increment(1);
    response
}

impl Service<Request<Incoming>> for Hop {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        // All that we read has a length that its client knows beforehand. Where two lengths can be said, a proxy and we
        // may believe different ones, and the rest of a body be taken for a request: hyper would rightly let the chunks
        // win over a length, so here neither does. The connection ends with it.
        if request.headers().contains_key(TRANSFER_ENCODING) {
            let refusal = counted(self.listener, ApiError::Length.into_response());
            return Box::pin(std::future::ready(Ok(refusal)));
        }
        request.extensions_mut().insert(self.peer);
        let (listener, answer) = (self.listener, self.router.call(request));
        Box::pin(async move { answer.await.map(|response| counted(listener, response)) })
    }
}
