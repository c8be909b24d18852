//! `trente stats fold`: aggregates answers, one JSON object a line.

use std::io::Read;

use trente_stats::Aggregate;
use trente_stats::aggregate::{Contribution, key};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::score::flag;

use super::StatsError;
use crate::json_lines;
use crate::json_lines::LineError;
use crate::offline::fields::Fields;
use crate::offline::score;

/// Wrong lines that are told; of the others it is only told how many there are.
const TOLD_MAX: usize = 10;
/// Responses that are folded at a time.
const BATCH: usize = 1 << 16;
/// What `trente responses` prints of a response besides its answers.
const BESIDE: [&str; 14] = [
    "extra",
    "survey",
    "response",
    "received",
    "verified",
    "rev",
    "lang",
    "channel",
    "score",
    "class",
    "branch",
    "flags",
    "primary",
    "secondary",
];

/// The aggregate of all lines that are not blank; their fields are those of `trente score`, and what else
/// `trente responses` prints is not read.
///
/// # Errors
/// [`StatsError::Lines`] when a line is wrong, [`StatsError::Io`], [`StatsError::Count`].
pub fn fold(input: impl Read) -> Result<Aggregate, StatsError> {
    let (mut whole, mut batch) = (Aggregate::default(), Vec::new());
    every(input, contribution, |response| {
        batch.push(response);
        if batch.len() == BATCH {
            whole.merge(&Aggregate::of(batch.drain(..))?)?;
        }
        Ok(())
    })?;
    whole.merge(&Aggregate::of(batch)?)?;
    Ok(whole)
}

/// Reads every line that is not blank and hands over what it says; wrong lines are told together at the end.
///
/// # Errors
/// [`StatsError::Lines`] when a line is wrong, [`StatsError::Io`], and those of `take`.
pub fn every<T>(
    input: impl Read,
    read: impl Fn(&str) -> Result<T, LineError>,
    mut take: impl FnMut(T) -> Result<(), StatsError>,
) -> Result<(), StatsError> {
    let (mut told, mut wrong) = (Vec::new(), 0);
    json_lines::each(input, |number, line| {
        match line.and_then(&read) {
            Ok(value) => return take(value),
            Err(error) => {
                wrong += 1;
                if told.len() < TOLD_MAX {
                    told.push((number, error));
                }
            }
        }
        Ok::<_, StatsError>(())
    })?;
    if wrong > 0 { Err(StatsError::Lines(told, wrong)) } else { Ok(()) }
}

fn contribution(line: &str) -> Result<Contribution, LineError> {
    Ok(counted(Fields::parse(line)?)?.0)
}

/// What one response counts for, and its words, from its fields.
///
/// # Errors
/// [`LineError`], as [`score::score`].
pub fn counted(mut fields: Fields) -> Result<(Contribution, Option<String>), LineError> {
    for name in BESIDE {
        fields.value(name);
    }
    let frame = score::frame(fields)?;
    let verdict = frame.verdict(&Layout::CORE)?;
    let Frame { answers, elapsed, extra, survey, verbatim, .. } = frame;
    let fast = verdict.flags & flag::FAST != 0;
    let noted = verdict.flags & flag::NOTED != 0;
    let contribution = Contribution {
        key: key(fast, frame.response.family(), &answers),
        elapsed,
        noted,
        mismatch: false,
        survey,
        extra,
    };
    Ok((contribution, verbatim))
}
