//! JSON Lines filter: reads one JSON value a line, and writes one result for each line that is not blank, in the same
//! order.

use std::fmt;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use serde::Serialize;

/// Why a line has no answer.
#[derive(Debug, Serialize)]
pub struct LineError {
    error: &'static str,
    message: String,
}

impl LineError {
    /// Not JSON, an unknown field, a field of the wrong kind, or one that is missing.
    pub fn field(message: impl Into<String>) -> Self {
        Self { error: "E_FIELD", message: message.into() }
    }

    /// A number off its scale.
    pub fn range(field: &str) -> Self {
        Self { error: "E_RANGE", message: format!("field `{field}` is off its scale") }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.message, self.error)
    }
}

impl From<trente_survey::Error> for LineError {
    fn from(error: trente_survey::Error) -> Self {
        Self { error: error.code(), message: error.to_string() }
    }
}

/// Converts every line; tells whether all were fine.
///
/// What is written is flushed before the next read that may wait, so that a program may talk line by line.
///
/// # Errors
/// Reading or writing fails.
pub fn convert<T: Serialize>(
    input: impl Read,
    output: impl Write,
    one: impl Fn(&str) -> Result<T, LineError>,
) -> io::Result<bool> {
    let mut input = BufReader::new(input);
    let mut output = BufWriter::new(output);
    let (mut line, mut fine) = (Vec::new(), true);
    loop {
        if input.buffer().is_empty() {
            output.flush()?;
        }
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            output.flush()?;
            return Ok(fine);
        }
        let answer = match text(&line) {
            Ok("") => continue,
            text => text.and_then(&one),
        };
        match answer {
            Ok(value) => serde_json::to_writer(&mut output, &value)?,
            Err(error) => {
                fine = false;
                serde_json::to_writer(&mut output, &error)?;
            }
        }
        output.write_all(b"\n")?;
    }
}

/// Hands every line that is not blank to `one`, with its number from 1.
///
/// # Errors
/// Reading fails, or `one` does.
pub fn each<E: From<io::Error>>(
    input: impl Read,
    mut one: impl FnMut(usize, Result<&str, LineError>) -> Result<(), E>,
) -> Result<(), E> {
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match text(&line) {
            Ok("") => {}
            text => one(number, text)?,
        }
    }
    Ok(())
}

fn text(line: &[u8]) -> Result<&str, LineError> {
    str::from_utf8(line).map(str::trim).map_err(|_| LineError::field("the line is not UTF-8"))
}
