//! Counts by key in ascending order.
//!
//! A sorted vector, because folding a batch is a sort and merging is one pass. Measured (2 000 / 100 000 distinct keys,
//! a million responses; two maps of 100 000 keys): vector 10 / 25 ns a response and 1.1 ms a merge, `BTreeMap`
//! 46 / 93 ns and 6.7 ms, `HashMap` 7 / 14 ns and 4.0 ms and no order to write it down in.

use std::cmp::Ordering;

use super::CountError;

/// **Shape**: keys strictly ascending, no count of 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counts<K>(Vec<(K, u64)>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Copy + Ord> Counts<K> {
    /// Counts in any order; those of one key are added.
    ///
    /// # Errors
    /// [`CountError::TooMany`] when a sum does not fit.
    pub(super) fn from_unordered(mut counts: Vec<(K, u64)>) -> Result<Self, CountError> {
        if !counts.is_sorted_by_key(|(key, _)| *key) {
            counts.sort_unstable_by_key(|(key, _)| *key);
        }
        let mut sums: Vec<(K, u64)> = Vec::with_capacity(counts.len());
        for (key, count) in counts {
            match sums.last_mut() {
                _ if count == 0 => {}
                Some((last, sum)) if *last == key => *sum = sum.checked_add(count).ok_or(CountError::TooMany)?,
                _ => sums.push((key, count)),
            }
        }
        Ok(Self(sums))
    }

    /// One count for each key in the list; the list is sorted on the way.
    pub(super) fn of_keys(keys: &mut [K]) -> Self {
        keys.sort_unstable();
        let mut runs: Vec<(K, u64)> = Vec::new();
        for &key in keys.iter() {
            match runs.last_mut() {
                Some((last, count)) if *last == key => *count += 1,
                _ => runs.push((key, 1)),
            }
        }
        Self(runs)
    }

    /// Appends a count; the caller promises that its key is above all others. A count of 0 is left out.
    pub(super) fn push(&mut self, key: K, count: u64) {
        debug_assert!(self.0.last().is_none_or(|(last, _)| *last < key));
        if count > 0 {
            self.0.push((key, count));
        }
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (K, u64)> + ExactSizeIterator + '_ {
        self.0.iter().copied()
    }

    /// Those with a key in `low..high`.
    pub(super) fn range(&self, low: K, high: K) -> impl Iterator<Item = (K, u64)> + '_ {
        let start = self.0.partition_point(|(key, _)| *key < low);
        self.0.iter().skip(start).take_while(move |(key, _)| *key < high).copied()
    }

    /// Adds one. The caller promises that no sum passes [`super::COUNT_MAX`].
    pub(super) fn raise(&mut self, key: K) {
        match self.find(key) {
            Ok(at) => {
                if let Some((_, count)) = self.0.get_mut(at) {
                    *count += 1;
                }
            }
            Err(at) => self.0.insert(at, (key, 1)),
        }
    }

    /// The sum. The caller promises that no count of it passes [`super::COUNT_MAX`].
    pub(super) fn merged(&self, other: &Self) -> Self {
        let mut sums = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.as_slice(), other.0.as_slice());
        while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
            match first.0.cmp(&second.0) {
                Ordering::Less => {
                    sums.push(*first);
                    left = left_rest;
                }
                Ordering::Greater => {
                    sums.push(*second);
                    right = right_rest;
                }
                Ordering::Equal => {
                    sums.push((first.0, first.1 + second.1));
                    (left, right) = (left_rest, right_rest);
                }
            }
        }
        sums.extend_from_slice(left);
        sums.extend_from_slice(right);
        Self(sums)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`CountError::TooFew`] when `other` has more of a key.
    pub(super) fn without(&self, other: &Self) -> Result<Self, CountError> {
        let mut rest = Vec::with_capacity(self.0.len());
        let mut taken = other.0.iter().copied().peekable();
        for &(key, count) in &self.0 {
            let less = taken.next_if(|(next, _)| *next == key).map_or(0, |(_, count)| count);
            let left = count.checked_sub(less).ok_or(CountError::TooFew)?;
            if left > 0 {
                rest.push((key, left));
            }
        }
        // What is left over is of keys that were never counted.
        if taken.next().is_some() { Err(CountError::TooFew) } else { Ok(Self(rest)) }
    }

    /// The sum of all counts.
    ///
    /// # Errors
    /// [`CountError::TooMany`] above [`super::COUNT_MAX`].
    pub(super) fn total(&self) -> Result<u64, CountError> {
        self.0.iter().try_fold(0, |sum, (_, count)| super::bounded(sum, *count))
    }

    fn find(&self, key: K) -> Result<usize, usize> {
        self.0.binary_search_by_key(&key, |(key, _)| *key)
    }
}
