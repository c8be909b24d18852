//! JSON parser of the answers to a merchant's own questions: reads what
//! [`trente_collector::views::frame::AnswersRecord`] prints.

use serde_json::Value;
use trente_collector::views::frame::kind_name;
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::limits::EXTRA_MAX;

use super::fields::Fields;
use crate::json_lines::LineError;

/// Codes and texts, as a frame has them.
type Answers = ([u16; EXTRA_MAX], [Option<String>; EXTRA_MAX]);

/// Takes the field `extra`; a question that is not in it is not answered.
///
/// # Errors
/// `E_FIELD`: it is not as printed, or of another survey; `E_RANGE`: an option that the question has not.
pub fn take(fields: &mut Fields, layout: &Layout) -> Result<Answers, LineError> {
    let mut answers = Answers::default();
    let list = match fields.value("extra") {
        None => return Ok(answers),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(LineError::field("field `extra` is not a list")),
    };
    let mut seen = [false; EXTRA_MAX];
    for value in list {
        let mut one = Fields::of(value).ok_or_else(|| LineError::field("field `extra` is not a list of objects"))?;
        let index = one.byte("index")?.ok_or_else(|| LineError::field("field `index` of `extra` is missing"))?;
        let index = usize::from(index);
        let unknown = || LineError::field(format!("the survey has no extra question {index}, counted from 0"));
        let kind = layout.kinds().nth(index).ok_or_else(unknown)?;
        if one.text("kind")?.is_some_and(|name| name != kind_name(kind)) {
            return Err(LineError::field(format!("extra question {index} is of kind `{}`", kind_name(kind))));
        }
        let (codes, texts) = (&mut answers.0, &mut answers.1);
        let (Some(code), Some(text), Some(seen)) = (codes.get_mut(index), texts.get_mut(index), seen.get_mut(index))
        else {
            return Err(unknown());
        };
        if std::mem::replace(seen, true) {
            return Err(LineError::field(format!("extra question {index} is answered twice")));
        }
        match kind {
            ExtraKind::Text => *text = one.text("text")?,
            ExtraKind::Choices(options) => *code = ticked(&mut one, options)?,
            _ => *code = one.number("code")?.unwrap_or(0),
        }
        one.finish()?;
    }
    Ok(answers)
}

/// The code of a list of options, from 1; null is no answer, an empty list is one.
fn ticked(fields: &mut Fields, options: u8) -> Result<u16, LineError> {
    let wrong = || LineError::field("field `ticked` is not a list of whole numbers");
    let list = match fields.value("ticked") {
        None => return Ok(0),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong()),
    };
    let mut ticks = 0;
    for value in list {
        let option = value.as_u64().ok_or_else(wrong)?;
        if !(1..=u64::from(options)).contains(&option) {
            return Err(LineError::range("ticked"));
        }
        ticks |= 1 << (option - 1);
    }
    Ok(ExtraKind::choices_code(options, ticks))
}
