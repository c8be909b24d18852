//! Prediction gap (the Mirror): a merchant predicts the mean answers before seeing them, and sees the difference
//! afterwards.
//!
//! **Source**: docs/lessons.md 1e and 4c, docs/metrics.md#lens-index-and-gaps (gap 1 of Parasuraman, Zeithaml and
//! Berry, J. Marketing 49(4):41, 1985).

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, unpack};
use crate::lens::gap;

/// What the merchant believes the mean answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// 1..=5.
    pub satisfaction: Option<f64>,
    /// 1..=7.
    pub ease: Option<f64>,
    /// 1..=5, over all families.
    pub lens: Option<f64>,
    /// 0..=10.
    pub recommend: Option<f64>,
}

/// Why the Mirror shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError {
    /// A question has no prediction: results stay hidden until all four are answered.
    #[error("`{0}` is not predicted: the Mirror shows nothing before all four questions are answered")]
    Unanswered(&'static str),
    /// A prediction is off the scale of its question.
    #[error("the prediction of `{0}` is off its scale")]
    Range(&'static str),
}

/// One question in the Mirror.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reflection {
    /// The question.
    pub question: &'static str,
    /// What the merchant believed.
    pub predicted: f64,
    /// Answers to it.
    pub n: u64,
    /// What customers said, on average; null without an answer.
    pub observed: Option<f64>,
    /// Predicted less observed, on the question's own scale: above 0 where the merchant predicted more than customers
    /// answered.
    pub gap: Option<f64>,
}

/// A question with its scale and what was predicted.
type Predicted = (&'static str, Option<f64>, f64, f64);

/// The Mirror of an aggregate.
///
/// # Errors
/// [`MirrorError`]; nothing is shown then.
pub fn open(prediction: &Prediction, aggregate: &Aggregate) -> Result<Vec<Reflection>, MirrorError> {
    let asked: [Predicted; 4] = [
        ("satisfaction", prediction.satisfaction, 1.0, 5.0),
        ("ease", prediction.ease, 1.0, 7.0),
        ("lens", prediction.lens, 1.0, 5.0),
        ("recommend", prediction.recommend, 0.0, 10.0),
    ];
    // All four are looked at before any number is computed: half a prediction would learn from what it is shown.
    let mut predicted = Vec::new();
    for (question, value, low, high) in asked {
        let value = value.ok_or(MirrorError::Unanswered(question))?;
        if !(low..=high).contains(&value) {
            return Err(MirrorError::Range(question));
        }
        predicted.push((question, value));
    }
    let reflections = predicted.into_iter().zip(observed(aggregate)).map(|((question, predicted), (n, sum))| {
        let observed = (n > 0).then(|| sum as f64 / n as f64);
        Reflection { question, predicted, n, observed, gap: gap(predicted, observed) }
    });
    Ok(reflections.collect())
}

/// Number and sum of the answers to each question.
fn observed(aggregate: &Aggregate) -> [(u64, u128); 4] {
    let mut sums = [(0, 0); 4];
    for (key, count) in aggregate.answers() {
        let Ok((_, _, answers)) = unpack(key) else { continue };
        let ratings = [answers.satisfaction, answers.ease, answers.lens, answers.recommend];
        for (slot, rating) in sums.iter_mut().zip(ratings) {
            if let Some(rating) = rating {
                slot.0 += count;
                slot.1 += u128::from(rating) * u128::from(count);
            }
        }
    }
    sums
}
