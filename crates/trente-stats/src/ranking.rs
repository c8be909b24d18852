//! Ranking of causes: told causes first, and no order between neighbours that lie within chance of each other.
//! **Source**: docs/metrics.md#impact and #told-and-inferred.
//!
//! A rank is only told where the difference is more than its error. The weights of incidents are counts with weights 1, 2
//! and 3, so the variance of their sum is the sum of the squared weights (compound Poisson), and two causes differ when
//! |w₁ − w₂| > z·√(v₁ + v₂).

use trente_survey::Cause;

use crate::interval::Z;
use crate::summary::{CauseCounts, Summary};

/// A cause with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The cause.
    pub cause: Cause,
    /// Its incidents.
    pub counts: CauseCounts,
    /// From 1 on; the same for causes that cannot be told apart from the first of their place.
    pub place: usize,
}

/// Causes of incidents: the most weight of told incidents first, then the most weight of all, then by family. Causes
/// without an incident are left out.
pub fn rank(summary: &Summary) -> Vec<Ranked> {
    let mut found = summary.pareto();
    // Stable: ties keep the order of the weight of all incidents.
    found.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.told_impact()));
    let (mut ranked, mut leader): (Vec<Ranked>, Option<(CauseCounts, usize)>) = (Vec::new(), None);
    for (index, (cause, counts)) in found.into_iter().enumerate() {
        let (first, place) = match leader {
            Some((first, place)) if !differ(&first, &counts) => (first, place),
            _ => (counts, index + 1),
        };
        leader = Some((first, place));
        ranked.push(Ranked { cause, counts, place });
    }
    ranked
}

/// The causes that share the first place.
pub fn first(ranked: &[Ranked]) -> Vec<Cause> {
    ranked.iter().take_while(|ranked| ranked.place == 1).map(|ranked| ranked.cause).collect()
}

/// Whether the weights of told incidents differ by more than chance; where neither has any, those of all incidents.
fn differ(left: &CauseCounts, right: &CauseCounts) -> bool {
    let told = left.told() + right.told() > 0;
    let of = |counts: &CauseCounts| if told { counts.told } else { counts.forgive };
    let ((left, left_variance), (right, right_variance)) = (weight(of(left)), weight(of(right)));
    (left - right).abs() > Z * (left_variance + right_variance).sqrt()
}

/// The weight of incidents by forgiveness, and its variance.
fn weight([silent, forgotten, repair, no]: [u64; 4]) -> (f64, f64) {
    let (light, repair, no) = ((silent + forgotten) as f64, repair as f64, no as f64);
    (light + 2.0 * repair + 3.0 * no, light + 4.0 * repair + 9.0 * no)
}
