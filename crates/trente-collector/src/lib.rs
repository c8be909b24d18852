//! Collector service: accepts frames, stores them, and serves the widget, the hosted page and the results.
//!
//! In layers, the lowest first; each uses those before it alone, and `cargo xtask tidy` checks it. Below all of them is
//! `trente-store`: append first, fold later; acknowledged means durable.
//!
//! - [`webhooks`] and [`mail`]: sending; [`domain`]: the rules, without HTTP: the way of a frame, the acts of administration,
//!   authentication;
//! - [`views`]: JSON and file formats;
//! - [`app`]: the state of the service; [`web`]: pieces of HTTP that both listeners use;
//! - [`public`] and [`inner`]: the two listeners, which never use each other;
//! - [`server`]: sockets and connections; [`jobs`]: what runs in the background; [`service`]: all of it, bound and run.
//!
//! [`config`] is what may be configured, [`limits`] are the bounds that need no configuration, [`telemetry`] is logs and
//! metrics.
//!
//! Not here: what one response means (`trente-survey`), what many mean (`trente-stats`), the command line
//! (`trente-cli`).

pub mod app;
pub mod config;
pub mod domain;
pub mod inner;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod public;
pub mod server;
pub mod service;
pub mod telemetry;
pub mod views;
pub mod web;
pub mod webhooks;
