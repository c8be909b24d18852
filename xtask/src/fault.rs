//! `cargo xtask fault`: fault injection against the real collector (crates/trente-faults).

use anyhow::Result;

use crate::faults_program;
use crate::layout::Layout;
use crate::tools::{self, Need};

/// Runs one fault test or all of them: short ones against the debug build that the other tests use, long ones against
/// the release build.
pub fn make(layout: &Layout, name: &str, short: bool) -> Result<()> {
    tools::install(layout, &[Need::FaultTests])?;
    let mut arguments = vec!["fault", name];
    arguments.extend(short.then_some("--short"));
    faults_program::run(layout, !short, &arguments)
}
