//! Revision number of a submitted hosted form: one above the last that is stored.
//!
//! Of two frames of one response the one of the larger revision wins (docs/wire-format.md#two-frames-of-one-response),
//! and what a customer says last is what they mean. A form knows nothing of what was stored since it was opened — they may
//! have gone back to it, opened it twice, or answered in the widget — so its revision is not written in it but found
//! out when it comes: one above the last that is kept. There are four, so a response can be changed three times and
//! then stands.

use trente_survey::Answers;
use trente_survey::definition::Definition;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::limits::REV_MAX;

use super::form::{Stage, forget_unasked, scored};

/// What is to be done with a form.
#[derive(Debug, PartialEq, Eq)]
pub enum Revision {
    /// Store this frame.
    Next(Box<Frame>),
    /// Nothing: it says what is kept already.
    Unchanged(Box<Frame>),
    /// It says something else, and there is no revision left to say it in: the frame, at the last revision.
    Closed(Box<Frame>),
}

impl Revision {
    /// The revision of `frame`, made from the form of `stage`, after `kept`.
    pub fn of(stage: Stage, frame: Frame, kept: Option<Frame>, definition: &Definition, layout: &Layout) -> Self {
        let Some(kept) = kept else {
            let rev = match stage {
                Stage::Core => 0,
                // Its core answers went before it.
                Stage::Optional => 1,
            };
            return Self::Next(Box::new(Frame { rev, ..frame }));
        };
        let frame = match stage {
            // A frame is complete, and the core form does not ask again what the second one has asked.
            Stage::Core => scored(with_optional(frame, &kept, definition), layout),
            Stage::Optional => frame,
        };
        let says = |frame: &Frame| (frame.answers, frame.extra, frame.extra_text.clone(), frame.verbatim.clone());
        if says(&frame) == says(&kept) {
            Self::Unchanged(Box::new(kept))
        } else if kept.rev < REV_MAX {
            Self::Next(Box::new(Frame { rev: kept.rev + 1, ..frame }))
        } else {
            Self::Closed(Box::new(Frame { rev: REV_MAX, ..frame }))
        }
    }
}

/// Whether a frame has an answer of the second form.
pub fn has_optional(frame: &Frame) -> bool {
    let Answers { moment, forgive, .. } = frame.answers;
    (moment, forgive) != (0, 0)
        || frame.verbatim.is_some()
        || frame.extra.iter().any(|&code| code != 0)
        || frame.extra_text.iter().any(Option::is_some)
}

/// The core answers of `core` with those optional ones of `kept` that they still have a question for.
fn with_optional(mut core: Frame, kept: &Frame, definition: &Definition) -> Frame {
    if core.answers.branch() == kept.answers.branch() {
        core.answers.moment = kept.answers.moment;
        core.answers.forgive = kept.answers.forgive;
    }
    core.extra = kept.extra;
    core.extra_text.clone_from(&kept.extra_text);
    forget_unasked(definition, &core.answers, &mut core.extra, &mut core.extra_text);
    core.verbatim.clone_from(&kept.verbatim);
    core
}

#[cfg(test)]
mod tests {
    use trente_survey::response_id::{ResponseId, SurveyId};

    use super::*;

    fn frame(recommend: u8) -> Frame {
        Frame {
            survey: SurveyId([1; 4]),
            response: ResponseId([2; 8]),
            answers: Answers { recommend: Some(recommend), ..Answers::default() },
            extra: Default::default(),
            extra_text: Default::default(),
            elapsed: 63,
            rev: 0,
            locale: 1,
            preview: false,
            score: 255,
            proof: None,
            verbatim: None,
            age_minutes: None,
            channel: None,
        }
    }

    fn of(stage: Stage, frame: Frame, kept: Option<Frame>) -> Revision {
        Revision::of(stage, frame, kept, &Definition::default_for("olive"), &Layout::CORE)
    }

    fn next(revision: Revision) -> Option<Frame> {
        match revision {
            Revision::Next(frame) => Some(*frame),
            _ => None,
        }
    }

    fn rev(revision: Revision) -> Option<u8> {
        next(revision).map(|frame| frame.rev)
    }

    #[test]
    fn the_first_is_0_the_second_form_1_and_a_change_one_more() {
        assert_eq!(rev(of(Stage::Core, frame(9), None)), Some(0));
        assert_eq!(rev(of(Stage::Optional, frame(9), None)), Some(1));
        let kept = Frame { rev: 2, ..frame(9) };
        assert_eq!(of(Stage::Core, frame(9), Some(kept.clone())), Revision::Unchanged(Box::new(kept.clone())));
        assert_eq!(rev(of(Stage::Core, frame(1), Some(kept))), Some(3));
        let last = Frame { rev: 3, ..frame(9) };
        let closed = Box::new(Frame { rev: 3, ..scored(frame(1), &Layout::CORE) });
        assert_eq!(of(Stage::Core, frame(1), Some(last.clone())), Revision::Closed(closed));
        assert_eq!(of(Stage::Core, frame(9), Some(last.clone())), Revision::Unchanged(Box::new(last)));
    }

    #[test]
    fn optional_answers_outlive_a_change_that_leaves_them_a_question() {
        let mut kept = Frame { rev: 1, verbatim: Some("24 minutes".into()), ..frame(2) };
        (kept.answers.moment, kept.answers.forgive) = (9, 2);
        let same = next(of(Stage::Core, frame(3), Some(kept.clone()))).unwrap();
        assert_eq!((same.answers.moment, same.answers.forgive, same.verbatim.as_deref()), (9, 2, Some("24 minutes")));
        let other = next(of(Stage::Core, frame(10), Some(kept))).unwrap();
        assert_eq!(
            (other.answers.moment, other.answers.forgive, other.verbatim.as_deref()),
            (0, 0, Some("24 minutes"))
        );
        assert!(other.encode(&Layout::CORE).is_ok());
    }
}
