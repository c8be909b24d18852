//! System packages, installed with apt-get.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{announced, privilege};
use crate::layout::Layout;
use crate::process::{capture, command, run};
use crate::steps::Minutes;

/// How long an installation takes.
pub const MINUTES: Minutes = Minutes(1, 2);

/// Where Debian's package puts the programs of PostgreSQL.
pub const POSTGRES: &str = "/usr/lib/postgresql/15/bin";

/// Installs PostgreSQL 15 where it is missing and we may; the tests start servers of their own with it.
pub fn postgres(layout: &Layout) -> Result<()> {
    if Path::new(POSTGRES).join("initdb").exists() {
        return Ok(());
    }
    install(layout, "PostgreSQL 15", "the tests of the stores", &["postgresql-15"])
}

/// Installs PHP where it is missing and we may: a test runs the documentation's examples of signing orders with it.
pub fn php(layout: &Layout) -> Result<()> {
    if Path::new("/usr/bin/php").exists() {
        return Ok(());
    }
    install(layout, "PHP", "the examples of signing", &["php-cli"])
}

/// Whether all of these packages are installed.
pub fn has(layout: &Layout, names: &[&str]) -> Result<bool> {
    let mut ask = command(layout, "dpkg-query")?;
    ask.args(["--show", "--showformat=${db:Status-Status} "]).args(names);
    // A package that was never there is an error.
    let found = capture(&mut ask).unwrap_or_default();
    Ok(found.split_whitespace().filter(|word| *word == "installed").count() == names.len())
}

/// Installs Debian's packages; where we may not, the error says which of them `users` need.
pub fn install(layout: &Layout, what: &str, users: &str, names: &[&str]) -> Result<()> {
    let advice = || {
        let names = names.join(" ");
        format!("{users} need Debian's packages: apt-get install --no-install-recommends {names}")
    };
    let sudo = privilege(layout).with_context(advice)?;
    announced(what, MINUTES, || {
        run(apt_get(layout, sudo)?.args(["update", "--quiet=2"]))?;
        let mut install = apt_get(layout, sudo)?;
        install.args(["install", "--yes", "--quiet=2", "--no-install-recommends"]);
        run(install.args(names))
    })
    .with_context(advice)
}

fn apt_get(layout: &Layout, sudo: Option<&str>) -> Result<Command> {
    let mut apt_get = match sudo {
        Some(sudo) => {
            let mut command = command(layout, sudo)?;
            command.args(["-n", "apt-get"]);
            command
        }
        None => command(layout, "apt-get")?,
    };
    apt_get.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(apt_get)
}
