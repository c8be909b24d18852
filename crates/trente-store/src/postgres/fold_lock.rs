//! Advisory lock of the fold: of several collectors on one database, one folds at a time.

use super::connector::Transaction;
use crate::StoreError;

/// `TRNT`, then a number of its own.
const LOCK: i64 = 0x5452_4e54_0000_0002;

/// Waits for the lock, and has it until the transaction ends.
///
/// # Errors
/// [`StoreError`]
pub async fn wait(transaction: &Transaction) -> Result<(), StoreError> {
    transaction.query("select pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    Ok(())
}

/// Takes the lock until the transaction ends, or tells that another collector has it.
///
/// # Errors
/// [`StoreError`]
pub async fn try_take(transaction: &Transaction) -> Result<bool, StoreError> {
    let locked = transaction.query("select pg_try_advisory_xact_lock($1)", &[&LOCK]).await?;
    Ok(locked.first().ok_or(StoreError::Ended)?.try_get(0)?)
}
