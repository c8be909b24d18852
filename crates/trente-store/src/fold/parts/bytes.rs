//! Binary encoding of counts: how many codes there are, and for each, ascending, its difference from the one before,
//! and its count. Every number is a LEB128.

/// Adds counts, whose codes ascend.
pub(super) fn push_counts(bytes: &mut Vec<u8>, counts: &[(u32, u64)]) {
    push(bytes, counts.len() as u64);
    let mut before = 0;
    for &(code, n) in counts {
        push(bytes, u64::from(code - before));
        push(bytes, n);
        before = code;
    }
}

fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[inline]
fn pull(rest: &mut &[u8]) -> Option<u64> {
    // Nearly every number is one byte: neighbouring keys, and counts of one day.
    match **rest {
        [byte, ref more @ ..] if byte < 0x80 => {
            *rest = more;
            Some(byte.into())
        }
        _ => pull_long(rest),
    }
}

fn pull_long(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, more) = rest.split_first()?;
        *rest = more;
        value |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Takes counts off the front; none where these are none.
pub(super) fn pull_counts(rest: &mut &[u8]) -> Option<Vec<(u32, u64)>> {
    let length = usize::try_from(pull(rest)?).ok()?;
    // Two bytes each at least, so a number that is damaged asks for no memory.
    let mut counts = Vec::with_capacity(length.min(rest.len() / 2 + 1));
    let mut code = 0u32;
    for _ in 0..length {
        code = code.checked_add(u32::try_from(pull(rest)?).ok()?)?;
        counts.push((code, pull(rest)?));
    }
    Some(counts)
}
