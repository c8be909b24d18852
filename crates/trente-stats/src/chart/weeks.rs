//! Weekly p-chart with its band: which weeks chance alone does not explain. **Source**: docs/metrics.md#control-charts.
//!
//! The usual share is that of the weeks within the limits: weeks outside are left out and the centre is made anew until
//! none is left outside (phase I of Shewhart charts: Montgomery, Introduction to Statistical Quality Control, ch. 7). So an
//! incident of three weeks does not become a part of what is usual.

use super::Signal;
use super::share::{Sample, ShareChart, SharePoint};

/// Weeks within the limits below which nothing is usual yet.
pub const USUAL_MIN: usize = 4;

/// A chart of weeks, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekChart {
    /// The usual share, 0..=1; none where fewer than four weeks have answers, and then no week has limits.
    pub usual: Option<f64>,
    /// Each week.
    pub points: Vec<SharePoint>,
}

impl WeekChart {
    /// The chart of these weeks.
    pub fn of(weeks: &[Sample]) -> Self {
        let mut inside: Vec<Sample> = weeks.iter().copied().filter(|week| week.n > 0).collect();
        let chart = loop {
            let Some(chart) = ShareChart::of(&inside).filter(|_| inside.len() >= USUAL_MIN) else { break None };
            let still: Vec<Sample> =
                inside.iter().copied().filter(|week| chart.point(*week).signal.is_none()).collect();
            if still.len() == inside.len() {
                break Some(chart);
            }
            inside = still;
        };
        let bare = |sample: Sample| SharePoint {
            sample,
            share: crate::wilson::share(sample.hits, sample.n),
            limits: None,
            signal: None,
        };
        let points = weeks.iter().map(|week| chart.map_or_else(|| bare(*week), |chart| chart.point(*week))).collect();
        Self { usual: chart.map(|chart| chart.centre), points }
    }

    /// The weeks outside on one side, by their index.
    pub fn outside(&self, side: Signal) -> impl Iterator<Item = usize> + '_ {
        self.points.iter().enumerate().filter(move |(_, point)| point.signal == Some(side)).map(|(index, _)| index)
    }
}
