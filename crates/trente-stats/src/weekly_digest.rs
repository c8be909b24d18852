//! Weekly digest for a team: thanks first, then one action, then the figures, then the trend alerts.
//!
//! **Source**: docs/lessons.md 0g, 0k, 1f, 1k, 1l, 4f; docs/metrics.md#control-charts and #drivers. Words of a customer
//! who complains are not in it: they go to the owner ([`crate::alerts::message`]), who can act without pointing at
//! any one person (lesson 0j).
//!
//! Not here: reading responses, writing text, sending.

mod draw;
mod team;
mod trends;

use serde::Serialize;
use trente_survey::cause::Remedy;
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;
use trente_survey::score::{ELAPSED_UNKNOWN, flag};
use trente_survey::{Branch, Cause, Class};

use crate::aggregate::{Aggregate, Count, CountError, KeyVerdict, Kind};
use crate::detail::{self, ResponseRate, owner_name};
use crate::ranking;
use crate::report::{Minimum, NpsReport};
use crate::summary::Summary;

pub use self::team::{Team, TeamError, is_address};
pub use self::trends::{AlertRow, alerts};

/// Days of a week.
pub const WEEK_DAYS: u32 = 7;
/// Weeks before it that tell what is usual.
pub const BASELINE_WEEKS: u32 = 12;
/// Moments, 1 to 10, and 0 where none is named.
const MOMENTS: usize = 11;
/// Thanks that are read out at most.
const THANKS_MAX: usize = 5;

/// How many responses of a day and a channel said the same: a year of a large site has a million responses, and a digest
/// needs no more of them than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The day they were answered, since 1970.
    pub day: u32,
    /// Their channel, 0 when they name none.
    pub channel: u8,
    /// What they say: [`crate::aggregate::key`].
    pub key: u32,
    /// How many.
    pub n: u64,
}

/// The words of one of these responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The day it was answered, since 1970.
    pub day: u32,
    /// What else it says.
    pub key: u32,
    /// The customer's own words.
    pub verbatim: String,
}

/// What a team reads, in the order of reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeeklyDigest {
    /// To whom it goes: the whole team; absent where it goes to a program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// What delighted customers said; at least one where a customer was delighted.
    pub thanks: Vec<Thanks>,
    /// Delighted customers.
    pub delights: u64,
    /// The one action of the week; null where no customer named a cause.
    pub action: Option<Action>,
    /// Responses.
    pub n: u64,
    /// How many of those who were asked answered; null where that is not known.
    pub response_rate: Option<ResponseRate>,
    /// Recommendation.
    pub nps: NpsReport,
    /// Customers who will not be back.
    pub lost: u64,
    /// Customers who wait to be put right.
    pub waiting: u64,
    /// What left its usual course.
    pub alerts: Vec<AlertRow>,
}

/// A delighted customer, or those who said the same without words of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thanks {
    /// What made the difference, 1 to 10; 0 where it was not said.
    pub moment: u8,
    /// Who or what deserves thanks, in the customer's own words.
    pub verbatim: Option<String>,
    /// How many customers said so: 1 where there are words.
    pub count: u64,
}

/// The one thing to do: the first step against the first cause of [`crate::ranking`], which the overview has too.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// The cause.
    pub cause: &'static str,
    /// Who can remove it: `direction`, `manager`, or `team_and_manager`.
    pub owner: &'static str,
    /// What to ask management.
    pub question: &'static str,
    /// What can be done within a day.
    pub first_step: &'static str,
    /// Other causes that share the first place, because they cannot be told apart from it.
    pub tied: Vec<&'static str>,
    /// Incidents of this cause.
    pub incidents: u64,
    /// Points that NPS gains when its detractors become passives: exactly 100·D/n; 0 when none of them is a detractor,
    /// null when too few customers answered the recommendation.
    pub nps_delta: Option<f64>,
}

impl WeeklyDigest {
    /// The weekly of the seven days that end with `until`.
    ///
    /// Of `entries` and `words`, in any order, those after `until` or before the baseline count for nothing; `words` are
    /// of responses in `entries`, and those of one day are told in the order in which they are given. `orders` is how many
    /// customers were asked that week, where that is known. Numbers of fewer than `minimum` answers are left out.
    ///
    /// # Errors
    /// [`CountError`] when a response cannot be counted.
    pub fn of(
        team: &Team,
        until: u32,
        entries: &[Entry],
        words: &[Words],
        orders: Option<u64>,
        minimum: u64,
        language: Language,
    ) -> Result<Self, CountError> {
        let summary = week_summary(until, entries)?;
        Ok(Self {
            to: team.addresses().to_vec(),
            thanks: thanks(entries.iter().filter(|entry| is_of_week(until, entry.day)), words, until)?,
            delights: summary.flagged(flag::DELIGHT),
            action: action(&summary, minimum, language),
            n: summary.n,
            response_rate: detail::response_rate(summary.n, orders).map(|rate| rate.of_at_least(minimum)),
            nps: Minimum(minimum).nps(&summary.nps),
            lost: summary.flagged(flag::LOST),
            waiting: summary.flagged(flag::RECOVER),
            alerts: alerts(until, entries)?,
        })
    }
}

