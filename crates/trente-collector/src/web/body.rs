//! A request's body, within its bounds of size and time.

use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use http_body_util::BodyExt;

use super::error::ApiError;
use crate::limits::DRAIN_BYTES_MAX;

/// All bytes of a body.
///
/// # Errors
/// [`ApiError::Size`] above `bytes_max`, [`ApiError::Slow`] after `deadline`, [`ApiError::Broken`] when the client
/// ends early.
pub async fn read<B>(body: B, bytes_max: usize, deadline: Duration) -> Result<Vec<u8>, ApiError>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    match tokio::time::timeout(deadline, collect(body, bytes_max)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(ApiError::Slow),
    }
}

async fn collect<B>(mut body: B, bytes_max: usize) -> Result<Vec<u8>, ApiError>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > DRAIN_BYTES_MAX as u64 {
        return Err(ApiError::Size);
    }
    let (mut bytes, mut total) = (Vec::new(), 0usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ApiError::Broken)?.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total <= bytes_max {
            bytes.extend_from_slice(&data);
        } else if total > DRAIN_BYTES_MAX {
            return Err(ApiError::Size);
        }
    }
    if total > bytes_max { Err(ApiError::Size) } else { Ok(bytes) }
}
