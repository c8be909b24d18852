//! Comma-separated values for spreadsheets. **Source**: RFC 4180; OWASP ASVS 5.0, 1.2.10.
//!
//! A spreadsheet takes a text that begins like a formula for one, so such a text gets an apostrophe before it.
//! Numbers stay numbers, and identifiers stay text: a spreadsheet would take `0000000000000007` for 7 and `1e5` for
//! 100000.
//!
//! A byte-order mark comes first, because Excel takes a file without one for the system's old 8-bit character set.

use super::{COLUMNS, Dialect, ExportError, Value};
use crate::store::records::ResponseRecord;

/// What a formula begins with, in ASCII and in full width, and what a spreadsheet skips on its way there.
const DANGEROUS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// Says that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// The columns whose values are hexadecimal names.
const IDENTIFIERS: [&str; 2] = ["survey", "response"];

/// What comes first: the byte-order mark and the line of names.
///
/// # Errors
/// [`ExportError`]
pub fn head(dialect: Dialect) -> Result<Vec<u8>, ExportError> {
    let names = lines([COLUMNS.iter().map(|column| column.name.to_owned()).collect::<Vec<_>>()], dialect)?;
    Ok(if dialect.plain { names } else { [BYTE_ORDER_MARK.as_bytes(), &names].concat() })
}

/// One line for each response.
///
/// # Errors
/// [`ExportError`]
pub fn body(responses: &[ResponseRecord], dialect: Dialect) -> Result<Vec<u8>, ExportError> {
    let row = |response| {
        let cells = COLUMNS.iter().map(|column| {
            let text = cell((column.of)(response));
            let guarded = !dialect.plain && IDENTIFIERS.contains(&column.name) && reads_as_number(&text);
            if guarded { format!("'{text}") } else { text }
        });
        cells.collect::<Vec<_>>()
    };
    lines(responses.iter().map(row), dialect)
}

/// Whether a spreadsheet would take a hexadecimal name for a number: digits, or digits around one `e`.
fn reads_as_number(name: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match name.split_once('e') {
        Some((mantissa, exponent)) => digits(mantissa) && digits(exponent),
        None => digits(name),
    }
}

fn lines(rows: impl IntoIterator<Item = Vec<String>>, dialect: Dialect) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(dialect.separator.byte())
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
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
    use crate::export::Separator;

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
    fn a_name_that_reads_as_a_number_is_told_from_others() {
        for name in ["0000000000000007", "12345678", "1234e567", "e1234567", "1234567e"] {
            assert!(reads_as_number(name), "{name}");
        }
        for name in ["0000000a", "12e45e78", "1234567f", "7e57ab1e"] {
            assert!(!reads_as_number(name), "{name}");
        }
    }

    #[test]
    fn a_file_begins_with_a_byte_order_mark_and_separates_as_the_spreadsheet_expects() {
        let text = |dialect| String::from_utf8(head(dialect).unwrap()).unwrap();
        assert!(text(Dialect::default()).starts_with("\u{FEFF}survey,response,"));
        let semicolons = Dialect { separator: Separator::Semicolon, plain: false };
        assert!(text(semicolons).starts_with("\u{FEFF}survey;response;"));
        assert!(text(Dialect { separator: Separator::Tab, plain: true }).starts_with("survey\tresponse\t"));
    }

    #[test]
    fn cells_are_quoted_as_rfc_4180_has_it() {
        let text = String::from_utf8(
            lines([vec!["a,b".into(), "say \"no\"".into(), "two\nlines".into()]], Dialect::default()).unwrap(),
        );
        assert_eq!(text.unwrap(), "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
    }
}
