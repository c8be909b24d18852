//! `trente frame decode` and `trente frame encode`: converts frames to JSON and back.

use serde::Serialize;
use serde_json::Value;
use trente_collector::views::frame::FrameRecord;
use trente_store::encoding;
use trente_survey::frame::{Frame, Proof};
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::score::ELAPSED_UNKNOWN;
use trente_survey::{Error, locale};

use super::extra;
use super::fields::Fields;
use super::score::check;
use crate::json_lines::LineError;
use crate::layout_source::Layouts;

/// Highest epoch modulo 8.
const EPOCH_LOW_MAX: u8 = 7;
/// Where the epoch of a frame stands, the length of its answers not counted.
const EPOCH_AFTER: u32 = 14;
/// What `decode` prints and no caller can choose: derived from the other fields.
const DERIVED: [&str; 7] = ["family", "score", "class", "branch", "flags", "primary", "secondary"];

/// A frame in both its text forms.
#[derive(Debug, Serialize)]
pub struct Encoded {
    frame: String,
    text: String,
    bytes: usize,
}

/// The fields of one frame, given as `{"frame": …}` or bare, in hexadecimal or base64url.
///
/// # Errors
/// [`LineError`]
pub fn decode(line: &str, layouts: &Layouts) -> Result<FrameRecord, LineError> {
    let text = if line.starts_with('{') {
        let mut fields = Fields::parse(line)?;
        let text = fields.text("frame")?.ok_or_else(|| LineError::field("field `frame` is missing"))?;
        // What `encode` prints next to the frame says the same again.
        for name in ["text", "bytes"] {
            fields.value(name);
        }
        fields.finish()?;
        text
    } else {
        line.to_owned()
    };
    let bytes = bytes(text.trim()).ok_or_else(|| LineError::field("the frame is neither hexadecimal nor base64url"))?;
    let known = bytes.get(1..).and_then(|rest| rest.first_chunk()).and_then(|survey| layouts.of(SurveyId(*survey)));
    // What is wrong with the frame itself comes before its survey, as in the service.
    let layout = known.unwrap_or_default();
    let (frame, length) = Frame::decode(&bytes, &layout)?;
    if length != bytes.len() {
        return Err(Error::Length { offset: length as u32 }.into());
    }
    if known.is_none() {
        return Err(Error::Survey.into());
    }
    let verdict = frame.verdict(&layout)?;
    Ok(FrameRecord::of(&frame, &layout, &verdict))
}

/// The frame of these fields: the inverse of [`decode`], whose derived fields are accepted and not read.
///
/// # Errors
/// [`LineError`]
pub fn encode(line: &str, layouts: &Layouts) -> Result<Encoded, LineError> {
    let mut fields = Fields::parse(line)?;
    let survey = SurveyId(bytes_field(&mut fields, "survey")?.ok_or_else(|| missing("survey"))?);
    let response = ResponseId(bytes_field(&mut fields, "response")?.ok_or_else(|| missing("response"))?);
    let layout = layouts.of(survey).ok_or(Error::Survey)?;
    let answers = fields.answers()?;
    let (extra, extra_text) = extra::take(&mut fields, &layout)?;
    let elapsed = fields.byte("elapsed_bucket")?.unwrap_or(ELAPSED_UNKNOWN);
    let verbatim = fields.text("verbatim")?;
    let epoch_low = fields.byte("epoch")?.unwrap_or(0);
    let tag = bytes_field(&mut fields, "tag")?;
    let sent = fields.byte("score_sent")?;
    let mut frame = Frame {
        survey,
        response,
        answers,
        extra,
        extra_text,
        elapsed,
        rev: fields.byte("rev")?.unwrap_or(0),
        locale: locale_field(&mut fields)?,
        preview: fields.flag("preview")?,
        score: sent.unwrap_or(0),
        proof: tag.map(|tag| Proof { epoch_low, tag }),
        verbatim,
        age_minutes: fields.number("age_minutes")?,
        channel: fields.byte("channel")?,
    };
    for name in DERIVED {
        fields.value(name);
    }
    fields.finish()?;

    if epoch_low > EPOCH_LOW_MAX {
        return Err(LineError::range("epoch"));
    }
    if tag.is_none() && epoch_low != 0 {
        return Err(Error::Reserved { offset: EPOCH_AFTER + layout.bytes() as u32 }.into());
    }
    check(&frame, &layout)?;
    if sent.is_none() {
        frame.score = frame.verdict(&layout)?.score_byte();
    }
    let bytes = frame.encode(&layout)?;
    Ok(Encoded { frame: encoding::hex(&bytes), text: encoding::base64url(&bytes), bytes: bytes.len() })
}

/// Hexadecimal where it can be: no frame's base64url is all hexadecimal digits and begins with a `1`.
fn bytes(frame: &str) -> Option<Vec<u8>> {
    let base64 = encoding::from_base64url(frame);
    match encoding::from_hex(frame) {
        Some(hex) if frame.starts_with('1') || base64.is_none() => Some(hex),
        hex => base64.or(hex),
    }
}

fn bytes_field<const N: usize>(fields: &mut Fields, name: &str) -> Result<Option<[u8; N]>, LineError> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    let wrong = || LineError::field(format!("field `{name}` is not {} hexadecimal digits", 2 * N));
    encoding::array_from_hex(&text).map(Some).ok_or_else(wrong)
}

fn missing(name: &str) -> LineError {
    LineError::field(format!("field `{name}` is missing"))
}

/// A tag of the registry, or a number.
fn locale_field(fields: &mut Fields) -> Result<u8, LineError> {
    match fields.value("locale") {
        None => Ok(0),
        Some(Value::String(tag)) if tag == "und" => Ok(0),
        Some(Value::String(tag)) => match locale::number_of(&tag) {
            0 => Err(LineError::field("field `locale` is not a tag of the registry")),
            number => Ok(number),
        },
        Some(number) => number
            .as_u64()
            .and_then(|number| u8::try_from(number).ok())
            .ok_or_else(|| LineError::field("field `locale` is neither a tag nor a number")),
    }
}
