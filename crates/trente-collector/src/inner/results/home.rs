//! Home page of the results: lists the sites, each with what shows whether it needs its owner.

use askama::Template;
use trente_stats::Summary;
use trente_stats::confidence::Confidence;
use trente_stats::period::{Length, Period};
use trente_store::model::site::SiteRow;
use trente_store::wanted::Wanted;
use trente_store::{Store, StoreError};
use trente_survey::locale::Language;

use super::texts::{Texts, fill};
use super::{desk, say};

/// Days without an answer after which a site is silent.
const SILENT_DAYS: u32 = 7;

/// The page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home {
    lang: &'static str,
    texts: &'static Texts,
    /// The page again: a light changes only when it is read anew.
    again: String,
    /// What a link to the page that adds a site says; none for a reader who may not.
    add: Option<&'static str>,
    rows: Vec<Row>,
}

/// A site.
pub struct Row {
    name: String,
    n: String,
    nps: String,
    between: String,
    tendency: bool,
    waiting: String,
    /// When the last answer came, where the light does not say it.
    last: String,
    /// `well`, `silent` or `empty`.
    light: &'static str,
    light_text: String,
}

impl Home {
    /// Of rows; `may_add` tells whether the reader may add a site, `again` is the address of the page.
    pub fn new(texts: &'static Texts, rows: Vec<Row>, may_add: bool, again: String) -> Self {
        let lang = if texts.language == Language::Fr { "fr" } else { "en" };
        Self { lang, texts, again, add: may_add.then(|| texts.start().site_title), rows }
    }
}

impl Row {
    /// Reads a site at this moment.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(store: &Store, site: &SiteRow, texts: &Texts, now_ms: u64) -> Result<Self, StoreError> {
        let today = site.zone().day(now_ms);
        let period = Period::until_yesterday(Length::FourWeeks, today);
        let headline = store.headline(site.id).await?;
        let counts = store.cells(site.id, Wanted::of_days(period.range())).await?.sides(&period.range())?;
        let summary = Summary::of(counts.head(headline));
        // As the recovery desk counts them: those who are lost wait for nothing.
        let waiting = store.recovery_queue(site.id, desk::since(site, now_ms)).await?.waiting;
        let last = store.last_day(site.id).await?;
        let known = summary.nps.points().zip(summary.nps.interval());
        let known = known.filter(|_| Confidence::of(summary.nps.n()) >= Confidence::Tendency);
        let [well, silent, asked, empty, closed] = texts.lights;
        let ago = last.map(|day| say::ago(texts, day, today)).unwrap_or_default();
        let closed_day = site.closed_ms.map(|ms| site.zone().day(ms));
        let (light, light_text) = match last {
            // It is to be silent.
            _ if closed_day.is_some() => ("empty", closed),
            None if store.last_sighting(site.id).await?.is_some() => ("empty", asked),
            None => ("empty", empty),
            Some(day) if today.saturating_sub(day) > SILENT_DAYS => ("silent", silent),
            Some(_) => ("well", well),
        };
        Ok(Self {
            name: site.name.clone(),
            n: say::count(texts, summary.n),
            nps: match known {
                Some((points, _)) => say::signed(points),
                None if summary.nps.n() == 0 => texts.no_answer.to_owned(),
                None => texts.too_few.to_owned(),
            },
            between: known.map(|(_, interval)| say::between(texts, interval, say::signed)).unwrap_or_default(),
            tendency: Confidence::of(summary.nps.n()) == Confidence::Tendency,
            waiting: say::count(texts, waiting),
            light_text: fill(
                light_text,
                &[("ago", &ago), ("day", &closed_day.map(|day| say::day(texts, day, today)).unwrap_or_default())],
            ),
            last: if light == "well" { ago } else { String::new() },
            light,
        })
    }
}
