//! Commands that work on a store, run the service, or describe the program.

pub mod alerts;
pub mod backup;
pub mod config;
pub mod digest;
pub mod manual;
pub mod results;
pub mod serve;
pub mod site;
pub mod survey;
pub mod user;
