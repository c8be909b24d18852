//! Domain model of one survey response: answers, score, diagnosis and wire format.
//!
//! The same code runs in the customer's browser, in the collector (which computes every score again and never trusts
//! the client's) and on the command line. In reading order:
//!
//! - [`answers`]: the answers to the core questions, and which of them are valid together;
//! - [`cause`]: the families of causes, the moments of an incident, the owners and first remedies;
//! - [`score`]: answers → score, class and flags; [`diagnosis`]: answers → cause;
//! - [`frame`]: the bytes on the wire; [`response_id`]: which response a frame belongs to; [`order`]: the merchant's
//!   order reference, from which that comes;
//! - [`extra`]: a merchant's own questions in a frame; [`show_if`]: which of them are asked;
//! - [`wording`]: every string of the default survey, per language; [`definition`]: a survey as a document; [`face`]: what
//!   a core question looks like;
//! - [`budget`]: how many seconds a survey takes; [`lint`]: typography and sincerity.
//!
//! `no_std` with `alloc`; no float in the score; no function panics on any input.
//!
//! | feature | enable it when |
//! |---|---|
//! | `definition` | you read, publish or hash survey definitions (JSON; needs std) |
//! | `sign` | you hold a merchant's key: sign orders or verify tags |
//!
//! Not here: input or output, the clock, randomness, the browser, HTTP, storage.

#![no_std]

extern crate alloc;
#[cfg(feature = "definition")]
extern crate std;

pub mod answers;
pub mod budget;
pub mod cause;
#[cfg(feature = "definition")]
pub mod definition;
pub mod diagnosis;
mod error;
pub mod extra;
pub mod face;
pub mod frame;
pub mod limits;
pub mod lint;
pub mod locale;
pub mod order;
pub mod response_id;
pub mod score;
pub mod show_if;
pub mod wording;

pub use answers::{Answers, Branch, CoreQuestion};
pub use cause::Cause;
pub use error::Error;
pub use score::{Class, Verdict};
