//! Detail of a report: spread, families, causes with and without, moments.
//!
//! The names are stable. **Source**: docs/metrics.md#lens-index-and-gaps, #penalty-and-reward, #drivers;
//! docs/lessons.md 0e, 0n, 1a, 2a, 3i, 4d, 4f, 4h.

use serde::Serialize;
use trente_survey::cause::Owner;
use trente_survey::locale::Language;
use trente_survey::{Answers, Cause};

use crate::drivers::Driver;
use crate::lens::Lens;
use crate::report::{Minimum, NpsReport};
use crate::summary::{CauseCounts, Summary};
use crate::time_label::{self, Label};
use crate::wilson;

/// What stands behind a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Detail {
    /// How many of those who were asked answered; null when it is not known how many were asked.
    pub response_rate: Option<ResponseRate>,
    /// How satisfaction is spread.
    pub satisfaction: Spread,
    /// How ease is spread.
    pub ease: Spread,
    /// The eight families of causes, by number.
    pub families: Vec<Family>,
    /// Causes of incidents, most impact first.
    pub causes: Vec<CauseDetail>,
    /// Moments of incidents, 1 to 10, and 0 where none was named; those without an answer are left out.
    pub moments: Vec<Moment>,
    /// Whether “thirty seconds” may still be said: `thirty_seconds` or `one_minute`.
    pub time_label: &'static str,
}

/// Silence is not satisfaction: how many answered of how many were asked (lesson 4f).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResponseRate {
    /// Orders that were asked.
    pub orders: u64,
    /// Responses.
    pub n: u64,
    /// Their share of the orders, 0..=1; null without an order, and in a digest below five.
    pub rate: Option<f64>,
    /// Lower end of Wilson's interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// How the ratings of one question are spread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Answers.
    pub n: u64,
    /// Answers by rating, 1 first.
    pub histogram: Vec<u64>,
    /// The mean rating; null without an answer.
    pub mean: Option<f64>,
    /// The sample's standard deviation, with n − 1; null below two answers.
    pub deviation: Option<f64>,
}

/// One family of causes, as the lens sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Family {
    /// Its name.
    pub family: &'static str,
    /// Answers by rating, 1 first.
    pub histogram: Vec<u64>,
    /// Answers.
    pub n: u64,
    /// (mean − 1)·25, 0..=100.
    pub index: Option<f64>,
    /// The mean of this lens less the mean satisfaction, both 1..=5: below 0 where this disappoints more than the whole.
    pub gap_to_satisfaction: Option<f64>,
    /// What its lack costs in mean recommendation, −10..=10.
    pub penalty: Option<f64>,
    /// What its excellence gains, −10..=10.
    pub reward: Option<f64>,
    /// What it is to customers: `basic`, `linear`, `attractive`, or `unknown` below ten answers a band.
    pub kano: &'static str,
    /// Pearson's r with the recommendation, −1..=1; null below thirty pairs.
    pub r: Option<f64>,
    /// Lower end of Fisher's interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Incidents of one primary cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseDetail {
    /// The cause's name.
    pub cause: &'static str,
    /// Who can remove it: `direction`, `manager`, or `team_and_manager`.
    pub owner: &'static str,
    /// What to ask management.
    pub question: &'static str,
    /// What can be done within a day.
    pub first_step: &'static str,
    /// Incidents.
    pub incidents: u64,
    /// Those of which the customer said whether they can be forgiven.
    pub judged: u64,
    /// Those that are not.
    pub unforgivable: u64,
    /// Their share of those judged, 0..=1.
    pub unforgivable_share: Option<f64>,
    /// Lower end of Wilson's interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Recommendation of those whom this cause disappointed.
    pub nps_with: NpsReport,
    /// Recommendation of all others.
    pub nps_without: NpsReport,
}

/// Recommendation after one moment of an incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// 1 to 10; 0 where none was named.
    pub moment: u8,
    /// Its recommendation.
    pub nps: NpsReport,
}

/// The stable name of an owner.
pub const fn owner_name(owner: Owner) -> &'static str {
    match owner {
        Owner::Direction => "direction",
        Owner::Manager => "manager",
        Owner::TeamAndManager => "team_and_manager",
    }
}

