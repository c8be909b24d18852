//! `cargo xtask fault`: fault injection against the real collector (crates/trente-faults).

use anyhow::Result;

use crate::layout::Layout;
use crate::tools::{self, Need};
use crate::trial;

/// Injects one fault or all of them: short trials into the debug build that the other tests use, long ones into the
/// release build.
pub fn make(layout: &Layout, name: &str, short: bool) -> Result<()> {
    tools::install(layout, &[Need::Trial])?;
    let mut arguments = vec!["fault", name];
    arguments.extend(short.then_some("--short"));
    trial::run(layout, !short, &arguments)
}
