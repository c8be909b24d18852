//! Commands on a database: sites, signatures, responses.

use std::io::{self, Write};

use trente_survey::response_id::Key;

use super::{CliError, check_name};
use crate::api;
use crate::clock::{epoch, now_ms};
use crate::origin::Origin;
use crate::store::administration::{Actor, Change};
use crate::store::records::ResponseRecord;
use crate::store::rows::NewSite;
use crate::store::{Address, Store, StoreError};
use crate::text;

/// What stands in the snippet where the shop writes its order.
const ORDER: &str = "ORDER-REFERENCE";

/// Responses that are read at a time.
const PAGE_ROWS: usize = 1000;

/// `trente site add`
pub async fn add(
    output: &mut impl Write,
    database: &Address,
    name: &str,
    origins: &[String],
    any_origin: bool,
    base: &str,
) -> Result<(), CliError> {
    check_name(name)?;
    let base = check_base(base)?;
    let origins = origins.iter().map(|text| Origin::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let origins = origins.iter().map(Origin::to_string).collect();
    Store::open(database, true).await?.add_site(NewSite { name: name.to_owned(), origins, any_origin }).await?;
    writeln!(output, r#"<script async src="{base}/trente.js" data-site="{name}" data-order="{ORDER}"></script>"#)?;
    writeln!(
        output,
        "Put it on the order-confirmation page, with the shop's own order reference in place of {ORDER}."
    )?;
    Ok(())
}

/// `trente site list`
pub async fn list(output: &mut impl Write, database: &Address) -> Result<(), CliError> {
    for site in api::sites::all(&Store::open(database, false).await?).await? {
        serde_json::to_writer(&mut *output, &site).map_err(io::Error::from)?;
        writeln!(output)?;
    }
    Ok(())
}

/// `trente site origins`
pub async fn set_origins(
    database: &Address,
    site: String,
    origins: &[String],
    any_origin: bool,
) -> Result<(), CliError> {
    let origins = origins.iter().map(|text| Origin::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let origins = origins.iter().map(Origin::to_string).collect();
    change(database, Change::SetOrigins { site, origins, any_origin }).await
}

/// `trente site key`
pub async fn key(output: &mut impl Write, database: &Address, site: &str) -> Result<(), CliError> {
    let keys = Store::open(database, false).await?.keys_of(site).await?;
    let present = keys.first().map(|key| text::hex(&key.0)).unwrap_or_default();
    Ok(writeln!(output, "{present}")?)
}

/// `trente site rotate-key`
pub async fn rotate_key(output: &mut impl Write, database: &Address, site: String) -> Result<(), CliError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(StoreError::from)?;
    change(database, Change::RotateKey { site, key }).await?;
    Ok(writeln!(output, "{}", text::hex(&key))?)
}

/// `trente site retire-key`
pub async fn retire_key(database: &Address, site: String) -> Result<(), CliError> {
    change(database, Change::RetireKey { site }).await
}

/// `trente site retention`
pub async fn set_retention(database: &Address, site: String, days: Option<u32>) -> Result<(), CliError> {
    change(database, Change::SetRetention { site, days }).await
}

async fn change(database: &Address, change: Change) -> Result<(), CliError> {
    Store::open(database, false).await?.change(Actor::shell(), change).await?;
    Ok(())
}

/// `trente sign`
pub async fn sign(output: &mut impl Write, database: &Address, name: &str, order: &str) -> Result<(), CliError> {
    if order.is_empty() {
        return Err(CliError::Order);
    }
    let store = Store::open(database, false).await?;
    let unknown = || StoreError::SiteUnknown(name.to_owned());
    let site = store.sites().await?.into_iter().find(|site| site.name == name).ok_or_else(unknown)?;
    let survey = store.current_survey(site.id).await?.ok_or_else(|| CliError::NoSurvey(name.to_owned()))?;
    let signature = Key(site.key).sign(survey, order, epoch(now_ms()));
    Ok(writeln!(output, "{}", text::base64url(&signature.to_bytes()))?)
}

/// `trente responses`
pub async fn responses(output: &mut impl Write, database: &Address, name: &str) -> Result<(), CliError> {
    let store = Store::open(database, false).await?;
    let site = store.site(name).await?;
    let mut output = io::BufWriter::new(output);
    let mut after = None;
    loop {
        let page = store.responses(site, after, PAGE_ROWS).await?;
        for response in &page {
            serde_json::to_writer(&mut output, &ResponseRecord::of(response)?).map_err(io::Error::from)?;
            writeln!(output)?;
        }
        match page.last() {
            Some(last) => after = Some(last.place()),
            None => break,
        }
    }
    output.flush()?;
    note_lag(&store).await
}

/// What the running service has accepted and not folded yet is not in the list, and the reader should know.
pub(super) async fn note_lag(store: &Store) -> Result<(), CliError> {
    let lag = store.lag().await?;
    if lag.frames > 0 {
        // A closed standard error leaves nowhere to tell.
        let _ = writeln!(io::stderr(), "trente: {} frames in the inbox are not folded yet", lag.frames);
    }
    Ok(())
}

/// The collector's address without a final slash; it is printed into an attribute.
fn check_base(base: &str) -> Result<String, CliError> {
    let wrong = || CliError::Base(base.to_owned());
    let (scheme, rest) = base.split_once("://").ok_or_else(wrong)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let origin = Origin::parse(&format!("{scheme}://{authority}")).map_err(|_| wrong())?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    if !path.bytes().all(plain) {
        return Err(wrong());
    }
    let path = path.trim_matches('/');
    Ok(if path.is_empty() { origin.to_string() } else { format!("{origin}/{path}") })
}
