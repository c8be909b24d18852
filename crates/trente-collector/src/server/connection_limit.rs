//! How many connections each network has open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Open connections by network.
#[derive(Clone)]
pub struct Guests {
    open: Arc<Mutex<HashMap<u64, usize>>>,
    each_max: usize,
}

/// One open connection; dropping it closes the count.
pub struct Guest {
    open: Arc<Mutex<HashMap<u64, usize>>>,
    network: u64,
}

/// The network has as many connections as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl Guests {
    /// Nobody yet.
    pub fn new(each_max: usize) -> Self {
        Self { open: Arc::default(), each_max }
    }

    /// Counts a connection.
    ///
    /// # Errors
    /// [`TooMany`]
    pub fn enter(&self, network: u64) -> Result<Guest, TooMany> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(network).or_default();
        if *count >= self.each_max {
            return Err(TooMany);
        }
        *count += 1;
        Ok(Guest { open: Arc::clone(&self.open), network })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_so_many_and_no_more_and_leaves_nothing_behind() {
        let guests = Guests::new(2);
        let (first, second) = (guests.enter(7).unwrap(), guests.enter(7).unwrap());
        assert_eq!(guests.enter(7).err(), Some(TooMany));
        let other = guests.enter(8).unwrap();
        drop(first);
        let third = guests.enter(7).unwrap();
        assert_eq!(guests.enter(7).err(), Some(TooMany));
        drop((second, third, other));
        assert!(guests.open.lock().unwrap().is_empty());
    }
}
