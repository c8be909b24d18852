//! Overview page of a site: what a period says, whom to call, what to do first, whether it helped, and how reliable it
//! is.
//!
//! Read from the daily counts alone, once ([`trente_store::cells`]); what it says of them is computed by
//! `trente-stats`, and written by the templates.

mod blocks;
mod chart;
mod cuts;
mod figures;
mod heard;
pub mod own;
mod said;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use askama::Template;
use trente_stats::Summary;
use trente_stats::alerts::{self, RECURRENCE_DAYS};
use trente_stats::confidence::{Confidence, NUMBER_MIN};
use trente_stats::facts::Brief;
use trente_stats::period::Period;
use trente_stats::ranking;
use trente_stats::story::Story;
use trente_stats::weekly_digest::{self, AlertRow};
use trente_store::cells::{Cells, Split};
use trente_store::fold::counts::{Headline, SiteCounts};
use trente_store::{Store, StoreError};
use trente_survey::score::flag;

use self::blocks::{Causes, Lead, Worth};
use self::chart::Chart;
use self::cuts::CutTable;
use self::figures::{Figure, Who};
pub use self::heard::Heard;
pub use self::said::Said;
use super::filter::{Cut, Filter};
use super::frame::{Frame, Link};
use super::say;
use super::texts::{Acts, Texts, fill};
use crate::domain::digest::first_day;
use crate::views::letters::digest::sentences;

/// Weeks that the chart shows at least.
const WEEKS: u32 = 26;
/// Days before those of a recurrence that tell what is usual: the rest of thirteen weeks.
const USUAL_DAYS: u32 = 91 - RECURRENCE_DAYS;
/// Responses with a proof and without, apart.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// With a proof.
    pub verified: Summary,
    /// Without.
    pub unverified: Summary,
}

/// What the overview is made of.
pub struct Figures {
    /// Which responses the figures are of.
    headline: Headline,
    /// The period, proofs apart.
    sides: Sides,
    /// The period.
    pub now: Summary,
    /// The span before.
    before: Summary,
    /// Weeks, oldest first.
    weeks: Vec<(Period, Brief)>,
    /// Parts next to each other, now and before.
    parts: BTreeMap<u32, (Brief, Brief)>,
    /// Alerts of recurring causes.
    recurring: Vec<alerts::Alert>,
    /// What else the letters tell of the last seven days: rules A3, A5 and A6. None where they say nothing: of some answers, or
    /// of days that were over earlier.
    told: Option<Vec<AlertRow>>,
    /// Responses of the day that is not over.
    of_today: u64,
    /// Whether the site has any answer at all.
    any: bool,
    /// Responses of the period that a filter on the language leaves out because theirs is not known any more.
    without_language: u64,
    /// Responses of the period that a filter on class or cause counts without their time and words.
    without_marks: u64,
}

impl Figures {
    /// Reads them.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(store: &Store, site: i64, filter: &Filter, today: u32) -> Result<Self, StoreError> {
        let headline = match filter.wanted.verified {
            Some(true) => Headline::Verified,
            Some(false) => Headline::All,
            None => store.headline(site).await?,
        };
        let period = filter.period;
        let (weeks, before) = (period.weeks(WEEKS), period.before());
        let recent = period.last().saturating_sub(RECURRENCE_DAYS - 1)..=period.last();
        let usual = recent.start().saturating_sub(USUAL_DAYS)..=recent.start().saturating_sub(1);
        // A period of the reader's own says by itself that it ends earlier.
        let last = if filter.length.is_some() { today } else { period.last() };
        let first = [weeks.first().map(Period::first), before.map(|before| before.first()), Some(*usual.start())];
        let first = first.into_iter().flatten().fold(period.first(), u32::min);
        let reader = Reader { cells: store.cells(site, filter.of_days(first..=last)).await?, filter, headline };
        let sides = reader.sides(&period.range())?;
        let now = sides.head(headline);
        let before = match before {
            Some(before) => reader.sides(&before.range())?.head(headline),
            None => Summary::default(),
        };
        let briefs = reader.cells.weeks(period.last(), weeks.len(), reader.proven());
        let recurring = alerts::recurrence(&reader.brief(&recent), &reader.brief(&usual));
        let told = reader.told(today)?;
        let parts = reader.parts(&sides);
        let of_today = if filter.length.is_some() { reader.brief(&(today..=today)).n } else { 0 };
        let any = now.n > 0 || of_today > 0 || store.last_day(site).await?.is_some();
        Ok(Self {
            headline,
            sides,
            now,
            before,
            weeks: weeks.into_iter().zip(briefs).collect(),
            parts,
            recurring,
            told,
            of_today,
            any,
            without_language: reader.cells.without_language(&period.range()),
            without_marks: if filter.wanted.is_of_answers() { reader.cells.without_marks(&period.range()) } else { 0 },
        })
    }
}

