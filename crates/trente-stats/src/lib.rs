//! Statistics of many responses: aggregates, summaries, intervals, charts, alerts.
//!
//! Pure: from counts to numbers, without input, output or clock. In reading order:
//!
//! - [`aggregate`]: counts of responses, which add up over days, sites and collectors, and their compact form;
//! - [`summary`]: what is said about an aggregate; [`report`]: the same as one object of named numbers; [`detail`]: what
//!   stands behind them; [`histogram`]: answers to a merchant's extra questions;
//! - [`facts`]: what one key says, by which a filter chooses, and the part of a summary that charts and tables need;
//! - [`nps`], [`csat`], [`ces`]: the three standard metrics; [`wilson`]: the interval of a share; [`confidence`]: how
//!   much a number of answers carries;
//! - [`lens`]: the eight families of causes, their index, and what each does to the recommendation; [`drivers`],
//!   [`importance`]: what goes with the recommendation;
//! - [`compare`]: whether two scores differ; [`shrinkage`]: few answers, pulled towards many;
//! - [`chart`]: whether a series left its usual course; [`alerts`]: the rules that call for a person;
//! - [`segments`]: the same numbers by channel, hour or whatever else a response is marked with; [`repeat_purchase`]:
//!   which customers bought again, by class; [`prediction`]: the merchant's prediction compared with the answers;
//!   [`reply_time`]: how soon customers who wait were answered;
//! - [`period`], [`zone`]: whole days of a site's own clock, and the span before; [`story`]: what a period says;
//!   [`ranking`]: which cause comes first, where one does;
//! - [`weekly_digest`]: the weekly digest for a team; [`rounding`]: numbers as they are shown;
//! - [`time_label`]: whether the survey may go on saying “thirty seconds”.
//!
//! A metric of no answers is `None`, never 0. Intervals hold 95 % and are clipped to the scale.
//!
//! The same bits on every machine: the floats of a report only meet `+ - * / sqrt` in a written order, and logarithms
//! and probabilities come from `libm`, not from the system. docs/metrics.md has a source for each number.
//!
//! Not here: which responses count (the collector's fold), when few answers are worth a number (the page).

pub mod aggregate;
pub mod alerts;
pub mod ces;
pub mod chart;
pub mod compare;
pub mod confidence;
pub mod csat;
pub mod detail;
pub mod drivers;
pub mod facts;
pub mod histogram;
pub mod importance;
pub mod interval;
pub mod lens;
pub mod nps;
pub mod period;
pub mod prediction;
pub mod ranking;
pub mod repeat_purchase;
pub mod reply_time;
pub mod report;
pub mod rounding;
pub mod segments;
pub mod shrinkage;
pub mod story;
pub mod summary;
mod sums;
pub mod time_label;
pub mod weekly_digest;
pub mod wilson;
pub mod zone;

pub use aggregate::{Aggregate, CountError};
pub use interval::Interval;
pub use report::Report;
pub use summary::Summary;
