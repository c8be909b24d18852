//! The stores: one contract for SQLite and PostgreSQL, the fold, and the merge of frames.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod contract;
mod folding;
mod merging;
