//! The standard library, compiled anew for the widget: for size, and with panics that abort at once.
//!
//! The library that comes with Rust keeps the text of each panic and the machinery that formats it: 10.6 kB of the wasm
//! (docs/size.md). Cargo and rustc can leave both out; the switches are not stable yet, so they are switched on for the
//! build of the widget alone, in the one version of Rust that rust-toolchain.toml names. They travel as variables, because
//! Trunk passes no arguments on; its hook takes them off again (Trunk.toml). Without them, as in a plain `cargo build`,
//! the widget is the same and larger: a trap is a trap, and loader/glue/guard.js catches it.

use std::process::Command;

/// Variable by variable. What panics do stands with rustc's flags and not in the profile: a profile that names it cannot
/// be read by a plain `cargo build`.
pub const SWITCHES: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort"),
];

/// Switches it on for one command.
pub fn compiled(command: &mut Command) -> &mut Command {
    command.envs(SWITCHES)
}
