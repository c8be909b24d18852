//! Tests of the inner listener: administration, API, results pages.

pub mod admin;
mod nul;
mod results;
