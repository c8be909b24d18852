//! Domain rules of the service, without HTTP handlers and without the service's state.
//!
//! The way of a frame: [`ingest`] decodes, checks, verifies and stores it, by the sites and surveys of [`catalog`],
//! their [`keys`], the allowed [`origin`]s, the rate limits of [`throttle`] and the [`senders`] of unsigned responses.
//! [`ops`] are the use cases of administration, [`auth`] is authentication. [`assets`] are the widget's files.
//! [`contact`] is where a customer can be replied to, encrypted. [`digest`] is the data of the weekly digest, and
//! [`mail_links`] sign the links that end mails.
//!
//! Not here: JSON ([`crate::views`]), requests and answers ([`crate::web`], [`crate::public`], [`crate::inner`]),
//! storage ([`trente_store`]).

pub mod assets;
pub mod auth;
pub mod catalog;
pub mod contact;
pub mod digest;
pub mod encoded;
pub mod ingest;
pub mod keys;
pub mod mail_links;
pub mod names;
pub mod ops;
pub mod origin;
pub mod refused_origins;
pub mod senders;
pub mod setup_code;
pub mod sightings;
pub mod snippet;
pub mod throttle;
