//! HTTP server: axum's routers on hyper's connections, with limits and timeouts that `axum::serve` does not have.
//!
//! In reading order: [`listener`] names the two listeners, [`serve`] accepts connections, [`connection_limit`] bounds
//! those of one network, [`connection`] is one of them with its timeouts (idle, slow clients), [`activity`] says
//! whether it is idle, [`service`] is what every request passes first, [`framing`] is the protection from request
//! smuggling.

pub mod activity;
pub mod connection;
pub mod connection_limit;
pub mod framing;
pub mod listener;
pub mod serve;
pub mod service;
