//! Online commands of `trente`: each works on a store, runs the service, or describes the program.

pub mod alerts;
pub mod audit;
pub mod backup;
pub mod config;
pub mod digest;
pub mod environment;
pub mod erase;
pub mod export;
pub mod mail;
pub mod manual;
pub mod responses;
pub mod serve;
pub mod sign;
pub mod site;
pub mod summary;
pub mod survey;
pub mod token;
pub mod user;
pub mod webhook;
