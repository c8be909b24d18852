//! Append of frames to the inbox, in one transaction.

use rusqlite::{Connection, TransactionBehavior, params};

use super::tombstones;
use crate::StoreError;
use crate::clock::now_ms;
use crate::inbound::Inbound;
use crate::key::ResponseKey;

/// Appends all frames, but for those of erased responses, which are dropped.
///
/// # Errors
/// [`StoreError::Sqlite`]; nothing is appended then.
pub(super) fn append(connection: &mut Connection, frames: &[Inbound]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut insert = transaction
            .prepare_cached("insert into inbox (received_ms, verified, aside, frame) values (?1, ?2, ?3, ?4)")?;
        // A frame of an erased response is acknowledged, so that the outbox forgets it, and stored nowhere: in the
        // inbox its words would stand on disk until the fold. An erasure is a transaction of its own, so it comes
        // before this look or after the insert, and then deletes what was inserted.
        let (any_buried, now_ms) = (tombstones::any(&transaction)?, now_ms());
        for frame in frames {
            if any_buried
                && let Some(place) = place(&frame.bytes)
                && tombstones::has(&transaction, place, now_ms)?
            {
                continue;
            }
            insert.execute(params![frame.received_ms, frame.verified, frame.aside, frame.bytes])?;
        }
    }
    Ok(transaction.commit()?)
}

/// The key of a frame: the 12 bytes after its first.
fn place(frame: &[u8]) -> Option<ResponseKey> {
    Some(ResponseKey { survey: *frame.get(1..)?.first_chunk()?, rid: *frame.get(5..)?.first_chunk()? })
}
