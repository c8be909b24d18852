//! Tools of the fault-injection and load tests, from Debian: servers, tracers, clocks and virtual machines.

use anyhow::Result;

use super::debian;
use crate::layout::Layout;
use crate::process::{command, succeeds};

/// Debian's packages.
const PACKAGES: [&str; 18] = [
    "gcc",
    "libc6-dev",
    "strace",
    "faketime",
    "nginx-light",
    "caddy",
    "openssl",
    "wrk",
    "qemu-system-x86",
    "busybox-static",
    "e2fsprogs",
    "cpio",
    "mount",
    "iproute2",
    "nftables",
    "patroni",
    "python3-etcd",
    "etcd-server",
];

/// Installs what is missing where we may; else the error says what to install.
pub fn install(layout: &Layout) -> Result<()> {
    let mut ask = command(layout, "dpkg-query")?;
    ask.args(["--show", "--showformat=${db:Status-Status}"]).args(PACKAGES);
    let all = succeeds(&mut ask) && installed(layout)?;
    if all {
        Ok(())
    } else {
        debian::install(layout, "tracers, proxies and machines", "the fault tests of the collector", &PACKAGES)
    }
}

/// Whether every one of them is there whole: dpkg also knows packages that were removed.
fn installed(layout: &Layout) -> Result<bool> {
    for package in PACKAGES {
        let mut ask = command(layout, "dpkg")?;
        if !succeeds(ask.args(["--status", package])) {
            return Ok(false);
        }
    }
    Ok(true)
}
