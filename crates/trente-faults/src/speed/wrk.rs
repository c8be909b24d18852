//! Closed-loop load with wrk, with the same requests for each service.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::setup::ORIGIN;
use crate::tools;

/// wrk and the script that makes its requests.
pub struct Wrk {
    program: PathBuf,
    folder: PathBuf,
    script: PathBuf,
    rehearsal: PathBuf,
    connections: usize,
    seconds: u64,
}

/// What wrk saw.
pub struct Pressed {
    /// Answers a second.
    pub rate: f64,
    /// Milliseconds below which 99 % of them came.
    pub p99_ms: f64,
}

impl Wrk {
    /// Requests with a frame of this survey, each with an id of its own.
    pub fn new(folder: &Path, survey: [u8; 4], connections: usize, seconds: u64) -> Result<Self> {
        let program = tools::find("wrk", "wrk")?;
        let (script, rehearsal) = (folder.join("post.lua"), folder.join("rehearsal.lua"));
        fs::write(&script, frames(0x10, survey))?;
        fs::write(&rehearsal, frames(0x18, survey))?;
        Ok(Self { program, folder: folder.to_owned(), script, rehearsal, connections, seconds })
    }

    /// The same answers as JSON.
    pub fn json(&self) -> Result<Self> {
        let script = self.folder.join("json.lua");
        fs::write(&script, JSON)?;
        Ok(Self {
            script,
            program: self.program.clone(),
            folder: self.folder.clone(),
            rehearsal: self.rehearsal.clone(),
            ..*self
        })
    }

    /// Presses; with `rehearsal` the frames say that they are previews, which are checked and not stored.
    pub fn press(&self, address: SocketAddr, rehearsal: bool) -> Result<Pressed> {
        let script = if rehearsal { &self.rehearsal } else { &self.script };
        let mut command = Command::new(&self.program);
        command.args(["-t1", "-c", &self.connections.to_string(), "-d", &format!("{}s", self.seconds), "--latency"]);
        command.arg("-s").arg(script).arg(format!("http://{address}/v1/responses"));
        let output = tools::run(&mut command)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // One that is so slow that wrk gives requests up is slow, not wrong.
        let socket = text.lines().any(|line| line.contains("Socket errors") && !line.contains("read 0, write 0"));
        if text.contains("Non-2xx") || socket {
            bail!("wrk saw errors: {text}");
        }
        let after = |word: &str| text.lines().find_map(|line| line.trim().strip_prefix(word)).map(str::trim);
        let rate = after("Requests/sec:").and_then(|text| text.parse().ok()).with_context(|| text.clone())?;
        let p99_ms = after("99%").and_then(milliseconds).with_context(|| text.clone())?;
        Ok(Pressed { rate, p99_ms })
    }
}

/// The time as wrk writes it.
fn milliseconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return number.parse::<f64>().ok().map(|number| number * factor);
        }
    }
    None
}

fn frames(first: u8, survey: [u8; 4]) -> String {
    let survey: String = survey.iter().map(|byte| format!("\\{byte:03}")).collect();
    format!(
        r#"-- One response after the other, each with an id of its own: no two threads or runs share a seed.
local char, random = string.char, math.random
local head = "POST /v1/responses HTTP/1.1\r\nHost: test\r\nOrigin: {ORIGIN}\r\n" ..
  "Content-Type: text/plain\r\nContent-Length: 19\r\n\r\n\{first:03}{survey}"
local tail = "\154\104\000\144\008\086"
local source = io.open("/dev/urandom", "rb")
math.randomseed(source:read(1):byte() * 65536 + source:read(1):byte() * 256 + source:read(1):byte() + os.time())
source:close()
request = function()
  local a, b = random(0, 4294967295), random(0, 4294967295)
  return head .. char(a % 256, a / 256 % 256, a / 65536 % 256, a / 16777216 % 256,
    b % 256, b / 256 % 256, b / 65536 % 256, b / 16777216 % 256) .. tail
end
"#
    )
}

/// What a typical endpoint is sent for the same answers.
const JSON: &str = r#"local random, format = math.random, string.format
math.randomseed(os.time())
local head = "POST /v1/responses HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
request = function()
  local body = format('{"id":"%08x%08x","survey":"olive","satisfaction":4,"ease":6,"lens":5,"recommend":9,' ..
    '"elapsed":18400,"locale":"fr","score":86}', random(0, 4294967295), random(0, 4294967295))
  return format(head, #body, body)
end
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_wrk_writes_them() {
        assert_eq!(milliseconds("850.00us"), Some(0.85));
        assert_eq!(milliseconds("5.31ms"), Some(5.31));
        assert_eq!(milliseconds("1.20s"), Some(1200.0));
        assert_eq!(milliseconds("soon"), None);
    }
}
