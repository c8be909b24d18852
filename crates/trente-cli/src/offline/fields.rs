//! Strict reader of a JSON object: takes its fields one by one, and reports those that are left over as an error.

use serde_json::{Map, Value};
use trente_survey::{Answers, Cause};

use crate::json_lines::LineError;

/// Fields that have not been asked for yet.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// The fields of an object.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        match serde_json::from_str(line) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(LineError::field("the line is not a JSON object")),
            Err(_) => Err(LineError::field("the line is not JSON")),
        }
    }

    /// The fields of a value that is an object.
    pub fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    /// A value; absent and null are the same.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A whole number 0..=65535.
    pub fn number(&mut self, name: &str) -> Result<Option<u16>, LineError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match (value.as_u64(), value.as_i64()) {
            (Some(number), _) => u16::try_from(number).map(Some).map_err(|_| LineError::range(name)),
            (None, Some(_)) => Err(LineError::range(name)),
            (None, None) => Err(LineError::field(format!("field `{name}` is not a whole number"))),
        }
    }

    /// A value that is left where it is.
    pub fn peek(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A whole number of milliseconds.
    pub fn milliseconds(&mut self, name: &str) -> Result<Option<u64>, LineError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let wrong = || LineError::field(format!("field `{name}` is not a whole number of milliseconds"));
        value.as_u64().map(Some).ok_or_else(wrong)
    }

    /// A whole number 0..=255.
    pub fn byte(&mut self, name: &str) -> Result<Option<u8>, LineError> {
        let number = self.number(name)?;
        number.map(|number| u8::try_from(number).map_err(|_| LineError::range(name))).transpose()
    }

    /// A string.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, LineError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(LineError::field(format!("field `{name}` is not a string"))),
        }
    }

    /// True or false; false when absent.
    pub fn flag(&mut self, name: &str) -> Result<bool, LineError> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(set)) => Ok(set),
            Some(_) => Err(LineError::field(format!("field `{name}` is not true or false"))),
        }
    }

    /// The core answers, not checked yet.
    pub fn answers(&mut self) -> Result<Answers, LineError> {
        let rating = |value: Option<u8>, missing| value.filter(|&value| value != missing);
        Ok(Answers {
            satisfaction: rating(self.byte("satisfaction")?, 0),
            ease: rating(self.byte("ease")?, 0),
            lens: rating(self.byte("lens")?, 0),
            recommend: rating(self.byte("recommend")?, Answers::RECOMMEND_MISSING),
            moment: self.byte("moment")?.unwrap_or(0),
            forgive: self.byte("forgive")?.unwrap_or(0),
        })
    }

    /// A family, by number or by name.
    pub fn family(&mut self) -> Result<Option<Cause>, LineError> {
        if let Some(name) = self.0.get("family").and_then(Value::as_str) {
            let cause = Cause::ALL.into_iter().find(|cause| cause.name() == name);
            let cause = cause.ok_or_else(|| LineError::field("field `family` is not the name of a cause"))?;
            self.0.remove("family");
            return Ok(Some(cause));
        }
        match self.byte("family")? {
            Some(number @ 0..=7) => Ok(Some(Cause::from_family(number))),
            Some(_) => Err(LineError::range("family")),
            None => Ok(None),
        }
    }

    /// Nothing may be left.
    pub fn finish(self) -> Result<(), LineError> {
        match self.0.keys().next() {
            Some(name) => Err(LineError::field(format!("field `{name}` is not known"))),
            None => Ok(()),
        }
    }
}
