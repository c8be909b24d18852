//! Authentication: passwords, second factor, the rate limit of failed sign-ins, and the log of failures.
//!
//! Not here: rights ([`trente_store::model::access`]), cookies and tokens of a request ([`crate::inner`]).

pub mod failures;
pub mod login_limiter;
pub mod password;
pub mod second_factor;
