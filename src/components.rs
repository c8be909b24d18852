//! What the customer sees. Each view is a function of the state that emits messages and decides nothing.

mod app;
mod ending;
mod options;
mod question;
mod survey;
mod text;
mod word;

pub use app::{App, Early, EarlyAct, Msg, Props};
