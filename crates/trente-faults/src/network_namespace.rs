//! A network namespace for a fault test: loses packets, and takes its link down, on demand.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Result, anyhow, bail};
use nix::sched::{CloneFlags, unshare};

use crate::tools;

/// A loopback link that nothing else on this machine uses.
pub struct NetworkNamespace(());

impl NetworkNamespace {
    /// Does work in a network namespace of its own: the threads and programs that it starts reach nothing but each
    /// other, and the namespace goes with the last of them.
    pub fn run<T: Send>(work: impl FnOnce(&Self) -> Result<T> + Send) -> Result<T> {
        if !tools::is_root() {
            bail!("only root may have a network of its own");
        }
        // Before anything is done: the error names the package.
        tools::find("nft", "nftables")?;
        let inside = || {
            unshare(CloneFlags::CLONE_NEWNET)?;
            let wire = Self(());
            wire.link(true)?;
            work(&wire)
        };
        // A namespace belongs to a thread, and to what it starts.
        thread::scope(|scope| scope.spawn(inside).join()).map_err(|_| anyhow!("the fault test panicked"))?
    }

    /// Loses so many of a hundred packets, at most all of them, to and from each of these ports, and no other.
    pub fn lose(&self, percent: u8, ports: &[u16]) -> Result<()> {
        let mut rules =
            String::from("flush ruleset\ntable inet fault_test {\nchain input {\ntype filter hook input priority 0\n");
        // To nft, “less than 100 of 100” is no condition.
        let chosen = if percent < 100 { format!("numgen random mod 100 < {percent}") } else { String::new() };
        for (port, way) in ports.iter().flat_map(|port| [(port, "dport"), (port, "sport")]) {
            writeln!(rules, "tcp {way} {port} {chosen} counter drop")?;
        }
        rules.push_str("}\n}\n");
        let mut nft = Command::new(tools::find("nft", "nftables")?).args(["-f", "-"]).stdin(Stdio::piped()).spawn()?;
        nft.stdin.take().ok_or_else(|| anyhow!("no input"))?.write_all(rules.as_bytes())?;
        let status = nft.wait()?;
        if status.success() { Ok(()) } else { bail!("nft ended with {status}") }
    }

    /// How many packets were lost since [`Self::lose`] was last told something.
    pub fn lost(&self) -> Result<u64> {
        let rules = tools::run(Command::new(tools::find("nft", "nftables")?).args(["list", "ruleset"]))?;
        let rules = String::from_utf8(rules.stdout)?;
        let counts = rules.split("counter packets ").skip(1);
        counts.map(|rest| Ok(rest.split(' ').next().unwrap_or_default().parse::<u64>()?)).sum()
    }

    /// Takes the link away, or brings it back.
    pub fn link(&self, up: bool) -> Result<()> {
        let ip = tools::find("ip", "iproute2")?;
        tools::run(Command::new(ip).args(["link", "set", "lo", if up { "up" } else { "down" }])).map(drop)
    }
}
