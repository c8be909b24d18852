//! The collector's program as a child process.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::setup::{Setup, TestDatabase, port};

/// A collector.
pub struct Service {
    /// Where answers go.
    pub public: SocketAddr,
    /// Where people sign in.
    pub inner: SocketAddr,
    /// How long it took until it listened.
    pub ready: Duration,
    child: Child,
    log: PathBuf,
    /// Bytes of the log that are its forerunners'.
    logged: usize,
}

/// How a service is started.
pub struct Start<'a> {
    command: Command,
    arguments: Vec<(String, String)>,
    log: &'a Path,
    public: SocketAddr,
    inner: SocketAddr,
}

impl<'a> Start<'a> {
    /// The program on a database, on two free ports, with no bound on rates: a test is one client for all.
    pub fn new(setup: &Setup, place: &'a TestDatabase) -> Result<Self> {
        Self::through(Command::new(&setup.trente), place)
    }

    /// The same, where `command` is a program that runs the program.
    pub fn through(mut command: Command, place: &'a TestDatabase) -> Result<Self> {
        // As packaging/trente.service and packaging/Dockerfile start it.
        command.env("MALLOC_ARENA_MAX", "1");
        let public = SocketAddr::from(([127, 0, 0, 1], port()?));
        let inner = SocketAddr::from(([127, 0, 0, 1], port()?));
        let start = Self { command, arguments: Vec::new(), log: &place.folder, public, inner };
        let start = start.argument("db", &place.database.to_string_lossy());
        let start = start.argument("results", &inner.to_string());
        Ok(start.at(public).argument("rate-network", "off").argument("rate-site", "off").argument("rate-all", "off"))
    }

    /// On the address of an earlier one.
    pub fn at(mut self, public: SocketAddr) -> Self {
        self.public = public;
        self.argument("listen", &public.to_string())
    }

    /// With an argument more, or another value of one.
    pub fn argument(mut self, name: &str, value: &str) -> Self {
        self.arguments.retain(|(known, _)| known != name);
        self.arguments.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a variable of the environment more.
    pub fn variable(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it and waits until it listens.
    pub fn start(mut self) -> Result<Service> {
        let log = self.log.join("service.log");
        let file = File::options().create(true).append(true).open(&log)?;
        let logged = std::fs::metadata(&log)?.len() as usize;
        self.command.arg("serve");
        for (name, value) in &self.arguments {
            self.command.arg(format!("--{name}")).arg(value);
        }
        let started = Instant::now();
        let mut child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file).spawn()?;
        let output = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        let listens = lines.next().and_then(Result::ok).is_some_and(|line| line.starts_with("collector "))
            && lines.next().is_some();
        let mut service =
            Service { public: self.public, inner: self.inner, ready: started.elapsed(), child, log, logged };
        if listens {
            return Ok(service);
        }
        let status = service.ended(Duration::from_secs(10))?;
        bail!("the service did not start ({status}): {}", service.said().trim())
    }
}

impl Service {
    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) -> Result<()> {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status()?;
        if status.success() { Ok(()) } else { bail!("no process to send {name} to") }
    }

    /// Ends it as a crash does.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it in order.
    pub fn stop(mut self) -> Result<()> {
        self.signal("TERM")?;
        let status = self.ended(Duration::from_secs(60))?;
        if status.success() { Ok(()) } else { bail!("it ended with {status}: {}", self.said().trim()) }
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Waits for its end.
    pub fn ended(&mut self, most: Duration) -> Result<ExitStatus> {
        let end = Instant::now() + most;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!("it did not end within {} s", most.as_secs())
    }

    /// Everything that it and its forerunners logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Everything that it logged itself.
    pub fn said(&self) -> String {
        self.log().get(self.logged..).unwrap_or_default().to_owned()
    }

    /// Kilobytes of memory that it holds.
    pub fn resident_kb(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Open files of the process.
    pub fn files(&self) -> Result<usize> {
        Ok(std::fs::read_dir(format!("/proc/{}/fd", self.id()))?.count())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
