//! What every page of a site has around it: navigation, period, what it is narrowed to.

use trente_stats::period::Length;
use trente_store::clock::format_day;
use trente_store::model::site::SiteRow;
use trente_survey::locale::Language;

use super::filter::Filter;
use super::words::{Words, fill};

/// A link with its name.
pub struct Link {
    /// What it says.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is where the reader is.
    pub here: bool,
}

/// The frame of a page of one site.
pub struct Frame {
    /// Language tag of the page.
    pub lang: &'static str,
    /// What stands on every page of a site whose answers are invented.
    pub demonstration: Option<&'static str>,
    /// Public name of the site.
    pub site: String,
    /// Address of the page.
    pub action: String,
    path: String,
    /// Links to the pages of the site.
    pub pages: Vec<Link>,
    /// Links to the lengths of the period.
    pub periods: Vec<Link>,
    /// First day, as a field of a form has it.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Whether the period is two days of the reader's own.
    pub custom: bool,
    /// What the form of the two days carries on.
    pub carried: Vec<(&'static str, String)>,
    /// What the page is narrowed to; empty when to nothing.
    pub narrowed: String,
    /// The same page without it.
    pub wide: String,
    /// What was not understood.
    pub notices: Vec<String>,
}

/// A page of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The overview.
    Overview,
    /// The words of customers.
    Voices,
}

impl Frame {
    /// The frame of a page of this site with this filter.
    pub fn new(words: &Words, row: &SiteRow, page: Page, filter: &Filter) -> Self {
        let site = row.name.as_str();
        let path = format!("/sites/{site}");
        let action = match page {
            Page::Overview => path.clone(),
            Page::Voices => format!("{path}/voices"),
        };
        let link = |name: &str, href: String, here| Link { name: name.to_owned(), href, here };
        let periods = Length::ALL.into_iter().zip(words.lengths).map(|(length, name)| {
            let changes = [("days", Some(length.name())), ("from", None), ("to", None)];
            link(name, filter.link(&action, &changes), filter.length == Some(length))
        });
        let mut notices = filter.notices(words);
        if let Some(days) = row.retention_days.filter(|_| page == Page::Overview && !filter.wanted.is_in_counts()) {
            notices.push(fill(words.kept_only, &[("days", &days.to_string())]));
        }
        Self {
            lang: if words.language == Language::Fr { "fr" } else { "en" },
            pages: vec![
                link(words.overview, filter.link(&path, &[("tab", None), ("q", None)]), page == Page::Overview),
                link(words.voices, filter.link(&format!("{path}/voices"), &[]), page == Page::Voices),
            ],
            periods: periods.collect(),
            from: format_day(filter.period.first()),
            to: format_day(filter.period.last()),
            custom: filter.length.is_none(),
            carried: filter.carried(&["days", "from", "to"]),
            narrowed: if filter.is_narrow() { filter.narrowed(words).join(", ") } else { String::new() },
            wide: filter.wide_link(&action),
            notices,
            demonstration: row.demonstration.then_some(words.demonstration),
            site: site.to_owned(),
            action,
            path,
        }
    }

    /// The address of the site's overview.
    pub fn path(&self) -> &str {
        &self.path
    }
}
