//! Free TCP ports on the loopback interface, below the range that the system hands out by itself.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// The first free port from `start` on; the range that Linux gives to outgoing connections begins at 32768.
pub fn free(start: u16) -> Result<u16> {
    for port in start..32_768 {
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port between {start} and 32767")
}

/// Three different free ports from `start` on.
pub fn three(start: u16) -> Result<[u16; 3]> {
    let first = free(start)?;
    let second = free(first + 1)?;
    let third = free(second + 1)?;
    Ok([first, second, third])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let start = free(20_000).unwrap();
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, start)).unwrap();
        assert!(free(start).unwrap() > start);
    }
}
