//! Primary key of a response, the same in every table and in both stores.

use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};

/// Primary key of a response: its survey and the response within it. Ordered by the bytes of the one, then of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseKey {
    /// Bytes of the survey id.
    pub survey: [u8; 4],
    /// Bytes of the response id.
    pub rid: [u8; 8],
}

impl ResponseKey {
    /// The key of a response to a survey.
    pub const fn new(survey: SurveyId, response: ResponseId) -> Self {
        Self { survey: survey.0, rid: response.0 }
    }

    /// The key of the response that a frame is of.
    pub const fn of(frame: &Frame) -> Self {
        Self::new(frame.survey, frame.response)
    }
}
