//! Set-up of a fault or load test: the program, a folder of its own, a database with a site, a random seed.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

/// The origin that the site allows.
pub const ORIGIN: &str = "https://shop.example";
/// Below the ports that the kernel gives to clients, so that none of those takes one
/// (docs/design/collector.md#tests-of-a-cluster).
const PORTS: std::ops::Range<u16> = 23_000..32_000;

static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

/// The program and where it may work.
pub struct Setup {
    /// The program `trente`.
    pub trente: PathBuf,
    /// Whether the fault test is part of a run of all tests.
    pub short: bool,
    folder: PathBuf,
}

/// A database with a site.
pub struct TestDatabase {
    /// Its folder, which is made anew for each test and kept after it.
    pub folder: PathBuf,
    /// The database.
    pub database: PathBuf,
    /// The site's survey, as on the wire.
    pub survey: [u8; 4],
}

impl Setup {
    /// A program and a folder.
    pub fn new(trente: &Path, folder: &Path, short: bool) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let trente = trente.canonicalize().with_context(|| format!("no program at {}", trente.display()))?;
        Ok(Self { trente, short, folder: folder.canonicalize()? })
    }

    /// The long figure, or the short one.
    pub const fn pick<T: Copy>(&self, long: T, short: T) -> T {
        if self.short { short } else { long }
    }

    /// An empty folder of this name.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A folder that is kept from run to run, for what takes long to make.
    pub fn cache_dir(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A new database with the site `olive`, in a folder of this name.
    pub fn test_database(&self, name: &str) -> Result<TestDatabase> {
        self.test_database_in(self.folder(name)?)
    }

    /// A new database with the site `olive`, in a folder that exists.
    pub fn test_database_in(&self, folder: PathBuf) -> Result<TestDatabase> {
        let database = folder.join("trente.db");
        let output = Command::new(&self.trente)
            .args(["site", "add", "olive", "--preset", "after-delivery", "--origin", ORIGIN, "--db"])
            .arg(&database)
            .output()
            .context("cannot run trente")?;
        if !output.status.success() {
            bail!("no site: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let survey = Connection::open(&database)?.query_row("select id from survey", [], |row| row.get(0))?;
        Ok(TestDatabase { folder, database, survey })
    }
}

/// A port that is free now.
pub fn port() -> Result<u16> {
    let start = (std::process::id() % 800) as u16 * 10;
    for _ in PORTS {
        let step = start.wrapping_add(NEXT_PORT.fetch_add(1, Ordering::Relaxed)) % (PORTS.end - PORTS.start);
        let port = PORTS.start + step;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port between {} and {}", PORTS.start, PORTS.end)
}
