//! The services that the collector is compared with.

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

/// Where Debian's package puts the programs of PostgreSQL.
const POSTGRES: &str = "/usr/lib/postgresql/15/bin";

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

/// PostgreSQL 15 with a cluster of its own, which syncs as it does by default.
pub fn postgres(folder: &Path) -> Result<Peer> {
    let initdb = tools::file(&format!("{POSTGRES}/initdb"), "postgresql-15")?;
    let address = SocketAddr::from(([127, 0, 0, 1], port()?));
    let data = folder.join("data");
    // It refuses to run as root.
    let root = tools::is_root();
    let own = |program: &Path| {
        let mut command = Command::new(if root { Path::new("runuser") } else { program });
        if root {
            command.args(["-u", "postgres", "--"]).arg(program);
        }
        command.current_dir("/");
        command
    };
    if root {
        tools::run(Command::new("chown").arg("postgres").arg(folder))?;
    }
    tools::run(own(&initdb).args(["-A", "trust", "-U", "trente", "-D"]).arg(&data))?;
    let log = fs::File::create(folder.join("postgres.log"))?;
    let mut server = own(&Path::new(POSTGRES).join("postgres"));
    server.arg("-D").arg(&data).args(["-p", &address.port().to_string(), "-c", "listen_addresses=127.0.0.1", "-k"]);
    let child = server.arg(folder).stdin(Stdio::null()).stderr(log).spawn()?;
    let mut peer = Peer { child, address };
    let ready = Path::new(POSTGRES).join("pg_isready");
    let end = Instant::now() + Duration::from_secs(20);
    while !Command::new(&ready).args(["-q", "-h", "127.0.0.1", "-p", &address.port().to_string()]).status()?.success() {
        if Instant::now() > end || !matches!(peer.child.try_wait(), Ok(None)) {
            bail!("PostgreSQL does not answer");
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(peer)
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
