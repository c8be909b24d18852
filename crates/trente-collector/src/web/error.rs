//! Error responses of the public listener and the pages: status, code and text of each. **Source**:
//! docs/wire-format.md#errors and #what-the-collector-answers.

use axum::http::StatusCode;
use axum::http::header::{CONNECTION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use metrics::counter;
use serde::Serialize;
use thiserror::Error;
use trente_survey::Error as FrameError;

use super::respond;
use crate::domain::contact::ContactError;
use crate::domain::ingest::IngestError;
use crate::limits::RETRY_AFTER_S;

/// Why a request is refused. Its display is what the client reads: static, without a value of the request's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// A frame of the body is bad.
    #[error("{}", frame_message(*error))]
    Frame {
        /// Its index in the body.
        index: usize,
        /// What is wrong with it.
        error: FrameError,
    },
    /// More frames or bytes than one body may have.
    #[error("the body is too large; send at most 64 frames at once")]
    Size,
    /// The body did not come in time.
    #[error("the body did not arrive in time")]
    Slow,
    /// The body ended before its announced length.
    #[error("the body is not complete")]
    Broken,
    /// The body is of a type that is not taken.
    #[error("send frames as text/plain, as application/octet-stream or without a type")]
    Type,
    /// The page may not send to this site.
    #[error("this origin is not allowed")]
    Origin,
    /// The inner listener is not offered under this name.
    #[error("the results are not served under this host name; `results_names` lists the names")]
    Host,
    /// The request names no host, or more than one.
    #[error("name one host: that of the request's target")]
    Authority,
    /// There is no such site.
    #[error("there is no such site")]
    Site,
    /// The site is closed. The widget keeps what waits, in case the site is opened again.
    #[error("this site is closed and takes no answers")]
    Closed,
    /// There is nothing at this path.
    #[error("nothing is at this address")]
    Path,
    /// The path has no such method.
    #[error("this path does not support the method")]
    Method,
    /// The request says its length twice, or by a transfer coding that is not taken.
    #[error("say how long the body is with Content-Length, or send it with Transfer-Encoding: chunked, and not both")]
    Length,
    /// There were too many frames lately; seconds after which to come back.
    #[error("too many responses in a short time; try again later")]
    Rate(u32),
    /// Too many requests wait for the store.
    #[error("too many responses are waiting; try again later")]
    Busy,
    /// The contact that came with a frame is none, or is not asked for. The frame is stored.
    #[error("the answer is stored, the contact is not: it is no short line of text, or none is asked for here")]
    Contact,
    /// The contact that came with a frame cannot be sealed. The frame is stored.
    #[error("the answer is stored, the contact is not: the collector has no key for it; try again later")]
    ContactKey,
    /// The store failed, or does not answer.
    #[error("the store cannot take this now; try again later")]
    Store,
}

#[derive(Serialize)]
struct Body {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<usize>,
    message: String,
}

impl RequestError {
    /// Status and stable code.
    pub const fn status(self) -> (StatusCode, &'static str) {
        match self {
            Self::Frame { error, .. } => {
                let status = match error {
                    FrameError::Survey => StatusCode::NOT_FOUND,
                    FrameError::Tag => StatusCode::FORBIDDEN,
                    _ => StatusCode::BAD_REQUEST,
                };
                (status, error.code())
            }
            Self::Size => (StatusCode::PAYLOAD_TOO_LARGE, "E_SIZE"),
            Self::Slow => (StatusCode::REQUEST_TIMEOUT, "E_SLOW"),
            Self::Broken => (StatusCode::BAD_REQUEST, "E_BODY"),
            Self::Type => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "E_TYPE"),
            Self::Origin => (StatusCode::FORBIDDEN, "E_ORIGIN"),
            Self::Authority => (StatusCode::BAD_REQUEST, "E_AUTHORITY"),
            Self::Host => (StatusCode::MISDIRECTED_REQUEST, "E_HOST"),
            Self::Site => (StatusCode::NOT_FOUND, "E_SITE"),
            // The code of a site that is not there: the loaders and widgets that are out there know no other.
            Self::Closed => (StatusCode::GONE, "E_SITE"),
            Self::Path => (StatusCode::NOT_FOUND, "E_PATH"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "E_METHOD"),
            Self::Length => (StatusCode::BAD_REQUEST, "E_LENGTH"),
            Self::Rate(_) => (StatusCode::TOO_MANY_REQUESTS, "E_RATE"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "E_BUSY"),
            Self::Contact => (StatusCode::BAD_REQUEST, "E_CONTACT"),
            Self::ContactKey => (StatusCode::SERVICE_UNAVAILABLE, "E_KEY"),
            Self::Store => (StatusCode::SERVICE_UNAVAILABLE, "E_STORE"),
        }
    }
}

impl RequestError {
    /// Sets the headers that tell the client, whatever the body is, when to come back and whether to stay; and counts
    /// the refusal.
    pub fn apply_headers(self, response: &mut Response) {
        counter!("trente_refusals_total", "code" => self.status().1).increment(1);
        match self {
            Self::Busy | Self::Store | Self::ContactKey => {
                respond::set(response, RETRY_AFTER, &RETRY_AFTER_S.to_string())
            }
            Self::Rate(seconds) => respond::set(response, RETRY_AFTER, &seconds.to_string()),
            // What is left of the body would be read as the next request.
            Self::Slow | Self::Broken | Self::Length | Self::Authority => respond::set(response, CONNECTION, "close"),
            _ => {}
        }
    }
}

impl From<IngestError> for RequestError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::TooMany => Self::Size,
            IngestError::Frame { index, error } => Self::Frame { index, error },
            IngestError::Origin => Self::Origin,
            IngestError::Closed => Self::Closed,
            IngestError::Rate(seconds) => Self::Rate(seconds),
            IngestError::Busy => Self::Busy,
            IngestError::Store => Self::Store,
        }
    }
}

impl From<ContactError> for RequestError {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::Text | ContactError::Unasked => Self::Contact,
            ContactError::Key => Self::ContactKey,
            ContactError::Store => Self::Store,
        }
    }
}

impl IntoResponse for RequestError {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        let frame = match self {
            Self::Frame { index, .. } => Some(index),
            _ => None,
        };
        let mut response = respond::json(status, &Body { code, frame, message: self.to_string() });
        self.apply_headers(&mut response);
        response
    }
}

/// The words for a bad frame; its own display has values of the request in it.
const fn frame_message(error: FrameError) -> &'static str {
    match error {
        FrameError::Version { .. } => "the frame's version is not known",
        FrameError::Length { .. } => "the frame's length is wrong",
        FrameError::Reserved { .. } => "a reserved bit is set",
        FrameError::Range { .. } => "a value is off its scale",
        FrameError::Branch => "forgiveness is answered off the incident branch",
        FrameError::Moment => "an unpleasant tone is answered off the incident branch",
        FrameError::Utf8 => "the verbatim is not plain text in NFC",
        FrameError::Extension { .. } => "a critical extension is not known",
        FrameError::Survey => "the survey is not known",
        FrameError::Tag => "the tag does not verify",
        _ => "the frame cannot be read",
    }
}

/// A path that is known, under a method that is not.
pub async fn wrong_method() -> Response {
    RequestError::Method.into_response()
}
