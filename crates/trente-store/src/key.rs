//! The primary key of a response, the same in every table and in both stores.

/// Bytes of the survey id, then bytes of the response id. Its order is that of the bytes.
pub type ResponseKey = ([u8; 4], [u8; 8]);
