//! Demo: a shop's order-confirmation page with the real snippet, a real collector, real results.

mod once;
mod plan;

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use crate::layout::Layout;
use crate::process::{self, capture, command};
use crate::server::Server;
use crate::steps::step;
use crate::{dist, port, tools};

/// The public name of the shop's site.
const SITE: &str = "olive";
/// The public name of the site of invented answers.
const SEEDED: &str = "demonstration";
/// The shop's port where it is free; collector and results follow.
const PORT: u16 = 8030;
/// The name of the login for the results.
const USER: &str = "demo";
/// The ports of shop and collector when nothing else is in their place.
const USUAL: [u16; 2] = [PORT, PORT + 1];

/// Builds everything, then serves until Ctrl-C, or answers the survey once.
pub fn run(layout: &Layout, once: bool, seed: bool) -> Result<()> {
    let stopped = Arc::new(AtomicBool::new(false));
    let signal = Arc::clone(&stopped);
    ctrlc::set_handler(move || signal.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")?;

    let needs = if once { &[&tools::BUILD[..], &[tools::Need::Chromium]].concat() } else { &tools::BUILD[..] };
    print!("{}", plan::text(&plan::steps(layout, needs)?));
    step("tools", || tools::install(layout, needs))?;
    step("dist/", || dist::build(layout))?;
    step("collector (cargo build)", || {
        process::run(command(layout, "cargo")?.args(["build", "--package", "trente-cli"]))
    })?;
    if once {
        return once::run(layout);
    }

    let mut shop = step("servers", || Shop::open(layout, &layout.at("target/demo"), PORT, seed))?;
    println!("\n  shop         {}", shop.address);
    println!("  hosted page  {}/s/{SITE}", shop.collector);
    println!("  results      {}/sites/{SITE}", shop.results);
    if seed {
        println!("  a year of it {}/sites/{SEEDED}", shop.results);
    }
    println!("               sign in as {USER} with the password {}", shop.password);
    println!("\nCtrl-C ends the demo.");
    while !stopped.load(Ordering::SeqCst) {
        shop.check()?;
        thread::sleep(Duration::from_millis(100));
    }
    println!("\nended");
    Ok(())
}

/// The shop and its collector; dropping it ends both.
struct Shop {
    address: String,
    collector: String,
    results: String,
    /// Of [`USER`], for the results.
    password: String,
    database: PathBuf,
    servers: [Server; 2],
}

impl Shop {
    /// Starts both on free ports from `start` on, with a database in `folder`.
    fn open(layout: &Layout, folder: &Path, start: u16, seed: bool) -> Result<Self> {
        let [shop, collector, results] = port::three(start)?;
        fs::create_dir_all(folder)?;
        // A site knows the shop's origin and its own base, so each pair of ports has a database of its own.
        let database = match [shop, collector] {
            USUAL => folder.join("trente.db"),
            _ => folder.join(format!("trente-{shop}-{collector}.db")),
        };
        let address = format!("http://127.0.0.1:{shop}");
        add_site(layout, &database, shop, collector)?;
        if seed && !has_site(layout, &database, SEEDED)? {
            capture(trente(layout, "site demonstrate", &database)?.arg(SEEDED))?;
        }
        let password = add_user(layout, &database)?;

        let service = Server::start(
            "collector",
            trente(layout, "serve", &database)?
                .args(["--listen", &format!("127.0.0.1:{collector}")])
                .args(["--results", &format!("127.0.0.1:{results}")]),
        )?;
        let collector = service.announced("collector")?;
        let results = service.announced("results")?;
        let pages = Server::start(
            "shop",
            command(layout, "node")?
                .args(["tests/e2e/support/shop.mjs", "--port", &shop.to_string()])
                .args(["--collector", &collector]),
        )?;
        pages.announced("shop")?;
        Ok(Self { address, collector, results, password, database, servers: [service, pages] })
    }

    /// An error when one of the two has ended by itself.
    fn check(&mut self) -> Result<()> {
        self.servers.iter_mut().try_for_each(Server::check)
    }
}

/// The collector's command line on `database`.
fn trente(layout: &Layout, subcommand: &str, database: &Path) -> Result<Command> {
    let mut command = command(layout, &layout.collector().to_string_lossy())?;
    command.args(subcommand.split(' ')).arg("--db").arg(database);
    Ok(command)
}

/// Whether the database is there and has a site of this name.
fn has_site(layout: &Layout, database: &Path, name: &str) -> Result<bool> {
    if !database.is_file() {
        return Ok(false);
    }
    let sites = lines(&capture(&mut trente(layout, "site list", database)?)?)?;
    Ok(sites.iter().any(|site| site.get("name").and_then(Value::as_str) == Some(name)))
}

/// Adds the site where the database has none of that name.
fn add_site(layout: &Layout, database: &Path, shop: u16, collector: u16) -> Result<()> {
    if has_site(layout, database, SITE)? {
        return Ok(());
    }
    capture(
        trente(layout, "site add", database)?
            .arg(SITE)
            .args(["--origin", &format!("http://127.0.0.1:{shop}")])
            .args(["--origin", &format!("http://localhost:{shop}")])
            .args(["--base", &format!("http://127.0.0.1:{collector}")]),
    )?;
    Ok(())
}

/// Creates the login [`USER`] with a random password, which is kept in a file next to the database.
fn add_user(layout: &Layout, database: &Path) -> Result<String> {
    let file = database.with_extension("password");
    let users = lines(&capture(&mut trente(layout, "user list", database)?)?)?;
    let known = users.iter().any(|user| user.get("name").and_then(Value::as_str) == Some(USER));
    if let (true, Ok(password)) = (known, fs::read_to_string(&file)) {
        return Ok(password.trim().to_owned());
    }
    let mut bytes = [0; 15];
    File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes)).context("no random bytes")?;
    let password = BASE64URL_NOPAD.encode(&bytes);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let written = options.open(&file).and_then(|mut file| writeln!(file, "{password}"));
    written.with_context(|| format!("cannot write {}", file.display()))?;
    let subcommand = if known { "user password" } else { "user add" };
    // Read from the file: an argument could be seen by every program on the machine.
    capture(trente(layout, subcommand, database)?.arg(USER).stdin(File::open(&file)?))?;
    Ok(password)
}

/// Text with one JSON value on each line.
fn lines(text: &str) -> Result<Vec<Value>> {
    let parse = |line| serde_json::from_str(line).with_context(|| format!("not a line of JSON: `{line}`"));
    text.lines().filter(|line| !line.trim().is_empty()).map(parse).collect()
}
