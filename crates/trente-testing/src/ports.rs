//! Free ports for servers of tests.

use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that the kernel gives to clients, so that none of those takes it
/// (docs/design/collector.md#tests-of-a-cluster).
pub fn free_port() -> std::net::TcpListener {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + (std::process::id() % 1_000) as u16 * 10;
    loop {
        let port = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        if let Ok(listener) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            return listener;
        }
    }
}
