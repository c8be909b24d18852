//! Diagnosis: the causes behind the symptoms of one response. **Source**: docs/score.md#diagnosis.

#![deny(clippy::float_arithmetic)]

use crate::cause::moment_points;
use crate::{Answers, Branch, Cause};

/// The causes that one response points at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Strongest cause; none when nothing went wrong or nothing points anywhere.
    pub primary: Option<Cause>,
    /// Second cause, at least half as strong as the first.
    pub secondary: Option<Cause>,
}

/// A low rating of the lens says that the family itself failed. Three points let it overturn the symptom for a
/// second cause which the symptom already names, and no other (docs/score.md#diagnosis).
const LENS_LOW_POINTS: u8 = 3;
const LENS_MIDDLE_POINTS: u8 = 1;
/// An effort that the customer had to make is a rule's fault first, a lack of means second.
const EFFORT_POLICY_POINTS: u8 = 2;
const EFFORT_MEANS_POINTS: u8 = 1;

impl Diagnosis {
    /// The diagnosis of valid answers, whose lens asked about `family`.
    pub(crate) fn of(answers: &Answers, family: Cause) -> Self {
        let incident = answers.branch() == Branch::Incident;
        let lens_low = matches!(answers.lens, Some(1..=2));
        if !incident && !lens_low {
            return Self::default();
        }
        let mut points = if incident { moment_points(answers.moment) } else { [0; 8] };
        let mut add = |cause: Cause, more: u8| {
            if let Some(sum) = points.get_mut(usize::from(cause.family())) {
                *sum += more;
            }
        };
        if lens_low {
            add(family, LENS_LOW_POINTS);
        } else if answers.lens == Some(3) {
            add(family, LENS_MIDDLE_POINTS);
        }
        if matches!(answers.ease, Some(1..=3)) {
            add(Cause::Policy, EFFORT_POLICY_POINTS);
            add(Cause::Means, EFFORT_MEANS_POINTS);
        }
        let (primary, most) = strongest(&points, None);
        let (secondary, second) = strongest(&points, primary);
        Self { primary, secondary: secondary.filter(|_| 2 * second >= most) }
    }
}

/// Whether the customer told this cause themselves.
///
/// They named a moment that points at it, or rated that very family 1 or 2. Otherwise the rules inferred it, from the effort or from a middling rating. **Source**:
/// docs/metrics.md#told-and-inferred.
pub fn is_told(answers: &Answers, family: Cause, cause: Cause) -> bool {
    let named = answers.branch() == Branch::Incident
        && moment_points(answers.moment).get(usize::from(cause.family())).is_some_and(|points| *points > 0);
    named || (family == cause && matches!(answers.lens, Some(1..=2)))
}

/// The family with most points but `except`, the lowest number first, and its points; none without a point.
fn strongest(points: &[u8; 8], except: Option<Cause>) -> (Option<Cause>, u8) {
    let mut best = (None, 0);
    for (&sum, cause) in points.iter().zip(Cause::ALL) {
        if Some(cause) != except && sum > best.1 {
            best = (Some(cause), sum);
        }
    }
    best
}
