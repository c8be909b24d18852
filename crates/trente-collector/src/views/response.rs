//! JSON view of a folded response.

use serde::Serialize;
use trente_store::clock::format_day;
use trente_store::fold::merge::StoredResponse;
use trente_store::{StoreError, encoding};
use trente_survey::frame::Frame;
use utoipa::ToSchema;

use super::frame::{AnswersRecord, Locale, VerdictRecord};

/// One folded response.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResponseRecord {
    /// The survey that was answered: 8 hexadecimal digits.
    pub survey: String,
    /// The response: 16 hexadecimal digits.
    pub response: String,
    /// The day on which it was answered, in the time zone of its site.
    pub received: String,
    /// Whether the purchase is proven.
    pub verified: bool,
    /// Revision, 0 to 3.
    pub rev: u8,
    /// The language that was spoken.
    #[schema(value_type = String)]
    pub lang: Locale,
    /// 0 web, 1 shop, 2 phone, 3 delivery, else the merchant's own.
    pub channel: u8,
    /// What the customer said.
    #[serde(flatten)]
    pub answers: AnswersRecord,
    /// What it says.
    #[serde(flatten)]
    pub verdict: VerdictRecord,
    /// Unsigned answers of other networks that contradict it: kept, and counted in no figure. Absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<AsideRecord>,
}

/// An answer that was kept aside.
#[derive(Debug, Serialize, ToSchema)]
pub struct AsideRecord {
    /// The day on which it was answered, in the time zone of its site.
    pub received: String,
    /// Revision, 0 to 3.
    pub rev: u8,
    /// The language that was spoken.
    #[schema(value_type = String)]
    pub lang: Locale,
    /// 0 web, 1 shop, 2 phone, 3 delivery, else the merchant's own.
    pub channel: u8,
    /// What it says.
    #[serde(flatten)]
    pub answers: AnswersRecord,
}

impl ResponseRecord {
    /// The fields of a response, and what it says.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]
    pub fn of(candidate: &StoredResponse) -> Result<Self, StoreError> {
        let verdict = candidate.verdict()?;
        let frame = &candidate.frame;
        Ok(Self {
            survey: encoding::hex(&frame.survey.0),
            response: encoding::hex(&frame.response.0),
            received: format_day(candidate.day),
            verified: candidate.verified,
            rev: frame.rev,
            lang: Locale::of(frame.locale),
            channel: candidate.channel(),
            answers: AnswersRecord::of(frame, &candidate.layout),
            verdict: VerdictRecord::of(&verdict, verdict.flags),
            aside: asides(candidate)?,
        })
    }
}

fn asides(candidate: &StoredResponse) -> Result<Vec<AsideRecord>, StoreError> {
    let record = |(bytes, day): (&[u8], u32)| {
        let (frame, _) =
            Frame::decode(bytes, &candidate.layout).map_err(|_| StoreError::Unreadable("frame that was kept aside"))?;
        Ok(AsideRecord {
            received: format_day(day),
            rev: frame.rev,
            lang: Locale::of(frame.locale),
            channel: frame.channel.unwrap_or(0),
            answers: AnswersRecord::of(&frame, &candidate.layout),
        })
    };
    candidate.contradictions().map(record).collect()
}
