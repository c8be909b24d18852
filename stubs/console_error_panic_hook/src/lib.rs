//! An empty panic hook, in place of the one that Yew installs by default: the widget writes nothing on the console, and
//! what a panic means is the business of loader/glue/guard.js, which catches the trap.

use std::panic::PanicHookInfo;

/// Says nothing.
pub fn hook(_: &PanicHookInfo<'_>) {}
