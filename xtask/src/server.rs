//! Background server process, which runs until it is stopped.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a server may take to say that it listens, and to end.
const READY: Duration = Duration::from_secs(20);
const END: Duration = Duration::from_secs(3);

/// A running server; dropping it ends it.
pub struct Server {
    name: &'static str,
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts `command` and collects what it prints.
    ///
    /// It gets a process group of its own: Ctrl-C in the terminal reaches us alone, and we end it.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start the {name}"))?;
        let output = child.stdout.take().with_context(|| format!("the {name} has no output"))?;
        let (sender, lines) = channel();
        // Reads to the end even when the receiver is gone: a full pipe would stop the server.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _gone = sender.send(line);
            }
        });
        Ok(Self { name, child, lines })
    }

    /// Waits for the line that begins with `word` and a blank, and returns the rest of it.
    pub fn announced(&self, word: &str) -> Result<String> {
        let end = Instant::now() + READY;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) {
                        return Ok(rest.trim().to_owned());
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("the {} did not say `{word} …` in time", self.name),
                Err(RecvTimeoutError::Disconnected) => bail!("the {} ended before it said `{word} …`", self.name),
            }
        }
    }

    /// An error when the server has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait().with_context(|| format!("cannot watch the {}", self.name))? {
            Some(status) => bail!("the {} ended by itself ({status})", self.name),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A polite signal first, so that the collector can finish what it writes. Errors mean that it has ended.
        let id = self.child.id().to_string();
        let _ended = Command::new("kill").args(["-TERM", &id]).stderr(Stdio::null()).status();
        let end = Instant::now() + END;
        while Instant::now() < end {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                _ => return,
            }
        }
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}
