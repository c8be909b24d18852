//! Tests of the public listener: the widget's files, surveys, responses, contacts, the hosted page.

mod bundles;
mod closed;
mod contacts;
pub mod hosted;
mod origins;
mod questions;
mod refusals;
mod responses;
mod stuffing;
mod surveys;
mod time_label;
mod upgrade;
mod widget_files;
