//! Chromium and its driver, from the system's packages: no browser is downloaded.

use super::{announced, privilege};
use crate::layout::Layout;
use crate::process::{command, run};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// The browser that every test drives.
pub const CHROMIUM: &str = "/usr/bin/chromium";
/// Its driver, for the wasm-bindgen tests.
pub const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// Installs both where one is missing and we may; else the error says what to install.
pub fn install(layout: &Layout) -> Result<()> {
    if Path::new(CHROMIUM).exists() && Path::new(CHROMEDRIVER).exists() {
        return Ok(());
    }
    const ADVICE: &str = "the browser tests need Debian's packages: \
                          apt-get install --no-install-recommends chromium chromium-driver fonts-liberation";
    let sudo = privilege(layout).context(ADVICE)?;
    announced("Chromium and its driver", "about a minute", || {
        run(apt_get(layout, sudo)?.args(["update", "--quiet=2"]))?;
        let mut install = apt_get(layout, sudo)?;
        install.args(["install", "--yes", "--quiet=2", "--no-install-recommends"]);
        run(install.args(["chromium", "chromium-driver", "fonts-liberation"]))
    })
    .context(ADVICE)
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
