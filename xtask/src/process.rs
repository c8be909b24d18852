//! Child processes, with our tools on their PATH and readable failures.

use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo_tools::cargo_tools;
use crate::layout::Layout;

/// A command that runs in the repository's root with our tools on its PATH.
pub fn command(layout: &Layout, program: &str) -> Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(&layout.root).env("PATH", path(layout)?).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        if is_of_this_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Whether `cargo run` has set a variable for xtask itself. Build scripts of dependencies watch some of them (ring's
/// does), so with them a build from here and a developer's own `cargo build` would each throw away the other's work.
fn is_of_this_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// PATH for every child: the npm tools (so that Trunk finds their wasm-opt first), our cargo tools, then the rest.
fn path(layout: &Layout) -> Result<OsString> {
    let mut folders = vec![layout.at("node_modules/.bin")];
    for tool in cargo_tools(layout) {
        folders.push(layout.tool_root(tool.name, &tool.version).join("bin"));
    }
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(folders).context("a folder on PATH has a colon in its name")
}

/// Runs a command, its output going where ours goes.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a command and returns what it printed; its errors are shown only when it fails.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({})\n{}", shown(command), output.status, errors.trim_end());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed no UTF-8", shown(command)))
}

/// Runs a command that has to fail, and returns what it printed and then its errors.
pub fn refusal(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if output.status.success() {
        bail!("`{}` had to fail, and did not", shown(command));
    }
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// Whether a command can be started and succeeds; its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The command as a person would type it, long arguments cut.
fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        text.push(' ');
        if argument.chars().count() > 80 {
            text.extend(argument.chars().take(77));
            text.push('…');
        } else {
            text.push_str(&argument);
        }
    }
    text
}
