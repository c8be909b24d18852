//! Confidence interval of 95 %.

/// The 97.5 % quantile of the normal distribution.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// Where the true value lies with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `centre ± half`, clipped to the scale `min..=max`.
    pub(crate) fn around(centre: f64, half: f64, min: f64, max: f64) -> Self {
        Self { low: (centre - half).max(min), high: (centre + half).min(max) }
    }
}
