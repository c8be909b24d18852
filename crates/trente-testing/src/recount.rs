//! Recount of the daily counts of a SQLite database, by SQL of its own.

use rusqlite::Connection;

/// Tests that have extra questions count those themselves.
const RECOUNT: &str = include_str!("../../trente-faults/src/recount.sql");

/// How many rows of the daily counts are not what the responses count to.
pub fn recount_differs(connection: &Connection) -> u64 {
    connection.query_row(RECOUNT, [], |row| row.get(0)).unwrap()
}
