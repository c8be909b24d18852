//! Contract tests of a store, run on SQLite and on PostgreSQL.

mod accounts;
mod administering;
mod asides;
mod catalog;
mod contact;
mod copying;
mod days;
mod encryption;
mod folding;
mod mail;
mod queues;
mod recovery;
mod shared;
mod shop_days;
mod storing;
mod wanted;
