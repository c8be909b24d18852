//! Second factor of an account, in SQLite.

use rusqlite::{Transaction, params};

use super::one;
use crate::StoreError;
use crate::model::second_factor::{Proof, Shared};
use crate::model::secret::SecretHash;

/// Takes a code once: an error when it is used up, or there is no second factor.
pub fn use_up(transaction: &Transaction<'_>, account: &str, proof: &Proof) -> Result<(), StoreError> {
    let used = match proof {
        Proof::Step(step) => transaction.execute(
            "update second_factor set step = ?2 where account = ?1 and confirmed = 1 and step < ?2",
            params![account, step],
        )?,
        Proof::Recovery(hash) => transaction
            .execute("delete from recovery_code where account = ?1 and hash = ?2", params![account, hash.0])?,
    };
    one(used, "code of account", account)
}

/// Puts a secret next to the one that counts, until its app shows a code.
pub fn begin(transaction: &Transaction<'_>, account: &str, shared: &Shared) -> Result<(), StoreError> {
    transaction.execute("delete from second_factor where account = ?1 and confirmed = 0", [account])?;
    transaction.execute(
        "insert into second_factor (account, confirmed, secret, step) values (?1, 0, ?2, 0)",
        params![account, shared],
    )?;
    Ok(())
}

/// Lets the secret that waits count from now on.
pub fn confirm(transaction: &Transaction<'_>, account: &str, step: u64) -> Result<(), StoreError> {
    transaction.execute("delete from second_factor where account = ?1 and confirmed = 1", [account])?;
    let confirmed = transaction.execute(
        "update second_factor set confirmed = 1, step = ?2 where account = ?1 and confirmed = 0",
        params![account, step],
    )?;
    one(confirmed, "second factor of account", account)
}

/// Other recovery codes in the place of those before.
pub fn renew_codes(transaction: &Transaction<'_>, account: &str, codes: &[SecretHash]) -> Result<(), StoreError> {
    transaction.execute("delete from recovery_code where account = ?1", [account])?;
    for code in codes {
        transaction.execute("insert into recovery_code (account, hash) values (?1, ?2)", params![account, code.0])?;
    }
    Ok(())
}

/// No second factor any more.
pub fn remove(transaction: &Transaction<'_>, account: &str) -> Result<(), StoreError> {
    transaction.execute("delete from recovery_code where account = ?1", [account])?;
    let removed = transaction.execute("delete from second_factor where account = ?1", [account])?;
    one(removed, "second factor of account", account)
}
