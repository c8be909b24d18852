//! Conversion of PostgreSQL rows, which have no unsigned numbers and no arrays of a fixed length.

use tokio_postgres::Row;

use crate::StoreError;
use crate::fold::RawResponse;
use crate::fold::merge::Asides;
use crate::key::ResponseKey;

/// A number that is never negative.
///
/// # Errors
/// [`StoreError::Unreadable`]
pub fn unsigned<T: TryFrom<i64>>(value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Unreadable("a number out of its range"))
}

/// A number as PostgreSQL has it.
///
/// # Errors
/// [`StoreError::Unreadable`]
pub fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Unreadable("a number out of its range"))
}

/// Bytes of a fixed length.
///
/// # Errors
/// [`StoreError::Unreadable`]
pub fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Unreadable("bytes of another length"))
}

/// The key of a response: its survey in column `first`, its rid in the next.
///
/// # Errors
/// [`StoreError::Unreadable`], [`StoreError::Postgres`]
pub fn response_key(row: &Row, first: usize) -> Result<ResponseKey, StoreError> {
    Ok(ResponseKey { survey: array(row.try_get(first)?)?, rid: array(row.try_get(first + 1)?)? })
}

/// The same of columns that may be null.
///
/// # Errors
/// [`StoreError::Unreadable`], [`StoreError::Postgres`]
pub fn response_key_or_null(row: &Row, first: usize) -> Result<Option<ResponseKey>, StoreError> {
    match (row.try_get(first)?, row.try_get(first + 1)?) {
        (Some(survey), Some(rid)) => Ok(Some(ResponseKey { survey: array(survey)?, rid: array(rid)? })),
        _ => Ok(None),
    }
}

/// A response without what was kept aside of it, of a row of survey, rid, day, verified, frame, aside, asides.
///
/// # Errors
/// [`StoreError::Unreadable`], [`StoreError::Postgres`]
pub fn stored(row: &Row) -> Result<RawResponse, StoreError> {
    Ok(RawResponse {
        place: response_key(row, 0)?,
        day: unsigned(row.try_get(2)?)?,
        verified: row.try_get(3)?,
        bytes: row.try_get(4)?,
        aside: row.try_get(5)?,
        asides_n: unsigned(row.try_get(6)?)?,
        asides: Asides::new(),
    })
}

/// Survey and response of a frame: the 12 bytes after its first; empty where the frame is too short for them.
pub fn key_of_frame(frame: &[u8]) -> (&[u8], &[u8]) {
    (frame.get(1..5).unwrap_or_default(), frame.get(5..13).unwrap_or_default())
}

/// Keys, column by column.
pub fn columns(places: &[ResponseKey]) -> (Vec<&[u8]>, Vec<&[u8]>) {
    places.iter().map(|place| (&place.survey[..], &place.rid[..])).unzip()
}
