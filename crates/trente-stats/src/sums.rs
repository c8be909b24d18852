//! Element-wise sums of counts.

/// Adds counts to sums, each to the one at its place.
pub(crate) fn add_all(sums: &mut [u64], more: &[u64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
