//! Form parser: fields of a query or of a form, `application/x-www-form-urlencoded`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use trente_survey::extra::ExtraKind;
use zeroize::Zeroizing;

use super::body;
use super::error::RequestError;
use crate::app::App;
use crate::limits::FORM_BYTES_MAX;

/// Fields of a query or a form, each with its values in their order.
#[derive(Default)]
pub struct Fields(HashMap<String, Vec<String>>);

/// The form that a request sends.
impl FromRequest<Arc<App>> for Fields {
    type Rejection = RequestError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, RequestError> {
        // There may be a password among the fields.
        let bytes = Zeroizing::new(body::read(request.into_body(), FORM_BYTES_MAX, app.limits.body_read).await?);
        Ok(Self::parse(&bytes))
    }
}

/// The fields of the address of a request.
pub struct Query(pub Fields);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

/// The names and values of `application/x-www-form-urlencoded`. U+0000 becomes U+FFFD, as in an HTML document: PostgreSQL
/// keeps and compares no text with U+0000, so both stores answer alike.
pub fn pairs(bytes: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(bytes).map(|(name, value)| {
        let value = if value.contains('\0') { value.replace('\0', "\u{fffd}").into() } else { value };
        (name, value)
    })
}

impl Fields {
    /// Reads `application/x-www-form-urlencoded`, as [`pairs`] does.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut fields: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in pairs(bytes) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(fields)
    }

    /// Adds a value, unless the field has the same already.
    pub fn add_once(&mut self, name: &str, value: &str) {
        let values = self.0.entry(name.to_owned()).or_default();
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    /// Every value with the name of its field, in the order of the names; those of one field in their own.
    pub fn values(&self) -> Vec<(String, String)> {
        let values = self.0.iter().flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())));
        let mut all: Vec<_> = values.collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all
    }

    /// A field that stands there once; one that stands there twice is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.all(name) {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Whether a field stands there, with anything but a no.
    pub fn says(&self, name: &str) -> bool {
        self.all(name).iter().any(|value| !["0", "false", "no", "off"].contains(&value.to_ascii_lowercase().as_str()))
    }

    /// Every value of a field, in their order.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// A code; `missing` where the field is empty or absent. None when it is neither a code nor empty.
    pub fn code(&self, name: &str, missing: u8) -> Option<u8> {
        match self.all(name) {
            [] => Some(missing),
            [text] if text.is_empty() => Some(missing),
            [text] => text.parse().ok(),
            _ => None,
        }
    }

    /// The code of the ticked boxes of this name; none ticked is no answer. None when a value is no option's.
    pub fn ticks(&self, name: &str, options: u8) -> Option<u16> {
        let mut ticks = 0;
        for text in self.all(name) {
            let option: u8 = text.parse().ok().filter(|option| (1..=options).contains(option))?;
            ticks |= 1 << (option - 1);
        }
        Some(if ticks == 0 { 0 } else { ExtraKind::choices_code(options, ticks) })
    }
}
