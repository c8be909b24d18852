//! What the collector stands beside.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::client::Client;
use crate::setup::port;
use crate::tools;

/// A running server; dropping it ends it.
pub struct Peer {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Drop for Peer {
    fn drop(&mut self) {
        // nginx's master must take its workers along, so neither is killed.
        let _ = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// nginx that answers 204 to everything and does nothing else.
pub fn nginx(folder: &Path) -> Result<Peer> {
    let program = tools::find("nginx", "nginx-light")?;
    let address = SocketAddr::from(([127, 0, 0, 1], port()?));
    let configuration = folder.join("nginx.conf");
    fs::write(
        &configuration,
        format!(
            "daemon off; worker_processes 2; pid {0}/pid; error_log {0}/error.log;
             events {{ worker_connections 4096; }}
             http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {0}/body;
             proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
             server {{ listen {address}; location / {{ return 204; }} }} }}",
            folder.display()
        ),
    )?;
    start(Command::new(program).arg("-c").arg(&configuration).arg("-p").arg(folder), address)
}

/// The endpoint of bench/collector, installed by npm in its folder.
pub fn node(folder: &Path, data: &Path) -> Result<Peer> {
    let program = tools::find("node", "nodejs")?;
    let address = SocketAddr::from(([127, 0, 0, 1], port()?));
    let mut command = Command::new(program);
    command.arg(folder.join("server.mjs")).arg(address.port().to_string()).arg(data.join("answers.db"));
    start(command.env("NODE_ENV", "production"), address)
}

fn start(command: &mut Command, address: SocketAddr) -> Result<Peer> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut peer = Peer { child, address };
    let end = Instant::now() + Duration::from_secs(10);
    while Client::new(address).get("/").is_err() {
        if Instant::now() > end || !matches!(peer.child.try_wait(), Ok(None)) {
            bail!("{command:?} does not answer");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(peer)
}
