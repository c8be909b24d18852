//! Statistics of given counts: NPS, Wilson's interval of a share, and the comparison of two NPS.

use clap::Args;
use serde::Serialize;
use trente_stats::Interval;
use trente_stats::aggregate::COUNT_MAX;
use trente_stats::compare::Difference;
use trente_stats::nps::Nps;

use super::StatsError;

/// Promoters, passives and detractors.
#[derive(Clone, Copy, Debug, Args)]
pub struct Counts {
    /// Promoters: 9 and 10.
    #[arg(value_name = "P", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    promoters: u64,
    /// Passives: 7 and 8.
    #[arg(value_name = "N", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    passives: u64,
    /// Detractors: 0 to 6.
    #[arg(value_name = "D", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    detractors: u64,
}

/// The same of a second score.
#[derive(Clone, Copy, Debug, Args)]
pub struct SecondCounts {
    /// Promoters of the second.
    #[arg(value_name = "P2", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    second_promoters: u64,
    /// Passives of the second.
    #[arg(value_name = "N2", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    second_passives: u64,
    /// Detractors of the second.
    #[arg(value_name = "D2", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    second_detractors: u64,
}

impl Counts {
    /// The score.
    pub const fn nps(&self) -> Nps {
        Nps { promoters: self.promoters, passives: self.passives, detractors: self.detractors }
    }
}

impl SecondCounts {
    /// The score.
    pub const fn nps(&self) -> Nps {
        Nps { promoters: self.second_promoters, passives: self.second_passives, detractors: self.second_detractors }
    }
}

/// A margin in points, above 0 and at most 100.
///
/// # Errors
/// What is wrong with it.
pub fn margin(text: &str) -> Result<f64, String> {
    let points = text.parse::<f64>().map_err(|_| "it is not a number".to_owned())?;
    if points > 0.0 && points <= 100.0 { Ok(points) } else { Err("it must be above 0 and at most 100".to_owned()) }
}

/// What is said of one score, in points.
#[derive(Debug, Serialize)]
pub struct NpsRecord {
    n: u64,
    promoters: u64,
    passives: u64,
    detractors: u64,
    points: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Of one answer, on the scale −1, 0, +1.
    variance: Option<f64>,
    /// On the scale −1..=1.
    standard_error: Option<f64>,
    margin: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n_for_margin: Option<u64>,
}

/// The record of a score, and of how many answers a margin takes.
pub fn nps(nps: &Nps, margin: Option<f64>) -> NpsRecord {
    let (low, high) = ends(nps.interval());
    NpsRecord {
        n: nps.n(),
        promoters: nps.promoters,
        passives: nps.passives,
        detractors: nps.detractors,
        points: nps.points(),
        low,
        high,
        variance: nps.variance(),
        standard_error: nps.standard_error(),
        margin: nps.margin(),
        n_for_margin: margin.and_then(|points| nps.n_for_margin(points)),
    }
}

/// What is said of one share, 0..=1.
#[derive(Debug, Serialize)]
pub struct ShareRecord {
    k: u64,
    n: u64,
    share: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

/// The record of `k` in `n`.
///
/// # Errors
/// [`StatsError::Input`] for more hits than answers.
pub fn wilson(k: u64, n: u64) -> Result<ShareRecord, StatsError> {
    if k > n {
        return Err(StatsError::Input(format!("{k} of {n} is no share: K must not be above N")));
    }
    let (low, high) = ends(trente_stats::wilson::interval(k, n));
    Ok(ShareRecord { k, n, share: trente_stats::wilson::share(k, n), low, high })
}

/// What is said of two scores: all but `z`, `p` and `significant` in points.
#[derive(Debug, Serialize)]
pub struct CompareRecord {
    first: NpsRecord,
    second: NpsRecord,
    /// First less second, both with Rocks' pseudo-observations.
    difference: Option<f64>,
    standard_error: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    z: Option<f64>,
    p: Option<f64>,
    significant: Option<bool>,
}

/// The record of two scores.
pub fn compare(first: &Nps, second: &Nps) -> CompareRecord {
    let found = Difference::of(first, second);
    let (low, high) = ends(found.map(|found| found.interval));
    CompareRecord {
        first: nps(first, None),
        second: nps(second, None),
        difference: found.map(|found| found.points),
        standard_error: found.map(|found| found.error),
        low,
        high,
        z: found.map(|found| found.z),
        p: found.map(|found| found.p),
        significant: found.map(|found| found.significant()),
    }
}

/// Both ends, or neither.
pub(super) fn ends(interval: Option<Interval>) -> (Option<f64>, Option<f64>) {
    (interval.map(|interval| interval.low), interval.map(|interval| interval.high))
}
