//! A dead widget never haunts a page: a panic removes every host and tells the page.
//!
//! WebAssembly aborts at a panic without running `Drop`, so nothing of this module may be called again.

use std::sync::Once;

use crate::MOUNTED;
use crate::browser::page;

static INSTALL: Once = Once::new();

/// Takes the place of Yew's own hook, which writes to the console.
pub fn install() {
    INSTALL.call_once(|| {
        yew::set_custom_panic_hook(Box::new(|_| {
            MOUNTED.with(|mounted| {
                // Borrowed when the panic came out of mounting itself; the loader then sees the trap.
                let Ok(mounted) = mounted.try_borrow() else { return };
                for widget in mounted.iter() {
                    page::emit(&widget.config.script, "failed", &[("code", "panic".into())]);
                    widget.host.remove();
                }
            });
        }));
    });
}
