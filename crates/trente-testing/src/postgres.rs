//! PostgreSQL server of one test: Debian's, in a folder of its own, on a port of its own, ended with the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use trente_store::Address;

use crate::ports::free_port;
use crate::{Folder, wait_for};

/// Where Debian puts the programs of PostgreSQL 15.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

pub struct Postgres {
    folder: Folder,
    port: u16,
    child: Option<Child>,
    databases: AtomicU32,
}

impl Postgres {
    pub fn start() -> Self {
        Self::with("")
    }

    /// With these lines more in its configuration.
    pub fn with(settings: &str) -> Self {
        let folder = Folder::new();
        let data = folder.path().join("data");
        let port = free_port().local_addr().unwrap().port();
        give_to_postgres(folder.path());
        // A cluster takes a second to make, and a copy of one almost nothing.
        let copied = Command::new("cp").arg("-a").arg(cluster()).arg(&data).status().unwrap();
        assert!(copied.success(), "the cluster was not copied");
        let mut own = Self { folder, port, child: None, databases: AtomicU32::new(0) };
        let socket = own.folder.path().display().to_string();
        own.configure(&format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\n\
             shared_buffers = 32MB\nmax_connections = 60\n{settings}\n"
        ));
        own.run();
        own
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file into the server's folder, which only it may read.
    pub fn put(&self, name: &str, content: &[u8]) {
        let path = self.data().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        give_to_postgres(&path);
    }

    pub fn configure(&self, lines: &str) {
        let path = self.data().join("postgresql.conf");
        let text = fs::read_to_string(&path).unwrap() + lines;
        fs::write(path, text).unwrap();
    }

    /// Starts the server and waits until it answers.
    pub fn run(&mut self) {
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        let mut command = program("postgres");
        command.arg("-D").arg(self.data()).stdout(log.try_clone().unwrap()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        wait_for("the start of PostgreSQL", || self.ready());
    }

    fn ready(&self) -> bool {
        let mut asked = program("pg_isready");
        let folder = self.folder.path();
        asked.arg("--quiet").arg("--host").arg(folder).args(["--port", &self.port.to_string()]);
        asked.status().unwrap().success()
    }

    /// Ends the server: INT is a fast shutdown, QUIT an immediate one, as at a power cut of it alone.
    pub fn end(&mut self, signal: &str) {
        let Some(mut child) = self.child.take() else { return };
        let _ = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        child.wait().unwrap();
    }

    /// A new, empty database.
    pub fn database(&self) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("create database {name}"));
        name
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub fn address(&self, database: &str) -> Address {
        Address::parse(self.url(database).into()).unwrap()
    }

    /// Runs statements and returns what they print, a row a line, its columns between bars.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.psql(database, sql);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    pub fn psql(&self, database: &str, sql: &str) -> std::process::Output {
        let mut psql = program("psql");
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        psql.args(["--dbname", &self.url(database), "--command", sql]).output().unwrap()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end("QUIT");
    }
}

/// An empty cluster next to the programs of the tests, made by the first test that needs it.
fn cluster() -> PathBuf {
    let programs = std::env::current_exe().unwrap();
    let kept = programs.with_file_name("empty-cluster-15");
    if kept.exists() {
        return kept;
    }
    let folder = Folder::new();
    let made_in = folder.path().join("data");
    give_to_postgres(folder.path());
    let made = program("initdb")
        .args(["--no-sync", "--no-instructions", "--auth=trust", "--username=postgres", "--encoding=UTF8"])
        .args(["--locale=C", "-D"])
        .arg(&made_in)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "initdb failed");
    let own = kept.with_extension(std::process::id().to_string());
    assert!(Command::new("cp").arg("-a").arg(&made_in).arg(&own).status().unwrap().success());
    // Another test may have been quicker; its cluster is as good.
    if fs::rename(&own, &kept).is_err() {
        fs::remove_dir_all(&own).unwrap();
    }
    kept
}

/// PostgreSQL refuses to run as root.
fn give_to_postgres(path: &Path) {
    if is_root() {
        assert!(Command::new("chown").arg("postgres").arg(path).status().unwrap().success());
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

/// One of PostgreSQL's programs, as a user who may run it.
fn program(name: &str) -> Command {
    let path = Path::new(PROGRAMS).join(name);
    assert!(path.exists(), "{name} is missing: `cargo xtask doctor` installs Debian's package postgresql-15");
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    command.current_dir("/").env("LC_ALL", "C").env_remove("PGHOST").stdin(Stdio::null());
    command
}
