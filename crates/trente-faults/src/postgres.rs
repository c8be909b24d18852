//! PostgreSQL for a fault test: one server or a cluster, and the oracle's queries.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::load::Ledger;
use crate::numbers::response_id;
use crate::oracle::Verdict;
use crate::setup::{ORIGIN, Setup, TestDatabase, port};
use crate::tools;

/// Where Debian puts the programs of PostgreSQL.
pub const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
const PACKAGE: &str = "postgresql-15";
/// How long a server may take to start, and what is left to be folded.
const PATIENCE: Duration = Duration::from_secs(120);

/// One of PostgreSQL's programs, as a user who may run it: it refuses root.
pub fn program(name: &str) -> Result<Command> {
    as_postgres(&tools::file(&format!("{PROGRAMS}/{name}"), PACKAGE)?)
}

/// A program, run by the user that Debian's package makes where we are root.
pub fn as_postgres(path: &Path) -> Result<Command> {
    let mut command = if tools::is_root() {
        let mut command = Command::new(tools::find("setpriv", "util-linux")?);
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
    Ok(command)
}

/// A folder that PostgreSQL's user may write, wherever the repository is; it goes with this value.
pub struct TempDir(PathBuf);

impl TempDir {
    /// An empty one.
    pub fn new(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("trente-faults-{}-{name}", std::process::id()));
        fs::create_dir_all(&path)?;
        if tools::is_root() {
            tools::run(Command::new("chown").arg("postgres:").arg(&path))?;
        }
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server of our own.
pub struct Server {
    room: TempDir,
    child: Option<Child>,
    /// Where it listens.
    pub port: u16,
}

impl Server {
    /// Makes a server with these lines in its configuration, an ordinary role and its database, and starts it.
    pub fn start(name: &str, settings: &str) -> Result<Self> {
        let (room, port) = (TempDir::new(name)?, port()?);
        let mut server = Self { room, child: None, port };
        let mut initdb = program("initdb")?;
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        tools::run(initdb.args(["--data-checksums", "-D"]).arg(server.data()))?;
        let path = server.data().join("postgresql.conf");
        let folder = server.room.path().display();
        let own = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\n\
             shared_buffers = 64MB\n{settings}\n"
        );
        fs::write(&path, fs::read_to_string(&path)? + &own)?;
        server.run()?;
        sql(port, "postgres", "create role trente login")?;
        sql(port, "postgres", "create database trente owner trente")?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.room.path().join("data")
    }

    /// Starts it and waits until it answers.
    pub fn run(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.room.path().join("server.log"))?;
        let mut postgres = program("postgres")?;
        postgres.arg("-D").arg(self.data()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(postgres.spawn()?);
        until("PostgreSQL answers", PATIENCE, || Ok(sql(self.port, "postgres", "select 1").is_ok()))
    }

    /// Ends it: INT is a fast shutdown, QUIT an immediate one.
    pub fn end(&mut self, signal: &str) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        tools::run(Command::new("kill").args(["-s", signal, &child.id().to_string()]))?;
        child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.end("QUIT");
    }
}

/// The address of the role and database that [`Server::start`] makes, on these ports.
pub fn url(ports: &[u16]) -> String {
    let hosts: Vec<_> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    format!("postgres://trente@{}/trente", hosts.join(","))
}

/// Runs statements as the superuser and gives what they print, a row a line.
pub fn sql(port: u16, database: &str, sql: &str) -> Result<String> {
    let mut psql = program("psql")?;
    psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--host=127.0.0.1"]);
    psql.args(["--username=postgres", "--port", &port.to_string(), "--dbname", database, "--command", sql]);
    psql.env("PGCONNECT_TIMEOUT", "5").env("PGPASSWORD", "postgres");
    Ok(String::from_utf8(tools::run(&mut psql)?.stdout)?.trim_end().to_owned())
}

/// A site in the database of these ports, and a folder for the test's log.
pub fn test_database(setup: &Setup, name: &str, ports: &[u16]) -> Result<TestDatabase> {
    let folder = setup.folder(name)?;
    let mut add = Command::new(&setup.trente);
    tools::run(add.args([
        "site",
        "add",
        "olive",
        "--preset",
        "after-delivery",
        "--origin",
        ORIGIN,
        "--db",
        &url(ports),
    ]))?;
    let mut survey = None;
    for &port in ports {
        // Of a cluster only the nodes that have come so far know it.
        survey = survey.or(sql(port, "trente", "select encode(id, 'hex') from survey").ok());
    }
    let survey = u32::from_str_radix(survey.context("no survey")?.trim(), 16)?.to_be_bytes();
    Ok(TestDatabase { database: folder.join("trente.db"), folder, survey })
}

/// Waits until all is folded, and looks; a loss is an error too.
pub fn require(port: u16, ledger: &Ledger) -> Result<Verdict> {
    let verdict = inspect(port, ledger.acked())?;
    if verdict.lost > 0 || verdict.acked == 0 {
        bail!("{} of {} acknowledged responses are lost", verdict.lost, verdict.acked);
    }
    Ok(verdict)
}

/// Waits until all is folded, and looks; anything but a loss is an error.
pub fn inspect(port: u16, mut acked: Vec<u64>) -> Result<Verdict> {
    until("the inbox is folded", PATIENCE, || Ok(sql(port, "trente", "select count(*) from inbox")? == "0"))?;
    let number = |text: &str| -> Result<u64> { Ok(sql(port, "trente", text)?.parse()?) };
    let differences = number(crate::oracle::RECOUNT)?;
    if differences != 0 {
        bail!("{differences} daily counts are not what the responses say");
    }
    let stray = number("select count(*) from stray")?;
    if stray != 0 {
        bail!("{stray} frames were set aside");
    }
    let text = sql(port, "trente", "select encode(rid, 'hex') from response")?;
    let mut stored: Vec<u64> = text.lines().map(|line| u64::from_str_radix(line, 16)).collect::<Result<_, _>>()?;
    stored.sort_unstable();
    let all = stored.len();
    stored.dedup();
    if stored.len() != all {
        bail!("{} responses are stored twice", all - stored.len());
    }
    acked.sort_unstable();
    acked.dedup();
    let is_lost = |number: &&u64| stored.binary_search(&u64::from_be_bytes(response_id(**number))).is_err();
    let lost = acked.iter().filter(is_lost).count();
    Ok(Verdict { acked: acked.len(), lost, stored: all })
}

/// Waits until something is so.
pub fn until(what: &str, most: Duration, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + most;
    while Instant::now() < end {
        if done().unwrap_or(false) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    // Once more, for the reason.
    if done()? { Ok(()) } else { bail!("{what}: not within {} s", most.as_secs()) }
}