impl Detail {
    /// The detail of a summary, in the language of the remedies; numbers of fewer than `minimum` answers are left out.
    ///
    /// `orders` is how many customers were asked, where that is known; fewer than answered is taken for unknown.
    pub fn of(summary: &Summary, minimum: u64, orders: Option<u64>, language: Language) -> Self {
        let minimum = Minimum(minimum);
        let satisfaction = spread(&summary.csat.counts, minimum);
        let family = |(cause, lens): (Cause, &Lens)| family(cause, lens, summary.csat.mean(), minimum);
        let moments = (0..=Answers::MOMENT_MAX).zip(&summary.moments).filter(|(_, nps)| nps.n() > 0);
        Self {
            response_rate: response_rate(summary.n, orders),
            ease: spread(&summary.ces.counts, minimum),
            satisfaction,
            families: Cause::ALL.into_iter().zip(&summary.lenses).map(family).collect(),
            causes: summary
                .pareto()
                .iter()
                .map(|(cause, counts)| cause_detail(*cause, counts, summary, minimum, language))
                .collect(),
            moments: moments.map(|(moment, nps)| Moment { moment, nps: minimum.nps(nps) }).collect(),
            time_label: match time_label::label_of(&summary.elapsed) {
                Label::ThirtySeconds => "thirty_seconds",
                Label::OneMinute => "one_minute",
            },
        }
    }
}

/// How many answered of the orders that were asked; none where that is not known, or is said to be fewer than answered.
pub fn response_rate(n: u64, orders: Option<u64>) -> Option<ResponseRate> {
    let orders = orders.filter(|orders| *orders >= n)?;
    let interval = wilson::interval(n, orders);
    Some(ResponseRate {
        orders,
        n,
        rate: wilson::share(n, orders),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
    })
}

impl ResponseRate {
    /// The same without its share and interval where they are of fewer than `minimum` orders.
    pub(crate) fn of_at_least(self, minimum: u64) -> Self {
        if self.orders >= minimum { self } else { Self { rate: None, low: None, high: None, ..self } }
    }
}

fn spread(counts: &[u64], minimum: Minimum) -> Spread {
    let n = counts.iter().sum();
    let mean = crate::ces::mean(counts);
    let deviation = mean.filter(|_| n > 1).map(|mean| {
        let squares = counts.iter().zip(1u64..).fold(0.0, |sum, (&count, rating)| {
            let distance = rating as f64 - mean;
            sum + count as f64 * (distance * distance)
        });
        (squares / (n - 1) as f64).sqrt()
    });
    Spread { n, histogram: counts.to_vec(), mean: minimum.number(n, mean), deviation: minimum.number(n, deviation) }
}

fn family(cause: Cause, lens: &Lens, satisfaction: Option<f64>, minimum: Minimum) -> Family {
    let n = lens.n();
    let effect = lens.penalty_reward();
    let gap = lens.mean().zip(satisfaction).map(|(lens, satisfaction)| lens - satisfaction);
    let known = match lens.driver() {
        Driver::Known(correlation) => Some(correlation),
        Driver::NotEnough { .. } | Driver::Constant { .. } => None,
    };
    let (low, high) = minimum.ends(n, known.and_then(|known| known.interval));
    Family {
        family: cause.name(),
        histogram: lens.ratings().to_vec(),
        n,
        index: minimum.number(n, lens.index()),
        gap_to_satisfaction: minimum.number(n, gap),
        penalty: minimum.number(n, effect.penalty),
        reward: minimum.number(n, effect.reward),
        kano: effect.class.name(),
        r: minimum.number(n, known.map(|known| known.r)),
        low,
        high,
    }
}

fn cause_detail(
    cause: Cause,
    counts: &CauseCounts,
    summary: &Summary,
    minimum: Minimum,
    language: Language,
) -> CauseDetail {
    let remedy = cause.remedy(language);
    let judged = counts.judged();
    let (low, high) = minimum.ends(judged, counts.unforgivable_interval());
    CauseDetail {
        cause: cause.name(),
        owner: owner_name(remedy.owner),
        question: remedy.question,
        first_step: remedy.first_step,
        incidents: counts.incidents(),
        judged,
        unforgivable: counts.unforgivable(),
        unforgivable_share: minimum.number(judged, counts.unforgivable_share()),
        low,
        high,
        nps_with: minimum.nps(&counts.nps),
        nps_without: minimum.nps(&summary.nps.without(&counts.nps)),
    }
}
