//! Comma-separated values for spreadsheets. **Source**: RFC 4180; OWASP ASVS 5.0, 1.2.10.
//!
//! A spreadsheet takes a text that begins like a formula for one, so such a text gets an apostrophe before it.
//! Numbers stay numbers.

use super::{COLUMNS, ExportError, Value};
use crate::store::records::ResponseRecord;

/// What a formula begins with, in ASCII and in full width, and what a spreadsheet skips on its way there.
const DANGEROUS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// The line of names.
///
/// # Errors
/// [`ExportError`]
pub fn head() -> Result<Vec<u8>, ExportError> {
    lines([COLUMNS.iter().map(|column| column.name.to_owned()).collect::<Vec<_>>()])
}

/// One line for each response.
///
/// # Errors
/// [`ExportError`]
pub fn body(responses: &[ResponseRecord]) -> Result<Vec<u8>, ExportError> {
    lines(responses.iter().map(|response| COLUMNS.iter().map(|column| cell((column.of)(response))).collect::<Vec<_>>()))
}

fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))
}

fn cell(value: Value<'_>) -> String {
    match value {
        Value::Number(number) => number.map(|number| number.to_string()).unwrap_or_default(),
        Value::Truth(truth) => truth.to_string(),
        Value::Text(text) => text.map(|text| harmless(&text)).unwrap_or_default(),
    }
}

fn harmless(text: &str) -> String {
    if text.starts_with(DANGEROUS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ASVS 1.2.10.
    #[test]
    fn a_text_that_begins_like_a_formula_is_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1", "＠A"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "a=1", " =1", "’=", "24 minutes"] {
            assert_eq!(harmless(text), text);
        }
        assert_eq!(cell(Value::Number(Some(-1))), "-1");
    }

    #[test]
    fn cells_are_quoted_as_rfc_4180_has_it() {
        let text = String::from_utf8(lines([vec!["a,b".into(), "say \"no\"".into(), "two\nlines".into()]]).unwrap());
        assert_eq!(text.unwrap(), "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
    }
}
