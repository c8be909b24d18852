//! JSON views, file formats and letters of what is stored, shared by the API, the command line, webhooks, mails and
//! exports.

pub mod alert;
pub mod audit;
pub mod dates;
pub mod digest;
pub mod export;
pub mod frame;
pub mod headline;
pub mod kept;
pub mod letters;
pub mod response;
pub mod sentence;
pub mod site;
pub mod summary;
pub mod webhook;
pub mod words;
