//! `cargo xtask test`: every check and test, in the order in which a mistake costs least to find.

use crate::layout::Layout;
use crate::process::{self, command};
use crate::steps::seconds;
use crate::tools::browser::CHROMEDRIVER;
use crate::{deny, dist, fault, package, size, tidy, tools};
use anyhow::{Context, Result, bail};
use std::time::{Duration, Instant};

/// A name for `--only`, and the work.
type Step = (&'static str, fn(&Layout) -> Result<()>);

const STEPS: [Step; 17] = [
    ("doctor", |layout| tools::install(layout, &tools::EVERYTHING)),
    ("fmt", |layout| cargo(layout, &["fmt", "--all", "--check"])),
    ("typos", |layout| process::run(&mut command(layout, "typos")?)),
    ("tidy", |layout| tidy::check(layout, false)),
    ("deny", deny::check),
    ("dist", dist::build),
    ("clippy", |layout| cargo(layout, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])),
    ("clippy-wasm", |layout| {
        let widget = ["clippy", "--package", "trente", "--target", WASM, "--all-targets", "--locked"];
        cargo(layout, &[&widget[..], &["--", "-D", "warnings"]].concat())
    }),
    ("nextest", |layout| cargo(layout, &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"])),
    ("fault", |layout| fault::make(layout, "all", true)),
    ("package", package::try_out),
    ("doctest", doctest),
    ("doc", doc),
    ("size", size::check),
    ("wasm", wasm_tests),
    ("e2e", |layout| end_to_end(layout, "chromium")),
    ("e2e-firefox", |layout| end_to_end(layout, "firefox")),
];

const WASM: &str = "wasm32-unknown-unknown";

/// Runs all steps, or those named in `only`, prints a table, and stops at the first failure.
pub fn run(layout: &Layout, only: &[String]) -> Result<()> {
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|step| step.0 == name.as_str())) {
        let names: Vec<_> = STEPS.iter().map(|step| step.0).collect();
        bail!("no step `{unknown}`; there are {}", names.join(", "));
    }
    let mut times = Vec::new();
    let start = Instant::now();
    let mut outcome = Ok(());
    for (name, work) in STEPS {
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n━━ {name}");
        let start = Instant::now();
        outcome = work(layout).with_context(|| format!("step `{name}`"));
        times.push((name, start.elapsed(), outcome.is_ok()));
        if outcome.is_err() {
            break;
        }
    }
    summary(&times, start.elapsed());
    outcome
}

fn summary(times: &[(&str, Duration, bool)], total: Duration) {
    println!("\n{:<14}{:>10}", "step", "time");
    for (name, elapsed, passed) in times {
        println!("{name:<14}{:>10}{}", seconds(*elapsed), if *passed { "" } else { "  FAILED" });
    }
    println!("{:<14}{:>10}", "all", seconds(total));
}

fn cargo(layout: &Layout, arguments: &[&str]) -> Result<()> {
    process::run(command(layout, "cargo")?.args(arguments))
}

/// The examples in the documentation, which nextest does not run; the widget has none that runs natively.
fn doctest(layout: &Layout) -> Result<()> {
    cargo(layout, &["test", "--doc", "--locked", "--quiet", "--package", "trente-survey", "--package", "trente-stats"])
}

/// Two calls, because the collector's program and the widget's library have the same name.
fn doc(layout: &Layout) -> Result<()> {
    for kind in [&["--bins"][..], &["--lib"][..]] {
        let mut doc = command(layout, "cargo")?;
        doc.args(["doc", "--workspace", "--no-deps", "--locked", "--quiet"]).args(kind);
        process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(())
}

/// The wasm-bindgen tests: the widget's in headless Chromium, for which webdriver.json has the flags, and the digests
/// of the statistics in Node, which must be those of the native run.
fn wasm_tests(layout: &Layout) -> Result<()> {
    for package in [&["trente"][..], &["trente-stats", "--test", "digest"]] {
        process::run(
            command(layout, "cargo")?
                .args(["test", "--target", WASM, "--locked", "--package"])
                .args(package)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
                .env("CHROMEDRIVER", CHROMEDRIVER),
        )?;
    }
    Ok(())
}

/// Playwright against the real collector; the same specs in either browser.
fn end_to_end(layout: &Layout, browser: &str) -> Result<()> {
    cargo(layout, &["build", "--locked", "--package", "trente-collector"])?;
    dist::build(layout)?;
    process::run(command(layout, "node")?.arg("tests/e2e/run.mjs").env("TRENTE_BROWSER", browser))
}
