//! Error responses of the API: `application/problem+json`. **Source**: RFC 9457, `application/problem+json`.

use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;
use trente_store::StoreError;

use crate::domain::ops::error::OpsError;
use crate::limits::RETRY_AFTER_S;
use crate::web::error::RequestError;
use crate::web::respond;

/// A refusal. Its display is the `detail`.
#[derive(Debug, Error)]
pub enum ApiProblem {
    /// No caller, or an unknown one.
    #[error("send `Authorization: Bearer t30_…` with a token that is known and has not expired, or sign in")]
    Unknown,
    /// A caller who may not.
    #[error("this token or account lacks the scope or the site for this request")]
    Forbidden,
    /// There is nothing at this path.
    #[error("nothing is at this address")]
    Path,
    /// The path has no such method.
    #[error("this path does not support the method")]
    Method,
    /// The body is no JSON, by its type.
    #[error("send application/json")]
    Type,
    /// The body is too large, too slow or not complete.
    #[error("{0}")]
    Body(RequestError),
    /// What was sent means nothing here.
    #[error("{0}")]
    Input(String),
    /// There is no such thing.
    #[error("{0}")]
    Missing(String),
    /// There is such a thing already, it is in the way, or the site has as many as it may.
    #[error("{0}")]
    Conflict(String),
    /// The store failed.
    #[error("the store cannot do this now; try again later")]
    Store,
}

/// A refusal as it is sent.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What programs go by.
    code: &'static str,
    /// What people read.
    detail: String,
}

impl ApiProblem {
    /// Status and stable code.
    pub const fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unknown => (StatusCode::UNAUTHORIZED, "E_CALLER"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "E_SCOPE"),
            Self::Path => (StatusCode::NOT_FOUND, "E_PATH"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "E_METHOD"),
            Self::Type => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "E_TYPE"),
            Self::Body(error) => error.status(),
            Self::Input(_) => (StatusCode::UNPROCESSABLE_ENTITY, "E_INPUT"),
            Self::Missing(_) => (StatusCode::NOT_FOUND, "E_MISSING"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "E_CONFLICT"),
            Self::Store => (StatusCode::SERVICE_UNAVAILABLE, "E_STORE"),
        }
    }
}

/// A refusal as the client of this path reads it: a problem below `/api/`, our own JSON elsewhere. For what is refused
/// before the API is reached.
pub fn refuse(path: &str, error: RequestError) -> Response {
    if !path.starts_with("/api/") {
        return error.into_response();
    }
    let mut response = ApiProblem::Body(error).into_response();
    error.apply_headers(&mut response);
    response
}

impl From<StoreError> for ApiProblem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SiteUnknown(_) | StoreError::Unknown(..) => Self::Missing(error.to_string()),
            // Too many in one body are a fault of the body. A list that is full, and that a body would add to, is a state
            // of the site: the same body is taken after a deletion.
            StoreError::TooMany("origins", _) => Self::Input(error.to_string()),
            StoreError::TooMany(..)
            | StoreError::SiteExists(_)
            | StoreError::Exists(..)
            | StoreError::FormerKey(_)
            | StoreError::LastOwner
            | StoreError::SurveyClash(_) => Self::Conflict(error.to_string()),
            _ => {
                tracing::error!(%error, "administration cannot reach the store");
                Self::Store
            }
        }
    }
}

impl From<OpsError> for ApiProblem {
    fn from(error: OpsError) -> Self {
        match error {
            OpsError::Store(error) => error.into(),
            refused => Self::Input(refused.to_string()),
        }
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        let title = status.canonical_reason().unwrap_or_default();
        let body =
            ProblemBody { r#type: "about:blank", title, status: status.as_u16(), code, detail: self.to_string() };
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = respond::body(status, "application/problem+json", bytes);
        match self {
            Self::Unknown => respond::set(&mut response, WWW_AUTHENTICATE, "Bearer realm=\"trente\""),
            Self::Store => respond::set(&mut response, RETRY_AFTER, &RETRY_AFTER_S.to_string()),
            _ => {}
        }
        response
    }
}
