//! Commands on a database: sites, signatures, responses.

use std::io::{self, Write};
use std::path::Path;

use rusqlite::Connection;
use serde_json::json;
use trente_survey::response_id::Key;

use super::{CliError, check_name};
use crate::clock::{day, day_text, epoch, now_ms};
use crate::origin::Origin;
use crate::store::{StoreError, reports, schema, sites, surveys};
use crate::text;

/// What stands in the snippet where the shop writes its order.
const ORDER: &str = "ORDER-REFERENCE";

/// `trente site add`
pub fn add(
    output: &mut impl Write,
    database: &Path,
    name: &str,
    origins: &[String],
    any_origin: bool,
    base: &str,
) -> Result<(), CliError> {
    check_name(name)?;
    let base = check_base(base)?;
    let origins = origins.iter().map(|text| Origin::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let origins: Vec<String> = origins.iter().map(Origin::to_string).collect();
    sites::add(&mut schema::open(database, true)?, name, &origins, any_origin)?;
    writeln!(output, r#"<script async src="{base}/trente.js" data-site="{name}" data-order="{ORDER}"></script>"#)?;
    writeln!(
        output,
        "Put it on the order-confirmation page, with the shop's own order reference in place of {ORDER}."
    )?;
    Ok(())
}

/// `trente site list`
pub fn list(output: &mut impl Write, database: &Path) -> Result<(), CliError> {
    let connection = schema::open(database, false)?;
    for site in sites::list(&connection)? {
        let survey = surveys::current(&connection, site.id)?.map(|id| text::hex(&id.0));
        let line = json!({
            "name": site.name, "origins": site.origins, "any_origin": site.any_origin, "survey": survey,
            "created": day_text(day(site.created_ms)),
        });
        writeln!(output, "{line}")?;
    }
    Ok(())
}

/// `trente sign`
pub fn sign(output: &mut impl Write, database: &Path, name: &str, order: &str) -> Result<(), CliError> {
    if order.is_empty() {
        return Err(CliError::Order);
    }
    let connection = schema::open(database, false)?;
    let unknown = || StoreError::SiteUnknown(name.to_owned());
    let site = sites::list(&connection)?.into_iter().find(|site| site.name == name).ok_or_else(unknown)?;
    let survey = surveys::current(&connection, site.id)?.ok_or_else(|| CliError::NoSurvey(name.to_owned()))?;
    let signature = Key(site.key).sign(survey, order, epoch(now_ms()));
    Ok(writeln!(output, "{}", text::base64url(&signature.to_bytes()))?)
}

/// `trente responses`
pub fn responses(output: &mut impl Write, database: &Path, name: &str) -> Result<(), CliError> {
    let connection = schema::open(database, false)?;
    let site = sites::find(&connection, name)?.ok_or_else(|| StoreError::SiteUnknown(name.to_owned()))?;
    let mut output = io::BufWriter::new(output);
    reports::responses(&connection, site, |response| {
        serde_json::to_writer(&mut output, &response).map_err(io::Error::from)?;
        Ok::<(), CliError>(writeln!(output)?)
    })?;
    output.flush()?;
    note_lag(&connection)
}

/// What the running service has accepted and not folded yet is not in the list, and the reader should know.
fn note_lag(connection: &Connection) -> Result<(), CliError> {
    let lag = reports::lag(connection)?;
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
