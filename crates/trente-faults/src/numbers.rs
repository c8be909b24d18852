//! Deterministic random numbers, frames made of them, and percentiles.

/// A generator that starts where its seed says. **Source**: Steele, Lea and Flood, SplitMix, 2014.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from `low` to below `high`.
    pub const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low)
    }
}

/// Scatters a number: another one for every number.
pub const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The response id of a response's number: scattered, as hashes of orders are.
pub const fn response_id(number: u64) -> [u8; 8] {
    mix(number).to_be_bytes()
}

/// The frame of a response, revision 0: the first known answer of docs/wire-format.md under another id.
pub fn frame(survey: [u8; 4], number: u64) -> [u8; 19] {
    let mut frame = [0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x9a, 0x68, 0x00, 0x90, 0x08, 0x56];
    let id = response_id(number);
    for (place, byte) in frame.iter_mut().skip(1).zip(survey.iter().chain(&id)) {
        *place = *byte;
    }
    frame
}

/// The value below which so much of a hundred lies; 0 of nothing.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (values.len() as f64 * share / 100.0) as usize;
    values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// The value in the middle.
pub fn median(values: &mut [f64]) -> f64 {
    percentile(values, 50.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_ids_of_their_own_and_stand_in_their_frames() {
        let mut ids: Vec<_> = (0..10_000).map(response_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 10_000);
        let frame = frame([1, 2, 3, 4], 7);
        assert_eq!(frame[..5], [0x10, 1, 2, 3, 4]);
        assert_eq!(frame[5..13], response_id(7));
    }

    #[test]
    fn percentiles_are_values_that_were_seen() {
        let mut values: Vec<_> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((percentile(&mut values, 50.0), percentile(&mut values, 99.0)), (51.0, 100.0));
        assert_eq!(percentile(&mut [], 50.0), 0.0);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
    }
}
