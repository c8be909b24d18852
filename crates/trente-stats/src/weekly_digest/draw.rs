//! Order of the answers of one day, for the rule that looks at one after the other (A6).
//!
//! Daily counts do not know which answer came first. Their order is drawn, always alike, because a chart that looks at
//! one after the other must not see those that say the same in a row.

use std::collections::BTreeMap;

use super::Entry;

/// The keys of a day's answers, one for each, in the order drawn. It does not depend on that of `day`.
pub(super) fn keys<'a>(day: impl IntoIterator<Item = &'a Entry>) -> Vec<u32> {
    let mut counts: BTreeMap<(u32, u8, u32), u64> = BTreeMap::new();
    for entry in day {
        *counts.entry((entry.day, entry.channel, entry.key)).or_default() += entry.n;
    }
    let alike =
        |((day, channel, key), n): ((u32, u8, u32), u64)| (0..n).map(move |index| (lot(day, channel, key, index), key));
    let mut drawn: Vec<(u64, u32)> = counts.into_iter().flat_map(alike).collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(_, key)| key).collect()
}

/// A number that looks random and is not. **Source**: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
fn lot(day: u32, channel: u8, key: u32, index: u64) -> u64 {
    let seed = u64::from(day) << 32 ^ u64::from(key) ^ u64::from(channel) << 24 ^ index << 40;
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_of_a_day_do_not_stand_in_a_row() {
        let entry = |key, n| Entry { day: 9, channel: 0, key, n };
        let drawn = keys(&[entry(1, 50), entry(2, 50)]);
        assert_eq!((drawn.len(), drawn.iter().filter(|key| **key == 1).count()), (100, 50));
        let changes = drawn.windows(2).filter(|pair| pair.first() != pair.last()).count();
        assert!((30..70).contains(&changes), "{changes}");
        assert_eq!(keys(&[entry(2, 50), entry(1, 50)]), drawn, "always alike");
        assert_eq!(keys(&vec![[entry(1, 1), entry(2, 1)]; 50].concat()), drawn, "counted one by one or together");
    }
}
