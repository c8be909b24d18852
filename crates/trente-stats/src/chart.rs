//! Control charts: whether a series left its baseline. **Source**: docs/metrics.md#control-charts.
//!
//! [`share`]: weekly shares, [`weeks`]: many of them with their band, [`ewma`]: daily means, [`cusum`]: one answer after the other.
//!
//! Not here: which series are watched and what is said of them ([`crate::alerts`]).

pub mod cusum;
pub mod ewma;
pub mod share;
pub mod weeks;

/// On which side of its limits a point lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Below the lower limit.
    Low,
    /// Above the upper limit.
    High,
}

impl Signal {
    /// The stable English name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }

    fn of(value: f64, low: f64, high: f64) -> Option<Self> {
        if value < low {
            Some(Self::Low)
        } else if value > high {
            Some(Self::High)
        } else {
            None
        }
    }
}
