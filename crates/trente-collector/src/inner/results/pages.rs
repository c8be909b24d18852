//! What the templates of the results are filled with.

use askama::Template;
use trente_stats::Summary;
use trente_stats::confidence::{Confidence, FIRM_MIN};
use trente_stats::summary::CauseCounts;
use trente_store::clock::now_ms;
use trente_store::fold::counts::{Headline, SiteCounts};
use trente_store::model::site::Lag;
use trente_survey::cause::Owner;
use trente_survey::locale::Language;
use trente_survey::score::flag;
use trente_survey::{Cause, Class};

use super::figures;
use super::figures::{Figure, percent};
use crate::domain::throttle::spike::Spike;
use crate::views::summary::Marks;

/// The list of sites.
#[derive(Template)]
#[template(path = "results_sites.html")]
pub struct Sites {
    /// Their names.
    pub sites: Vec<String>,
}

/// The results of one site.
#[derive(Template)]
#[template(path = "results_site.html")]
pub struct SitePage {
    name: String,
    lag: String,
    /// What the head figures are made of, in a sentence.
    headline: String,
    /// What may not be the customers' answers, a sentence each.
    marks: Vec<String>,
    head: Summary,
    verified: Summary,
    unverified: Summary,
    figures: Vec<Figure>,
    classes: Vec<ClassRow>,
    causes: Vec<CauseRow>,
    without_cause: u64,
    handed_to_competitors: u64,
    beside: Vec<BesideRow>,
    noted: u64,
    fast: u64,
    fast_share: String,
}

struct ClassRow {
    name: &'static str,
    count: u64,
    share: String,
}

struct CauseRow {
    name: &'static str,
    impact: u64,
    incidents: u64,
    unforgivable: u64,
    unforgivable_share: String,
    owner: &'static str,
    question: &'static str,
    first_step: &'static str,
}

struct BesideRow {
    name: &'static str,
    verified: String,
    unverified: String,
}

impl SitePage {
    /// The page of a site's counts of all days. `refused` unsigned frames were refused today because the day is
    /// unusual.
    pub fn new(name: String, counts: &SiteCounts, lag: Lag, marks: &Marks, refused: u64) -> Self {
        let headline = counts.headline();
        let head = Summary::of(counts.head(headline));
        let (verified, unverified) = (Summary::of(&counts.verified), Summary::of(&counts.unverified));
        let beside = figures::all(&verified).into_iter().zip(figures::all(&unverified));
        let beside =
            beside.map(|(left, right)| BesideRow { name: left.name, verified: left.line(), unverified: right.line() });
        Self {
            name,
            lag: lag_text(lag),
            marks: mark_texts(marks, refused),
            headline: headline_text(headline, verified.n, unverified.n),
            figures: figures::all(&head),
            classes: classes(&head),
            causes: head.pareto().iter().map(|(cause, counts)| cause_row(*cause, counts)).collect(),
            without_cause: head.without_cause.incidents(),
            handed_to_competitors: head.handed_to_competitors(),
            beside: beside.collect(),
            noted: head.flagged(flag::NOTED),
            fast: head.fast(),
            fast_share: head.fast_share().map(percent).unwrap_or_default(),
            head,
            verified,
            unverified,
        }
    }
}

fn headline_text(headline: Headline, verified: u64, unverified: u64) -> String {
    match headline {
        Headline::All => "No order was signed: nothing proves these purchases, so every figure is unproven.".to_owned(),
        Headline::Verified if verified < FIRM_MIN => format!(
            "The figures are those of {verified} proven purchases alone, fewer than {FIRM_MIN}, so they are a tendency. \
             {unverified} unproven responses stand beside them, below."
        ),
        Headline::Verified => format!(
            "The figures are those of {verified} proven purchases alone. {unverified} unproven responses stand beside \
             them, below."
        ),
    }
}

fn mark_texts(marks: &Marks, refused: u64) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(Spike { day, responses, usual, times }) = &marks.unusual_day {
        texts.push(format!(
            "An unusual day: {responses} unproven responses came on {day}, {times} times the usual {usual}. They may not be \
             your customers'."
        ));
    }
    if refused > 0 {
        texts.push(format!(
            "{refused} unproven answers were refused today, because there are many more than usual; signed orders are not \
             affected."
        ));
    }
    if marks.disputed > 0 {
        texts.push(format!(
            "REPLACED: a client on another network tried to replace {} unproven responses. Each counts once, as it was \
             given first; what was sent later is in the exports, under “aside”.",
            marks.disputed
        ));
    }
    texts
}

fn classes(summary: &Summary) -> Vec<ClassRow> {
    let rows = Class::ALL.into_iter().zip(summary.classes);
    rows.map(|(class, count)| ClassRow {
        name: class.name(),
        count,
        share: trente_stats::wilson::share(count, summary.n).map(percent).unwrap_or_default(),
    })
    .collect()
}

fn cause_row(cause: Cause, counts: &CauseCounts) -> CauseRow {
    let remedy = Cause::remedy(cause, Language::En);
    CauseRow {
        name: cause.name(),
        impact: counts.impact(),
        incidents: counts.incidents(),
        unforgivable: counts.unforgivable(),
        unforgivable_share: unforgivable_share(counts),
        owner: match remedy.owner {
            Owner::Direction => "direction",
            Owner::Manager => "manager",
            Owner::TeamAndManager => "team and manager",
        },
        question: remedy.question,
        first_step: remedy.first_step,
    }
}

/// How often a customer who was asked cannot forgive, with its interval; empty where few were asked.
fn unforgivable_share(counts: &CauseCounts) -> String {
    match (counts.unforgivable_share(), counts.unforgivable_interval()) {
        (Some(share), Some(interval)) if Confidence::of(counts.judged()) >= Confidence::Tendency => {
            let (low, high) = (percent(interval.low), percent(interval.high));
            format!("{} of {}, {low} to {high}", percent(share), counts.judged())
        }
        _ => String::new(),
    }
}

fn lag_text(lag: Lag) -> String {
    match lag.oldest_ms {
        Some(oldest) if lag.frames > 0 => {
            let seconds = now_ms().saturating_sub(oldest) / 1000;
            format!("{} accepted frames are not counted yet, the oldest for {seconds} s.", lag.frames)
        }
        _ => "Every accepted response is counted.".to_owned(),
    }
}
