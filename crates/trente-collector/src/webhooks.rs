//! Webhooks: messages to a merchant's own receivers about responses.
//!
//! The fold writes down, in its own transaction, that a receiver is to be told ([`trente_store`]); so no response is
//! forgotten, whatever happens between. A while later, when the customer has probably said all they want to, the
//! message is made of what the response says then, and sent until the receiver answers 2xx: at least once, with the
//! same id each time. In reading order: [`address`] says where messages may go (SSRF), [`send`] sends one;
//! [`crate::jobs`] delivers all that are due.

pub mod address;
pub mod send;
