//! Request body reader, with limits of size and time.

use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt;

use super::error::RequestError;
use crate::limits::DRAIN_BYTES_MAX;

/// All bytes of a body.
///
/// # Errors
/// [`RequestError::Size`] above `bytes_max`, [`RequestError::Slow`] after `deadline`, [`RequestError::Broken`] when the
/// client ends early.
pub async fn read<B>(body: B, bytes_max: usize, deadline: Duration) -> Result<Vec<u8>, RequestError>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    match tokio::time::timeout(deadline, collect(body, bytes_max)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(RequestError::Slow),
    }
}

async fn collect<B>(mut body: B, bytes_max: usize) -> Result<Vec<u8>, RequestError>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > DRAIN_BYTES_MAX as u64 {
        return Err(RequestError::Size);
    }
    let (mut bytes, mut total) = (Vec::new(), 0usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| RequestError::Broken)?.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total <= bytes_max {
            bytes.extend_from_slice(&data);
        } else if total > DRAIN_BYTES_MAX {
            return Err(RequestError::Size);
        }
    }
    if total > bytes_max { Err(RequestError::Size) } else { Ok(bytes) }
}

/// The media type of a body, without its parameters; none where the client names none.
pub fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().unwrap_or_default();
    Some(value.split(';').next().unwrap_or_default().trim())
}
