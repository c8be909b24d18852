//! Weekly digest for a team: thanks first, then one action, then the figures, then the trend alerts.
//!
//! **Source**: docs/lessons.md 0g, 0k, 1f, 1k, 1l, 4f; docs/metrics.md#control-charts and #drivers. Words of a customer
//! who complains are not in it: they go to the owner ([`crate::alerts::message`]), who can act without pointing at
//! any one person (lesson 0j).
//!
//! Not here: reading responses, writing text, sending.

mod team;
mod trends;

use serde::Serialize;
use trente_survey::cause::Remedy;
use trente_survey::locale::Language;
use trente_survey::score::flag;
use trente_survey::{Branch, Cause, Class, Verdict};

use crate::aggregate::{Aggregate, Contribution, CountError, unpack};
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

/// One response, as a weekly needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The day it was answered, since 1970.
    pub day: u32,
    /// Its channel, 0 when it names none.
    pub channel: u8,
    /// What it counts for.
    pub contribution: Contribution,
    /// The customer's own words.
    pub verbatim: Option<String>,
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

impl Entry {
    /// What it says; none for a key that no response has.
    pub fn verdict(&self) -> Option<Verdict> {
        let (_, family, answers) = unpack(self.contribution.key).ok()?;
        Verdict::of(&answers, family, self.contribution.elapsed, self.verbatim.is_some()).ok()
    }

    /// The moment that it names, 1 to 10, else 0.
    fn moment(&self) -> u8 {
        unpack(self.contribution.key).map_or(0, |(_, _, answers)| answers.moment)
    }
}

impl WeeklyDigest {
    /// The weekly of the seven days that end with `until`.
    ///
    /// Of `entries`, in any order, those after `until` or before the baseline count for nothing. `orders` is how many
    /// customers were asked that week, where that is known. Numbers of fewer than `minimum` answers are left out.
    ///
    /// # Errors
    /// [`CountError`] when a response cannot be counted.
    pub fn of(
        team: &Team,
        until: u32,
        entries: &[Entry],
        orders: Option<u64>,
        minimum: u64,
        language: Language,
    ) -> Result<Self, CountError> {
        let of_week = |entry: &&Entry| (until + 1).saturating_sub(WEEK_DAYS) <= entry.day && entry.day <= until;
        let week: Vec<&Entry> = entries.iter().filter(of_week).collect();
        let summary = summary(week.iter().copied())?;
        Ok(Self {
            to: team.addresses().to_vec(),
            thanks: thanks(&week),
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

pub(crate) fn summary<'a>(entries: impl Iterator<Item = &'a Entry>) -> Result<Summary, CountError> {
    Ok(Summary::of(&Aggregate::of(entries.map(|entry| entry.contribution))?))
}

/// Those whom something delighted, with words first, then those without, once for each moment; then promoters who wrote
/// something, for their words name whom or what to congratulate.
fn thanks(week: &[&Entry]) -> Vec<Thanks> {
    let mut found: Vec<(u8, Thanks)> = Vec::new();
    let mut silent = [0; MOMENTS];
    for entry in week {
        let Some(verdict) = entry.verdict() else { continue };
        let moment = entry.moment();
        let rank = match (verdict.class, &entry.verbatim) {
            (Class::Delight, Some(_)) => 0,
            (Class::Delight, None) => {
                if let Some(count) = silent.get_mut(usize::from(moment)) {
                    *count += 1;
                }
                continue;
            }
            (Class::Ok, Some(_)) if verdict.branch == Branch::Promoter => 3,
            _ => continue,
        };
        found.push((rank, Thanks { moment, verbatim: entry.verbatim.clone(), count: 1 }));
    }
    for (moment, count) in (0..).zip(silent).filter(|(_, count)| *count > 0) {
        found.push((if moment == 0 { 2 } else { 1 }, Thanks { moment, verbatim: None, count }));
    }
    // Stable: words in the order in which they are given.
    found.sort_by_key(|(rank, thanks)| (*rank, std::cmp::Reverse(thanks.count)));
    found.into_iter().map(|(_, thanks)| thanks).take(THANKS_MAX).collect()
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
