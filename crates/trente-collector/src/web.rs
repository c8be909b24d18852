//! HTTP helpers that both listeners use: reading a body, a form, a language; writing a page, JSON, an error.
//!
//! Not here: sockets and connections ([`crate::server`]), what is answered ([`crate::public`], [`crate::inner`]).

pub mod accept_encoding;
pub mod body;
pub mod client;
pub mod error;
pub mod form;
pub mod language;
pub mod page;
pub mod respond;
pub mod site_name;
