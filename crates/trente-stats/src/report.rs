//! Report: a summary as one object of named numbers, which `trente stats` prints.
//!
//! The names are stable. A number without an answer is null, and so is one of fewer answers than asked for; counts are
//! always there.

use serde::Serialize;
use trente_survey::score::flag;

use crate::interval::Interval;
use crate::nps::Nps;
use crate::summary::Summary;

/// Everything that is said about an aggregate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Responses.
    pub n: u64,
    /// Recommendation.
    pub nps: NpsReport,
    /// Satisfaction.
    pub csat: CsatReport,
    /// Ease.
    pub ces: CesReport,
    /// Scores.
    pub score: ScoreReport,
    /// Responses by class.
    pub classes: Classes,
    /// Causes of incidents, most impact first.
    pub causes: Vec<CauseReport>,
    /// Lost, for want of means or by a rule.
    pub handed_to_competitors: u64,
    /// What the score would gain without a cause, largest gain first.
    pub what_if: Vec<WhatIfReport>,
    /// Responses by flag.
    pub flags: Flags,
    /// The share of responses of less than 0.6 s an answer, 0..=1.
    pub fast_share: Option<f64>,
    /// Recommendation without them.
    pub nps_without_fast: NpsReport,
}

/// Recommendation, in points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NpsReport {
    /// 9 and 10.
    pub promoters: u64,
    /// 7 and 8.
    pub passives: u64,
    /// 0 to 6.
    pub detractors: u64,
    /// −100..=100.
    pub points: Option<f64>,
    /// Lower end of the adjusted Wald interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Satisfaction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CsatReport {
    /// Answers.
    pub n: u64,
    /// Ratings of 4 and 5.
    pub top2: u64,
    /// Their share, 0..=1.
    pub share: Option<f64>,
    /// Lower end of Wilson's interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// 1..=5.
    pub mean: Option<f64>,
}

/// Ease.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CesReport {
    /// Answers.
    pub n: u64,
    /// 1..=7.
    pub mean: Option<f64>,
    /// Lower end of the t interval of the mean; null below two answers.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Ratings of 5 to 7.
    pub easy: u64,
    /// Their share, 0..=1.
    pub easy_share: Option<f64>,
    /// Lower end of Wilson's interval.
    pub easy_low: Option<f64>,
    /// Upper end.
    pub easy_high: Option<f64>,
}

/// Scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreReport {
    /// Responses with a score.
    pub n: u64,
    /// 0..=100.
    pub mean: Option<f64>,
    /// Lower end of the t interval of the mean; null below two scores.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Responses by score: 101 counts, score 0 first.
    pub histogram: Vec<u64>,
}

/// Responses by class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classes {
    /// Too few answers to tell.
    pub none: u64,
    /// More than was expected.
    pub delight: u64,
    /// Neither delight nor incident.
    pub ok: u64,
    /// An incident that can be put right.
    pub forgivable: u64,
    /// An incident after which the customer does not come back.
    pub unforgivable: u64,
}

/// Incidents of one primary cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseReport {
    /// The cause's name.
    pub cause: &'static str,
    /// Incidents.
    pub incidents: u64,
    /// Those whose cause the customer told; the rules inferred the others.
    pub told: u64,
    /// Those that are not forgiven.
    pub unforgivable: u64,
    /// Incidents weighted: 3 if unforgivable, 2 if to be put right, else 1.
    pub impact: u64,
}

/// What the NPS would gain without the incidents of a cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIfReport {
    /// The cause's name.
    pub cause: &'static str,
    /// Points.
    pub nps_delta: f64,
}

/// Responses by flag, see [`flag`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flags {
    /// The customer will not be back.
    pub lost: u64,
    /// The customer waits for us to put it right.
    pub recover: u64,
    /// A promise was not kept.
    pub promise: u64,
    /// An attention was not sincere.
    pub sincerity: u64,
    /// Means or rules stood in the way.
    pub means: u64,
    /// Satisfaction and recommendation contradict each other.
    pub mixed: u64,
    /// Less than 0.6 s an answer.
    pub fast: u64,
    /// The customer wrote something.
    pub noted: u64,
    /// More than was expected.
    pub delight: u64,
}

