//! axum extractor of a request's client: the peer, or the address that a trusted proxy names.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::App;
use crate::domain::throttle::client::{Client, Peer};

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let Some(Peer(peer)) = parts.extensions.get().copied() else { return Ok(Self::Unreadable) };
        Ok(app.proxies.client(peer, &parts.headers, &app.networks))
    }
}