/// Whether a day is one of the seven that end with `until`.
fn is_of_week(until: u32, day: u32) -> bool {
    (until + 1).saturating_sub(WEEK_DAYS) <= day && day <= until
}

/// How many responses the week has that ends with `until`, and their recommendation, of which fewer than `minimum` carry
/// no number.
///
/// # Errors
/// [`CountError`] when a response cannot be counted.
pub fn n_and_nps(until: u32, entries: &[Entry], minimum: u64) -> Result<(u64, NpsReport), CountError> {
    let summary = week_summary(until, entries)?;
    Ok((summary.n, Minimum(minimum).nps(&summary.nps)))
}

fn week_summary(until: u32, entries: &[Entry]) -> Result<Summary, CountError> {
    let week = || entries.iter().filter(|entry| is_of_week(until, entry.day));
    let count = |kind, key, n| Count { kind, survey: SurveyId([0; 4]), key, n };
    let answers = week().map(|entry| count(Kind::Answers, entry.key, entry.n));
    // Every response has one bucket of the time taken; which, the digest does not tell.
    let elapsed = week().map(|entry| count(Kind::Elapsed, ELAPSED_UNKNOWN.into(), entry.n));
    Ok(Summary::of(&Aggregate::from_counts(answers.chain(elapsed))?))
}

/// Those whom something delighted, with words first, then those without, once for each moment; then promoters who wrote
/// something, for their words name whom or what to congratulate.
fn thanks<'a>(week: impl Iterator<Item = &'a Entry>, words: &[Words], until: u32) -> Result<Vec<Thanks>, CountError> {
    let mut silent = [0u64; MOMENTS];
    for entry in week {
        let one = KeyVerdict::of(entry.key)?;
        if let Some(count) = silent.get_mut(usize::from(one.answers.moment)).filter(|_| is_delight(&one)) {
            *count += entry.n;
        }
    }
    let mut told: Vec<&Words> = words.iter().filter(|words| is_of_week(until, words.day)).collect();
    told.sort_by_key(|words| words.day);
    let mut found: Vec<(u8, Thanks)> = Vec::new();
    for words in told {
        let one = KeyVerdict::of(words.key)?;
        let moment = one.answers.moment;
        let rank = match one.verdict.class {
            Class::Delight => 0,
            Class::Ok if one.verdict.branch == Branch::Promoter => 3,
            _ => continue,
        };
        if let Some(count) = silent.get_mut(usize::from(moment)).filter(|_| is_delight(&one)) {
            *count = count.saturating_sub(1);
        }
        found.push((rank, Thanks { moment, verbatim: Some(words.verbatim.clone()), count: 1 }));
    }
    for (moment, count) in (0..).zip(silent).filter(|(_, count)| *count > 0) {
        found.push((if moment == 0 { 2 } else { 1 }, Thanks { moment, verbatim: None, count }));
    }
    // Stable: words in the order in which they are given.
    found.sort_by_key(|(rank, thanks)| (*rank, std::cmp::Reverse(thanks.count)));
    Ok(found.into_iter().map(|(_, thanks)| thanks).take(THANKS_MAX).collect())
}

fn is_delight(one: &KeyVerdict) -> bool {
    one.verdict.class == Class::Delight
}

fn action(summary: &Summary, minimum: u64, language: Language) -> Option<Action> {
    let ranked = ranking::rank(summary);
    let ranking::Ranked { cause, counts, .. } = *ranked.first()?;
    let Remedy { owner, question, first_step } = cause.remedy(language);
    let gain = summary.what_if().into_iter().find(|gain| gain.cause == cause).map(|gain| gain.nps_delta);
    let carries = summary.nps.n() >= minimum.max(1);
    Some(Action {
        cause: Cause::name(cause),
        owner: owner_name(owner),
        question,
        first_step,
        tied: ranking::first(&ranked).into_iter().skip(1).map(Cause::name).collect(),
        incidents: counts.incidents(),
        nps_delta: carries.then(|| gain.unwrap_or(0.0)),
    })
}
