//! `trente stats chart`: control charts of a series.

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;
use trente_stats::aggregate::COUNT_MAX;
use trente_stats::chart::Signal;
use trente_stats::chart::cusum::Cusum;
use trente_stats::chart::ewma::{self, Ewma};
use trente_stats::chart::share::{Sample, ShareChart};
use trente_stats::wilson;

use super::numbers::ends;
use super::series::Item;
use super::{StatsError, series};

/// The arguments of `trente stats chart`.
#[derive(Clone, Debug, Args)]
pub struct Chart {
    /// `p`: shares, given as [bad, n] or {"bad": …, "n": …}. `ewma`: numbers. `cusum`: 1 or true for a bad answer,
    /// 0 or false for another.
    #[arg(long)]
    pub kind: ChartKind,
    /// Take the usual course from so many values at the start; from all of them when not given.
    #[arg(long, value_name = "COUNT")]
    pub baseline: Option<usize>,
    /// The usual share of bad answers, for p and cusum, instead of a baseline.
    #[arg(long, alias = "p0", value_name = "SHARE")]
    pub share: Option<f64>,
    /// The usual mean, for ewma, instead of a baseline.
    #[arg(long, alias = "mu", value_name = "MEAN", allow_negative_numbers = true)]
    pub mean: Option<f64>,
    /// The usual standard deviation, for ewma, instead of a baseline.
    #[arg(long, value_name = "DEVIATION", allow_negative_numbers = true)]
    pub sigma: Option<f64>,
    /// The weight of the newest value, for ewma.
    #[arg(long, default_value_t = ewma::LAMBDA)]
    pub lambda: f64,
    /// Standard deviations of the average between centre and limit, for ewma.
    #[arg(long, alias = "limit", short_alias = 'L', default_value_t = ewma::WIDTH)]
    pub width: f64,
}

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChartKind {
    /// Shares of samples of different size.
    P,
    /// The exponentially weighted moving average.
    Ewma,
    /// The Bernoulli CUSUM.
    Cusum,
}

/// A chart with its points.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ChartRecord {
    /// Shares.
    P {
        /// The usual share.
        centre: f64,
        /// One a sample.
        points: Vec<ShareRecord>,
        /// Numbers of the samples that signal, from 1.
        signals: Vec<usize>,
    },
    /// The moving average.
    Ewma {
        /// The weight of the newest value.
        lambda: f64,
        /// Standard deviations of the average between centre and limit.
        width: f64,
        /// The centre.
        mean: f64,
        /// The standard deviation of a value.
        sigma: f64,
        /// Lower limit.
        low: f64,
        /// Upper limit.
        high: f64,
        /// One a value.
        points: Vec<AverageRecord>,
        /// Numbers of the values that signal, from 1.
        signals: Vec<usize>,
    },
    /// The CUSUM.
    Cusum {
        /// The usual share that the chart is made for.
        share: f64,
        /// What a bad answer adds.
        step: u32,
        /// Where the signal is.
        limit: u32,
        /// The sum after each answer; after a signal it begins again at 0.
        points: Vec<u32>,
        /// Numbers of the answers that signal, from 1.
        signals: Vec<usize>,
    },
}

/// One sample.
#[derive(Debug, Serialize)]
pub struct ShareRecord {
    bad: u64,
    n: u64,
    share: Option<f64>,
    /// Null where fewer than five bad answers are expected.
    low: Option<f64>,
    high: Option<f64>,
    signal: Option<&'static str>,
}

/// One value.
#[derive(Debug, Serialize)]
pub struct AverageRecord {
    value: f64,
    average: f64,
    signal: Option<&'static str>,
}

