//! Test support: servers, clients and accounts for the tests of this binary.

pub mod admin;
pub mod client;
pub mod server;
pub mod smtp;

pub use client::{Answer, get, post, request};
pub use server::Server;
