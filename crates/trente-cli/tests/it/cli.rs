//! The command line, by the real binary: the public known answers, and what bad input gets.

mod administration;
mod configuration;
mod frames;
mod letters;
mod scores;
mod sites;
mod statistics;
mod surveys;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub const TRENTE: &str = env!("CARGO_BIN_EXE_trente");

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(TRENTE)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails at once does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).map_err(|_| line).unwrap()).collect()
}

pub fn on(database: &Path, arguments: &[&str]) -> Output {
    run(&[arguments, &["--db", database.to_str().unwrap()]].concat(), "")
}
