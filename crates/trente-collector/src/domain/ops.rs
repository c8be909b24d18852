//! Acts of administration, one function each, called by the API, the pages and the command line alike.

pub mod erasure;
pub mod lookup;
pub mod subject;
