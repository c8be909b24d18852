//! Connection limit for each network of clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Open connections by network.
#[derive(Clone)]
pub struct ConnectionLimiter {
    open: Arc<Mutex<HashMap<u64, usize>>>,
    each_max: usize,
}

/// One open connection; dropping it closes the count.
pub struct ConnectionPermit {
    open: Arc<Mutex<HashMap<u64, usize>>>,
    network: u64,
}

/// The network has as many connections as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl ConnectionLimiter {
    /// No client yet.
    pub fn new(each_max: usize) -> Self {
        Self { open: Arc::default(), each_max }
    }

    /// Counts a connection.
    ///
    /// # Errors
    /// [`TooMany`]
    pub fn acquire(&self, network: u64) -> Result<ConnectionPermit, TooMany> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(network).or_default();
        if *count >= self.each_max {
            return Err(TooMany);
        }
        *count += 1;
        Ok(ConnectionPermit { open: Arc::clone(&self.open), network })
    }
}

impl Drop for ConnectionPermit {
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
        let limiter = ConnectionLimiter::new(2);
        let (first, second) = (limiter.acquire(7).unwrap(), limiter.acquire(7).unwrap());
        assert_eq!(limiter.acquire(7).err(), Some(TooMany));
        let other = limiter.acquire(8).unwrap();
        drop(first);
        let third = limiter.acquire(7).unwrap();
        assert_eq!(limiter.acquire(7).err(), Some(TooMany));
        drop((second, third, other));
        assert!(limiter.open.lock().unwrap().is_empty());
    }
}
