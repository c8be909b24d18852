//! `trente responses`: the folded responses of a site as JSON lines.

use std::io::{self, Write};

use trente_collector::domain::ops::responses::each_page;
use trente_collector::views::response::ResponseRecord;
use trente_store::model::audit::Actor;
use trente_store::{Address, Store};

use crate::CliError;

/// Responses that are read at a time.
const PAGE_ROWS: usize = 1000;

/// `trente responses`
pub async fn responses(output: &mut impl Write, database: &Address, name: &str) -> Result<(), CliError> {
    let store = Store::open(database, false).await?;
    let mut pages = each_page(&store, Actor::shell(), name, PAGE_ROWS).await?;
    let mut output = io::BufWriter::new(output);
    while let Some(page) = pages.next().await? {
        for response in &page {
            serde_json::to_writer(&mut output, &ResponseRecord::of(response)?).map_err(io::Error::from)?;
            writeln!(output)?;
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
