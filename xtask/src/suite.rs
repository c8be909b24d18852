//! `cargo xtask test`: every check and test, in the order in which a mistake costs least to find.
//!
//! `--quick` is the selection for a developer's machine, to be run before each commit: no step that needs a fault, a
//! second browser or a rebuild of the documentation. CI runs everything.

mod flaky;

use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::layout::Layout;
use crate::process::{self, command};
use crate::steps::seconds;
use crate::tools::browser::CHROMEDRIVER;
use crate::{deny, dist, fault, package, size, tidy, tools};

/// Which steps run, and what they may find.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Run these steps only, by name, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    only: Vec<String>,
    /// Run what a developer runs before each commit: no faults, one browser, the tests that take less than a second.
    #[arg(long)]
    quick: bool,
    /// Go on after a step that failed, unless the later ones need it, and fail at the end: one run tells of everything.
    #[arg(long)]
    keep_going: bool,
    /// Fail when a spec passed only at its second run.
    #[arg(long)]
    strict: bool,
}

/// A name for `--only`, and the work.
type Step = (&'static str, fn(&Layout) -> Result<()>);

const STEPS: [Step; 20] = [
    ("doctor", |layout| tools::install(layout, &tools::EVERYTHING)),
    ("fmt", format),
    ("typos", typos),
    ("tidy", |layout| tidy::check(layout, false)),
    ("deny", deny::check),
    ("dist", dist::build),
    ("clippy", clippy),
    ("clippy-wasm", |layout| {
        let widget = ["clippy", "--package", "trente-widget", "--target", WASM, "--all-targets", "--locked"];
        cargo(layout, &[&widget[..], &["--", "-D", "warnings"]].concat())
    }),
    ("nextest", |layout| nextest(layout, &["--no-fail-fast"])),
    ("fault", |layout| fault::make(layout, "all", true)),
    ("package", package::try_out),
    ("doctest", doctest),
    ("doc", doc),
    ("size", size::check),
    ("compat", compatibility),
    ("wasm", wasm_tests),
    ("e2e", |layout| end_to_end(layout, "chromium", &[])),
    ("e2e-site", |layout| end_to_end(layout, "chromium", &["--site"])),
    ("e2e-firefox", |layout| end_to_end(layout, "firefox", &["--by-day"])),
    ("e2e-webkit", |layout| webkit(layout, "--webkit")),
];

/// Steps that run only when `--only` names them, nightly and before a release: specs and cases that would make CI too
/// long, and the screen reader, which takes minutes to say what it has to.
const NAMED: [Step; 2] = [
    ("e2e-night", |layout| {
        end_to_end(layout, "chromium", &["--site-at-night"])?;
        end_to_end(layout, "firefox", &["--at-night"])?;
        webkit(layout, "--at-night")
    }),
    ("speech", |layout| {
        tools::install(layout, &[tools::Need::Speech])?;
        built(layout)?;
        process::run(command(layout, "node")?.args(["--test", "tests/speech"]))
    }),
];

fn webkit(layout: &Layout, group: &str) -> Result<()> {
    // Signing in takes TLS there, so a proxy.
    tools::install(layout, &[tools::Need::WebKit, tools::Need::FaultTests])?;
    end_to_end(layout, "webkit", &[group])
}

/// The steps of `--quick`: formatting and rules, the lints, the tests that take less than a second, and the specs that
/// run.mjs calls quick, in Chromium.
const QUICK: [Step; 7] = [
    ("doctor", |layout| tools::install(layout, &tools::QUICK)),
    ("fmt", format),
    ("typos", typos),
    ("tidy", |layout| tidy::check(layout, false)),
    ("clippy", clippy),
    ("nextest", |layout| nextest(layout, &["--profile", "quick"])),
    ("e2e", |layout| end_to_end(layout, "chromium", &["--quick"])),
];

/// The steps whose results the later ones need: without them there is nothing to go on with.
const NEEDED: [&str; 2] = ["doctor", "dist"];
const WASM: &str = "wasm32-unknown-unknown";

/// Runs the steps that `options` choose, prints a table, and stops at the first failure unless told to keep going.
///
/// # Errors
/// Those of the first step that failed.
pub fn run(layout: &Layout, options: &Options) -> Result<()> {
    let steps = chosen(options)?;
    flaky::forget(layout)?;
    let mut times = Vec::new();
    let start = Instant::now();
    let mut outcome = Ok(());
    for (name, work) in steps {
        println!("\n━━ {name}");
        let start = Instant::now();
        let result = work(layout).with_context(|| format!("step `{name}`"));
        times.push((name, start.elapsed(), result.is_ok()));
        if let Err(error) = result {
            eprintln!("step `{name}` failed: {error:#}");
            let stop = !options.keep_going || NEEDED.contains(&name);
            outcome = outcome.and(Err(error));
            if stop {
                break;
            }
        }
    }
    summary(&times, start.elapsed());
    let flaky = flaky::read(layout)?;
    print!("{}{}", flaky::failures(layout)?, flaky::table(&flaky));
    outcome?;
    if options.strict && !flaky.is_empty() {
        bail!("{} passed only at a second run", flaky::count(flaky.len()));
    }
    Ok(())
}

/// The steps of one run, in their order.
fn chosen(options: &Options) -> Result<Vec<Step>> {
    let all = match (options.quick, options.only.is_empty()) {
        (true, _) => QUICK.to_vec(),
        (false, true) => STEPS.to_vec(),
        (false, false) => [&STEPS[..], &NAMED[..]].concat(),
    };
    if let Some(unknown) = options.only.iter().find(|name| !all.iter().any(|step| step.0 == name.as_str())) {
        let names: Vec<_> = all.iter().map(|step| step.0).collect();
        bail!("no step `{unknown}`; there are {}", names.join(", "));
    }
    let wanted = |step: &&Step| options.only.is_empty() || options.only.iter().any(|name| name == step.0);
    Ok(all.into_iter().filter(|step| wanted(&step)).collect())
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

fn format(layout: &Layout) -> Result<()> {
    cargo(layout, &["fmt", "--all", "--check"])
}

fn typos(layout: &Layout) -> Result<()> {
    process::run(&mut command(layout, "typos")?)
}

fn clippy(layout: &Layout) -> Result<()> {
    cargo(layout, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
}

/// The tests of the workspace; those of the mails start a mail server from npm.
fn nextest(layout: &Layout, arguments: &[&str]) -> Result<()> {
    tools::install(layout, &[tools::Need::Npm])?;
    // A test waits for a disk, a database or a deadline much of the time: with one for each processor a third was idle.
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let at_once = (processors + processors / 2).to_string();
    cargo(layout, &[&["nextest", "run", "--workspace", "--locked", "--test-threads", &at_once], arguments].concat())
}

/// The examples in the documentation, which nextest does not run; the widget has none that runs natively.
fn doctest(layout: &Layout) -> Result<()> {
    cargo(layout, &["test", "--doc", "--locked", "--quiet", "--package", "trente-survey", "--package", "trente-stats"])
}

/// The documentation of every crate, without a warning.
fn doc(layout: &Layout) -> Result<()> {
    let mut doc = command(layout, "cargo")?;
    doc.args(["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// The wasm-bindgen tests: the widget's in headless Chromium, for which webdriver.json has the flags, and the digests
/// of the statistics in Node, which must be those of the native run.
fn wasm_tests(layout: &Layout) -> Result<()> {
    for package in [&["trente-widget"][..], &["trente-stats", "--test", "digest"]] {
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

/// The bundle's features against the table of browsers in docs/embed.md.
fn compatibility(layout: &Layout) -> Result<()> {
    dist::build(layout)?;
    process::run(command(layout, "node")?.args(["--test", "tests/compat"]))
}

/// The collector and the bundle, as the tests in a browser use them.
fn built(layout: &Layout) -> Result<()> {
    cargo(layout, &["build", "--locked", "--package", "trente-cli"])?;
    dist::build(layout)
}

/// Playwright against the real collector; the same specs in either browser.
fn end_to_end(layout: &Layout, browser: &str, arguments: &[&str]) -> Result<()> {
    built(layout)?;
    let mut run = command(layout, "node")?;
    process::run(run.arg("tests/e2e/run.mjs").args(arguments).env("TRENTE_BROWSER", browser))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quick_step_is_a_step_of_the_whole_run_and_comes_in_its_order() {
        let place = |name: &str| STEPS.iter().position(|step| step.0 == name).unwrap();
        assert!(QUICK.map(|step| place(step.0)).is_sorted());
    }

    #[test]
    fn a_step_is_chosen_by_its_name_and_an_unknown_one_is_an_error() {
        let names = |only: &[&str], quick| {
            let only = only.iter().map(|&name| name.to_owned()).collect();
            let steps = chosen(&Options { only, quick, ..Options::default() });
            steps.map(|steps| steps.iter().map(|step| step.0).collect::<Vec<_>>())
        };
        assert_eq!(names(&[], false).unwrap().len(), STEPS.len());
        assert_eq!(names(&["tidy", "fmt"], false).unwrap(), ["fmt", "tidy"]);
        assert_eq!(names(&["speech", "e2e-night"], false).unwrap(), ["e2e-night", "speech"]);
        assert_eq!(names(&["tidy"], true).unwrap(), ["tidy"]);
        assert!(names(&["fault"], true).unwrap_err().to_string().starts_with("no step `fault`; there are doctor, fmt"));
    }
}