impl Figures {
    /// What the filter does not know of earlier responses, in words.
    pub fn notices(&self, texts: &Texts) -> Vec<String> {
        let told = [(texts.without_language, self.without_language), (texts.without_marks, self.without_marks)];
        let told = told.into_iter().filter(|(_, n)| *n > 0);
        told.map(|(forms, n)| fill(texts.form(forms, n), &[("n", &say::count(texts, n))])).collect()
    }

    /// Which responses the head figures are of.
    pub const fn headline(&self) -> Headline {
        self.headline
    }

    /// The filter of exactly those responses that the figures count: a number leads to the people behind it.
    pub fn counted(&self, filter: &Filter) -> Filter {
        match (self.headline, filter.wanted.verified) {
            (Headline::Verified, None) => filter.proven(),
            _ => filter.clone(),
        }
    }
}

impl Sides {
    /// What the head figures are made of.
    fn head(&self, headline: Headline) -> Summary {
        match headline {
            Headline::Verified => self.verified.clone(),
            // A site without a proven response has nothing but the others.
            Headline::All => self.unverified.clone(),
        }
    }
}

struct Reader<'a> {
    cells: Cells,
    filter: &'a Filter,
    headline: Headline,
}

impl Reader<'_> {
    /// Whether the head figures are of proven purchases.
    fn proven(&self) -> bool {
        self.headline == Headline::Verified
    }

    fn sides(&self, days: &RangeInclusive<u32>) -> Result<Sides, StoreError> {
        let SiteCounts { verified, unverified } = self.cells.sides(days)?;
        Ok(Sides { verified: Summary::of(&verified), unverified: Summary::of(&unverified) })
    }

    fn brief(&self, days: &RangeInclusive<u32>) -> Brief {
        self.cells.brief(days, self.proven())
    }

    /// The chart and the recurring causes are told by the page itself, over its own weeks.
    fn told(&self, today: u32) -> Result<Option<Vec<AlertRow>>, StoreError> {
        let last = self.filter.period.last();
        if self.filter.is_narrow() || last + 1 < today {
            return Ok(None);
        }
        let rows = weekly_digest::alerts(last, &self.cells.entries(&(first_day(last)..=last), self.proven()))?;
        Ok(Some(rows.into_iter().filter(|row| matches!(row.rule, "A3" | "A5" | "A6")).collect()))
    }

    fn parts(&self, sides: &Sides) -> BTreeMap<u32, (Brief, Brief)> {
        let split = match self.filter.cut {
            Cut::Channel => Split::Channel,
            Cut::Language => Split::Language,
            Cut::Version => Split::Survey,
            Cut::Weekday => Split::Weekday,
            // Both sides, whatever the head figures are of.
            Cut::Proof => {
                let both = [(0, Brief::from(&sides.verified)), (1, Brief::from(&sides.unverified))];
                let both = both.into_iter().filter(|(_, side)| side.n > 0);
                return both.map(|(part, side)| (part, (side, Brief::default()))).collect();
            }
        };
        let period = self.filter.period;
        let of = |days: &RangeInclusive<u32>| self.cells.parts(split, days, self.proven());
        let mut before = period.before().map(|before| of(&before.range())).unwrap_or_default();
        let now = of(&period.range()).into_iter();
        now.map(|(part, now)| (part, (now, before.remove(&part).unwrap_or_default()))).collect()
    }
}

/// The page.
#[derive(Template)]
#[template(path = "overview.html")]
pub struct Overview {
    frame: Frame,
    texts: &'static Texts,
    title: String,
    lede: Vec<String>,
    basis: Vec<String>,
    /// The snippet, for a reader who may put it on the shop's page, while no answer has come.
    install: Option<String>,
    n: u64,
    /// Whether there are answers enough for figures.
    has_figures: bool,
    heard: Heard,
    acts: &'static Acts,
    /// The recovery desk, for a reader who has one.
    desk: Option<String>,
    hurt: u64,
    recover_link: String,
    delights: u64,
    thanks_link: Link,
    recover_silent: String,
    see_all: String,
    lead: Option<Lead>,
    causes: Causes,
    ordinary: Vec<String>,
    chart: Option<Chart>,
    figures: Vec<Figure>,
    who: Who,
    score: String,
    cut: CutTable,
    /// Answers to the merchant's own questions.
    own: Option<own::Block>,
    worth: Worth,
    /// What the shop says of its days.
    said: said::Block,
}

