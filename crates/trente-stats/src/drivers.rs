//! Driver analysis: correlation with the recommendation, with its interval. **Source**: docs/metrics.md#drivers.
//!
//! Each response answers one lens (planned missingness), so lenses are never seen together and each is correlated with
//! the recommendation on its own. Where several are answered, see [`crate::importance`].

use crate::importance::unit;
use crate::interval::{Interval, Z};

/// Pairs below which nothing is said.
pub const PAIRS_MIN: u64 = 30;
/// Pairs below which Fisher's z has no standard error.
const FISHER_MIN: u64 = 4;

/// Sums over pairs of whole numbers, exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    n: u64,
    x: i128,
    y: i128,
    xx: i128,
    yy: i128,
    xy: i128,
}

/// How closely two ratings go together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// Pairs.
    pub n: u64,
    /// Pearson's r, −1..=1.
    pub r: f64,
    /// Fisher's interval of it; none below four pairs.
    pub interval: Option<Interval>,
}

/// The importance of one family for the recommendation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Driver {
    /// Fewer than [`PAIRS_MIN`] pairs.
    NotEnough {
        /// How many there are.
        n: u64,
    },
    /// All ratings of one side are alike, so nothing can go with anything.
    Constant {
        /// How many pairs there are.
        n: u64,
    },
    /// A correlation.
    Known(Correlation),
}

impl Moments {
    /// The sums over `(x, y, how often)`.
    pub(crate) fn of(pairs: impl Iterator<Item = (u64, u64, u64)>) -> Self {
        pairs.fold(Self::default(), |sums, (x, y, count)| {
            let (x, y, times) = (i128::from(x), i128::from(y), i128::from(count));
            Self {
                n: sums.n + count,
                x: sums.x + times * x,
                y: sums.y + times * y,
                xx: sums.xx + times * x * x,
                yy: sums.yy + times * y * y,
                xy: sums.xy + times * x * y,
            }
        })
    }

    /// Pearson's r; none when a side does not vary.
    pub(crate) fn correlation(&self) -> Option<Correlation> {
        let n = i128::from(self.n);
        let spread = |sum: i128, squares: i128| n * squares - sum * sum;
        let (of_x, of_y) = (spread(self.x, self.xx), spread(self.y, self.yy));
        let together = n * self.xy - self.x * self.y;
        (of_x > 0 && of_y > 0)
            .then(|| Correlation::new(self.n, together as f64 / ((of_x as f64).sqrt() * (of_y as f64).sqrt())))
    }
}

impl Correlation {
    /// A correlation with Fisher's interval.
    pub fn new(n: u64, r: f64) -> Self {
        let r = r.clamp(-1.0, 1.0);
        Self { n, r, interval: fisher(n, r) }
    }
}

impl Driver {
    pub(crate) fn of(moments: &Moments) -> Self {
        match moments.correlation() {
            _ if moments.n < PAIRS_MIN => Self::NotEnough { n: moments.n },
            None => Self::Constant { n: moments.n },
            Some(known) => Self::Known(known),
        }
    }
}

/// The correlation of pairs of any numbers; none when a side does not vary.
pub fn correlation(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    Some(Correlation::new(pairs.len() as u64, unit(&x)?.dot(&unit(&y)?)))
}

/// tanh(atanh r ± z/√(n−3)). At ±1 the interval has no width.
fn fisher(n: u64, r: f64) -> Option<Interval> {
    if n < FISHER_MIN {
        return None;
    }
    let half = Z / ((n - 3) as f64).sqrt();
    let centre = libm::atanh(r);
    Some(Interval { low: libm::tanh(centre - half), high: libm::tanh(centre + half) })
}