/// A number only where enough answers carry it.
#[derive(Clone, Copy)]
pub(crate) struct Minimum(pub(crate) u64);

impl Minimum {
    pub(crate) fn number(self, n: u64, number: Option<f64>) -> Option<f64> {
        number.filter(|_| n >= self.0)
    }

    pub(crate) fn ends(self, n: u64, interval: Option<Interval>) -> (Option<f64>, Option<f64>) {
        let interval = interval.filter(|_| n >= self.0);
        (interval.map(|interval| interval.low), interval.map(|interval| interval.high))
    }

    pub(crate) fn nps(self, nps: &Nps) -> NpsReport {
        let (low, high) = self.ends(nps.n(), nps.interval());
        let Nps { promoters, passives, detractors } = *nps;
        NpsReport { promoters, passives, detractors, points: self.number(nps.n(), nps.points()), low, high }
    }
}

impl Report {
    /// The report of a summary, whose numbers of fewer than `minimum` answers are left out.
    ///
    /// With 1 nothing is left out; what a person reads begins at [`crate::confidence::NUMBER_MIN`].
    pub fn of(summary: &Summary, minimum: u64) -> Self {
        let minimum = Minimum(minimum);
        let [none, delight, ok, forgivable, unforgivable] = summary.classes;
        let causes = summary.pareto().into_iter().map(|(cause, counts)| CauseReport {
            cause: cause.name(),
            incidents: counts.incidents(),
            told: counts.told(),
            unforgivable: counts.unforgivable(),
            impact: counts.impact(),
        });
        let (score_low, score_high) = minimum.ends(summary.scored(), summary.score_interval());
        let what_if = summary.what_if().into_iter().filter(|_| summary.nps.n() >= minimum.0);
        Self {
            n: summary.n,
            nps: minimum.nps(&summary.nps),
            csat: csat(summary, minimum),
            ces: ces(summary, minimum),
            score: ScoreReport {
                n: summary.scored(),
                mean: minimum.number(summary.scored(), summary.score_mean()),
                low: score_low,
                high: score_high,
                histogram: summary.scores.to_vec(),
            },
            classes: Classes { none, delight, ok, forgivable, unforgivable },
            causes: causes.collect(),
            handed_to_competitors: summary.handed_to_competitors(),
            what_if: what_if.map(|gain| WhatIfReport { cause: gain.cause.name(), nps_delta: gain.nps_delta }).collect(),
            flags: flags(summary),
            fast_share: minimum.number(summary.n, summary.fast_share()),
            nps_without_fast: minimum.nps(&summary.nps_without_fast),
        }
    }
}

fn csat(summary: &Summary, minimum: Minimum) -> CsatReport {
    let (csat, n) = (&summary.csat, summary.csat.n());
    let (low, high) = minimum.ends(n, csat.interval());
    let (share, mean) = (minimum.number(n, csat.share()), minimum.number(n, csat.mean()));
    CsatReport { n, top2: csat.satisfied(), share, low, high, mean }
}

fn ces(summary: &Summary, minimum: Minimum) -> CesReport {
    let (ces, n) = (&summary.ces, summary.ces.n());
    let (low, high) = minimum.ends(n, ces.mean_interval());
    let (easy_low, easy_high) = minimum.ends(n, ces.easy_interval());
    CesReport {
        n,
        mean: minimum.number(n, ces.mean()),
        low,
        high,
        easy: ces.easy(),
        easy_share: minimum.number(n, ces.easy_share()),
        easy_low,
        easy_high,
    }
}

fn flags(summary: &Summary) -> Flags {
    Flags {
        lost: summary.flagged(flag::LOST),
        recover: summary.flagged(flag::RECOVER),
        promise: summary.flagged(flag::PROMISE),
        sincerity: summary.flagged(flag::SINCERITY),
        means: summary.flagged(flag::MEANS),
        mixed: summary.flagged(flag::MIXED),
        fast: summary.flagged(flag::FAST),
        noted: summary.flagged(flag::NOTED),
        delight: summary.flagged(flag::DELIGHT),
    }
}
