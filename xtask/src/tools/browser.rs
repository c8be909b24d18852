//! Browsers, from the system's packages.

use std::path::Path;

use anyhow::Result;

use super::debian;
use crate::layout::Layout;
use crate::process::{capture, command};

/// What Chromium is called where it is installed.
pub const NAME: &str = "Chromium and its driver";
/// The browser that people have.
pub const CHROMIUM: &str = "/usr/bin/chromium";
/// The same engine without a window, which most end-to-end tests drive.
const HEADLESS_SHELL: &str = "/usr/bin/chromium-headless-shell";
/// Its driver, for the wasm-bindgen tests.
pub const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
/// The browser that the end-to-end tests drive as well.
pub const FIREFOX: &str = "/usr/bin/firefox-esr";

/// The first long-lived release with the WebDriver BiDi commands that tests/e2e/support/firefox.mjs sends.
const FIREFOX_MAJOR_MIN: u32 = 153;

/// Installs Chromium and its driver where one is missing and we may; else the error says what to install.
pub fn chromium(layout: &Layout) -> Result<()> {
    if has_chromium() {
        return Ok(());
    }
    let packages = ["chromium", "chromium-headless-shell", "chromium-driver", "fonts-liberation"];
    debian::install(layout, NAME, "the browser tests", &packages)
}

/// Whether Chromium and its driver are there.
pub fn has_chromium() -> bool {
    [CHROMIUM, HEADLESS_SHELL, CHROMEDRIVER].iter().all(|program| Path::new(program).exists())
}

/// The same for Firefox, which may also be too old.
pub fn firefox(layout: &Layout) -> Result<()> {
    let found = Path::new(FIREFOX).exists().then(|| capture(command(layout, FIREFOX)?.arg("--version")));
    if found.and_then(Result::ok).and_then(|text| major(&text)).is_some_and(|found| found >= FIREFOX_MAJOR_MIN) {
        return Ok(());
    }
    debian::install(layout, &format!("Firefox {FIREFOX_MAJOR_MIN} ESR or newer"), "the browser tests", &["firefox-esr"])
}

/// WebKitGTK with Python's way to it, and an X server for its windows: tests/e2e/support/webkit.mjs.
const WEBKIT: [&str; 3] = ["gir1.2-webkit2-4.1", "python3-gi", "xvfb"];

/// Installs WebKitGTK, the third engine, where it is missing and we may.
pub fn webkit(layout: &Layout) -> Result<()> {
    if debian::has(layout, &WEBKIT)? {
        return Ok(());
    }
    debian::install(layout, "WebKitGTK", "the browser tests in WebKit", &WEBKIT)
}

/// Orca, a screen reader, and what it needs to speak to a program: tests/speech/session.mjs.
const SPEECH: [&str; 8] =
    ["orca", "at-spi2-core", "dbus-daemon", "xvfb", "openbox", "speech-dispatcher", "python3-speechd", "xdotool"];

/// Installs Orca where it is missing and we may; it listens to Firefox.
pub fn speech(layout: &Layout) -> Result<()> {
    firefox(layout)?;
    if debian::has(layout, &SPEECH)? {
        return Ok(());
    }
    debian::install(layout, "Orca", "the tests by ear", &SPEECH)
}

/// 153 of `Mozilla Firefox 153.7.0esr`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix("Mozilla Firefox ")?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(major("Mozilla Firefox 153.7.0esr\n"), Some(153));
        assert_eq!(major("Firefox 153.7.0esr"), None);
    }
}
