//! `trente sign`: computes the signature of an order, which a page passes as `data-signature`.

use std::io::Write;

use trente_collector::domain::ops::signatures;
use trente_store::{Address, Store};
use trente_survey::order;

use crate::CliError;

/// `trente sign`
pub async fn sign(output: &mut impl Write, database: &Address, name: &str, order: &str) -> Result<(), CliError> {
    let order = order::clean(order)?;
    let store = Store::open(database, false).await?;
    let signer = signatures::signer(&store, name).await?.ok_or_else(|| CliError::NoSurvey(name.to_owned()))?;
    Ok(writeln!(output, "{}", signer.sign(order))?)
}
