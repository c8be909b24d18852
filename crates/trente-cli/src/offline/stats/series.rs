//! Parser of a series of JSON values: one a line, several a line, or in an array.

use serde_json::{Deserializer, Value};

use super::StatsError;

/// A value and the line that it, or the array around it, ends in.
pub struct Item {
    pub line: u64,
    pub value: Value,
}

/// The values of a series; `is_one` tells an array that is one value from an array of values.
///
/// # Errors
/// [`StatsError::Line`] at the first value that is not JSON.
pub fn read(input: &[u8], is_one: impl Fn(&[Value]) -> bool) -> Result<Vec<Item>, StatsError> {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let mut items = Vec::new();
    let mut values = Deserializer::from_slice(input).into_iter::<Value>();
    // Lines are counted as the values come: counting from the start each time would take the square of the time.
    let (mut line, mut counted) = (1, 0);
    while let Some(value) = values.next() {
        let value = value.map_err(|error| StatsError::Line(error.line() as u64, "it is not JSON".to_owned()))?;
        let end = values.byte_offset();
        let between = input.get(counted..end).unwrap_or_default();
        line += between.iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = end;
        match value {
            Value::Array(inner) if !is_one(&inner) => {
                items.extend(inner.into_iter().map(|value| Item { line, value }));
            }
            value => items.push(Item { line, value }),
        }
    }
    Ok(items)
}
