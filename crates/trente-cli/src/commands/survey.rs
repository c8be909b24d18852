//! `trente survey`: checks, publishes, lists and prints a merchant's own surveys.

pub mod file;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use serde_json::json;
use trente_collector::domain::names::check_site_name;
use trente_collector::domain::ops::surveys;
use trente_store::clock::{day, format_day};
use trente_store::model::audit::Actor;
use trente_store::model::site::{Publication, Published};
use trente_store::{Address, Store, StoreError, encoding};
use trente_survey::definition::{Definition, Path as Way, Preset, Severity, schema};
use trente_survey::response_id::SurveyId;

use self::file::{File, Finding};
use crate::{CliError, ContactKey, Database};

/// Surveys.
#[derive(Debug, Subcommand)]
pub enum SurveyCommand {
    /// Check a survey file: print every problem with its place, and how long each way through takes.
    Check {
        /// The survey, .toml or .json; - reads JSON from standard input.
        file: PathBuf,
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Publish a survey: the site asks it from now on. Frames of its earlier surveys are still accepted.
    Publish {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// The survey, .toml or .json; - reads JSON from standard input.
        file: PathBuf,
        #[command(flatten)]
        key: ContactKey,
        #[command(flatten)]
        database: Database,
    },
    /// Print the published survey of a site as JSON, byte for byte what its id is the hash of.
    Show {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// An earlier one, by its id of 8 hexadecimal digits.
        #[arg(long)]
        survey: Option<String>,
        #[command(flatten)]
        database: Database,
    },
    /// Print every survey that a site has published as JSON lines, oldest first.
    List {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        #[command(flatten)]
        database: Database,
    },
    /// Print a preset of the default survey as a survey file in TOML, to begin your own with.
    Preset {
        /// `confirmation` or `after-delivery`.
        #[arg(value_parser = crate::preset)]
        name: Preset,
    },
    /// Print the JSON Schema of a survey file.
    Schema,
    /// Print a survey in one language, as the widget reads it.
    Sheet {
        /// Public name of the site.
        #[arg(long)]
        site: String,
        /// A survey file, .toml or .json; what a new site asks, if absent.
        file: Option<PathBuf>,
        /// BCP 47 tag.
        #[arg(long)]
        lang: Option<String>,
    },
}

/// Runs a command; tells whether the survey was fine.
///
/// # Errors
/// [`CliError`]
pub async fn run(output: &mut impl Write, command: SurveyCommand) -> Result<bool, CliError> {
    match command {
        SurveyCommand::Check { file, json } => check(output, &file, json),
        SurveyCommand::Publish { site, file, key, database } => publish(output, &site, &file, &key, &database.db).await,
        SurveyCommand::Show { site, survey, database } => show(output, &site, survey.as_deref(), &database.db).await,
        SurveyCommand::List { site, database } => list(output, &site, &database.db).await,
        SurveyCommand::Sheet { site, file, lang } => sheet(output, &site, file.as_deref(), lang.as_deref()),
        SurveyCommand::Preset { name } => {
            write!(output, "{}", name.toml())?;
            Ok(true)
        }
        SurveyCommand::Schema => {
            serde_json::to_writer_pretty(&mut *output, &schema()).map_err(io::Error::from)?;
            writeln!(output)?;
            Ok(true)
        }
    }
}

/// What was found in a survey file.
struct CheckReport {
    file: File,
    definition: Option<Definition>,
    findings: Vec<Finding>,
    ways: Vec<Way>,
}

impl CheckReport {
    fn at(path: &Path, merchant: &str) -> Result<Self, CliError> {
        let file = File::read(path)?;
        let checked = match file.draft() {
            Ok(draft) => draft.check(merchant),
            Err(finding) => return Ok(Self { file, definition: None, findings: vec![*finding], ways: Vec::new() }),
        };
        let mut findings: Vec<_> = checked.problems.into_iter().map(|problem| file.finding(problem)).collect();
        // As in the text; what has no place comes last.
        findings.sort_by_key(|finding| (finding.line.is_none(), finding.line, finding.column));
        Ok(Self { file, definition: checked.definition, findings, ways: checked.paths })
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Tells standard error what is wrong, where a command's output is something else.
    fn complain(&self) {
        for finding in &self.findings {
            // A closed standard error leaves nowhere to tell.
            let _ = writeln!(io::stderr(), "{}", finding.line(&self.file.name));
        }
    }
}

/// A survey that may be asked, for a command that is not about its problems; they go to standard error.
pub fn definition(file: &Path, site: &str) -> Result<Option<Definition>, CliError> {
    let report = CheckReport::at(file, site)?;
    report.complain();
    Ok(report.definition)
}

fn check(output: &mut impl Write, path: &Path, json: bool) -> Result<bool, CliError> {
    // The merchant's name is in the survey's id and decides nothing else.
    let report = CheckReport::at(path, "")?;
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    if json {
        let printed = Report {
            file: &report.file.name,
            errors,
            warnings,
            problems: &report.findings,
            paths: report.ways.iter().map(PathReport::of).collect(),
        };
        serde_json::to_writer(&mut *output, &printed).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        for finding in &report.findings {
            writeln!(output, "{}", finding.line(&report.file.name))?;
        }
        for way in &report.ways {
            writeln!(output, "{}", way_line(way))?;
        }
        writeln!(output, "{}: errors: {errors}, warnings: {warnings}", report.file.name)?;
    }
    Ok(errors == 0)
}

#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    errors: usize,
    warnings: usize,
    problems: &'a [Finding],
    paths: Vec<PathReport<'a>>,
}

#[derive(Serialize)]
struct PathReport<'a> {
    total_ms: u32,
    max_ms: u32,
    #[serde(flatten)]
    way: &'a Way,
}

