//! The public listener: the widget's files, surveys, responses, the hosted page, health checks.
//!
//! In reading order: [`routes`] is the table of routes, [`cors`] answers preflights, [`site_loader`], [`widget_files`] and
//! [`surveys`] are what a page loads, [`responses`] takes frames, [`contacts`] one with its customer's contact, [`hosted`] is the survey as a page of its own.
//!
//! Not here: administration and results, which the public listener never serves ([`crate::inner`]).

pub mod contacts;
pub mod cors;
pub mod health;
pub mod hosted;
pub mod responses;
pub mod routes;
pub mod site_loader;
pub mod surveys;
pub mod widget_files;
