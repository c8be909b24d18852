//! Second factor of an account, in PostgreSQL.

use super::{Transaction, one};
use crate::StoreError;
use crate::model::second_factor::{Proof, Shared};
use crate::model::secret::SecretHash;
use crate::postgres::rows::signed;

/// Takes a code once: an error when it is used up, or there is no second factor.
pub async fn use_up(transaction: &Transaction, account: &String, proof: &Proof) -> Result<(), StoreError> {
    let used = match proof {
        Proof::Step(step) => {
            let sql = "update second_factor set step = $2 where account = $1 and confirmed and step < $2";
            transaction.execute(sql, &[account, &signed(*step)?]).await?
        }
        Proof::Recovery(hash) => {
            let sql = "delete from recovery_code where account = $1 and hash = $2";
            transaction.execute(sql, &[account, &&hash.0[..]]).await?
        }
    };
    one(used, "code of account", account)
}

/// Puts a secret next to the one that counts, until its app shows a code.
pub async fn begin(transaction: &Transaction, account: &String, shared: &Shared) -> Result<(), StoreError> {
    transaction.execute("delete from second_factor where account = $1 and not confirmed", &[account]).await?;
    let sql = "insert into second_factor (account, confirmed, secret, step) values ($1, false, $2, 0)";
    transaction.execute(sql, &[account, &&shared[..]]).await?;
    Ok(())
}

/// Lets the secret that waits count from now on.
pub async fn confirm(transaction: &Transaction, account: &String, step: u64) -> Result<(), StoreError> {
    transaction.execute("delete from second_factor where account = $1 and confirmed", &[account]).await?;
    let sql = "update second_factor set confirmed = true, step = $2 where account = $1 and not confirmed";
    one(transaction.execute(sql, &[account, &signed(step)?]).await?, "second factor of account", account)
}

/// Other recovery codes in the place of those before.
pub async fn renew_codes(transaction: &Transaction, account: &String, codes: &[SecretHash]) -> Result<(), StoreError> {
    transaction.execute("delete from recovery_code where account = $1", &[account]).await?;
    for code in codes {
        let sql = "insert into recovery_code (account, hash) values ($1, $2)";
        transaction.execute(sql, &[account, &&code.0[..]]).await?;
    }
    Ok(())
}

/// No second factor any more.
pub async fn remove(transaction: &Transaction, account: &String) -> Result<(), StoreError> {
    transaction.execute("delete from recovery_code where account = $1", &[account]).await?;
    let sql = "delete from second_factor where account = $1";
    one(transaction.execute(sql, &[account]).await?, "second factor of account", account)
}
