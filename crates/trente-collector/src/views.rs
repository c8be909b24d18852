//! JSON views and file formats of what is stored, shared by the API, the command line, webhooks and exports.

pub mod export;
pub mod frame;
pub mod headline;
pub mod response;
