//! Page layout of a site's results: navigation, period, and the active filter.

use trente_stats::period::Length;
use trente_store::clock::{format_day, now_ms};
use trente_store::model::site::SiteRow;
use trente_survey::locale::Language;

use super::filter::Filter;
use super::say;
use super::texts::{Texts, fill};

/// A link with its name.
pub struct Link {
    /// What it says.
    pub name: String,
    /// Where it leads; empty where its reader may not go there, so that the name stands alone.
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
    desk: Option<String>,
    install: Option<String>,
    /// Links to the pages of the site.
    pub pages: Vec<Link>,
    /// What the link to where the reader is says of itself: `page`, or `true` for a page below the one that it leads to.
    pub current: &'static str,
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

/// The pages of a site that a reader may see in addition to the overview.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The words of customers.
    pub voices: bool,
    /// The recovery desk, with how many customers have no answer.
    pub desk: Option<u64>,
    /// The settings.
    pub settings: bool,
}

/// A page of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The overview.
    Overview,
    /// The recovery desk.
    Desk,
    /// The words of customers.
    Voices,
    /// The snippet.
    Install,
    /// The settings: the list of them.
    Settings,
    /// One of the settings, by its name in the address.
    Setting(&'static str),
}

impl Frame {
    /// The frame of a page of this site with this filter.
    pub fn new(texts: &Texts, row: &SiteRow, page: Page, filter: &Filter, reach: Reach) -> Self {
        let site = row.name.as_str();
        let path = format!("/sites/{site}");
        let action = match page {
            Page::Overview => path.clone(),
            Page::Desk => format!("{path}/recover"),
            Page::Voices => format!("{path}/voices"),
            Page::Install => format!("{path}/install"),
            Page::Settings => format!("{path}/settings"),
            Page::Setting(name) => format!("{path}/settings/{name}"),
        };
        let hl = filter.language.as_deref().map_or_else(String::new, |hl| format!("?hl={hl}"));
        let desk = format!("{path}/recover{hl}");
        let link = |name: &str, href: String, here| Link { name: name.to_owned(), href, here };
        let periods = Length::ALL.into_iter().zip(texts.lengths).map(|(length, name)| {
            let changes = [("days", Some(length.name())), ("from", None), ("to", None)];
            link(name, filter.link(&action, &changes), filter.length == Some(length))
        });
        let day_of = |ms| row.zone().day(ms);
        let since = row.closed_ms.map(|ms| say::day(texts, day_of(ms), day_of(now_ms())));
        let closed = since.map(|day| fill(texts.closed, &[("day", &day)]));
        let notices = closed.into_iter().chain(filter.notices(texts)).collect();
        Self {
            lang: if texts.language == Language::Fr { "fr" } else { "en" },
            desk: reach.desk.map(|_| desk.clone()),
            install: reach.settings.then(|| format!("{path}/install{hl}")),
            pages: [
                Some(link(texts.overview, filter.link(&path, &[("tab", None), ("q", None)]), page == Page::Overview)),
                reach.desk.map(|open| {
                    let count = if open > 0 { format!(" ({})", say::count(texts, open)) } else { String::new() };
                    link(&format!("{}{count}", texts.recover), desk.clone(), page == Page::Desk)
                }),
                reach
                    .voices
                    .then(|| link(texts.voices, filter.link(&format!("{path}/voices"), &[]), page == Page::Voices)),
                reach.settings.then(|| {
                    let here = matches!(page, Page::Settings | Page::Setting(_) | Page::Install);
                    link(texts.settings().title, format!("{path}/settings{hl}"), here)
                }),
            ]
            .into_iter()
            .flatten()
            .collect(),
            current: if matches!(page, Page::Setting(_) | Page::Install) { "true" } else { "page" },
            periods: periods.collect(),
            from: format_day(filter.period.first()),
            to: format_day(filter.period.last()),
            custom: filter.length.is_none(),
            carried: filter.carried(&["days", "from", "to"]),
            narrowed: if filter.is_narrow() { filter.narrowed(texts).join(", ") } else { String::new() },
            wide: filter.wide_link(&action),
            notices,
            demonstration: row.demonstration.then_some(texts.demonstration),
            site: site.to_owned(),
            action,
            path,
        }
    }

    /// The address of the site's recovery desk, for a reader who has one.
    pub fn desk(&self) -> Option<&str> {
        self.desk.as_deref()
    }

    /// The address of the site's snippet, for a reader who may see it.
    pub fn install(&self) -> Option<&str> {
        self.install.as_deref()
    }

    /// The address of the site's overview.
    pub fn path(&self) -> &str {
        &self.path
    }
}
