//! Administration: who may do what, by the pages and by the API, and what becomes of it.

mod api;
mod erasures;
pub mod exports;
mod first_run;
mod guessing;
mod keys;
mod login;
mod openapi;
mod rights;
mod second_factor;
mod signatures;
mod webhooks;
mod written;
