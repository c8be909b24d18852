//! Frame layouts for `trente frame`: the default survey's, or those of survey files that the caller names.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use trente_store::{Address, Store};
use trente_survey::extra::Layout;
use trente_survey::response_id::SurveyId;

use crate::commands::survey;
use crate::{AddressParser, CliError};

/// Whose surveys the frames answer.
#[derive(Debug, Args)]
pub struct LayoutSource {
    /// Read every frame as one of this survey file.
    #[arg(long, conflicts_with = "site")]
    survey: Option<PathBuf>,
    /// Read each frame by the survey that this site has published under its id.
    #[arg(long, requires = "db")]
    site: Option<String>,
    /// Where the data is, for --site: the path of a SQLite database, or postgres://user@host/database.
    #[arg(long, env = "TRENTE_DB", hide_env_values = true, value_parser = AddressParser)]
    db: Option<Address>,
}

/// The layouts of surveys.
pub enum Layouts {
    /// Of whatever survey.
    One(Layout),
    /// Of each survey by its id.
    Each(BTreeMap<SurveyId, Layout>),
}

impl LayoutSource {
    /// The layouts; none when the survey file has errors, which were told.
    ///
    /// # Errors
    /// [`CliError`]
    pub async fn layouts(&self) -> Result<Option<Layouts>, CliError> {
        if let Some(file) = &self.survey {
            // The merchant's name decides no layout.
            return Ok(survey::definition(file, "")?.map(|definition| Layouts::One(definition.layout())));
        }
        let (Some(name), Some(path)) = (&self.site, &self.db) else { return Ok(Some(Layouts::One(Layout::CORE))) };
        let store = Store::open(path, false).await?;
        let site = store.site(name).await?;
        let mut layouts = BTreeMap::new();
        for row in store.surveys().await?.into_iter().filter(|row| row.site == site) {
            if let Some(definition) = store.definition(row.id).await? {
                layouts.insert(row.id, definition.layout());
            }
        }
        Ok(Some(Layouts::Each(layouts)))
    }
}

impl Layouts {
    /// The layout of a survey, if it is known.
    pub fn of(&self, survey: SurveyId) -> Option<Layout> {
        match self {
            Self::One(layout) => Some(*layout),
            Self::Each(layouts) => layouts.get(&survey).copied(),
        }
    }
}
