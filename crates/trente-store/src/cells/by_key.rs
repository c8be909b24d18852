//! Dense lookup table by the key of the aggregate. No input and no output.

use trente_stats::CountError;
use trente_stats::aggregate::KEY_BITS;

/// Keys of one page, as a power of two.
const PAGE_BITS: u32 = 11;

/// Values by the key of the aggregate.
///
/// Pages of neighbouring keys, made when the first of them is met. Parts list their keys in ascending order, so one page
/// serves a run of them; a year of a large site has millions, and a hash map took most of the time of a page.
#[derive(Debug)]
pub(super) struct ByKey<T> {
    pages: Vec<Option<Box<[T; 1 << PAGE_BITS]>>>,
    empty: T,
}

impl<T: Copy + PartialEq> ByKey<T> {
    /// A table whose values are all `empty`.
    pub(super) fn new(empty: T) -> Self {
        Self { pages: std::iter::repeat_with(|| None).take(1 << (KEY_BITS - PAGE_BITS)).collect(), empty }
    }

    /// The place of a key.
    ///
    /// # Errors
    /// [`CountError::Key`] for a key that no response has.
    pub(super) fn slot(&mut self, key: u32) -> Result<&mut T, CountError> {
        let page = self.pages.get_mut((key >> PAGE_BITS) as usize).ok_or(CountError::Key(key))?;
        let page = page.get_or_insert_with(|| Box::new([self.empty; 1 << PAGE_BITS]));
        page.get_mut(key as usize % (1 << PAGE_BITS)).ok_or(CountError::Key(key))
    }

    /// The values that are not empty, in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, T)> + '_ {
        let pages =
            (0u32..).zip(&self.pages).filter_map(|(page, values)| Some((page << PAGE_BITS, values.as_deref()?)));
        let all = pages.flat_map(|(first, values)| (first..).zip(values.iter().copied()));
        all.filter(|(_, value)| *value != self.empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_the_order_of_their_keys() {
        let mut table = ByKey::new(0);
        for key in [8_388_607, 0, 2047, 2048, 70_000] {
            *table.slot(key).unwrap() = key + 1;
        }
        assert_eq!(table.iter().map(|(key, _)| key).collect::<Vec<_>>(), [0, 2047, 2048, 70_000, 8_388_607]);
        assert!(table.iter().all(|(key, value)| value == key + 1));
        assert_eq!(*table.slot(1).unwrap(), 0, "a neighbour on the same page");
    }

    #[test]
    fn a_key_above_all_keys_is_refused() {
        assert_eq!(ByKey::new(0).slot(1 << KEY_BITS), Err(CountError::Key(1 << KEY_BITS)));
    }
}
