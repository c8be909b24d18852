//! Statistics of labelled answers: by segment, repeat purchases, reply times, and a merchant's prediction.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use trente_stats::aggregate::unpack;
use trente_stats::prediction::{self, Prediction, Reflection};
use trente_stats::repeat_purchase::{self, Returning};
use trente_stats::reply_time::{self, Replies};
use trente_stats::segments::{self, Segment};
use trente_stats::{Aggregate, Summary};
use trente_survey::Verdict;

use super::{StatsError, fold};
use crate::json_lines::LineError;
use crate::offline::fields::Fields;

/// Fields that are answers and stay what they are when they mark a segment too.
const ANSWERS: [&str; 9] =
    ["satisfaction", "ease", "lens", "recommend", "family", "moment", "forgive", "elapsed_bucket", "verbatim"];
/// Segments compared at most: more, and the field marks responses, not segments.
const SEGMENTS_MAX: usize = 1000;

/// Segments compared with the whole, by their mark; those without one come first.
#[derive(Debug, Serialize)]
pub struct Segments {
    by: String,
    n: u64,
    nps: Option<f64>,
    segments: Vec<Segment>,
}

/// The segments of the answers, by a field.
///
/// # Errors
/// [`StatsError`], also for a mark that is a list or an object, and for more than a thousand segments.
pub fn segments(input: impl Read, by: &str, minimum: u64) -> Result<Segments, StatsError> {
    let read = |line: &str| {
        let mut fields = Fields::parse(line)?;
        let mark = mark(&fields, by)?;
        if !ANSWERS.contains(&by) {
            fields.value(by);
        }
        Ok((mark, fold::counted(fields)?.0))
    };
    let mut marked: BTreeMap<Option<String>, Aggregate> = BTreeMap::new();
    fold::every(input, read, |(mark, response)| {
        marked.entry(mark).or_default().record(&response)?;
        if marked.len() > SEGMENTS_MAX {
            let message = format!("field `{by}` marks more than {SEGMENTS_MAX} segments");
            return Err(StatsError::Input(message));
        }
        Ok(())
    })?;
    let found: Vec<_> = marked.into_iter().map(|(mark, aggregate)| (mark, Summary::of(&aggregate))).collect();
    let mut whole = Summary::default();
    for (_, summary) in &found {
        whole.merge(summary)?;
    }
    let segments = segments::by_segment(&whole, &found, minimum);
    Ok(Segments { by: by.to_owned(), n: whole.n, nps: whole.nps.points(), segments })
}

fn mark(fields: &Fields, by: &str) -> Result<Option<String>, LineError> {
    match fields.peek(by) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(value.to_string())),
        Some(_) => Err(LineError::field(format!("field `{by}` is neither text, number, true nor false"))),
    }
}

/// Who bought again.
#[derive(Debug, Serialize)]
pub struct Returns {
    unverified_left_out: u64,
    classes: Vec<Returning>,
}

/// Who bought again, by class.
///
/// # Errors
/// [`StatsError`], also where `returned` is missing.
pub fn returns(input: impl Read) -> Result<Returns, StatsError> {
    let read = |line: &str| {
        let mut fields = Fields::parse(line)?;
        let unverified = fields.peek("verified") == Some(&Value::Bool(false));
        if fields.peek("returned").is_none() {
            return Err(LineError::field("field `returned` is missing"));
        }
        let returned = fields.flag("returned")?;
        let key = fold::counted(fields)?.0.key;
        // Neither time nor words decide a class.
        let (_, family, answers) = unpack(key).map_err(|error| LineError::field(error.to_string()))?;
        let verdict = Verdict::of(&answers, family, trente_survey::score::ELAPSED_UNKNOWN, false)?;
        Ok((unverified, verdict.class, returned))
    };
    let (mut unverified_left_out, mut customers) = (0, Vec::new());
    fold::every(input, read, |(unverified, class, returned)| {
        if unverified {
            unverified_left_out += 1;
        } else {
            customers.push((class, returned));
        }
        Ok(())
    })?;
    Ok(Returns { unverified_left_out, classes: repeat_purchase::by_class(customers) })
}

/// How soon those who wait were answered.
///
/// # Errors
/// [`StatsError`], also for a reply before the question.
pub fn replies(input: impl Read) -> Result<Replies, StatsError> {
    let read = |line: &str| {
        let mut fields = Fields::parse(line)?;
        let asked = fields.milliseconds("asked_ms")?.ok_or_else(|| LineError::field("field `asked_ms` is missing"))?;
        let replied = fields.milliseconds("replied_ms")?;
        fields.finish()?;
        replied.map(|replied| replied.checked_sub(asked).ok_or_else(|| LineError::range("replied_ms"))).transpose()
    };
    let mut waits = Vec::new();
    fold::every(input, read, |wait| {
        waits.push(wait);
        Ok(())
    })?;
    Ok(reply_time::summarise(waits))
}

/// What the merchant believed, compared with what customers said.
///
/// # Errors
/// [`StatsError`]; nothing is shown where the prediction is not whole.
pub fn mirror(input: impl Read, prediction: &Path) -> Result<Vec<Reflection>, StatsError> {
    let text = fs::read_to_string(prediction).map_err(|error| StatsError::File(prediction.to_owned(), error))?;
    let wrong = |error: serde_json::Error| StatsError::Input(format!("{}: {error}", prediction.display()));
    let prediction: Prediction = serde_json::from_str(&text).map_err(wrong)?;
    Ok(prediction::open(&prediction, &fold::fold(input)?)?)
}
