//! Fold: many responses into one aggregate.

use super::counts::Counts;
use super::key::{Contribution, survey_key, unpack, unpack_question};
use super::{Aggregate, CountError, bounded};

/// Responses that are sorted at a time: their keys fit into a processor's cache.
const BATCH: usize = 1 << 16;

/// What was collected and not sorted yet.
#[derive(Default)]
struct Batch {
    keys: Vec<u32>,
    questions: Vec<u64>,
}

/// The aggregate of all of them, in any order.
///
/// # Errors
/// [`CountError`], at the first response that cannot be counted.
pub(super) fn fold(responses: impl IntoIterator<Item = Contribution>) -> Result<Aggregate, CountError> {
    let (mut whole, mut batch) = (Aggregate::default(), Batch::default());
    for response in responses {
        whole.n = bounded(whole.n, 1)?;
        let bucket = whole.elapsed.get_mut(usize::from(response.elapsed));
        *bucket.ok_or(CountError::Key(response.elapsed.into()))? += 1;
        whole.noted += u64::from(response.noted);
        whole.mismatches += u64::from(response.mismatch);
        batch.keys.push(response.key);
        for key in response.questions() {
            unpack_question(key)?;
            batch.questions.push(survey_key(response.survey, key));
        }
        // A batch as large as what it is merged into makes the merging cheap however many responses come.
        if batch.keys.len() >= BATCH.max(whole.answers.iter().len()) {
            batch.empty_into(&mut whole)?;
        }
    }
    batch.empty_into(&mut whole)?;
    Ok(whole)
}

impl Batch {
    fn empty_into(&mut self, whole: &mut Aggregate) -> Result<(), CountError> {
        let answers = Counts::of_keys(&mut self.keys);
        for (key, _) in answers.iter() {
            unpack(key)?;
        }
        whole.answers = whole.answers.merged(&answers);
        whole.questions = whole.questions.merged(&Counts::of_keys(&mut self.questions));
        self.keys.clear();
        self.questions.clear();
        Ok(())
    }
}
