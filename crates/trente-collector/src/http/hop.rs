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

use super::error::ApiError;
use crate::throttle::client::Peer;

/// The service of one connection.
pub struct Hop {
    router: TowerToHyperService<Router>,
    peer: Peer,
}

impl Hop {
    /// `router`, for the requests of `peer`.
    pub fn new(router: Router, peer: Peer) -> Self {
        Self { router: TowerToHyperService::new(router), peer }
    }
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
            return Box::pin(std::future::ready(Ok(ApiError::Length.into_response())));
        }
        request.extensions_mut().insert(self.peer);
        Box::pin(self.router.call(request))
    }
}
