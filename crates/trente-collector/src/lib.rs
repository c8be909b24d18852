//! The collector service: takes frames, keeps them, and serves the widget, the hosted page and the results.
//!
//! The way of one answer, in reading order:
//!
//! - [`http`]: the public listener; [`origin`]: which pages may send;
//! - [`ingest`]: decode, check, verify, store; [`catalog`]: the sites and surveys that this needs;
//!   [`throttle`]: how many in a second; [`senders`]: what of an unsigned response a stranger sent;
//! - [`store`]: append first, fold later, in SQLite or PostgreSQL; acknowledged means durable;
//! - [`hosted`]: the survey as a page of its own; [`results`]: what the merchant reads;
//! - [`admin`]: who may read it and change things; [`api`]: the same for programs, with [`export`], [`lookup`], [`erasure`]
//!   ([`subject`] finds whose) and [`webhooks`]; [`upkeep`]: what is forgotten in time;
//! - [`cli`]: the command line, whose `serve` starts all of it by its [`settings`]; [`telemetry`]: what it tells of
//!   itself.
//!
//! Not here: what one response means (`trente-survey`), what many mean (`trente-stats`).

pub mod admin;
pub mod api;
pub mod app;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod erasure;
pub mod export;
pub mod hosted;
pub mod http;
pub mod ingest;
pub mod keys;
pub mod limits;
pub mod lookup;
pub mod origin;
pub mod record;
pub mod results;
pub mod senders;
pub mod settings;
pub mod store;
pub mod subject;
pub mod telemetry;
pub mod text;
pub mod throttle;
pub mod upkeep;
pub mod webhooks;
