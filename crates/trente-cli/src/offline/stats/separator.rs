//! Detection of the CSV separator: spreadsheets write a semicolon where decimals have a comma, and some declare it in a
//! first line, `sep=;`.

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separated {
    /// Between the cells.
    pub separator: u8,
    /// Bytes before the header: a byte-order mark, and a line that names the separator.
    pub skip: usize,
    /// Lines in them.
    pub lines: u64,
}

/// Looks at the beginning of a file. The separator is the one that stands most often in the header, outside quotation
/// marks; a comma where none does.
pub fn find(text: &[u8]) -> Separated {
    let mark = if text.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let rest = text.get(mark..).unwrap_or_default();
    let line = line_of(rest);
    let bare = line.strip_suffix(b"\n").unwrap_or(line);
    if let [name @ .., b'=', separator @ (b',' | b';' | b'\t' | b'|')] = bare.strip_suffix(b"\r").unwrap_or(bare)
        && name.eq_ignore_ascii_case(b"sep")
    {
        return Separated { separator: *separator, skip: mark + line.len(), lines: 1 };
    }
    let count = |wanted: u8| {
        let mut quoted = false;
        let outside = line.iter().filter(|&&byte| {
            quoted ^= byte == b'"';
            !quoted && byte == wanted
        });
        outside.count()
    };
    let (mut separator, mut most) = (b',', count(b','));
    for other in [b';', b'\t'] {
        if count(other) > most {
            (separator, most) = (other, count(other));
        }
    }
    Separated { separator, skip: mark, lines: 0 }
}

/// The first line, with its end.
fn line_of(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1);
    text.get(..end).unwrap_or_default()
}

/// A number as the file writes it: with a decimal comma where a comma does not separate cells. Not for `1,234.5`, where
/// the comma would group digits.
pub fn number(cell: &str, separator: u8) -> Option<f64> {
    let number = if separator != b',' && !cell.contains('.') && cell.matches(',').count() == 1 {
        cell.replace(',', ".").parse()
    } else {
        cell.parse()
    };
    number.ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (char, usize, u64) {
        let Separated { separator, skip, lines } = find(text.as_bytes());
        (char::from(separator), skip, lines)
    }

    #[test]
    fn the_header_tells_the_separator() {
        for (text, expected) in [
            ("a,b\n1,2\n", (',', 0, 0)),
            ("a;b\n1,5;2\n", (';', 0, 0)),
            ("a\tb\n", ('\t', 0, 0)),
            ("\u{feff}a;b;c\r\n", (';', 3, 0)),
            ("\"x;y;z\",b\n", (',', 0, 0)),
            ("\"ease, in points\";\"a, b\";c\n", (';', 0, 0)),
            ("sep=;\r\na;b\r\n", (';', 7, 1)),
            ("\u{feff}SEP=\t\na\tb\n", ('\t', 9, 1)),
            ("alone\n1\n", (',', 0, 0)),
            ("", (',', 0, 0)),
        ] {
            assert_eq!(found(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_decimal_comma_is_read_where_no_comma_separates() {
        assert_eq!(number("3,5", b';'), Some(3.5));
        assert_eq!(number("-0,25", b'\t'), Some(-0.25));
        assert_eq!((number("3.5", b';'), number("7", b';')), (Some(3.5), Some(7.0)));
        for (cell, separator) in [("3,5", b','), ("1,234.5", b';'), ("1,2,3", b';'), ("inf", b';'), ("x", b',')] {
            assert_eq!(number(cell, separator), None, "{cell}");
        }
    }
}
