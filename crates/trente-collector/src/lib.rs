//! The collector service: takes frames, keeps them, and serves the widget, the hosted page and the results.
//!
//! In layers; each uses those above it in this list alone, and `cargo xtask tidy` checks it:
//!
//! - [`store`]: append first, fold later, in SQLite or PostgreSQL; acknowledged means durable;
//! - [`domain`]: the rules, without HTTP: the way of a frame, the acts of administration, authentication;
//! - [`views`]: JSON and file formats; [`webhooks`]: sending;
//! - [`app`]: the state of the service; [`web`]: pieces of HTTP that both listeners use;
//! - [`public`] and [`inner`]: the two listeners, which never use each other;
//! - [`server`]: sockets and connections; [`jobs`]: what runs in the background.
//!
//! [`config`] is what may be configured, [`limits`] are the bounds that need no configuration, [`telemetry`] is logs
//! and metrics, [`cli`] the command line.
//!
//! Not here: what one response means (`trente-survey`), what many mean (`trente-stats`).

pub mod app;
pub mod config;
pub mod domain;
pub mod inner;
pub mod jobs;
pub mod limits;
pub mod public;
pub mod server;
pub mod telemetry;
pub mod views;
pub mod web;
pub mod webhooks;
