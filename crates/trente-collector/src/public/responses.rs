//! `POST /v1/responses`: accepts frames, and answers 204 once they are durable. **Source**:
//! docs/wire-format.md#what-the-collector-answers.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::domain::origin::RequestOrigin;
use crate::domain::throttle::client::{Client, Peer};
use crate::limits::BODY_BYTES_MAX;
use crate::web::error::RequestError;
use crate::web::{body, respond};

/// Where frames are sent.
pub const PATH: &str = "/v1/responses";

/// Takes frames.
pub async fn post(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>, request: Request) -> Response {
    take(&app, peer, request).await
}

/// As [`post`], for a request that has not been through the table of routes.
pub async fn take<B>(app: &App, peer: Peer, request: Request<B>) -> Response
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    let (parts, body) = request.into_parts();
    let client = app.proxies.client(peer.0, &parts.headers, &app.networks);
    let source = RequestOrigin::of(&parts.headers);
    let mut response = match receive(app, client, &source, &parts.headers, body).await {
        Ok(()) => respond::empty(StatusCode::NO_CONTENT),
        Err(error) => error.into_response(),
    };
    respond::set_cors(&mut response, app.catalog.snapshot().grant(&source));
    response
}

async fn receive<B>(
    app: &App,
    client: Client,
    source: &RequestOrigin,
    headers: &HeaderMap,
    request: B,
) -> Result<(), RequestError>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    let bytes = read(app, source, headers, request).await?;
    app.ingest().accept(client, source, &bytes).await?;
    Ok(())
}

/// The body of a request of a page that some site allows.
///
/// # Errors
/// [`RequestError`]
pub async fn read<B>(
    app: &App,
    source: &RequestOrigin,
    headers: &HeaderMap,
    request: B,
) -> Result<Vec<u8>, RequestError>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    // A page of no site is refused before its body is read; the site of the frames is looked at afterwards. The
    // body is still read, so that the refusal is not lost in a reset connection.
    let known = known(app, source).await;
    let typed = if takes(headers) { Ok(()) } else { Err(RequestError::Type) };
    let bytes = body::read(request, BODY_BYTES_MAX, app.limits.body_read).await?;
    known?;
    typed?;
    Ok(bytes)
}

/// Whether any site allows the page at all.
///
/// # Errors
/// [`RequestError::Origin`]; [`RequestError::Store`] where the store has no site at all.
pub async fn known(app: &App, source: &RequestOrigin) -> Result<(), RequestError> {
    // Nothing that the store may know by now makes these welcome.
    if matches!(source, RequestOrigin::Malformed) {
        return Err(RequestError::Origin);
    }
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.allows(source)).await;
    if snapshot.allows(source) {
        return Ok(());
    }
    // A store that was made just now, perhaps because its file was lost: a refusal of the page would be for good.
    Err(if snapshot.is_empty() { RequestError::Store } else { RequestError::Origin })
}

/// Whether the body's type is one of the accepted ones; its parameters do not matter.
fn takes(headers: &HeaderMap) -> bool {
    let Some(media_type) = body::media_type(headers) else { return true };
    ["text/plain", "application/octet-stream"].iter().any(|accepted| media_type.eq_ignore_ascii_case(accepted))
}
