//! `POST /v1/contacts`: accepts one frame, then the contact of its customer. **Source**: docs/wire-format.md#a-contact.
//!
//! The frame comes along so that the contact is never there before its response, or without it, whichever of two requests
//! arrives; and so that who changes a contact has said what the customer said.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use trente_store::key::ResponseKey;
use trente_survey::Error as FrameError;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;

use super::responses;
use crate::app::App;
use crate::domain::contact::{Contact, Intake};
use crate::domain::ingest::Taken;
use crate::domain::origin::RequestOrigin;
use crate::domain::throttle::client::{Client, Peer};
use crate::web::error::RequestError;
use crate::web::respond;

/// Where contacts are sent.
pub const PATH: &str = "/v1/contacts";

/// Takes a contact.
pub async fn post(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let client = app.proxies.client(peer.0, &parts.headers, &app.networks);
    let source = RequestOrigin::of(&parts.headers);
    let mut response = match receive(&app, client, &source, &parts.headers, body).await {
        Ok(()) => respond::empty(StatusCode::NO_CONTENT),
        Err(error) => error.into_response(),
    };
    respond::set_cors(&mut response, app.catalog.snapshot().grant(&source));
    response
}

async fn receive(
    app: &App,
    client: Client,
    source: &RequestOrigin,
    headers: &HeaderMap,
    body: axum::body::Body,
) -> Result<(), RequestError> {
    let bytes = responses::read(app, source, headers, body).await?;
    let id = SurveyId(bytes.get(1..5).and_then(|id| id.try_into().ok()).unwrap_or_default());
    let snapshot = app.catalog.get_or_refresh(|snapshot| snapshot.survey(id).is_some()).await;
    let survey = snapshot.survey(id).map(|(survey, _)| survey);
    let refused = |error| RequestError::Frame { index: 0, error };
    let layout = survey.map_or(Layout::CORE, |survey| survey.layout);
    let (frame, length) = Frame::decode(&bytes, &layout).map_err(refused)?;
    let (alone, contact) =
        bytes.split_at_checked(length).ok_or(refused(FrameError::Length { offset: length as u32 }))?;
    // Its own refusals come first, that of an unknown survey among them.
    let taken = app.ingest().accept(client, source, alone).await?;
    let contact = Contact::read(contact)?;
    keep(app, client, &frame, taken, survey.is_some_and(|survey| survey.asks_contact), contact).await
}

/// Keeps what a customer wrote next to a frame that was accepted.
///
/// # Errors
/// [`RequestError::Contact`], [`RequestError::ContactKey`], [`RequestError::Store`]
pub async fn keep(
    app: &App,
    client: Client,
    frame: &Frame,
    taken: Taken,
    is_asked: bool,
    contact: Option<Contact>,
) -> Result<(), RequestError> {
    // A stranger is not told that they have guessed wrong, as with the frame itself.
    let place = ResponseKey::of(frame);
    let is_stranger = || !taken.verified && !app.senders.may_add(app.networks.generation(), client, place);
    if taken.rehearsal || taken.aside || is_stranger() {
        return Ok(());
    }
    let intake =
        Intake { store: &app.store, keys: app.contact_keys.as_ref(), is_asked, frame, verified: taken.verified };
    Ok(intake.keep(contact).await?)
}