impl<'a> PathReport<'a> {
    fn of(way: &'a Way) -> Self {
        Self { total_ms: way.total_ms(), max_ms: way.max_ms(), way }
    }
}

/// One way through the survey, screen by screen.
fn way_line(way: &Way) -> String {
    let name = way.branch.map_or_else(|| "required".to_owned(), |branch| format!("branch {}", branch.branch().name()));
    let total = format!("{} of {} s", seconds(way.total_ms()), seconds(way.max_ms()));
    let screens: Vec<String> =
        way.screens.iter().map(|screen| format!("{} {}", screen.name, seconds(screen.ms))).collect();
    let line = format!("{:<8}{name:<10}{total:>18}  {}", way.locale, screens.join(", "));
    line.trim_end().to_owned()
}

fn seconds(ms: u32) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

async fn publish(
    output: &mut impl Write,
    site: &str,
    file: &Path,
    key: &ContactKey,
    database: &Address,
) -> Result<bool, CliError> {
    let store = Store::open(database, false).await?;
    store.site(site).await?;
    let Some(definition) = definition(file, site)? else { return Ok(false) };
    let (id, published) = surveys::publish(&store, Actor::shell(), site, &definition, key.keys()?.as_ref()).await?;
    let (id, name) = (encoding::hex(&id.0), &definition.name);
    match published {
        Published::New => writeln!(output, "{id} published: {site} now asks “{name}”")?,
        Published::Again => writeln!(output, "{id} published before: {site} asks “{name}” again")?,
        Published::Unchanged => writeln!(output, "{id} unchanged: {site} asks “{name}” already")?,
    }
    Ok(true)
}

async fn show(output: &mut impl Write, site: &str, wanted: Option<&str>, database: &Address) -> Result<bool, CliError> {
    let store = Store::open(database, false).await?;
    let number = store.site(site).await?;
    let none = || CliError::NoSurvey(site.to_owned());
    let id = match wanted {
        Some(wanted) => {
            let wrong = || CliError::Survey(wanted.to_owned(), site.to_owned());
            let id = encoding::array_from_hex(wanted).map(SurveyId).ok_or_else(wrong)?;
            let theirs = store.surveys().await?.into_iter().any(|row| row.id == id && row.site == number);
            if theirs { id } else { return Err(wrong()) }
        }
        None => store.current_survey(number).await?.ok_or_else(none)?,
    };
    writeln!(output, "{}", store.document(id).await?.ok_or_else(none)?)?;
    Ok(true)
}

async fn list(output: &mut impl Write, site: &str, database: &Address) -> Result<bool, CliError> {
    let store = Store::open(database, false).await?;
    let number = store.site(site).await?;
    for row in store.surveys().await?.into_iter().filter(|row| row.site == number) {
        let definition = store.definition(row.id).await?;
        let line = json!({
            "survey": encoding::hex(&row.id.0),
            "current": row.current,
            "published": format_day(day(row.created_ms)),
            "name": definition.as_ref().map(|definition| &definition.name),
            "version": definition.as_ref().map(|definition| definition.version),
            "locales": definition.as_ref().map(|definition| definition.wording.keys().collect::<Vec<_>>()),
        });
        writeln!(output, "{line}")?;
    }
    Ok(true)
}

fn sheet(output: &mut impl Write, site: &str, file: Option<&Path>, lang: Option<&str>) -> Result<bool, CliError> {
    check_site_name(site)?;
    let definition = match file {
        Some(file) => match definition(file, site)? {
            Some(definition) => definition,
            None => return Ok(false),
        },
        None => Preset::default().definition(site),
    };
    let unreadable = || StoreError::Unreadable("survey definition");
    let id = Publication::of(&definition)?.id;
    let sheet = definition.sheet(id, definition.language(lang)).ok_or_else(unreadable)?;
    serde_json::to_writer(&mut *output, &sheet).map_err(io::Error::from)?;
    writeln!(output)?;
    Ok(true)
}
