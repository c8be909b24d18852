//! `trente score`: computes score, class and diagnosis of each line of answers.

use trente_collector::views::frame::VerdictRecord;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Answers, Cause, Error};

use super::fields::Fields;
use crate::json_lines::LineError;

/// The verdict on one line.
///
/// # Errors
/// [`LineError`]; the code of the frame's own check where a frame with these answers would be refused.
pub fn score(line: &str) -> Result<VerdictRecord, LineError> {
    Ok(VerdictRecord::of(&frame(Fields::parse(line)?)?.verdict(&Layout::CORE)?, 0))
}

/// A frame with the answers of one line, of no survey and without a sender.
///
/// # Errors
/// [`LineError`], as [`score`].
pub fn frame(mut fields: Fields) -> Result<Frame, LineError> {
    let answers = fields.answers()?;
    let family = fields.family()?;
    let elapsed = fields.byte("elapsed_bucket")?.unwrap_or(ELAPSED_UNKNOWN);
    let verbatim = fields.text("verbatim")?;
    fields.finish()?;

    // The checks are the frame's, so a line is fine exactly when its frame is.
    let response = response_of(family.unwrap_or(Cause::Promise));
    let frame = Frame { answers, elapsed, verbatim, ..Frame::new(SurveyId([0; 4]), response) };
    check(&frame, &Layout::CORE)?;
    if family.is_none() && matches!(answers.lens, Some(1..=3)) {
        return Err(LineError::field("field `family` is missing: a lens of 1, 2 or 3 points at it"));
    }
    Ok(frame)
}

/// The first error of docs/wire-format.md#errors that applies to a frame of this layout that was not sent.
pub fn check(frame: &Frame, layout: &Layout) -> Result<(), Error> {
    let of_answers = frame.answers.check();
    // Ranges come before branches, whatever field they are in.
    let rest = Frame { answers: Answers::default(), ..frame.clone() };
    let of_rest = rest.encode(layout).and_then(|bytes| Frame::decode(&bytes, layout).map(drop));
    match (of_answers, of_rest) {
        (Err(error @ Error::Range { .. }), _) => Err(error),
        (_, Err(error @ Error::Range { .. })) => Err(error),
        (of_answers, of_rest) => of_answers.and(of_rest),
    }
}

fn response_of(family: Cause) -> ResponseId {
    ResponseId([family.family() << 5, 0, 0, 0, 0, 0, 0, 0])
}