impl Chart {
    /// The chart of a series.
    ///
    /// # Errors
    /// [`StatsError::Line`] where a value is wrong, [`StatsError::Input`] where there is nothing to hold it against.
    pub fn draw(&self, series: &[u8]) -> Result<ChartRecord, StatsError> {
        if self.share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(StatsError::Input("--share is a share, 0 to 1".to_owned()));
        }
        match self.kind {
            ChartKind::P => self.shares(series),
            ChartKind::Ewma => self.averages(series),
            ChartKind::Cusum => self.sums(series),
        }
    }

    fn shares(&self, series: &[u8]) -> Result<ChartRecord, StatsError> {
        // Two numbers are a sample, not two samples.
        let items = series::read(series, |inner| matches!(inner, [Value::Number(_), Value::Number(_)]))?;
        let samples = items.iter().map(sample).collect::<Result<Vec<_>, _>>()?;
        let chart = match self.share {
            Some(centre) => ShareChart { centre },
            None => ShareChart::of(self.start(&samples)).ok_or_else(|| nothing("--share"))?,
        };
        let points: Vec<_> = samples
            .iter()
            .map(|&Sample { hits, n }| {
                let point = chart.point(Sample { hits, n });
                let (low, high) = ends(point.limits);
                ShareRecord { bad: hits, n, share: point.share, low, high, signal: point.signal.map(Signal::name) }
            })
            .collect();
        let signals = numbers(points.iter().map(|point| point.signal.is_some()));
        Ok(ChartRecord::P { centre: chart.centre, points, signals })
    }

    fn averages(&self, series: &[u8]) -> Result<ChartRecord, StatsError> {
        let items = series::read(series, |_| false)?;
        let wrong = |item: &Item| StatsError::Line(item.line, format!("`{}` is not a number", shown(&item.value)));
        let values = items.iter().map(|item| item.value.as_f64().ok_or_else(|| wrong(item)));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let (mean, sigma) = match (self.mean, self.sigma) {
            (Some(mean), Some(sigma)) => (mean, sigma),
            (mean, sigma) => {
                let found = ewma::mean_and_deviation(self.start(&values));
                let (found_mean, found_sigma) = found.ok_or_else(|| nothing("--mean and --sigma"))?;
                (mean.unwrap_or(found_mean), sigma.unwrap_or(found_sigma))
            }
        };
        let refused = "--sigma must not be below 0, --lambda be above 0 and at most 1, --width be above 0";
        let chart = Ewma::new(mean, sigma, self.lambda, self.width);
        let chart = chart.ok_or_else(|| StatsError::Input(refused.to_owned()))?;
        let limits = chart.limits();
        let points: Vec<_> = chart
            .points(values)
            .map(|point| AverageRecord {
                value: point.value,
                average: point.average,
                signal: point.signal.map(Signal::name),
            })
            .collect();
        let signals = numbers(points.iter().map(|point| point.signal.is_some()));
        let (lambda, width, low, high) = (self.lambda, self.width, limits.low, limits.high);
        Ok(ChartRecord::Ewma { lambda, width, mean, sigma, low, high, points, signals })
    }

    fn sums(&self, series: &[u8]) -> Result<ChartRecord, StatsError> {
        let items = series::read(series, |_| false)?;
        let answers = items.iter().map(bad).collect::<Result<Vec<_>, _>>()?;
        let baseline = self.start(&answers);
        let usual = wilson::share(baseline.iter().filter(|bad| **bad).count() as u64, baseline.len() as u64);
        let chart = self.share.or(usual).and_then(Cusum::nearest).ok_or_else(|| nothing("--share"))?;
        let points: Vec<_> = chart.points(answers).collect();
        let signals = numbers(points.iter().map(|point| point.signal));
        let points = points.into_iter().map(|point| point.sum).collect();
        Ok(ChartRecord::Cusum { share: chart.share, step: chart.step, limit: chart.limit, points, signals })
    }

    /// The values that the usual course is taken from.
    fn start<'a, T>(&self, values: &'a [T]) -> &'a [T] {
        self.baseline.and_then(|count| values.get(..count)).unwrap_or(values)
    }
}

fn nothing(instead: &str) -> StatsError {
    StatsError::Input(format!("the series has no baseline to hold it against: give {instead}"))
}

/// Numbers, from 1, of those that are true.
fn numbers(signals: impl Iterator<Item = bool>) -> Vec<usize> {
    (1..).zip(signals).filter(|(_, signal)| *signal).map(|(number, _)| number).collect()
}

fn sample(item: &Item) -> Result<Sample, StatsError> {
    let (hits, n) = match &item.value {
        Value::Array(pair) => match pair.as_slice() {
            [hits, n] => (hits.as_u64(), n.as_u64()),
            _ => (None, None),
        },
        Value::Object(fields) if fields.len() == 2 => {
            let of = |name| fields.get(name).and_then(Value::as_u64);
            (of("bad").or(of("k")), of("n"))
        }
        _ => (None, None),
    };
    match (hits, n) {
        (Some(hits), Some(n)) if hits <= n && n <= COUNT_MAX => Ok(Sample { hits, n }),
        _ => {
            let text = format!("`{}` is not a sample: write [bad, n] or {{\"bad\": …, \"n\": …}}", shown(&item.value));
            Err(StatsError::Line(item.line, text))
        }
    }
}

fn bad(item: &Item) -> Result<bool, StatsError> {
    match (item.value.as_bool(), item.value.as_u64()) {
        (Some(bad), _) => Ok(bad),
        (_, Some(bad @ 0..=1)) => Ok(bad == 1),
        _ => Err(StatsError::Line(item.line, format!("`{}` is neither 0 nor 1", shown(&item.value)))),
    }
}

/// The beginning of a value, as it would be written.
fn shown(value: &Value) -> String {
    const SHOWN_MAX: usize = 40;
    let text = value.to_string();
    if text.chars().count() <= SHOWN_MAX { text } else { text.chars().take(SHOWN_MAX).chain(['…']).collect() }
}
