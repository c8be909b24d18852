//! JSON views of frames, answers and verdicts: the one place that names their fields.

use std::fmt;

use serde::Serialize;
use trente_store::encoding;
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::frame::Frame;
use trente_survey::score::flag;
use trente_survey::{Cause, Verdict, locale};
use utoipa::ToSchema;

/// What one response says, recomputed.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictRecord {
    /// 0 to 100, or null where too little was answered.
    pub score: Option<u8>,
    /// `none`, `delight`, `ok`, `forgivable` or `unforgivable`.
    pub class: &'static str,
    /// Which way the survey went.
    pub branch: &'static str,
    /// Bits of docs/metrics.md.
    pub flags: u16,
    /// The cause of an incident.
    pub primary: Option<&'static str>,
    /// What else may have caused it.
    pub secondary: Option<&'static str>,
}

impl VerdictRecord {
    /// The verdict, with the flags that only the collector sets.
    pub fn of(verdict: &Verdict, collector_flags: u16) -> Self {
        let known = flag::SCORE_MISMATCH | flag::VERIFIED | flag::DISPUTED;
        Self {
            score: verdict.score,
            class: verdict.class.name(),
            branch: verdict.branch.name(),
            flags: verdict.flags | (collector_flags & known),
            primary: verdict.diagnosis.primary.map(Cause::name),
            secondary: verdict.diagnosis.secondary.map(Cause::name),
        }
    }
}

/// What the customer said.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswersRecord {
    /// 1 to 5.
    pub satisfaction: Option<u8>,
    /// 1 to 7.
    pub ease: Option<u8>,
    /// 1 to 5.
    pub lens: Option<u8>,
    /// 0 to 10.
    pub recommend: Option<u8>,
    /// What the lens asked about.
    pub family: &'static str,
    /// The moment that was named, 0 for none.
    pub moment: u8,
    /// 1 to 3, 0 where it was not asked or not answered.
    pub forgive: u8,
    /// Bucket of the time that the answers took, 0 to 63.
    pub elapsed_bucket: u8,
    /// The customer's words.
    pub verbatim: Option<String>,
    /// Answers to the merchant's own questions; absent where it asks none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraRecord>,
}

impl AnswersRecord {
    /// The answers of a frame to a survey of this layout.
    pub fn of(frame: &Frame, layout: &Layout) -> Self {
        let answers = frame.answers;
        let family = layout.family(frame.response);
        let extra = layout.kinds().zip(frame.extra).zip(&frame.extra_text).enumerate();
        Self {
            satisfaction: answers.satisfaction,
            ease: answers.ease,
            lens: answers.lens,
            recommend: answers.recommend,
            family: family.name(),
            moment: answers.moment,
            forgive: answers.forgive,
            elapsed_bucket: frame.elapsed,
            verbatim: frame.verbatim.clone(),
            extra: extra
                .map(|(index, ((kind, code), text))| ExtraRecord {
                    index: index as u8,
                    kind: kind_name(kind),
                    answer: ExtraAnswer::of(kind, code, text.as_deref()),
                })
                .collect(),
        }
    }
}

/// The answer to one of the merchant's own questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtraRecord {
    /// Its place among them, from 0, as on the wire.
    pub index: u8,
    /// `stars`, `yes_no`, `scale`, `choice`, `choices` or `text`.
    pub kind: &'static str,
    /// The answer.
    #[serde(flatten)]
    pub answer: ExtraAnswer,
}

/// Null where the question was not answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtraAnswer {
    /// The point or option, from 1; 1 is yes and 2 is no.
    Code(Option<u16>),
    /// The ticked options, from 1; none ticked is an answer too.
    Ticked(Option<Vec<u8>>),
    /// The customer's words.
    Text(Option<String>),
}

impl ExtraAnswer {
    fn of(kind: ExtraKind, code: u16, text: Option<&str>) -> Self {
        match kind {
            ExtraKind::Text => Self::Text(text.map(str::to_owned)),
            ExtraKind::Choices(options) => {
                let ticked = || (1..=options).filter(|&option| kind.holds(code, option)).collect();
                Self::Ticked((code != 0).then(ticked))
            }
            _ => Self::Code(Some(code).filter(|&code| code != 0)),
        }
    }
}

/// The name of a kind, as definitions have it.
pub const fn kind_name(kind: ExtraKind) -> &'static str {
    match kind {
        ExtraKind::Stars => "stars",
        ExtraKind::YesNo => "yes_no",
        ExtraKind::Scale(_) => "scale",
        ExtraKind::Choice(_) => "choice",
        ExtraKind::Choices(_) => "choices",
        ExtraKind::Text => "text",
        _ => "unknown",
    }
}

/// A language: its tag, or its number where the registry has no tag for it yet.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Locale {
    /// A tag of the registry, `und` for 0.
    Tag(&'static str),
    /// A number above the registry.
    Number(u8),
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => formatter.write_str(tag),
            Self::Number(number) => number.fmt(formatter),
        }
    }
}

impl Locale {
    /// The language of a frame.
    pub fn of(number: u8) -> Self {
        match locale::tag_of(number) {
            "und" if number != 0 => Self::Number(number),
            tag => Self::Tag(tag),
        }
    }
}

/// A frame, field by field, and what it says.
#[derive(Debug, Serialize)]
pub struct FrameRecord {
    survey: String,
    response: String,
    #[serde(flatten)]
    answers: AnswersRecord,
    rev: u8,
    locale: Locale,
    preview: bool,
    epoch: u8,
    tag: Option<String>,
    age_minutes: Option<u16>,
    channel: Option<u8>,
    score_sent: u8,
    #[serde(flatten)]
    verdict: VerdictRecord,
}

impl FrameRecord {
    /// The fields of a frame of this layout, and its verdict.
    pub fn of(frame: &Frame, layout: &Layout, verdict: &Verdict) -> Self {
        Self {
            survey: encoding::hex(&frame.survey.0),
            response: encoding::hex(&frame.response.0),
            answers: AnswersRecord::of(frame, layout),
            rev: frame.rev,
            locale: Locale::of(frame.locale),
            preview: frame.preview,
            epoch: frame.proof.map_or(0, |proof| proof.epoch_low),
            tag: frame.proof.map(|proof| encoding::hex(&proof.tag)),
            age_minutes: frame.age_minutes,
            channel: frame.channel,
            score_sent: frame.score,
            verdict: VerdictRecord::of(verdict, 0),
        }
    }
}