impl Overview {
    /// The page of these figures.
    pub fn new(
        frame: Frame,
        texts: &'static Texts,
        figures: Figures,
        heard: Heard,
        said: Said,
        filter: &Filter,
        marks: Vec<String>,
    ) -> Self {
        let (counted, today) = (figures.counted(filter), said.today);
        let Figures { headline, sides, now, before, weeks, parts, recurring, told, of_today, any, .. } = figures;
        let story = Story::of(&now, &before);
        let when = say::period(texts, &filter.period, today);
        let has_figures = now.n >= NUMBER_MIN;
        let path = frame.path().to_owned();
        let mut basis = if any { blocks::basis(texts, headline, filter, sides.verified.n) } else { Vec::new() };
        if of_today > 0 {
            basis.push(fill(texts.form(texts.of_today, of_today), &[("n", &say::count(texts, of_today))]));
        }
        basis.extend(marks);
        let ranked = ranking::rank(&now);
        let chart = Chart::new(texts, &weeks, &said.annotations, today);
        let mut ordinary: Vec<String> = chart.as_ref().map(|chart| chart.found(texts, today)).unwrap_or_default();
        ordinary.extend(recurring.iter().map(|alert| blocks::recurs(texts, alert)));
        ordinary.extend(sentences(told.as_deref().unwrap_or_default(), texts.language));
        if ordinary.is_empty() && chart.as_ref().is_some_and(Chart::has_usual) {
            ordinary.push(if told.is_some() { texts.quiet } else { texts.quiet_weeks }.to_owned());
        }
        ordinary.push(chart.as_ref().map_or_else(|| texts.young.to_owned(), |chart| chart.usual(texts)));
        let hurt = story.lost + story.waiting;
        let voices = VoicesLinks { filter: &counted, path: &path, may_read: heard.may_read };
        Self {
            title: blocks::title(texts, &when, now.n, any),
            lede: if now.n > 0 { blocks::lede(texts, &story, filter.period.days()) } else { Vec::new() },
            basis,
            install: if any { None } else { frame.install().map(str::to_owned) },
            n: now.n,
            has_figures,
            acts: texts.acts(),
            desk: frame.desk().map(str::to_owned),
            hurt,
            recover_link: voices.address(&[("tab", Some("recover"))]),
            delights: now.flagged(flag::DELIGHT),
            thanks_link: {
                let n = now.flagged(flag::DELIGHT);
                let name = fill(texts.form(texts.delighted, n), &[("n", &say::count(texts, n))]);
                voices.link(name, &[("tab", Some("thanks"))])
            },
            recover_silent: heard.silent(texts, hurt),
            see_all: heard.see(texts, hurt),
            heard,
            lead: Lead::new(texts, &now, &ranked, &story.causes),
            causes: Causes::new(texts, &now, &ranked, &voices),
            ordinary,
            chart,
            figures: figures::all_figures(texts, &now, &before),
            who: Who::new(texts, &now, &voices),
            score: figures::score(texts, &now),
            cut: CutTable::new(texts, &now, &parts, filter, &path),
            own: None,
            said: said::Block::new(texts, said, filter, &path),
            worth: Worth::new(texts, &now, headline, &sides, filter, &path),
            frame,
            texts,
        }
    }
}

impl Overview {
    /// The same page with the answers to the merchant's own questions.
    pub fn with_own(self, own: Option<own::Block>) -> Self {
        Self { own, ..self }
    }
}

/// Whether so few answers carry a figure.
fn carries(n: u64) -> bool {
    Confidence::of(n) >= Confidence::Tendency
}

/// Links to the voices within a filter, for a reader who may see them: anyone else gets the names alone, because the page
/// is none for them, and asking for it counts as a wrong request.
struct VoicesLinks<'a> {
    filter: &'a Filter,
    path: &'a str,
    may_read: bool,
}

impl VoicesLinks<'_> {
    fn address(&self, changes: &[(&'static str, Option<&str>)]) -> String {
        if self.may_read { self.filter.link(&format!("{}/voices", self.path), changes) } else { String::new() }
    }

    fn link(&self, name: String, changes: &[(&'static str, Option<&str>)]) -> Link {
        Link { name, href: self.address(changes), here: false }
    }
}
