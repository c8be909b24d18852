//! The public listener: the widget's files, surveys, responses, the hosted page, health.
//!
//! In reading order: [`routes`] is the table, [`serve`] the server, [`connection`] one connection with its
//! deadlines, [`error`] every refusal.

pub mod activity;
pub mod body;
pub mod bundles;
pub mod connection;
pub mod cors;
pub mod encoding;
pub mod error;
pub mod files;
pub mod framing;
pub mod guests;
pub mod health;
pub mod hop;
pub mod page;
pub mod respond;
pub mod responses;
pub mod routes;
pub mod serve;
pub mod site_name;
pub mod strangers;
pub mod surveys;
