//! Use cases of administration, one function each, which the API, the pages and the command line call.

pub mod accounts;
pub mod erasure;
pub mod error;
pub mod lookup;
pub mod mail;
pub mod recovery;
pub mod responses;
pub mod second_factors;
pub mod sessions;
pub mod shop_days;
pub mod signatures;
pub mod sites;
pub mod subject;
pub mod surveys;
pub mod tokens;
pub mod webhooks;
