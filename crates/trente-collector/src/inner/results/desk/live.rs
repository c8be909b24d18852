//! Server-sent events of the recovery desk: how many customers have come since a moment, as a number and nothing else.
//!
//! The words travel in the page alone, which was asked for. A stream ends with the session of its reader, with the
//! service, and with the page (assets/desk.js); listening is no use of the session. **Source**: HTML Living Standard,
//! 9.2 Server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::channel::{Channel, Sender};
use tokio::sync::OwnedSemaphorePermit;
use trente_store::StoreError;
use trente_store::clock::now_ms;
use trente_store::model::scope::Scope;
use trente_store::model::secret::SecretHash;
use trente_store::model::site::SiteRow;

use crate::app::App;
use crate::inner::failure::failed;
use crate::inner::session;
use crate::limits::{DESK_HEARTBEAT, DESK_POLL};
use crate::web::error::RequestError;
use crate::web::form::Fields;
use crate::web::respond;
use crate::web::site_name::SiteName;

/// Asks nginx to pass each event on at once.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How long a browser waits before it asks again, after a stream broke off.
const RETRY: &str = "retry: 10000\n\n";

/// How long before a page is made the moment lies since which it counts, in milliseconds: an answer that came just before
/// may be folded just after.
const MARGIN_MS: u64 = 60_000;

/// The moment since which a page that is made now counts.
///
/// It stands still: of a time that moves on, customers drop out at one end while others come at the other, and the number says nothing of those who have come.
pub const fn counted_since(now_ms: u64) -> u64 {
    now_ms.saturating_sub(MARGIN_MS)
}

/// The address of the stream for a page that counts since this moment.
pub fn address(site: &str, since_ms: u64) -> String {
    format!("/sites/{site}/recover/events?since={since_ms}")
}

/// The moment that the address names.
fn since_of(query: &str) -> Option<u64> {
    Fields::parse(query.as_bytes()).get("since")?.parse().ok().filter(|ms| *ms < 1 << 62)
}

/// The stream.
pub async fn events(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    SiteName(name): SiteName,
    RawQuery(query): RawQuery,
) -> Response {
    let since_ms = since_of(query.as_deref().unwrap_or_default());
    let listener = match listener(&app, &headers, &name, since_ms).await {
        Ok(Some(listener)) => listener,
        // No page of ours asks without a session; a browser that gets this asks no more.
        Ok(None) => return RequestError::Path.into_response(),
        Err(error) => return failed(&error),
    };
    let Ok(permit) = Arc::clone(&app.listeners).try_acquire_owned() else { return RequestError::Busy.into_response() };
    let (sender, body) = Channel::<Bytes, Infallible>::new(1);
    tokio::spawn(listener.tell(app, sender, permit));
    let mut response = respond::body(StatusCode::OK, "text/event-stream", Body::new(body));
    respond::set(&mut response, ACCEL_BUFFERING, "no");
    response
}

/// A page that listens.
struct Listener {
    session: SecretHash,
    site: SiteRow,
    since_ms: u64,
}

async fn listener(
    app: &App,
    headers: &HeaderMap,
    name: &str,
    since_ms: Option<u64>,
) -> Result<Option<Listener>, StoreError> {
    let Some(session) = session::presented(headers) else { return Ok(None) };
    if !may(app, session, name).await? {
        return Ok(None);
    }
    let found = app.store.sites().await?.into_iter().find(|site| site.name == name);
    let since_ms = since_ms.unwrap_or_else(|| counted_since(now_ms()));
    Ok(found.map(|site| Listener { session, site, since_ms }))
}

async fn may(app: &App, session: SecretHash, name: &str) -> Result<bool, StoreError> {
    Ok(session::unused(app, session).await?.is_some_and(|session| session.access.may(Scope::Recover, name)))
}

impl Listener {
    /// Tells the number at the beginning and whenever it is another one, until the session, the service or the page ends.
    async fn tell(self, app: Arc<App>, mut sender: Sender<Bytes, Infallible>, _permit: OwnedSemaphorePermit) {
        let mut draining = app.draining.subscribe();
        let work = async {
            let (mut told, mut spoke) = (None, Instant::now());
            if sender.send_data(RETRY.into()).await.is_err() {
                return;
            }
            loop {
                let Ok(queue) = app.store.recovery_queue(self.site.id, self.since_ms).await else {
                    return;
                };
                let news = if told == Some(queue.all) { None } else { Some(format!("data: {}\n\n", queue.all)) };
                let beat = spoke.elapsed() >= DESK_HEARTBEAT;
                if beat && !matches!(may(&app, self.session, &self.site.name).await, Ok(true)) {
                    return;
                }
                // A line that begins with a colon is nothing to a browser, and life to a proxy.
                if let Some(text) = news.or_else(|| beat.then(|| ":\n\n".to_owned())) {
                    if sender.send_data(text.into()).await.is_err() {
                        return;
                    }
                    told = Some(queue.all);
                }
                if beat {
                    spoke = Instant::now();
                }
                tokio::time::sleep(DESK_POLL).await;
            }
        };
        tokio::select! {
            () = work => {}
            _ = draining.wait_for(|draining| *draining) => {}
        }
    }
}
