//! What the tests share.

pub mod admin;
pub mod client;
pub mod server;
pub mod smtp;

pub use client::{Answer, get, post, request};
pub use server::Server;
