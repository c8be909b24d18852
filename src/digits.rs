//! Formatting of numbers and bytes as text, without the kilobytes of `format!`.

/// Bytes of a hexadecimal text of exactly twice their number of digits.
pub fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = hex_to_bytes(text)?;
    bytes.try_into().ok()
}

/// Bytes of a hexadecimal text.
pub fn hex_to_bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn bytes_to_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Decimal digits of a number.
pub fn decimal(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            return digits.iter().rev().map(|&digit| char::from(digit)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trip() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(hex_to_bytes(&bytes_to_hex(&bytes)), Some(bytes));
        assert_eq!(bytes_to_hex(&[0x7e, 0x57, 0xab, 0x1e]), "7e57ab1e");
        assert_eq!(parse_hex::<4>("7e57ab1e"), Some([0x7e, 0x57, 0xab, 0x1e]));
        for bad in ["", "7e57ab1", "7e57ab1g", "7e57ab1e00"] {
            assert_eq!(parse_hex::<4>(bad), None, "{bad}");
        }
    }

    #[test]
    fn decimal_digits() {
        assert_eq!([0, 9, 10, 1_764_000_000_123].map(decimal), ["0", "9", "10", "1764000000123"]);
    }
}
