//! SMTP client: submits one message to the operator's own mail server (RFC 6409).
//!
//! In reading order: [`server`] is where mail goes and how it gets there, [`message`] the bytes of one mail,
//! [`dialogue`] the exchange that hands it over, step by step, so that its caller knows how far it came.
//! [`crate::jobs`] sends what is due.
//!
//! Not here: what a mail says ([`crate::views`]), to whom (`trente_store`).

pub mod dialogue;
pub mod message;
pub mod server;
