//! The inner listener: results pages, sign-in, account, administration API, metrics.
//!
//! It is bound to the loopback interface or stands behind a proxy, and is never the public one: nothing of it is
//! reached from where answers come in. In reading order: [`routes`] is the table of routes with the checks that every
//! request passes. [`allowed_hosts`] is the DNS-rebinding protection, [`csrf`] the CSRF check, [`security_headers`]
//! what every answer carries. [`session`], [`cookie`], [`device_cookie`] and [`bearer_token`] say who asks.
//! [`start`] makes the first account; [`results`], [`account`] and [`api`] are what they ask for; [`metrics`] is for
//! Prometheus, `mail_stop` for links in mails.
//!
//! Not here: what is changed and how ([`crate::domain::ops`]), the public listener ([`crate::public`]).

pub mod account;
pub mod allowed_hosts;
pub mod api;
pub mod bearer_token;
pub mod cookie;
pub mod csrf;
pub mod device_cookie;
pub mod failure;
pub mod language;
mod mail_stop;
pub mod metrics;
pub mod paths;
pub mod results;
pub mod routes;
pub mod security_headers;
pub mod session;
pub mod start;
