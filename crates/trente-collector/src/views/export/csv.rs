//! CSV export for spreadsheets, with protection from CSV injection. **Source**: RFC 4180; OWASP ASVS 5.0, 1.2.10.
//!
//! A spreadsheet takes a text that begins like a formula for one (CSV injection), so such a text gets an apostrophe
//! before it. Which characters begin a cell depends on the spreadsheet: in much of Europe it splits this file at
//! semicolons, and others split it at tabs or bars, or skip blanks, quotes and invisible characters. So the apostrophe
//! also stands inside a text wherever any of them would begin a cell. Every text is quoted; numbers stay numbers, and
//! identifiers stay text: a spreadsheet would take `0000000000000007` for 7 and `1e5` for 100000.
//!
//! A byte-order mark comes first, because Excel takes a file without one for the system's old 8-bit character set.

use super::{COLUMNS, Dialect, ExportError, Value};
use crate::views::response::ResponseRecord;

/// What a formula begins with, in ASCII, in full width and in the small forms of the same characters.
const FORMULA: [char; 13] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−'];
/// What some spreadsheet splits lines or cells at.
const SEPARATORS: [char; 11] = [',', ';', '\t', '|', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// With what a text is harmful at its very beginning, whatever follows.
const LEADING: [char; 4] = ['\t', '\r', '\n', '\0'];

/// Says that the text is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{FEFF}";

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
        let cells = COLUMNS.iter().map(|column| match (column.of)(response) {
            Value::Text(Some(name))
                if !dialect.plain && IDENTIFIERS.contains(&column.name) && reads_as_number(&name) =>
            {
                quoted(&format!("'{name}"))
            }
            value => cell(value),
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

/// Each cell is written as it stands: texts come quoted.
fn lines(rows: impl IntoIterator<Item = Vec<String>>, dialect: Dialect) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(dialect.separator.byte())
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Never)
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
        Value::Text(text) => text.map(|text| quoted(&harmless(&text))).unwrap_or_default(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The text with an apostrophe before everything in it that some spreadsheet would take for a formula.
fn harmless(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    if text.starts_with(LEADING) {
        written.push('\'');
    }
    // Where a cell has begun, as long as nothing of it can be seen.
    let mut begun = Some(written.len());
    for character in text.chars() {
        if let Some(at) = begun {
            if FORMULA.contains(&character) {
                written.insert(at, '\'');
                begun = None;
            } else if !is_skipped(character) {
                begun = None;
            }
        }
        written.push(character);
        if SEPARATORS.contains(&character) {
            begun = Some(written.len());
        }
    }
    written
}

/// Whether a spreadsheet may skip it, or show nothing for it, on its way to a formula: blanks, controls, quotes and
/// what has no width.
fn is_skipped(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '"' | '\''
                | '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::export::Separator;

    /// ASVS 1.2.10.
    #[test]
    fn a_text_that_begins_like_a_formula_is_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "−1", "﹦1"] {
            assert_eq!(harmless(text), format!("'{text}"));
            for skipped in [" ", "\u{a0}", "\u{3000}", "\u{200b}", "\u{feff}", "\u{2060}", "\"", "\" \u{200e}\"", "'"] {
                assert_eq!(harmless(&format!("{skipped}{text}")), format!("'{skipped}{text}"));
            }
            for separator in [";", "\t", "|", ",", "\n", "\r\n", "; \"", "\u{2028}", "a,b;\u{a0}"] {
                let (before, skipped) = separator.split_at(separator.find(SEPARATORS).map_or(0, |_| {
                    let (at, last) = separator.char_indices().rfind(|(_, one)| SEPARATORS.contains(one)).unwrap();
                    at + last.len_utf8()
                }));
                let said = format!("x{before}{skipped}{text}y");
                assert_eq!(harmless(&said), format!("x{before}'{skipped}{text}y"));
            }
        }
        for text in ["\tx", "\rx", "\nx", "\0x"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "a=1", "’=", "24 minutes", "well - yes", "a; b", "un, deux; trois | quatre", "e-mail", "a\tb"]
        {
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
    fn every_text_is_quoted_as_rfc_4180_has_it_and_no_number_is() {
        let row = ["a,b", "say \"no\"", "two\nlines", "12", "", "oui"].map(|text| cell(Value::Text(Some(text.into()))));
        let more = [Value::Number(Some(7)), Value::Number(None), Value::Truth(true), Value::Text(None)].map(cell);
        let text = String::from_utf8(lines([[&row[..], &more].concat()], Dialect::default()).unwrap()).unwrap();
        assert_eq!(text, "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\"12\",\"\",\"oui\",7,,true,\r\n");
    }
}
