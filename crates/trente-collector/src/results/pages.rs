//! What the templates of the results are filled with.

use askama::Template;
use trente_stats::confidence::Confidence;
use trente_stats::summary::CauseCounts;
use trente_stats::{CountError, Summary};
use trente_survey::cause::Owner;
use trente_survey::locale::Language;
use trente_survey::score::flag;
use trente_survey::{Cause, Class};

use super::figures::{self, Figure, percent};
use crate::clock::now_ms;
use crate::store::rollup::SiteCounts;
use crate::store::rows::Lag;

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
    all: Summary,
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
    /// The page of a site's counts.
    ///
    /// # Errors
    /// [`CountError::TooMany`]
    pub fn new(name: String, counts: &SiteCounts, lag: Lag) -> Result<Self, CountError> {
        let mut whole = counts.verified.clone();
        whole.merge(&counts.unverified)?;
        let all = Summary::of(&whole);
        let (verified, unverified) = (Summary::of(&counts.verified), Summary::of(&counts.unverified));
        let beside = figures::all(&verified).into_iter().zip(figures::all(&unverified));
        let beside =
            beside.map(|(left, right)| BesideRow { name: left.name, verified: left.line(), unverified: right.line() });
        Ok(Self {
            name,
            lag: lag_text(lag),
            figures: figures::all(&all),
            classes: classes(&all),
            causes: all.pareto().iter().map(|(cause, counts)| cause_row(*cause, counts)).collect(),
            without_cause: all.without_cause.incidents(),
            handed_to_competitors: all.handed_to_competitors(),
            beside: beside.collect(),
            noted: all.flagged(flag::NOTED),
            fast: all.fast(),
            fast_share: all.fast_share().map(percent).unwrap_or_default(),
            all,
            verified,
            unverified,
        })
    }
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
