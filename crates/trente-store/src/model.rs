//! Data model of the store: what is stored, as plain types that are the same for both databases.
//!
//! [`account`], [`token`], [`webhook`], [`site`], [`audit`], [`erasure`],
//! [`recovery`], [`contact`] and [`mail`] are rows. [`role`], [`scope`] and
//! [`access`] are what an account or a token may do; [`secret`], [`second_factor`] and [`webhook_secret`] what proves
//! who they are.

pub mod access;
pub mod account;
pub mod answers;
pub mod audit;
pub mod bundle;
pub mod contact;
pub mod erasure;
pub mod mail;
pub(crate) mod queue;
pub mod recovery;
pub mod role;
pub mod scope;
pub mod second_factor;
pub mod secret;
pub mod shop_day;
pub mod site;
pub mod token;
pub mod webhook;
pub mod webhook_secret;
