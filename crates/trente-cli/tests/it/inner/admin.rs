//! Tests of administration: what each caller may do, by the pages and by the API, and what it changes.

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
